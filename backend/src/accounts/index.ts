import type { RequestHandler } from 'express'
import type { Config } from '../config.ts'
import type { Core, Feature } from '../core.ts'
import { authenticate } from '../http/middleware/authenticate.middleware.ts'
import { authenticator, type AuthenticateToken } from '../lib/auth/access.ts'
import type { KeyedMutex } from '../lib/keyedMutex.ts'
import type { UserGate } from '../lib/limits/userGate.ts'
import { createPasswordPool, type PasswordPool } from '../lib/passwords/pool.ts'
import { createSessionCookies, type SessionCookies } from '../lib/auth/cookies.ts'
import { createDeviceTokens, type DeviceTokens } from '../lib/auth/deviceTokens.ts'
import { accessTokens, type AccessTokens } from '../lib/auth/tokens.ts'
import { RATE_LIMITS } from '../lib/limits/rateLimits.ts'
import type { Models } from '../models/index.ts'
import type { ModerationService } from '../moderation/index.ts'
import type { SettingService } from '../settings/index.ts'
import { createAccountInviteController } from './accountInvite.controller.ts'
import { createAccountInviteRepository } from './accountInvite.repository.ts'
import { accountInviteRoutes } from './accountInvite.routes.ts'
import { createAuthController } from './auth.controller.ts'
import { authRoutes } from './auth.routes.ts'
import { createCheckPassword, type CheckPassword } from './checkPassword.service.ts'
import { createPasswordResetController, type PasswordResetController } from './passwordReset.controller.ts'
import { createPeopleSearchController } from './peopleSearch.controller.ts'
import { createProfileController } from './profile.controller.ts'
import { createSessionRepository, type SessionRepository } from './session.repository.ts'
import { createSessionService } from './session.service.ts'
import { setupCodeOf } from './setupCode.service.ts'
import { createSignupPolicy } from './signupPolicy.service.ts'
import { userRoutes } from './user.routes.ts'

export type { CheckPassword } from './checkPassword.service.ts'
export { emailSchema, fullNameSchema, newPasswordSchema, usernameSchema } from './auth.schemas.ts'
export { loadInstanceId } from './instance.repository.ts'
export { loadJwtSecret } from './jwtSecret.store.ts'
export type { PasswordResetController } from './passwordReset.controller.ts'
export { updateNamesakes } from './namesake.service.ts'
export { endSessionsOfUser } from './session.service.ts'
export {
  createUser,
  INCLUDING_DELETED,
  ACTIVE,
  NOT_DELETED,
  recordLastSeen,
  requireUsers,
  usersById,
} from './user.repository.ts'

export { createUserChangePublisher } from './userChange.publisher.ts'
export { userChangesSince, type UserChanges } from './userChange.repository.ts'

const SESSION_SWEEP_MS = 3600_000

/** Proves who a request or a connection comes from. */
export interface Authentication {
  tokens: AccessTokens
  passwords: PasswordPool
  sessions: SessionRepository
  devices: DeviceTokens
  /** The names of the cookies. */
  cookies: SessionCookies
  /** The check for sockets. */
  authenticateToken: AuthenticateToken
  /** The check for requests. */
  authenticate: RequestHandler
  /** The code that the first account needs; null: none. */
  setupCode: string | null
}

/**
 * Creates the check of sessions and the service of passwords. It stands apart from `createAccounts`, because every
 * feature below needs it.
 */
export function createAuthentication(
  config: Pick<Config, 'accessTokenSeconds' | 'bcryptCost' | 'costLimits' | 'host' | 'trustProxy' | 'setupCode'>,
  models: Models,
  secret: string,
  gate: UserGate,
  instanceId: string,
): Authentication {
  const { accessTokenSeconds, bcryptCost, costLimits } = config
  const tokens = accessTokens(secret, accessTokenSeconds)
  const sessions = createSessionRepository(models)
  const cookies = createSessionCookies(instanceId)
  const authenticateToken = authenticator(tokens, sessions.findActive, gate.count)
  return {
    tokens,
    devices: createDeviceTokens(secret),
    passwords: createPasswordPool({ cost: bcryptCost, limits: costLimits }),
    sessions,
    authenticateToken,
    authenticate: authenticate(authenticateToken, gate, cookies),
    cookies,
    setupCode: setupCodeOf(config, secret),
  }
}

interface AccountsDeps {
  authentication: Authentication
  settings: SettingService
  /** Checks the texts of a profile. */
  moderation: ModerationService
  /** Runs the repeats of one request one after the other, on all nodes. */
  mutex: KeyedMutex
  /** Prepares the conversations of a new user. */
  prepareUser: (userId: string) => Promise<void>
}

export interface Accounts extends Feature {
  passwordReset: PasswordResetController
  checkPassword: CheckPassword
}

/** Builds signing up and in, sessions, profiles, and the search for people. */
export function createAccounts(
  core: Core,
  { authentication, settings, moderation, mutex, prepareUser }: AccountsDeps,
): Accounts {
  const { config, models, delivery, jobs, createRateLimit } = core
  const { tokens, devices, passwords, sessions } = authentication
  const invites = createAccountInviteRepository(models)
  const signupPolicy = createSignupPolicy(models, invites, settings, authentication.setupCode)
  const resetLimit = createRateLimit({ name: 'new_passwords', ...RATE_LIMITS.new_passwords })
  const passwordReset = createPasswordResetController({ models, passwords, delivery, resetLimit, mutex })
  const auth = createAuthController({
    users: models.User,
    sessions: createSessionService({ sessions, delivery, seconds: config.sessionSeconds }),
    passwords,
    tokens,
    devices,
    authenticateToken: authentication.authenticateToken,
    createRateLimit,
    delivery,
    config,
    signupPolicy,
    mutex,
    welcome: prepareUser,
  })
  const profile = createProfileController({ users: models.User, delivery, moderation, createRateLimit })
  const peopleSearch = createPeopleSearchController({ users: models.User, createRateLimit })
  jobs.repeat('sweepSessions', { everyMs: SESSION_SWEEP_MS, atStart: true }, sessions.removeExpired)
  return {
    passwordReset,
    checkPassword: createCheckPassword({ users: models.User, passwords, createRateLimit, config }),
    mounts: [
      {
        path: '/auth',
        router: authRoutes(
          {
            auth,
            profile,
            devices,
            cookies: authentication.cookies,
            registration: signupPolicy.info,
            reset: passwordReset.reset,
          },
          core.authenticate,
          config,
        ),
      },
      { path: '/users', router: userRoutes(peopleSearch, core.authenticate) },
    ],
    adminMounts: [{ path: '/invites', router: accountInviteRoutes(createAccountInviteController(models)) }],
    close: () => passwords.close(),
  }
}
