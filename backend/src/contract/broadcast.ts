import type { Attachment, AttachmentId } from './attachment.ts'
import type { ConversationId } from './message.ts'
import type { Page } from './page.ts'
import type { User, UserId, UserRole } from './user.ts'

/** The id of a broadcast, and the `clientMessageId` of its announcement. */
export type BroadcastId = string

export const BROADCAST_PRIORITIES = ['normal', 'important', 'urgent'] as const
/**
 * `urgent`: shown above everything else until the recipient acknowledges it (or opens it, where no acknowledgement is
 * needed).
 */
export type BroadcastPriority = (typeof BROADCAST_PRIORITIES)[number]

export const BROADCAST_STATES = ['draft', 'scheduled', 'held', 'sending', 'sent', 'cancelled'] as const
/**
 * `held`: its time passed while no server ran, or it expired first. An admin decides whether it is still right to send it.
 * `sending`: the list of recipients is being written. From now on the broadcast cannot be cancelled.
 */
export type BroadcastState = (typeof BROADCAST_STATES)[number]

/** The recipients, found at the moment of sending. */
export type BroadcastAudience =
  | { kind: 'everybody' }
  | { kind: 'roles'; roles: UserRole[] }
  /** The members of these groups. */
  | { kind: 'groups'; ids: ConversationId[] }
  | { kind: 'people'; ids: UserId[] }

/** An announcement with a ledger, as admins see it. */
export interface Broadcast {
  id: BroadcastId
  title: string
  /** Markdown, in the subset that the page shows. */
  text: string
  attachments: Attachment[]
  priority: BroadcastPriority
  audience: BroadcastAudience
  needsAcknowledgement: boolean
  /** ISO 8601: when to send it; null: at once. */
  sendAt: string | null
  /** The IANA name of the time zone in which `sendAt` was chosen, so that the page shows it again. */
  timeZone: string
  /** ISO 8601: after this time no recipient is asked to acknowledge it. The announcement stays. */
  expiresAt: string | null
  state: BroadcastState
  /** 1 at first; raised by each change after sending. */
  revision: number
  /** Raised by each change before sending; 0 at first. */
  draftRevision: number
  /** The lowest revision that an acknowledgement must name. */
  materialRevision: number
  /** The place of its announcement; null before it is sent. */
  seq: number | null
  /** The number of recipients; 0 before it is sent. */
  recipientCount: number
  createdBy: UserId
  /** ISO 8601. */
  createdAt: string
  sentAt: string | null
  /** The plan of automatic reminders; null: none. */
  reminders: { everySeconds: number; until: string; nextAt: string } | null
}

/** Body of `POST /api/admin/broadcasts`. An absent field gets the value in brackets. */
export interface DraftBroadcastInput {
  title: string
  text: string
  /** Complete uploads of the actor that no message has (none). */
  attachmentIds?: AttachmentId[] | undefined
  /** (`normal`) */
  priority?: BroadcastPriority | undefined
  /** (every user) */
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

/**
 * Body of `PATCH /api/admin/broadcasts/:id` for a draft, or a cancelled broadcast, which becomes a draft again. A field
 * that is absent stays.
 */
export type EditDraftInput = { [K in keyof DraftBroadcastInput]?: DraftBroadcastInput[K] | undefined } & {
  /** The `draftRevision` that the admin edited. Refused (`broadcast_edited`, with the texts of now) at another one. */
  fromRevision?: number | undefined
}

/** Body of `POST /api/admin/broadcasts/:id/send`. */
export interface SendBroadcastInput {
  /** The `draftRevision` that the admin has seen. Refused (`broadcast_edited`, with the texts of now) at another one. */
  fromRevision?: number | undefined
}

/** Body of `PATCH /api/admin/broadcasts/:id` for a sent broadcast. */
export interface ReviseBroadcastInput {
  /** The title stays when absent. */
  title?: string | undefined
  text?: string | undefined
  /** Recipients who have acknowledged an earlier text are asked again. */
  isMaterial: boolean
  /** The `revision` whose text the admin changed. Refused (`broadcast_edited`, with the texts of now) at another one. */
  fromRevision?: number | undefined
}

/** Answer of `POST /api/admin/broadcasts/:id/preview-count`: the number of recipients if it were sent now. */
export interface BroadcastPreview {
  recipients: number
}

export const RECIPIENT_STATES = ['queued', 'delivered', 'opened', 'acknowledged'] as const
/** How far a recipient has got. Each recipient is in exactly one state. */
export type RecipientState = (typeof RECIPIENT_STATES)[number]

/** The number of recipients in each state. The numbers always add up to `recipients`. */
export type LedgerCounts = Record<RecipientState, number> & { recipients: number }

export const BROADCAST_LISTS = ['all', 'held', 'waiting', 'scheduled', 'sent', 'drafts'] as const
/**
 * The broadcasts of a list. `waiting`: sent, not expired, and not yet acknowledged (opened, where no acknowledgement is
 * needed) by every recipient. `sent` includes those that are being sent. `drafts` includes cancelled ones.
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
  /** Null when it has no recipients yet. */
  counts: LedgerCounts | null
}

export interface BroadcastPage extends Page<ListedBroadcast> {
  /** The number of broadcasts in each list. */
  totals: Record<BroadcastListName, number>
}

/** The acknowledgement of a text. It stays on record when a later text needs another one. */
export interface Acknowledgement {
  revision: number
  /** ISO 8601. */
  at: string
}

/** A recipient in the ledger, as admins see it. Times are ISO 8601; null when it has not happened. */
export interface LedgerEntry {
  user: User
  state: RecipientState
  deliveredAt: string | null
  openedAt: string | null
  /** The time of the newest acknowledgement; null while a material change waits for one. */
  acknowledgedAt: string | null
  acknowledgedRevision: number | null
  remindedAt: string | null
  /** Every acknowledgement, oldest first. */
  history: Acknowledgement[]
}

/** Sent to the connections of admins, at most once a second for each broadcast. */
export interface LedgerChange {
  broadcastId: BroadcastId
  counts: LedgerCounts
}

/** Body of `POST /api/admin/broadcasts/:id/remind`: reminds now, and repeatedly with `everySeconds` and `until`. */
export interface RemindInput {
  everySeconds?: number | undefined
  /** ISO 8601. */
  until?: string | undefined
}

/**
 * The number of reminded recipients. Only those who have not acknowledged (not opened, where no acknowledgement is
 * needed) are reminded.
 */
export interface Reminded {
  recipients: number
}

/** Body of `POST /api/broadcasts/:id/acknowledge`. */
export interface AcknowledgeInput {
  /** The revision of the shown text. Refused (`outdated_revision`) when the text changed materially since. */
  revision: number
}

/** The field `Message.broadcast` of an announcement with a ledger. */
export interface BroadcastMark {
  id: BroadcastId
  priority: BroadcastPriority
  needsAcknowledgement: boolean
  revision: number
  materialRevision: number
  expiresAt: string | null
}

/**
 * How far the actor has got as a recipient. `GET /api/broadcasts/mine?ids=` returns one for each of these broadcasts
 * that the actor is a recipient of.
 */
export interface OwnLedgerRow extends Pick<LedgerEntry, 'state' | 'acknowledgedAt' | 'acknowledgedRevision'> {
  broadcastId: BroadcastId
}

/** The actor has acknowledged a broadcast. */
export interface BroadcastDone {
  broadcastId: BroadcastId
  revision: number
  /** ISO 8601. */
  at: string
}

/** A broadcast that waits for the actor. `GET /api/broadcasts/pending` lists them, urgent ones first. */
export interface PendingBroadcast extends BroadcastMark {
  seq: number
  title: string
  text: string
  attachments: Attachment[]
  /** ISO 8601. */
  sentAt: string
  /**
   * The text that the actor acknowledged before it changed, so that the page shows the difference; null when there is
   * none.
   */
  acknowledged: { revision: number; title: string; text: string } | null
  /** ISO 8601: the last reminder. */
  remindedAt: string | null
}

/** A text that was sent and then replaced: `GET /api/admin/broadcasts/:id/revisions`. */
export interface BroadcastRevision {
  revision: number
  isMaterial: boolean
  title: string
  text: string
  /** ISO 8601. */
  at: string
}
