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
  usernameSchema,
} from '../accounts/index.ts'
import type { AdminUserController } from './adminUser.controller.ts'
import type { AdminRequest, AuditController } from './audit.controller.ts'
import type { BroadcastController } from '../broadcasts/index.ts'

/** What the audit log has for an address. */
const HERE = 'command line'
/** Time for the servers on MongoDB to find it themselves: only they reach who is connected. */
const HAND_OVER_MS = 2000

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
  /** Whether a broadcast goes out from here; otherwise it is left to the servers. */
  sends: boolean
}

/** What `jobs` answers. */
export interface JobsReport {
  /** How many dead jobs were put back. */
  putBack: number
  stats: JobStats
  dead: DeadJob[]
}

/** What `createAdmin` and `resetPassword` answer. */
export interface AccountChange {
  user: AdminUser
  /** Null: the password was given. */
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

/** What somebody may do who has the server's own command line: the same as in the panel, kept in the same log, by nobody's name. */
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
}: AdminCommandDeps) {
  const { User } = models

  async function audited<T>(request: Omit<AdminRequest, 'ip'>, work: () => Promise<T>): Promise<T> {
    const settle = await audit.begin(null, { ...request, ip: HERE })
    try {
      const result = await work()
      settle?.('done')
      return result
    } catch (error) {
      settle?.(toProblem(error).code)
      throw error
    }
  }

  /** @throws AppError `not_found` */
  async function person(name: string): Promise<UserRecord> {
    const found = await User.findOne(
      name.includes('@') ? { email: normalizeEmail(name) } : { usernameKey: usernameKey(name) },
    ).lean()
    if (!found || found.state === 'deleted') throw new AppError('no_account_of_login', { login: name })
    return found
  }

  /** Who a broadcast is from when nobody is named: whoever has been admin here for the longest. */
  async function sender(name: string | undefined): Promise<Actor> {
    const found =
      name === undefined
        ? await User.findOne({ role: 'admin', state: 'active' }).sort({ createdAt: 1 }).lean()
        : await person(name)
    if (found?.role !== 'admin')
      throw name === undefined ? new AppError('no_admin_yet') : new AppError('sender_not_admin', { login: name })
    return { userId: found._id.toHexString(), role: 'admin', sessionId: '' }
  }

  const commands = {
    /** @throws AppError `invalid_input`, `username_taken`, `email_taken` */
    createAdmin(input: unknown): Promise<AccountChange> {
      const { password, ...account } = validate<z.output<typeof createSchema>>(createSchema, input)
      return audited({ method: 'POST', path: '/users', action: 'user.create', input: account }, async () => {
        // Nobody's password, until the link is used.
        const passwordHash = await passwords.hash(password ?? randomBytes(32).toString('base64url'))
        const { _id } = await createUser(User, { ...account, passwordHash })
        const id = _id.toHexString()
        await markAnnouncementsRead(id)
        const user = await users.changeRole(NOBODY, { id, role: 'admin' })
        return { user, link: password === undefined ? await users.resetLink(null, { id }) : null }
      })
    },

    /** @throws AppError `invalid_input`, `not_found`, `last_admin` */
    async setRole(input: unknown): Promise<AdminUser> {
      const { login, role } = validate(roleSchema, input)
      const id = (await person(login))._id.toHexString()
      return audited({ method: 'PATCH', path: `/users/${id}`, input: { role } }, () =>
        users.changeRole(NOBODY, { id, role }),
      )
    },

    /** Without a password, a link to a new one. @throws AppError `invalid_input`, `not_found` */
    async resetPassword(input: unknown): Promise<AccountChange> {
      const { login, password } = validate<z.output<typeof resetSchema>>(resetSchema, input)
      const id = (await person(login))._id.toHexString()
      const request =
        password === undefined
          ? { path: `/users/${id}/reset-link` }
          : { path: `/users/${id}`, action: 'user.resetPassword' }
      return audited({ method: 'POST', input: {}, ...request }, async () => {
        const link = await users.resetLink(null, { id })
        if (password !== undefined) await reset({ token: link.token, password }, { ip: '', userAgent: '' })
        return { user: await users.get(NOBODY, { id }), link: password === undefined ? link : null }
      })
    },

    /** To everybody. @throws AppError `invalid_input`, `not_found`, `forbidden` */
    async broadcast(input: unknown): Promise<Broadcast> {
      const { from, ...content } = validate<z.output<typeof broadcastSchema>>(broadcastSchema, input)
      const actor = await sender(from)
      const sendAt = sends ? null : new Date(Date.now() + HAND_OVER_MS).toISOString()
      const { id } = await audited({ method: 'POST', path: '/broadcasts', input: content }, () =>
        broadcasts.create(actor, { ...content, sendAt }),
      )
      return audited({ method: 'POST', path: `/broadcasts/${id}/send`, input: {} }, () =>
        broadcasts.send(actor, { id }),
      )
    },

    stats: (): Promise<ServerStats> => stats(),

    /** Background work: how much waits, and what was given up; with `retry`, that begins anew. @throws AppError `invalid_input` */
    async jobs(input: unknown): Promise<JobsReport> {
      const { retry } = validate(jobsSchema, input)
      const dead = await jobs.dead()
      const putBack = retry
        ? await audited({ method: 'POST', path: '/jobs/retry', action: 'jobs.retry', input: {} }, () => jobs.requeue())
        : 0
      return { putBack, stats: await jobs.stats(), dead }
    },
  }

  return {
    /** @throws AppError as the commands do, `not_found` where there is none of this name */
    run(name: string, input: unknown): Promise<unknown> {
      const command = new Map<string, (input: unknown) => Promise<unknown>>(Object.entries(commands)).get(name)
      if (!command) return Promise.reject(new AppError('no_such_command', { name }))
      return command(input)
    },
  }
}

/** Whom the controllers do not ask for. */
const NOBODY: Actor = { userId: '', role: 'admin', sessionId: '' }
