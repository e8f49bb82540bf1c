import type { Report } from './contact.ts'
import type { GroupEvent } from './group.ts'
import type { MessageKind } from './message.ts'
import type { Page } from './page.ts'
import type { ProblemCode } from './problem.ts'
import type { AccountState, OwnUser, User, UserId, UserRole } from './user.ts'

/** The types of `/api/admin`, which only admins can use. */

/** A user as admins see them. */
export interface AdminUser extends Omit<OwnUser, 'hidesReadReceipts' | 'profileRevision'> {
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
/** With a minus, in reverse order. `seen`: a user who never connected counts as seen longest ago. */
export type AdminUserSort = (typeof ADMIN_USER_SORTS)[number]

/** Query of `GET /api/admin/users`. */
export interface AdminUserQuery {
  /** A prefix of the username, of the e-mail address, or of any word of the full name. */
  q?: string | undefined
  role?: UserRole | undefined
  /** When absent: all but the deleted accounts. */
  state?: AccountState | undefined
  /** `name` when absent. */
  sort?: AdminUserSort | undefined
  cursor?: string | undefined
  limit?: number | undefined
}

export interface AdminUserPage extends Page<AdminUser> {
  /** The number of users on all pages. */
  total: number
}

/** Body of `PATCH /api/admin/users/:id`. All sessions of the user end. */
export interface UserRoleInput {
  role: UserRole
}

/** Body of `POST /api/admin/users/:id/mute`. */
export interface MuteInput {
  /** How long from now, up to `LIMITS.muteSecondsMax`. Exactly one of the two is given. */
  seconds?: number | undefined
  /** ISO 8601, in the future, up to `LIMITS.muteSecondsMax` from now; null ends the mute. */
  until?: string | null | undefined
}

/** Query of `DELETE /api/admin/users/:id`. */
export interface DeleteUserInput {
  /** Deletes the user's messages too. After an interruption, repeat the request. */
  messages?: boolean | undefined
}

/** Answer of `POST /api/admin/users/:id/reset-link`. It is shown once and works for one new password. */
export interface ResetLink {
  /** For the page: `/reset/<token>`. */
  token: string
  /** ISO 8601. */
  expiresAt: string
}

/** Body of `POST /api/auth/reset`. All sessions of the user end. */
export interface ResetPasswordInput {
  token: string
  password: string
}

export const REGISTRATION_MODES = ['open', 'invite', 'domain'] as const
/**
 * The visitors that can sign up: all; those with an invitation; those with an invitation or an e-mail address of the
 * `domains`.
 */
export type RegistrationMode = (typeof REGISTRATION_MODES)[number]

export interface Registration {
  mode: RegistrationMode
  /** In lower case, such as `school.example`. A subdomain counts as another domain. */
  domains: string[]
}

/** Answer of `GET /api/auth/registration?invite=`. It needs no session. */
export interface RegistrationInfo {
  mode: RegistrationMode
  domains: string[]
  /** Null when the request has no invitation. */
  isInviteValid: boolean | null
  /** The requirements of the first account, which becomes the admin; null when the server has accounts. */
  firstAccount: 'nothing' | 'setupCode' | null
}

/** A link that lets visitors sign up. It is shown once, because the server stores only a hash of its token. */
export interface AccountInvite {
  id: string
  /** A text by which the admins recognise it. */
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
  /** The signup sends it as `invite`. */
  token: string
}

/** Body of `POST /api/admin/invites`. */
export interface AccountInviteInput {
  note?: string | undefined
  /** `LIMITS.inviteSecondsDefault` when absent; null: without end. */
  expiresInSeconds?: number | null | undefined
  /** Without limit when absent or null. */
  maxUses?: number | null | undefined
}

export const WORD_ACTIONS = ['refuse', 'report'] as const
/** `refuse`: the message is refused (`text_refused`). `report`: it is sent, and the admins get a report. */
export type WordAction = (typeof WORD_ACTIONS)[number]

/**
 * One or several words to find in messages, whatever their case and accents. A `*` at the end stands for any ending.
 */
export interface FilteredWord {
  word: string
  action: WordAction
}

/** A notice for every user, shown until an admin removes it. */
export interface Maintenance {
  text: string
}

export const RETENTION_ACTIONS = ['delete', 'archive'] as const
/** `archive`: the messages are written to a file in the server's directory before they are deleted. */
export type RetentionAction = (typeof RETENTION_ACTIONS)[number]

/** The rule for old messages of one kind of conversation. */
export interface RetentionRule {
  /** Messages older than this many days are removed; null: none. */
  days: number | null
  action: RetentionAction
}

export interface Retention {
  direct: RetentionRule
  group: RetentionRule
  broadcast: RetentionRule
}

/** Numbers of messages by kind. */
export type RetentionCount = Record<keyof Retention, number>

/** Body of `POST /api/admin/retention/dry-run`. The answer says how many messages would be removed now. */
export interface RetentionDryRunInput {
  /** The rules to try; the current ones when absent. */
  retention?: Retention | undefined
}

/** Answer of `GET /api/admin/retention/run`, and of `POST`, which starts a run now. Runs also start by themselves. */
export interface RetentionRun {
  state: 'never' | 'running' | 'done' | 'failed'
  /** ISO 8601; null before the first run. */
  startedAt: string | null
  finishedAt: string | null
  /** The messages that this run has removed so far. */
  removed: RetentionCount
  /** The number of messages to remove at the start. */
  total: number
  /** Why the run failed, in words. */
  problem: string | null
}

/**
 * A file of removed messages, in gzipped JSON Lines. `GET /api/admin/archives` lists the files, newest first; `GET
 * :name` downloads one.
 */
export interface Archive {
  /** The name of the file. */
  name: string
  kind: keyof Retention
  /** ISO 8601. */
  createdAt: string
  messages: number
  /** The times of its oldest and its newest message, ISO 8601. */
  from: string
  to: string
  bytes: number
  sha256: string
  /** ISO 8601: when its messages were restored; null: they were not. */
  restoredAt: string | null
}

export interface ArchiveList {
  items: Archive[]
}

/** Answer of `POST /api/admin/archives/:id/restore`. */
export interface RestoredArchive {
  restored: number
  /**
   * The messages that were not restored: their conversation is gone, they were there already, or they had nothing but
   * attachments.
   */
  skipped: number
}

/**
 * A copy of all data, made while the server runs. `GET /api/admin/backups` lists them, newest first; `GET :name?token=`
 * downloads one.
 */
export interface Backup {
  name: string
  state: 'running' | 'done' | 'failed'
  /** ISO 8601. */
  createdAt: string
  /** 0 to 1. */
  progress: number
  /** The bytes written so far. */
  bytes: number
  /** Null until the backup is finished. */
  sha256: string | null
  problem: string | null
}

export interface BackupList {
  items: Backup[]
}

/** Answer of `POST /api/admin/backups/:id/token`. */
export interface BackupToken {
  token: string
  /** ISO 8601. */
  expiresAt: string
}

export interface ServerSettings {
  registration: Registration
  words: FilteredWord[]
  retention: Retention
  maintenance: Maintenance | null
}
export type SettingName = keyof ServerSettings

/** Answer of `GET` and `PATCH /api/admin/settings`. */
export interface VersionedSettings extends ServerSettings {
  /** Each is raised by each change of its setting; 0 at first. */
  revisions: Record<SettingName, number>
}

/** Body of `PATCH /api/admin/settings`. A field that is absent stays. */
export type ServerSettingsInput = { [K in SettingName]?: ServerSettings[K] | undefined } & {
  /**
   * The revision of the setting that the admin edited; then the body has one setting. Refused (`setting_edited`) when another admin
   * changed it since.
   */
  fromRevision?: number | undefined
}

export const REPORT_STATES = ['open', 'resolved'] as const
export type ReportState = (typeof REPORT_STATES)[number]

/** A report in the admins' queue. */
export interface AdminReport extends Report {
  state: ReportState
  /** Null while the report is open. */
  resolvedBy: User | null
  /** ISO 8601. */
  resolvedAt: string | null
  /** The admins' own note. */
  note: string
  /** Raised by each change of the note; 0 at first. */
  noteRevision: number
  /** The reported message was deleted, or its whole conversation is gone. False for the report of a user. */
  isMessageGone: boolean
}

/** Query of `GET /api/admin/reports`: newest first. */
export interface ReportQuery {
  state?: ReportState | undefined
  cursor?: string | undefined
  limit?: number | undefined
}

/** Body of `PATCH /api/admin/reports/:id`. A field that is absent stays. */
export interface ReportChange {
  state?: ReportState | undefined
  note?: string | undefined
  /** The `noteRevision` whose note the admin edited. Refused (`note_edited`, with the note of now) at another one. */
  fromRevision?: number | undefined
}

/** A message near a reported one, as admins see it. */
export interface ReportedMessage {
  seq: number
  kind: MessageKind
  /** Set for a system message; null otherwise. */
  event: GroupEvent | null
  /** Null when the account is gone. */
  sender: User | null
  title: string | null
  /** Empty when the text is gone. */
  text: string
  /** The names of its files. Admins cannot open them. */
  files: string[]
  /** ISO 8601. */
  createdAt: string
  editedAt: string | null
  deletedAt: string | null
  /** Retention has moved it to a file of the server; `deletedAt` says when. */
  isArchived: boolean
  /**
   * It is hidden from a user of the conversation: its receiver had blocked the sender, or it is a targeted
   * announcement.
   */
  isHiddenFromSome: boolean
}

/** Answer of `GET /api/admin/reports/:id/context`: the messages around the reported one, as they are now. */
export interface ReportContext {
  /** The place of the reported message. */
  seq: number
  /** Ascending by `seq`, the reported message included; empty when the conversation is gone. */
  items: ReportedMessage[]
}

/**
 * The names of the audited requests: every request under `/api/admin` that changes something, and those that export
 * data. A test keeps the list complete.
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
  'POST /backups/:id/token': 'backup.unlock',
  'GET /backups/:id': 'backup.download',
  'DELETE /backups/:id': 'backup.delete',
} as const
/** The actions that only the command line of the server has. */
export const COMMAND_LINE_ACTIONS = ['user.create', 'user.resetPassword'] as const
export type AdminAction = (typeof ADMIN_ACTIONS)[keyof typeof ADMIN_ACTIONS] | (typeof COMMAND_LINE_ACTIONS)[number]

/** A line of the audit log. Lines are only ever added. */
export interface AuditEntry {
  id: string
  /** ISO 8601. */
  at: string
  /** Null for the server's command line. */
  actor: User | null
  /** An `AdminAction`, or one of an older version. */
  action: string
  /** The user to whom it was done; null when the target is no user. */
  targetUser: User | null
  /** The id in the request, whatever it belongs to; null when there is none. */
  targetId: string | null
  /** The input of the request. */
  detail: Record<string, unknown>
  /** The client's IP address. */
  ip: string
  /** `done`; the code of the refusal; or `begun` when the server stopped in the middle. */
  outcome: 'begun' | 'done' | ProblemCode
}

/** Query of `GET /api/admin/audit` and `GET /api/admin/audit.csv`: newest first. */
export interface AuditQuery {
  /** A prefix of the name or username of the actor or the target, of an action, or of an address. */
  q?: string | undefined
  action?: string | undefined
  actor?: UserId | undefined
  cursor?: string | undefined
  limit?: number | undefined
}

/** The state of the server at one moment. */
export interface ServerSample {
  /** ISO 8601. */
  at: string
  peopleOnline: number
  connections: number
  /** Messages of the last minute. */
  messagesPerMinute: number
  /**
   * Milliseconds from the arrival of a message until it is on disk and sent on, over the last minute; null when there
   * was no message.
   */
  deliveryP50: number | null
  deliveryP99: number | null
  memoryBytes: number
  /** The size of the database's files; null when another server has them. */
  storageBytes: number | null
  /** Commands that wait for the storage; null when another server has it. */
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
  /** The samples of the last hour, oldest first, one each `LIMITS.statsSeconds`. */
  history: ServerSample[]
}
