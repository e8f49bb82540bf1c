import { Types } from 'mongoose'
import { z } from 'zod'
import type { Config } from '../config.ts'
import {
  LIMITS,
  TOKEN_TRANSPORTS,
  type LoginInput,
  type OwnUser,
  type RefreshInput,
  type SessionInfo,
  type SignupInput,
  type TokenTransport,
} from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import type { Delivery } from '../lib/delivery.ts'
import type { Turn } from '../lib/limits/fairQueue.ts'
import type { PasswordPool } from '../lib/passwords/pool.ts'
import { addressKey, type CreateRateLimit } from '../lib/rateLimit.ts'
import { normalizeEmail, usernameKey } from '../lib/text.ts'
import { requireUser, type AuthenticateToken } from '../lib/auth/access.ts'
import type { DeviceTokens } from '../lib/auth/deviceTokens.ts'
import { idempotent, requestKey, requireSameRequest, type Idempotent } from '../lib/idempotency.ts'
import type { KeyedMutex } from '../lib/keyedMutex.ts'
import type { AccessTokens } from '../lib/auth/tokens.ts'
import { fieldCode, validate } from '../lib/validate.ts'
import { RATE_LIMITS } from '../lib/limits/rateLimits.ts'
import { toOwnUser, toUser, type UserModel, type UserRecord } from '../models/user.model.ts'
import {
  emailSchema,
  fullNameSchema,
  newPasswordSchema,
  passwordFits,
  preparePassword,
  usernameSchema,
} from './auth.schemas.ts'
import type { SignupPolicy } from './signupPolicy.service.ts'
import type { Client, OpenSession, SessionService } from './session.service.ts'
import { updateNamesakes } from './namesake.service.ts'
import { createUser } from './user.repository.ts'

export interface AuthControllerDeps {
  users: UserModel
  sessions: SessionService
  passwords: PasswordPool
  tokens: AccessTokens
  devices: Pick<DeviceTokens, 'deviceOf'>
  authenticateToken: AuthenticateToken
  createRateLimit: CreateRateLimit
  delivery: Pick<Delivery, 'userChanged'>
  signupPolicy: SignupPolicy
  /** Runs the repeats of one signup one after the other, on all nodes. */
  mutex: KeyedMutex
  /** Prepares the conversations of a new user. */
  welcome: (userId: string) => Promise<void>
  config: Pick<Config, 'signupsPerHour' | 'loginFailuresPer15Minutes' | 'costLimits'>
}

/**
 * The result of a login, a signup or a refresh. The route sends the tokens as cookies or in the body, by `transport`.
 */
export interface Grant {
  user: OwnUser
  accessToken: string
  accessExpiresAt: Date
  refreshToken: string
  transport: TokenTransport
}

/** The tokens by which a request identifies its session. Each may be missing. */
export interface Credentials {
  accessToken: string | undefined
  refreshCookie: string | undefined
  /** The user for whom the client acts, if it says so. */
  expectedUser?: string | undefined
}

/** Signup, login, refresh and logout. Each throws AppError `invalid_input` too. */
export interface AuthController {
  /**
   * Creates an account and opens its first session. A repeat with the same key and the password of the account opens a session of
   * it.
   * @throws AppError `username_taken`, `email_taken`, `signup_closed`, `idempotency_key_reused`, `rate_limited` (per address)
   */
  signup(input: unknown, client: Client): Promise<Grant>
  /**
   * Checks the password and opens a session.
   * @throws AppError `invalid_credentials` (the same words whether the account exists or not), `account_disabled`,
   * `rate_limited` (after failures)
   * @param deviceCookie the cookie of a browser in which users have signed in before
   */
  login(input: unknown, client: Client, deviceCookie?: string): Promise<Grant>
  /**
   * Exchanges a refresh token. A token in the body is used before the cookie, and is answered in the body.
   * @throws AppError `unauthenticated`, `session_ended`, `other_user`, `rate_limited` (by session; tokens that are not valid by
   * address)
   */
  refresh(input: unknown, client: Client, credentials: Credentials): Promise<Grant>
  /**
   * Returns the signed-in user, if there is one. It refuses no visitor: a page asks it first, and a browser shows a refusal as
   * an error in its console.
   */
  session(credentials: Credentials): Promise<SessionInfo>
  /** Ends every session for which the request shows a good token. Does nothing without one. @throws AppError `other_user` */
  logout(input: unknown, credentials: Credentials): Promise<void>
}

/** The limit of an address is this many times the limit of an account: a whole school may share one address. */
const ADDRESS_FACTOR = 5

/** Creates the controller of signup, login, refresh and logout. */
export function createAuthController({
  users,
  sessions,
  passwords,
  tokens,
  devices,
  authenticateToken,
  createRateLimit,
  delivery,
  signupPolicy,
  mutex,
  welcome,
  config,
}: AuthControllerDeps): AuthController {
  const failures = config.loginFailuresPer15Minutes
  const limits = {
    signup: createRateLimit({ name: 'new_accounts', ...RATE_LIMITS.new_accounts, points: config.signupsPerHour }),
    login: createRateLimit({ name: 'failed_logins', ...RATE_LIMITS.failed_logins, points: failures }),
    address: createRateLimit({
      name: 'failed_logins_of_address',
      ...RATE_LIMITS.failed_logins_of_address,
      points: failures * ADDRESS_FACTOR,
    }),
    refresh: createRateLimit({
      name: 'session_refreshes',
      ...RATE_LIMITS.session_refreshes,
      points: config.costLimits.refreshesPerMinute,
    }),
    token: createRateLimit({
      name: 'invalid_tokens',
      ...RATE_LIMITS.invalid_tokens,
      points: config.costLimits.invalidTokensPerMinute,
    }),
  }

  return { signup, login, refresh, session, logout }

  async function signup(input: unknown, client: Client): Promise<Grant> {
    const { idempotencyKey, transport, ...fields } = validate(signupSchema, input)
    if (idempotencyKey === undefined)
      return grant(await sessions.open(await createAccount(fields, client), client), transport)
    const signupKey = requestKey(['signup'], idempotencyKey)
    const user = await mutex(`signup ${signupKey}`, async () => {
      const first = await users.findOne({ signupKey }).lean()
      return first ? repeated(first, fields, client) : createAccount(fields, client, signupKey)
    })
    return grant(await sessions.open(user, client), transport)
  }

  async function createAccount(fields: SignupFields, client: Client, signupKey?: string): Promise<UserRecord> {
    const { username, email, fullName, password, invite, setupCode } = fields
    await limits.signup.take(addressKey(client.ip))
    // The id follows from the key: a repeat after a crash has the same, and finds the use of the invitation that it held.
    const newId = signupKey === undefined ? new Types.ObjectId() : idOfKey(signupKey)
    const admission = await signupPolicy.admit(email, { invite, setupCode }, newId)
    const passwordHash = await passwords.hash(password, { group: addressKey(client.ip), key: usernameKey(username) })
    const user = await admission((userId) =>
      createUser(users, { username, email, fullName, passwordHash, signupKey }, { userId }),
    )
    await prepare(user)
    return user
  }

  /**
   * Checks that the repeat of a signup is that of the account. The key alone opens no session.
   * @throws AppError `idempotency_key_reused`
   */
  async function repeated(
    user: UserRecord,
    { username, email, password }: SignupFields,
    client: Client,
  ): Promise<UserRecord> {
    const address = addressKey(client.ip)
    const account = `signup ${user._id.toHexString()}`
    await limits.login.take(account)
    requireSameRequest(
      user.usernameKey === usernameKey(username) &&
        user.email === normalizeEmail(email) &&
        (await isPasswordOf(user, password, { group: address, key: account })),
    )
    await limits.login.reset(account)
    // The server may have been killed after it stored the account. A user who has connected is prepared.
    if (user.lastSeenAt === null) await prepare(user)
    return user
  }

  async function prepare(user: UserRecord): Promise<void> {
    for (const namesake of await updateNamesakes(users, [user.fullNameSkeleton]))
      if (!namesake._id.equals(user._id)) await delivery.userChanged(toUser(namesake))
    await welcome(user._id.toHexString())
  }

  async function login(input: unknown, client: Client, deviceCookie?: string): Promise<Grant> {
    const { login: name, password, transport } = validate(loginSchema, input)
    const address = addressKey(client.ip)
    const found = await users
      .findOne(name.includes('@') ? { email: normalizeEmail(name) } : { usernameKey: usernameKey(name) })
      .lean()
    const userId = found?._id.toHexString() ?? ''
    const device = devices.deviceOf(userId, deviceCookie)
    // The account's limit counts before the check and resets after a success, so that many guesses sent at the same
    // time cannot all pass under the limit. The address's limit counts failures only, and after the check: many users
    // sign in from one address, and strangers' wrong passwords must not keep a right one out. It does not reset after a
    // success: an attacker could otherwise buy guesses with an account of his own.
    // A browser in which the user has signed in before counts for itself, and hashes in the turn of the user: strangers behind the same
    // address must not keep the user out of it. They stay bounded, since they have no such browser. A new browser shares their count:
    // nothing tells its user from them before the password is checked, and checking without a count would be guessing without one.
    const key = name.includes('@') ? normalizeEmail(name) : usernameKey(name)
    const [account, turn] =
      device === null
        ? [`${address} ${key}`, { group: address, key }]
        : [`device ${device}`, { group: `user ${userId}`, key: device }]
    await limits.login.take(account)

    const user = (await isPasswordOf(found, password, turn)) ? found : null
    if (!user) {
      await limits.address.take(address)
      throw new AppError('invalid_credentials')
    }
    await limits.login.reset(account)
    const granted = await grant(await sessions.open(user, client), transport, user.passwordHash)
    await rehash(user, password)
    return granted
  }

  async function refresh(input: unknown, client: Client, { refreshCookie, expectedUser }: Credentials): Promise<Grant> {
    const { refreshToken } = validate(refreshSchema, input)
    const session = await sessions
      .rotate(refreshToken ?? refreshCookie, client, async ({ id, userId }) => {
        requireUser({ userId }, expectedUser)
        await limits.refresh.take(id)
      })
      .catch(async (error: unknown) => {
        // Only a token that is not valid counts against its address. A live one is never refused for strangers.
        if (error instanceof AppError && error.status === 401) await limits.token.take(addressKey(client.ip))
        throw error
      })
    return grant(session, refreshToken === undefined ? 'cookie' : 'bearer')
  }

  async function session({ accessToken, refreshCookie }: Credentials): Promise<SessionInfo> {
    const actor = await authenticateToken(accessToken).catch((error: unknown) => {
      if (error instanceof AppError && error.status === 401) return null
      throw error
    })
    const user = actor && (await users.findById(actor.userId).lean())
    if (user) return { user: toOwnUser(user), isRefreshable: true }
    return { user: null, isRefreshable: (await sessions.findByToken(refreshCookie)) !== null }
  }

  async function logout(input: unknown, { accessToken, refreshCookie, expectedUser }: Credentials): Promise<void> {
    const { refreshToken } = validate(refreshSchema, input)
    const session = await sessions.findByToken(refreshToken ?? refreshCookie)
    // A tab must not sign out another user, after a sign-in in another tab.
    if (session) requireUser(session, expectedUser)
    if (accessToken !== undefined) {
      const sessionId = sessionOf(accessToken)
      if (sessionId !== null) await sessions.end(sessionId, 'logged_out')
    }
    if (session) await sessions.end(session.id, 'logged_out')
  }

  /**
   * Issues an access token. It reads the account after the session was opened: a request that changes a role or
   * disables an account ends the account's sessions afterwards, so either this read sees the change or that request
   * ends this session. The same holds for a password that was replaced while the old one was checked.
   * @param checkedHash the hash that the password was checked with, at a login
   */
  async function grant(
    session: OpenSession,
    transport: TokenTransport = 'cookie',
    checkedHash?: string,
  ): Promise<Grant> {
    const user = await users.findById(session.userId).lean()
    if (!user || user.state === 'deleted') {
      await sessions.end(session.id, 'revoked')
      throw new AppError('account_gone')
    }
    if (user.state === 'disabled') {
      await sessions.end(session.id, 'revoked')
      throw new AppError('account_disabled')
    }
    if (checkedHash !== undefined && user.passwordHash !== checkedHash) {
      await sessions.end(session.id, 'revoked')
      throw new AppError('invalid_credentials')
    }
    const access = tokens.issue({ userId: String(user._id), sessionId: session.id })
    return {
      user: toOwnUser(user),
      accessToken: access.token,
      accessExpiresAt: access.expiresAt,
      refreshToken: session.refreshToken,
      transport,
    }
  }

  /**
   * Checks a password. It does the same work when there is no such account and when no account can have the password,
   * so that the time of the answer does not show whether an account exists.
   */
  async function isPasswordOf(user: UserRecord | null, password: string, turn: Turn): Promise<boolean> {
    const possible = user !== null && user.state !== 'deleted' && passwordFits(password)
    const matches = await passwords.verify(
      preparePassword(password),
      possible ? user.passwordHash : passwords.dummyHash,
      turn,
    )
    return possible && matches
  }

  /** Hashes the password again after BCRYPT_COST was changed: the server has the password only at a login. */
  async function rehash(user: UserRecord, password: string): Promise<void> {
    if (!passwords.isOutdated(user.passwordHash)) return
    // A busy password thread refuses this; then the next login does it.
    const passwordHash = await passwords.hash(preparePassword(password)).catch(() => null)
    if (passwordHash !== null)
      await users.updateOne({ _id: user._id, passwordHash: user.passwordHash }, { $set: { passwordHash } })
  }

  function sessionOf(accessToken: string): string | null {
    try {
      return tokens.verify(accessToken).sessionId
    } catch {
      return null
    }
  }
}

type SignupFields = Omit<SignupInput, 'transport'>

/** Returns the id of the account that a signup with this key makes. */
function idOfKey(signupKey: string): Types.ObjectId {
  return new Types.ObjectId(Buffer.from(signupKey, 'base64url').subarray(0, 12))
}

const transport = z.enum(TOKEN_TRANSPORTS).optional()

const signupSchema = z.strictObject({
  username: usernameSchema,
  email: emailSchema,
  fullName: fullNameSchema,
  password: newPasswordSchema,
  invite: z
    .string({ error: fieldCode('must_be_invite_token') })
    .max(100, fieldCode('must_be_invite_token'))
    .optional(),
  setupCode: z.string().max(100).optional(),
  transport,
  ...idempotent,
}) satisfies z.ZodType<SignupInput & Idempotent>

const loginSchema = z.strictObject({
  login: z
    .string({ error: fieldCode('must_be_login') })
    .trim()
    .min(1)
    .max(LIMITS.emailMax),
  password: z.string().min(1),
  transport,
}) satisfies z.ZodType<LoginInput>

const refreshSchema = z.strictObject({
  refreshToken: z.string().optional(),
}) satisfies z.ZodType<RefreshInput>
