import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Config } from '../config.ts'
import {
  LIMITS,
  TOKEN_TRANSPORTS,
  type LoginInput,
  type OwnUser,
  type RefreshInput,
  type SettingsInput,
  type SignupInput,
  type TokenTransport,
} from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import type { PasswordPool } from '../lib/passwords/pool.ts'
import type { Actor, Delivery } from '../lib/delivery.ts'
import { addressKey, type CreateRateLimit } from '../lib/rateLimit.ts'
import { normalizeEmail, usernameKey } from '../lib/text.ts'
import type { AccessTokens } from '../lib/tokens.ts'
import { validate } from '../lib/validate.ts'
import type { SessionModel } from '../models/session.model.ts'
import { createUser, naming, toOwnUser, toUser, type UserModel, type UserRecord } from '../models/user.model.ts'
import {
  bioSchema,
  emailSchema,
  fullNameSchema,
  newPasswordSchema,
  passwordFits,
  preparePassword,
  statusTextSchema,
  usernameSchema,
} from './auth.schemas.ts'
import type { SignupPolicy } from './signupPolicy.service.ts'
import { createSessionService, type Client, type OpenSession } from './session.service.ts'

export interface AuthControllerDeps {
  users: UserModel
  sessions: SessionModel
  passwords: PasswordPool
  tokens: AccessTokens
  delivery: Delivery
  createRateLimit: CreateRateLimit
  /** Who may sign up. */
  signupPolicy: SignupPolicy
  /** Prepares what a new person finds. */
  welcome: (userId: string) => Promise<void>
  config: Pick<Config, 'sessionSeconds' | 'signupsPerHour' | 'loginFailuresPer15Minutes'>
}

/** What a login, a signup or a refresh gives; the route decides by `transport` where the tokens travel. */
export interface Grant {
  user: OwnUser
  accessToken: string
  accessExpiresAt: Date
  refreshToken: string
  transport: TokenTransport
}

/** What a request carries to identify its session by: any of them may be missing. */
export interface Credentials {
  accessToken: string | undefined
  refreshCookie: string | undefined
}

export type AuthController = ReturnType<typeof createAuthController>

/** Addresses share their limit five times over: behind one there may be a whole school. */
const ADDRESS_FACTOR = 5
const REFRESHES_PER_MINUTE = 60
/** One an hour is usual; each is told to everybody who is online. */
const PROFILES_PER_HOUR = 60

export function createAuthController({
  users,
  sessions,
  passwords,
  tokens,
  delivery,
  createRateLimit,
  signupPolicy,
  welcome,
  config,
}: AuthControllerDeps) {
  const keeper = createSessionService({ sessions, delivery, seconds: config.sessionSeconds })
  const failures = config.loginFailuresPer15Minutes
  const limits = {
    signup: createRateLimit({ name: 'new accounts from this address', points: config.signupsPerHour, seconds: 3600 }),
    login: createRateLimit({ name: 'failed logins', points: failures, seconds: 900 }),
    address: createRateLimit({
      name: 'failed logins from this address',
      points: failures * ADDRESS_FACTOR,
      seconds: 900,
    }),
    profile: createRateLimit({ name: 'changes of your profile', points: PROFILES_PER_HOUR, seconds: 3600 }),
    refresh: createRateLimit({
      name: 'refreshes of sessions from this address',
      points: REFRESHES_PER_MINUTE,
      seconds: 60,
    }),
  }

  return { signup, login, refresh, logout, me, updateMe }

  /** @throws AppError `username_taken`, `email_taken`, `signup_closed`, `rate_limited` (per address) */
  async function signup(input: unknown, client: Client): Promise<Grant> {
    const { username, email, fullName, password, invite, transport } = validate(signupSchema, input)
    await limits.signup.take(addressKey(client.ip))
    const admitted = await signupPolicy.admit(email, invite)
    const user = await admitted(async () =>
      createUser(users, { username, email, fullName, passwordHash: await passwords.hash(password) }),
    )
    await welcome(user._id.toHexString())
    return grant(await keeper.open(user._id, client), transport)
  }

  /** @throws AppError `invalid_credentials`, in one wording whether the account exists or not; `account_disabled`; `rate_limited` after failures */
  async function login(input: unknown, client: Client): Promise<Grant> {
    const { login: name, password, transport } = validate(loginSchema, input)
    const address = addressKey(client.ip)
    // Counted before the check and forgotten after a success, so that guesses sent at once cannot all slip under the limit.
    // The shared limit of the address is only looked at before: many people may be signing in from there at this moment.
    // Nor is it reset by a success: one's own account would otherwise buy guesses at the others'.
    const account = `${address} ${name.includes('@') ? normalizeEmail(name) : usernameKey(name)}`
    await limits.address.take(address, 0)
    await limits.login.take(account)

    const found = await users
      .findOne(name.includes('@') ? { email: normalizeEmail(name) } : { usernameKey: usernameKey(name) })
      .lean()
    const user = (await isPasswordOf(found, password)) ? found : null
    if (!user) {
      await limits.address.take(address)
      throw new AppError('invalid_credentials', 'The name or the password is wrong.')
    }
    await limits.login.reset(account)
    await rehash(user, password)
    return grant(await keeper.open(user._id, client), transport)
  }

  /** The token of the body wins over the cookie and is answered in the body. @throws AppError `unauthenticated`, `session_ended` */
  async function refresh(input: unknown, client: Client, { refreshCookie }: Credentials): Promise<Grant> {
    const { refreshToken } = validate(refreshSchema, input)
    await limits.refresh.take(addressKey(client.ip))
    const session = await keeper.rotate(refreshToken ?? refreshCookie, client)
    return grant(session, refreshToken === undefined ? 'cookie' : 'bearer')
  }

  /** Ends every session the request can show a good token of. Showing none, or one that ended, is no error. */
  async function logout(input: unknown, { accessToken, refreshCookie }: Credentials): Promise<void> {
    const { refreshToken } = validate(refreshSchema, input)
    if (accessToken !== undefined) {
      const sessionId = sessionOf(accessToken)
      if (sessionId !== null) await keeper.end(sessionId, 'logged_out')
    }
    await keeper.endByToken(refreshToken ?? refreshCookie)
  }

  async function me(actor: Actor): Promise<OwnUser> {
    const user = await users.findById(actor.userId).lean()
    if (!user) throw new AppError('session_ended', 'This account is gone.')
    return toOwnUser(user)
  }

  /** Changes one's own settings and profile; what everybody may know is told to everybody. @throws AppError `invalid_input`, `rate_limited` */
  async function updateMe(actor: Actor, input: unknown): Promise<OwnUser> {
    const { fullName, ...changes } = validate<z.output<typeof settingsSchema>>(settingsSchema, input)
    const isProfile = fullName !== undefined || changes.bio !== undefined || changes.statusText !== undefined
    // Each goes to every connection.
    if (isProfile) await limits.profile.take(actor.userId)
    const before = await users.findById(actor.userId).lean()
    if (!before) throw new AppError('session_ended', 'This account is gone.')
    const update = { ...changes, ...(fullName !== undefined && naming(before.username, fullName)) }
    const user = await users
      .findOneAndUpdate({ _id: actor.userId, state: { $ne: 'deleted' } }, { $set: update }, { returnDocument: 'after' })
      .lean()
    if (!user) throw new AppError('session_ended', 'This account is gone.')
    if (user.hidesReadReceipts !== before.hidesReadReceipts) delivery.ownUserChanged(toOwnUser(user))
    if (isProfile && !isDeepStrictEqual(toUser(user), toUser(before))) delivery.userChanged(toUser(user))
    return toOwnUser(user)
  }

  /**
   * Looks at the account once more, now that the session is there: whoever takes a role away or disables an account ends its sessions
   * after it, and so ends this one too if it had not done so by now.
   */
  async function grant(session: OpenSession, transport: TokenTransport = 'cookie'): Promise<Grant> {
    const user = await users.findById(session.userId).lean()
    if (!user || user.state === 'deleted') {
      await keeper.end(session.id, 'revoked')
      throw new AppError('session_ended', 'This account is gone.')
    }
    if (user.state === 'disabled') {
      await keeper.end(session.id, 'revoked')
      throw new AppError('account_disabled', 'This account is disabled. Ask an admin.')
    }
    const access = tokens.issue({ userId: String(user._id), role: user.role, sessionId: session.id })
    return {
      user: toOwnUser(user),
      accessToken: access.token,
      accessExpiresAt: access.expiresAt,
      refreshToken: session.refreshToken,
      transport,
    }
  }

  /** Does the same work for nobody's account and for a password that nobody can have, so that time tells nothing either. */
  async function isPasswordOf(user: UserRecord | null, password: string): Promise<boolean> {
    const possible = user !== null && user.state !== 'deleted' && passwordFits(password)
    const matches = await passwords.verify(
      preparePassword(password),
      possible ? user.passwordHash : passwords.dummyHash,
    )
    return possible && matches
  }

  /** BCRYPT_COST was changed: only now, with the password at hand, can the hash follow. */
  async function rehash(user: UserRecord, password: string): Promise<void> {
    if (!passwords.isOutdated(user.passwordHash)) return
    // When the thread is too busy for it, the next login will do.
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

const transport = z.enum(TOKEN_TRANSPORTS, { error: `must be one of ${TOKEN_TRANSPORTS.join(', ')}` }).optional()

const signupSchema = z.strictObject({
  username: usernameSchema,
  email: emailSchema,
  fullName: fullNameSchema,
  password: newPasswordSchema,
  invite: z
    .string({ error: 'must be the token of an invitation' })
    .max(100, 'is not the token of an invitation')
    .optional(),
  transport,
}) satisfies z.ZodType<SignupInput>

const loginSchema = z.strictObject({
  login: z
    .string({ error: 'must be a username or an e-mail address' })
    .trim()
    .min(1, 'must not be empty')
    .max(LIMITS.emailMax, 'is too long'),
  password: z.string({ error: 'must be text' }).min(1, 'must not be empty'),
  transport,
}) satisfies z.ZodType<LoginInput>

const refreshSchema = z.strictObject({
  refreshToken: z.string({ error: 'must be a refresh token' }).optional(),
}) satisfies z.ZodType<RefreshInput>

const settingsSchema = z.strictObject({
  fullName: fullNameSchema.optional(),
  bio: bioSchema.optional(),
  statusText: statusTextSchema.optional(),
  hidesReadReceipts: z.boolean({ error: 'must be true or false' }).optional(),
}) satisfies z.ZodType<SettingsInput>
