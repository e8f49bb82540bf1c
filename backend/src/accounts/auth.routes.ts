import { Router, type CookieOptions, type Request, type RequestHandler, type Response } from 'express'
import type { Config } from '../config.ts'
import {
  ACCESS_COOKIE,
  DEVICE_COOKIE,
  REFRESH_COOKIE,
  REFRESH_COOKIE_PATH,
  USER_HEADER,
  type AuthResult,
  type RegistrationInfo,
} from '../contract/index.ts'
import type { AuthController, Credentials, Grant } from './auth.controller.ts'
import type { ProfileController } from './profile.controller.ts'
import type { Client } from './session.service.ts'
import { accessTokenOf } from '../lib/auth/access.ts'
import { cookieOf, type SessionCookie, type SessionCookies } from '../lib/auth/cookies.ts'
import type { DeviceTokens } from '../lib/auth/deviceTokens.ts'
import { AppError } from '../lib/errors.ts'
import { expressHandler } from '../http/express.handler.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'
import { withRequestKey } from '../http/request.input.ts'
import { noStore } from '../http/middleware/noStore.middleware.ts'

export interface AuthActions {
  auth: AuthController
  profile: ProfileController
  devices: Pick<DeviceTokens, 'add'>
  /** The names of the cookies. */
  cookies: SessionCookies
  registration: (input: unknown) => Promise<RegistrationInfo>
  reset: (input: unknown, client: Client) => Promise<void>
}

/**
 * Returns the routes of `/api/auth`. Most of them are for clients that are not signed in yet; `authenticate` guards the
 * others.
 */
export function authRoutes(
  { auth, profile, registration, reset, devices, cookies: names }: AuthActions,
  authenticate: RequestHandler,
  config: CookieConfig,
): Router {
  const cookies = tokenCookies(config, names)
  const router = Router()
  router.use(noStore)
  router
    .route('/signup')
    .post(async (req, res) => grantTo(res.status(201), await auth.signup(withRequestKey(body)(req), client(req))))
    .all(methodNotAllowed('POST'))
  router
    .route('/login')
    .post(async (req, res) => grantTo(res, await auth.login(body(req), client(req), names.read(req, DEVICE_COOKIE))))
    .all(methodNotAllowed('POST'))
  router
    .route('/registration')
    .get(async (req, res) => void res.json(await registration(req.query)))
    .all(methodNotAllowed('GET'))
  router
    .route('/reset')
    .post(async (req, res) => reset(withRequestKey(body)(req), client(req)).then(() => void res.status(204).end()))
    .all(methodNotAllowed('POST'))
  router
    .route('/session')
    .get(async (req, res) => void res.json(await auth.session(credentials(req))))
    .all(methodNotAllowed('GET'))
  router.route('/refresh').post(refresh).all(methodNotAllowed('POST'))
  router.route('/logout').post(logout).all(methodNotAllowed('POST'))
  router
    .route('/me')
    .get(
      authenticate,
      expressHandler(profile.get, () => undefined),
    )
    .patch(
      authenticate,
      expressHandler(profile.update, (req) => req.body),
    )
    .all(methodNotAllowed('GET, PATCH'))
  return router

  function credentials(req: Request): Credentials {
    return {
      accessToken: accessTokenOf(req, names),
      refreshCookie: names.read(req, REFRESH_COOKIE),
      expectedUser: req.get(USER_HEADER),
    }
  }

  async function refresh(req: Request, res: Response): Promise<void> {
    try {
      const grant = await auth.refresh(body(req), client(req), credentials(req))
      const isFormer = grant.transport === 'cookie' && names.ownIn(req, REFRESH_COOKIE).length === 0
      if (isFormer) cookies.clearFormer(res)
      grantTo(res, grant)
    } catch (error) {
      // The browser would otherwise send dead cookies, and get a refusal, until they expire.
      if (error instanceof AppError && error.code === 'session_ended') cookies.clear(res)
      throw error
    }
  }

  async function logout(req: Request, res: Response): Promise<void> {
    await auth.logout(body(req), credentials(req))
    cookies.clear(res)
    res.status(204).end()
  }

  function grantTo(res: Response, { user, accessToken, accessExpiresAt, refreshToken, transport }: Grant): void {
    const isBearer = transport === 'bearer'
    if (!isBearer) {
      cookies.set(res, accessToken, accessExpiresAt, refreshToken)
      cookies.setDevice(res, devices.add(user.id, names.read(res.req, DEVICE_COOKIE)))
    }
    const result: AuthResult = {
      user,
      accessExpiresAt: accessExpiresAt.toISOString(),
      ...(isBearer && { tokens: { accessToken, refreshToken } }),
    }
    res.json(result)
  }
}

/** A year. Browsers keep no cookie for longer than 400 days. */
const DEVICE_MS = 365 * 86_400_000

type CookieConfig = Pick<Config, 'secureCookies' | 'cookieSameSite' | 'sessionSeconds'>

/**
 * Returns the functions that set and clear the cookies.
 * Scripts cannot read any of them, and with `sameSite` other than `none` a browser does not send them from another
 * site. With `none` it does, and the middleware `sameOrigin` alone decides which pages may use them. They are
 * partitioned then (CHIPS), so that a browser that blocks third-party cookies keeps them for the site of the page.
 */
function tokenCookies(config: CookieConfig, names: SessionCookies) {
  const options = (res: Response, path: string): CookieOptions => ({
    httpOnly: true,
    sameSite: config.cookieSameSite,
    partitioned: config.cookieSameSite === 'none',
    secure: config.secureCookies ?? res.req.secure,
    path,
  })
  const set = (res: Response, cookie: SessionCookie, value: string, maxAge: number): void => {
    const settings = options(res, pathOf(cookie))
    res.cookie(names.nameOf(cookie, settings.secure === true), value, { ...settings, maxAge })
  }
  const clear = (res: Response, name: string, cookie: SessionCookie): void => {
    // A browser ignores a cookie with a prefix that is not secure.
    const settings = options(res, pathOf(cookie))
    res.clearCookie(name, { ...settings, secure: settings.secure === true || name.startsWith('__') })
  }
  return {
    set(res: Response, accessToken: string, accessExpiresAt: Date, refreshToken: string): void {
      set(res, ACCESS_COOKIE, accessToken, Math.max(0, accessExpiresAt.getTime() - Date.now()))
      set(res, REFRESH_COOKIE, refreshToken, config.sessionSeconds * 1000)
    },
    /** Stays after signing out: it is for the next sign-in. */
    setDevice: (res: Response, value: string): void => set(res, DEVICE_COOKIE, value, DEVICE_MS),
    /** Clears the cookies of the request that this server has set. Another server of the host may have set the others. */
    clear(res: Response): void {
      for (const cookie of SESSION_COOKIES) for (const name of names.ownIn(res.req, cookie)) clear(res, name, cookie)
    },
    /** Clears the cookies without an id, which an earlier version set, after a refresh has proved that they were this server's. */
    clearFormer(res: Response): void {
      for (const cookie of SESSION_COOKIES) if (cookieOf(res.req, cookie) !== undefined) clear(res, cookie, cookie)
    },
  }
}

const SESSION_COOKIES = [ACCESS_COOKIE, REFRESH_COOKIE] as const

function pathOf(cookie: SessionCookie): string {
  return cookie === ACCESS_COOKIE ? '/' : REFRESH_COOKIE_PATH
}

function body(req: Request): unknown {
  return req.body ?? {}
}

function client(req: Request): Client {
  return { ip: req.ip ?? '', userAgent: req.get('user-agent') ?? '' }
}
