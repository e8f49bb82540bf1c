import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import {
  BROADCAST_PRIORITIES,
  USER_ROLES,
  type AdminUser,
  type Broadcast,
  type ResetLink,
  type ServerStats,
} from '../contract/index.ts'
import { AppError, toProblem } from '../lib/errors.ts'
import type { DeadJob, Jobs, JobStats } from '../lib/jobs.ts'
import type { PasswordPool } from '../lib/passwords/pool.ts'
import type { Actor } from '../lib/delivery.ts'
import { normalizeEmail, usernameKey } from '../lib/text.ts'
import { fieldCode, validate } from '../lib/validate.ts'
import type { Models } from '../models/index.ts'
import type { UserRecord } from '../models/user.model.ts'
import {
  createUser,
  emailSchema,
  fullNameSchema,
  newPasswordSchema,
  type PasswordResetController,
  updateNamesakes,
  usernameSchema,
} from '../accounts/index.ts'
import type { AdminUserController } from './adminUser.controller.ts'
import type { AdminRequest, AuditController } from './audit.controller.ts'
import type { BroadcastController } from '../broadcasts/index.ts'

/** The address that the audit log shows for a command. */
const COMMAND_LINE = 'command line'
/**
 * With a shared database, a broadcast is due after this time. The servers then send it, because only they have the
 * connections.
 */
const SHARED_DELAY_MS = 2000

export interface AdminCommandDeps {
  models: Pick<Models, 'User'>
  audit: Pick<AuditController, 'begin'>
  users: AdminUserController
  broadcasts: BroadcastController
  passwords: PasswordPool
  reset: PasswordResetController['reset']
  markAnnouncementsRead: (userId: string) => Promise<void>
  stats: () => Promise<ServerStats>
  jobs: Pick<Jobs, 'stats' | 'dead' | 'requeue'>
  /** Whether this process sends broadcasts. Otherwise the servers do. */
  sends: boolean
}

/** The answer of `jobs`. */
export interface JobsReport {
  /** The number of dead jobs that were queued again. */
  requeued: number
  stats: JobStats
  dead: DeadJob[]
}

/** The answer of `createAdmin` and `resetPassword`. */
export interface AccountChange {
  user: AdminUser
  /** Null when the command set the password. */
  link: ResetLink | null
}

const login = z
  .string({ error: fieldCode('must_be_login') })
  .trim()
  .min(1)
const createSchema = z.strictObject({
  username: usernameSchema,
  email: emailSchema,
  fullName: fullNameSchema,
  password: newPasswordSchema.optional(),
})
const roleSchema = z.strictObject({ login, role: z.enum(USER_ROLES) })
const resetSchema = z.strictObject({ login, password: newPasswordSchema.optional() })
const broadcastSchema = z.strictObject({
  text: z.string(),
  title: z.string().default(''),
  priority: z.enum(BROADCAST_PRIORITIES).optional(),
  needsAcknowledgement: z.boolean().optional(),
  from: login.optional(),
})

const jobsSchema = z.strictObject({ retry: z.boolean() })

export interface AdminCommands {
  /** Runs a command. @throws AppError as the command does, and `not_found` when there is no command of this name */
  run(name: string, input: unknown): Promise<unknown>
}

/**
 * Creates the commands for an operator on the server's own command line. They do the same as the panel, and write the
 * same audit log, without a user.
 */
export function createAdminCommands({
  models,
  audit,
  users,
  broadcasts,
  passwords,
  reset,
  markAnnouncementsRead,
  stats,
  jobs,
  sends,
}: AdminCommandDeps): AdminCommands {
  const { User } = models

  async function audited<T>(request: Omit<AdminRequest, 'ip'>, work: () => Promise<T>): Promise<T> {
    const settle = await audit.begin(null, { ...request, ip: COMMAND_LINE })
    try {
      const result = await work()
      settle?.('done')
      return result
    } catch (error) {
      settle?.(toProblem(error).code)
      throw error
    }
  }

  /** Finds a user by username or e-mail address. @throws AppError `not_found` */
  async function findUser(name: string): Promise<UserRecord> {
    const found = await User.findOne(
      name.includes('@') ? { email: normalizeEmail(name) } : { usernameKey: usernameKey(name) },
    ).lean()
    if (!found || found.state === 'deleted') throw new AppError('no_account_of_login', { login: name })
    return found
  }

  /** Returns the sender of a broadcast. Without a name it is the admin with the oldest account. */
  async function sender(name: string | undefined): Promise<Actor> {
    const found =
      name === undefined
        ? await User.findOne({ role: 'admin', state: 'active' }).sort({ createdAt: 1 }).lean()
        : await findUser(name)
    if (found?.role !== 'admin')
      throw name === undefined ? new AppError('no_admin_yet') : new AppError('sender_not_admin', { login: name })
    return { userId: found._id.toHexString(), role: 'admin', sessionId: '' }
  }

  const commands = {
    /**
     * Creates an account with the role of an admin. @throws AppError `invalid_input`, `username_taken`, `email_taken`
     */
    createAdmin(input: unknown): Promise<AccountChange> {
      const { password, ...account } = validate<z.output<typeof createSchema>>(createSchema, input)
      return audited({ method: 'POST', path: '/users', action: 'user.create', input: account }, async () => {
        // No user knows this password. The link sets the first one.
        const passwordHash = await passwords.hash(password ?? randomBytes(32).toString('base64url'))
        const { _id, fullNameSkeleton } = await createUser(User, { ...account, passwordHash }, { mayBeReserved: true })
        const id = _id.toHexString()
        await markAnnouncementsRead(id)
        await updateNamesakes(User, [fullNameSkeleton])
        const user = await users.changeRole(NO_ACTOR, { id, role: 'admin' })
        return { user, link: password === undefined ? await users.resetLink(null, { id }) : null }
      })
    },

    /** Changes the role of a user. @throws AppError `invalid_input`, `not_found`, `last_admin` */
    async setRole(input: unknown): Promise<AdminUser> {
      const { login, role } = validate(roleSchema, input)
      const id = (await findUser(login))._id.toHexString()
      return audited({ method: 'PATCH', path: `/users/${id}`, input: { role } }, () =>
        users.changeRole(NO_ACTOR, { id, role }),
      )
    },

    /** Sets a password, or returns a link to set one. @throws AppError `invalid_input`, `not_found` */
    async resetPassword(input: unknown): Promise<AccountChange> {
      const { login, password } = validate<z.output<typeof resetSchema>>(resetSchema, input)
      const id = (await findUser(login))._id.toHexString()
      const request =
        password === undefined
          ? { path: `/users/${id}/reset-link` }
          : { path: `/users/${id}`, action: 'user.resetPassword' }
      return audited({ method: 'POST', input: {}, ...request }, async () => {
        const link = await users.resetLink(null, { id })
        if (password !== undefined) await reset({ token: link.token, password }, { ip: '', userAgent: '' })
        return { user: await users.get(NO_ACTOR, { id }), link: password === undefined ? link : null }
      })
    },

    /** Sends a broadcast to every user. @throws AppError `invalid_input`, `not_found`, `forbidden` */
    async broadcast(input: unknown): Promise<Broadcast> {
      const { from, ...content } = validate<z.output<typeof broadcastSchema>>(broadcastSchema, input)
      const actor = await sender(from)
      const sendAt = sends ? null : new Date(Date.now() + SHARED_DELAY_MS).toISOString()
      const { id } = await audited({ method: 'POST', path: '/broadcasts', input: content }, () =>
        broadcasts.create(actor, { ...content, sendAt }),
      )
      return audited({ method: 'POST', path: `/broadcasts/${id}/send`, input: {} }, () =>
        broadcasts.send(actor, { id }),
      )
    },

    stats: (): Promise<ServerStats> => stats(),

    /**
     * Returns how much background work waits, and the dead jobs. With `retry`, it queues the dead jobs again.
     * @throws AppError `invalid_input`
     */
    async jobs(input: unknown): Promise<JobsReport> {
      const { retry } = validate(jobsSchema, input)
      const dead = await jobs.dead()
      const requeued = retry
        ? await audited({ method: 'POST', path: '/jobs/retry', action: 'jobs.retry', input: {} }, () => jobs.requeue())
        : 0
      return { requeued, stats: await jobs.stats(), dead }
    },
  }

  return {
    run(name, input) {
      const command = new Map<string, (input: unknown) => Promise<unknown>>(Object.entries(commands)).get(name)
      if (!command) return Promise.reject(new AppError('no_such_command', { name }))
      return command(input)
    },
  }
}

/** The actor of a command, where the controller does not use the id. */
const NO_ACTOR: Actor = { userId: '', role: 'admin', sessionId: '' }
