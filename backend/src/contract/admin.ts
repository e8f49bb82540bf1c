import type { Report } from './contact.ts'
import type { GroupEvent } from './group.ts'
import type { MessageKind } from './message.ts'
import type { Page } from './page.ts'
import type { ProblemCode } from './problem.ts'
import type { OwnUser, User, UserId, UserRole } from './user.ts'

/** Everything under `/api/admin`: for admins only. */

export const ACCOUNT_STATES = ['active', 'disabled', 'deleted'] as const
/** `disabled`: cannot sign in, all else stays. `deleted`: nothing of the person is left but what they wrote, if that. */
export type AccountState = (typeof ACCOUNT_STATES)[number]

/** What an admin may know of a person. */
export interface AdminUser extends Omit<OwnUser, 'hidesReadReceipts'> {
  state: AccountState
}

export const ADMIN_USER_SORTS = [
  'name',
  '-name',
  'username',
  '-username',
  'created',
  '-created',
  'seen',
  '-seen',
] as const
/** A minus: the other way round. `seen`: who was never there is the longest ago. */
export type AdminUserSort = (typeof ADMIN_USER_SORTS)[number]

/** Query of `GET /api/admin/users`. */
export interface AdminUserQuery {
  /** A prefix of the username, of the e-mail address, or of the full name from any of its words on. */
  q?: string | undefined
  role?: UserRole | undefined
  /** Absent: all but the deleted ones. */
  state?: AccountState | undefined
  /** `name` when absent. */
  sort?: AdminUserSort | undefined
  cursor?: string | undefined
  limit?: number | undefined
}

export interface AdminUserPage extends Page<AdminUser> {
  /** How many there are in all pages. */
  total: number
}

/** Body of `PATCH /api/admin/users/:id`. All sessions of the person end. */
export interface UserRoleInput {
  role: UserRole
}

/** Body of `POST /api/admin/users/:id/mute`. */
export interface MuteInput {
  /** ISO 8601, at most `LIMITS.muteSecondsMax` ahead; null: may write again. */
  until: string | null
}

/** Query of `DELETE /api/admin/users/:id`. */
export interface DeleteUserInput {
  /** Deletes what they wrote as well; repeat the request when it was cut short. */
  messages?: boolean | undefined
}

/** Answer of `POST /api/admin/users/:id/reset-link`: told once, good for one new password. */
export interface ResetLink {
  /** For the page: `/reset/<token>`. */
  token: string
  /** ISO 8601. */
  expiresAt: string
}

/** Body of `POST /api/auth/reset`. All sessions of the person end. */
export interface ResetPasswordInput {
  token: string
  password: string
}

export const REGISTRATION_MODES = ['open', 'invite', 'domain'] as const
/** Who may sign up: everybody; who has an invitation; who has one, or an e-mail address of the `domains`. */
export type RegistrationMode = (typeof REGISTRATION_MODES)[number]

export interface Registration {
  mode: RegistrationMode
  /** Lower case, such as `school.example`; an address of a subdomain is another one. */
  domains: string[]
}

/** Answer of `GET /api/auth/registration?invite=`, for everybody. */
export interface RegistrationInfo {
  mode: RegistrationMode
  domains: string[]
  /** Null: none was given. */
  isInviteValid: boolean | null
}

/** A link that lets people sign up; only a hash of its token is kept, so it is shown once. */
export interface AccountInvite {
  id: string
  /** For the admins to tell it from others. */
  note: string
  createdBy: UserId
  /** ISO 8601. */
  createdAt: string
  expiresAt: string | null
  maxUses: number | null
  uses: number
}

/** Answer of `POST /api/admin/invites`. */
export interface CreatedAccountInvite extends AccountInvite {
  /** Give it as `invite` of the signup. */
  token: string
}

/** Body of `POST /api/admin/invites`. */
export interface AccountInviteInput {
  note?: string | undefined
  /** `LIMITS.inviteSecondsDefault` when absent, for ever when null. */
  expiresInSeconds?: number | null | undefined
  /** As often as one likes when absent or null. */
  maxUses?: number | null | undefined
}

export const WORD_ACTIONS = ['refuse', 'report'] as const
/** `refuse`: the message is not taken (`text_refused`). `report`: it is, and the admins are told. */
export type WordAction = (typeof WORD_ACTIONS)[number]

/** A word, or several, that is looked for in messages, whatever its case and accents. A `*` at its end stands for any ending. */
export interface FilteredWord {
  word: string
  action: WordAction
}

/** What everybody is told until it is taken away. */
export interface Maintenance {
  text: string
}

export const RETENTION_ACTIONS = ['delete', 'archive'] as const
/** `archive`: written to a file in the server's directory before it is deleted. */
export type RetentionAction = (typeof RETENTION_ACTIONS)[number]

/** What becomes of old messages of one kind of conversation. */
export interface RetentionRule {
  /** Messages older than so many days go; null: they stay. */
  days: number | null
  action: RetentionAction
}

export interface Retention {
  direct: RetentionRule
  group: RetentionRule
  broadcast: RetentionRule
}

/** How many messages of each kind. */
export type RetentionCount = Record<keyof Retention, number>

/** Body of `POST /api/admin/retention/dry-run`, which answers how many messages would go now. */
export interface RetentionDryRunInput {
  /** The rules to try; absent: the ones that are set. */
  retention?: Retention | undefined
}

/** `GET /api/admin/retention/run`, and the answer of `POST`, which begins one now. They also begin by themselves. */
export interface RetentionRun {
  state: 'never' | 'running' | 'done' | 'failed'
  /** ISO 8601; null: never. */
  startedAt: string | null
  finishedAt: string | null
  /** Of this run, so far. */
  removed: RetentionCount
  /** How many there were to remove when it began. */
  total: number
  /** Why it failed, for a person. */
  problem: string | null
}

/** A file of removed messages, gzip of JSON Lines: `GET /api/admin/archives` lists them newest first, `GET :name` downloads one. */
export interface Archive {
  /** Of the file. */
  name: string
  kind: keyof Retention
  /** ISO 8601. */
  createdAt: string
  messages: number
  /** Of its oldest and its newest message, ISO 8601. */
  from: string
  to: string
  bytes: number
  sha256: string
  /** ISO 8601: its messages are back; null: they are not. */
  restoredAt: string | null
}

export interface ArchiveList {
  items: Archive[]
}

/** Answer of `POST /api/admin/archives/:id/restore`. */
export interface RestoredArchive {
  restored: number
  /** Whose conversation is gone, that were back already, or of which nothing but attachments was left. */
  skipped: number
}

/** A copy of everything, made while the server runs: `GET /api/admin/backups`, newest first; `GET :name` downloads one. */
export interface Backup {
  name: string
  state: 'running' | 'done' | 'failed'
  /** ISO 8601. */
  createdAt: string
  /** 0 to 1. */
  progress: number
  /** So far. */
  bytes: number
  /** Null until it is done. */
  sha256: string | null
  problem: string | null
}

export interface BackupList {
  items: Backup[]
}

/** `GET` and `PATCH /api/admin/settings`; what is absent in a PATCH stays. */
export interface ServerSettings {
  registration: Registration
  words: FilteredWord[]
  retention: Retention
  maintenance: Maintenance | null
}
export type ServerSettingsInput = { [K in keyof ServerSettings]?: ServerSettings[K] | undefined }

export const REPORT_STATES = ['open', 'resolved'] as const
export type ReportState = (typeof REPORT_STATES)[number]

/** A report in the admins' queue. */
export interface AdminReport extends Report {
  state: ReportState
  /** Null while it is open. */
  resolvedBy: User | null
  /** ISO 8601. */
  resolvedAt: string | null
  /** Of the admins, for themselves. */
  note: string
}

/** Query of `GET /api/admin/reports`: newest first. */
export interface ReportQuery {
  state?: ReportState | undefined
  cursor?: string | undefined
  limit?: number | undefined
}

/** Body of `PATCH /api/admin/reports/:id`; what is absent stays. */
export interface ReportChange {
  state?: ReportState | undefined
  note?: string | undefined
}

/** A message near one that was reported, as admins see it. */
export interface ReportedMessage {
  seq: number
  kind: MessageKind
  /** Of a system message; null otherwise. */
  event: GroupEvent | null
  /** Null: there is no such account. */
  sender: User | null
  title: string | null
  /** Empty when it is gone. */
  text: string
  /** The names of its files; admins cannot open them. */
  files: string[]
  /** ISO 8601. */
  createdAt: string
  editedAt: string | null
  deletedAt: string | null
  /** It went by retention, into a file of the server's; `deletedAt` says when. */
  isArchived: boolean
  /** Somebody of the conversation never got it: its receiver had blocked the sender, or it was an announcement to some. */
  isHiddenFromSome: boolean
}

/** Answer of `GET /api/admin/reports/:id/context`: what was written around the message of a report, as it is now. */
export interface ReportContext {
  /** The place of the message that was reported. */
  seq: number
  /** Ascending by `seq`, itself among them; none where the conversation is gone. */
  items: ReportedMessage[]
}

/**
 * What the audit log calls the requests that it keeps: every one under `/api/admin` that changes something, and those that take
 * much out of the server. A test keeps it complete.
 */
export const ADMIN_ACTIONS = {
  'PATCH /users/:id': 'user.role',
  'POST /users/:id/disable': 'user.disable',
  'POST /users/:id/enable': 'user.enable',
  'POST /users/:id/logout': 'user.logout',
  'POST /users/:id/mute': 'user.mute',
  'POST /users/:id/reset-link': 'user.resetLink',
  'DELETE /users/:id': 'user.delete',
  'GET /users/:id/export': 'user.export',
  'PATCH /reports/:id': 'report.change',
  'GET /reports/:id/context': 'report.context',
  'POST /reports/:id/delete-message': 'report.deleteMessage',
  'PATCH /settings': 'settings.change',
  'POST /invites': 'invite.create',
  'DELETE /invites/:id': 'invite.revoke',
  'POST /broadcasts': 'broadcast.create',
  'PATCH /broadcasts/:id': 'broadcast.change',
  'DELETE /broadcasts/:id': 'broadcast.delete',
  'POST /broadcasts/:id/preview-count': 'broadcast.count',
  'POST /broadcasts/:id/send': 'broadcast.send',
  'POST /broadcasts/:id/cancel': 'broadcast.cancel',
  'POST /broadcasts/:id/remind': 'broadcast.remind',
  'DELETE /broadcasts/:id/remind': 'broadcast.stopReminding',
  'GET /broadcasts/:id/ledger.csv': 'broadcast.export',
  'GET /audit.csv': 'audit.export',
  'POST /retention/dry-run': 'retention.count',
  'POST /retention/run': 'retention.run',
  'GET /archives/:id': 'archive.download',
  'POST /archives/:id/restore': 'archive.restore',
  'DELETE /archives/:id': 'archive.delete',
  'POST /backups': 'backup.create',
  'GET /backups/:id': 'backup.download',
  'DELETE /backups/:id': 'backup.delete',
} as const
/** What is done at the server's command line alone. */
export const COMMAND_LINE_ACTIONS = ['user.create', 'user.resetPassword'] as const
export type AdminAction = (typeof ADMIN_ACTIONS)[keyof typeof ADMIN_ACTIONS] | (typeof COMMAND_LINE_ACTIONS)[number]

/** One line of the audit log. Lines are only ever added. */
export interface AuditEntry {
  id: string
  /** ISO 8601. */
  at: string
  /** Null: somebody at the server's command line. */
  actor: User | null
  /** An `AdminAction`; of an older server perhaps one that is no more. */
  action: string
  /** Whom it was done to, where that is a person. */
  targetUser: User | null
  /** The id in the request, of whatever it is; null: there is none. */
  targetId: string | null
  /** What was asked for. */
  detail: Record<string, unknown>
  /** From where: an IP address. */
  ip: string
  /** `done`; or why it was not done; or `begun`: the server was stopped in the middle of it. */
  outcome: 'begun' | 'done' | ProblemCode
}

/** Query of `GET /api/admin/audit` and `GET /api/admin/audit.csv`: newest first. */
export interface AuditQuery {
  /** A prefix of a person's name or username (who did it, or to whom), of an action or of an address. */
  q?: string | undefined
  action?: string | undefined
  actor?: UserId | undefined
  cursor?: string | undefined
  limit?: number | undefined
}

/** How the server is doing at one moment. */
export interface ServerSample {
  /** ISO 8601. */
  at: string
  peopleOnline: number
  connections: number
  /** Of the last minute. */
  messagesPerMinute: number
  /** Milliseconds from a message's arrival until it is on disk and on its way, of the last minute; null: there was none. */
  deliveryP50: number | null
  deliveryP99: number | null
  memoryBytes: number
  /** The database's files; null: another server has them. */
  storageBytes: number | null
  /** Commands that wait for the storage; null: another server has them. */
  queueDepth: number | null
}

/** Answer of `GET /api/admin/stats`. */
export interface ServerStats {
  version: string
  /** ISO 8601. */
  startedAt: string
  people: number
  openReports: number
  now: ServerSample
  /** Of the last hour, oldest first, one each `LIMITS.statsSeconds`. */
  history: ServerSample[]
}
