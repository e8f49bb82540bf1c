import type { Attachment, AttachmentId } from './attachment.ts'
import type { ConversationId } from './message.ts'
import type { Page } from './page.ts'
import type { User, UserId, UserRole } from './user.ts'

/** The id of a broadcast, which is also the `clientMessageId` of the announcement that it becomes. */
export type BroadcastId = string

export const BROADCAST_PRIORITIES = ['normal', 'important', 'urgent'] as const
/** `urgent`: shown above everything until it is acknowledged (or opened, where no acknowledgement is needed). */
export type BroadcastPriority = (typeof BROADCAST_PRIORITIES)[number]

export const BROADCAST_STATES = ['draft', 'scheduled', 'sending', 'sent', 'cancelled'] as const
/** `sending`: recipients are being frozen, from which on nothing of it can be cancelled. */
export type BroadcastState = (typeof BROADCAST_STATES)[number]

/** Who is to get it; settled at the moment of sending. */
export type BroadcastAudience =
  | { kind: 'everybody' }
  | { kind: 'roles'; roles: UserRole[] }
  /** The members of these groups. */
  | { kind: 'groups'; ids: ConversationId[] }
  | { kind: 'people'; ids: UserId[] }

/** An announcement that is accounted for, as admins see it. */
export interface Broadcast {
  id: BroadcastId
  title: string
  /** Markdown, the subset that the page shows. */
  text: string
  attachments: Attachment[]
  priority: BroadcastPriority
  audience: BroadcastAudience
  needsAcknowledgement: boolean
  /** ISO 8601: when to send it; null: at once. */
  sendAt: string | null
  /** The IANA name of the zone in which `sendAt` was chosen, for showing it again. */
  timeZone: string
  /** ISO 8601: from then on nobody is asked to acknowledge it; the announcement stays. */
  expiresAt: string | null
  state: BroadcastState
  /** 1 at first; raised by each change of what was sent. */
  revision: number
  /** The revision that an acknowledgement must be of, at least. */
  materialRevision: number
  /** Its place in the announcements; null until it is sent. */
  seq: number | null
  /** How many it was frozen for; 0 before. */
  recipientCount: number
  createdBy: UserId
  /** ISO 8601 */
  createdAt: string
  sentAt: string | null
  /** Reminders that go out by themselves; null: none. */
  reminders: { everySeconds: number; until: string; nextAt: string } | null
}

/** Body of `POST /api/admin/broadcasts`; what is absent takes the value in brackets. */
export interface DraftBroadcastInput {
  title: string
  text: string
  /** Complete uploads of one's own that no message has (none). */
  attachmentIds?: AttachmentId[] | undefined
  /** (`normal`) */
  priority?: BroadcastPriority | undefined
  /** (everybody) */
  audience?: BroadcastAudience | undefined
  /** (false) */
  needsAcknowledgement?: boolean | undefined
  /** ISO 8601 with an offset or Z; null: at once (null). */
  sendAt?: string | null | undefined
  /** (`UTC`) */
  timeZone?: string | undefined
  /** (null) */
  expiresAt?: string | null | undefined
}

/** Body of `PATCH /api/admin/broadcasts/:id` of a draft or a cancelled one, which is a draft again then; what is absent stays. */
export type EditDraftInput = { [K in keyof DraftBroadcastInput]?: DraftBroadcastInput[K] | undefined }

/** Body of `PATCH /api/admin/broadcasts/:id` of one that is sent. */
export interface ReviseBroadcastInput {
  /** Absent: stays. */
  title?: string | undefined
  text?: string | undefined
  /** Whoever has acknowledged an earlier text is asked again. */
  isMaterial: boolean
}

/** Answer of `POST /api/admin/broadcasts/:id/preview-count`: how many would get it if it were sent now. */
export interface BroadcastPreview {
  recipients: number
}

export const RECIPIENT_STATES = ['queued', 'delivered', 'opened', 'acknowledged'] as const
/** How far one recipient has got. Each is in exactly one. */
export type RecipientState = (typeof RECIPIENT_STATES)[number]

/** How many recipients are in each state: they add up to `recipients`, always. */
export type LedgerCounts = Record<RecipientState, number> & { recipients: number }

export const BROADCAST_LISTS = ['all', 'waiting', 'scheduled', 'sent', 'drafts'] as const
/**
 * Which broadcasts a list shows. `waiting`: sent, not expired, and somebody has yet to acknowledge it (to open it, where no acknowledgement
 * is needed). `sent`: those that are being sent too. `drafts`: cancelled ones too.
 */
export type BroadcastListName = (typeof BROADCAST_LISTS)[number]

/** Query of `GET /api/admin/broadcasts`: newest first. */
export interface BroadcastQuery {
  /** `all` when absent. */
  show?: BroadcastListName | undefined
  cursor?: string | undefined
  limit?: number | undefined
}

/** A broadcast in a list. */
export interface ListedBroadcast extends Broadcast {
  /** Null: it has no recipients yet. */
  counts: LedgerCounts | null
}

export interface BroadcastPage extends Page<ListedBroadcast> {
  /** How many there are in each list. */
  totals: Record<BroadcastListName, number>
}

/** That a text was acknowledged. It stays on record when a later one is asked for. */
export interface Acknowledgement {
  revision: number
  /** ISO 8601 */
  at: string
}

/** One recipient in the ledger, for admins. Times are ISO 8601, null where it has not happened. */
export interface LedgerEntry {
  user: User
  state: RecipientState
  deliveredAt: string | null
  openedAt: string | null
  /** Of the newest acknowledgement; null while a material change waits for one. */
  acknowledgedAt: string | null
  acknowledgedRevision: number | null
  remindedAt: string | null
  /** Every acknowledgement, oldest first. */
  history: Acknowledgement[]
}

/** To the connections of admins, at most once a second for a broadcast. */
export interface LedgerChange {
  broadcastId: BroadcastId
  counts: LedgerCounts
}

/** Body of `POST /api/admin/broadcasts/:id/remind`: now, and with `everySeconds` and `until` again and again. */
export interface RemindInput {
  everySeconds?: number | undefined
  /** ISO 8601 */
  until?: string | undefined
}

/** How many were reminded: only those who have not acknowledged, or not opened where no acknowledgement is needed. */
export interface Reminded {
  recipients: number
}

/** Body of `POST /api/broadcasts/:id/acknowledge`. */
export interface AcknowledgeInput {
  /** Of the text that was shown. Refused (`outdated_revision`) when it changed materially since. */
  revision: number
}

/** What an announcement that is accounted for says of itself, in `Message.broadcast`. */
export interface BroadcastMark {
  id: BroadcastId
  priority: BroadcastPriority
  needsAcknowledgement: boolean
  revision: number
  materialRevision: number
  expiresAt: string | null
}

/** How far one has got oneself, as a recipient: `GET /api/broadcasts/mine?ids=` has one for each of these that went to one. */
export interface OwnLedgerRow extends Pick<LedgerEntry, 'state' | 'acknowledgedAt' | 'acknowledgedRevision'> {
  broadcastId: BroadcastId
}

/** That one has acknowledged a broadcast. */
export interface BroadcastDone {
  broadcastId: BroadcastId
  revision: number
  /** ISO 8601 */
  at: string
}

/** What waits for one: `GET /api/broadcasts/pending` lists them urgent first. */
export interface PendingBroadcast extends BroadcastMark {
  seq: number
  title: string
  text: string
  attachments: Attachment[]
  /** ISO 8601 */
  sentAt: string
  /** What one has acknowledged before it changed, to show the difference; null: nothing. */
  acknowledged: { revision: number; title: string; text: string } | null
  /** ISO 8601: the last reminder. */
  remindedAt: string | null
}

/** A text that was sent and replaced: `GET /api/admin/broadcasts/:id/revisions`. */
export interface BroadcastRevision {
  revision: number
  isMaterial: boolean
  title: string
  text: string
  /** ISO 8601 */
  at: string
}
