import { isValidObjectId, Schema, type Connection, type Model, type QueryFilter, type Types } from 'mongoose'
import {
  BROADCAST_PRIORITIES,
  BROADCAST_STATES,
  type Attachment,
  type Broadcast,
  type BroadcastAudience,
  type BroadcastMark,
  type BroadcastPriority,
  type BroadcastState,
} from '../contract/index.ts'
import type { RequestFields } from '../lib/idempotency.ts'

/** An announcement with a ledger. Its recipients are documents of their own. */
export interface BroadcastRecord extends RequestFields {
  _id: Types.ObjectId
  title: string
  text: string
  /** Claimed under `createdBy` and the broadcast's id, as its message will name them. */
  attachments: Attachment[]
  priority: BroadcastPriority
  audience: BroadcastAudience
  needsAcknowledgement: boolean
  sendAt: Date | null
  timeZone: string
  expiresAt: Date | null
  state: BroadcastState
  revision: number
  /** Raised by each change before sending; absent before the first. */
  draftRevision?: number
  materialRevision: number
  /** Texts that were sent and then replaced, oldest first. */
  earlier: EarlierRevision[]
  /** When the newest text was written, and whether it was a material change. */
  revisedAt: Date | null
  isMaterial: boolean
  /** The ledger and the announcement carry the newest revision. */
  isApplied: boolean
  seq: number | null
  recipientCount: number
  createdBy: Types.ObjectId
  /** The key of the `sendMessage` that created it. Absent for a broadcast of the panel. */
  clientMessageId?: string
  /** Its attachments are not claimed yet: a repeat of the request does it when the first one was cut off. */
  isUnfinished?: boolean
  /** The key of the request that sent it; absent when the client gave none. */
  sendRequestKey?: string
  createdAt: Date
  sentAt: Date | null
  /** When the next step is due: to send, to write a changed text to the ledger, to remind. Null: none. */
  dueAt: Date | null
  /** When sending began. A user who signed up later is no recipient, however often sending is resumed. */
  claimedAt?: Date
  /** All recipients have their rows. */
  isFrozen: boolean
  reminders: ReminderPlan | null
  /** The last requests for a reminder that had a key, and how many recipients each reminded. */
  remindRequests?: { key: string; recipients: number }[]
  /**
   * Every recipient has finished. It is found by a look at the rows, so that lists of open broadcasts look at few.
   * False may be outdated, true never is: see `settle` and `reopen` of the ledger.
   */
  isSettled: boolean
  /** How often rows were reopened. */
  reopenings: number
}

export interface EarlierRevision {
  revision: number
  isMaterial: boolean
  title: string
  text: string
  at: Date
}

export interface ReminderPlan {
  everySeconds: number
  until: Date
  nextAt: Date
}

/** The settings of a broadcast whose author chooses none. */
export const BROADCAST_DEFAULTS = {
  priority: 'normal',
  audience: { kind: 'everybody' },
  needsAcknowledgement: false,
  timeZone: 'UTC',
} as const satisfies Partial<BroadcastRecord>

/** Returns the `clientMessageId` of the announcement. The attachments are claimed under it and `createdBy`. */
export function announcementKey({ _id, clientMessageId }: Pick<BroadcastRecord, '_id' | 'clientMessageId'>): string {
  return clientMessageId ?? _id.toHexString()
}

/** Returns a filter for the broadcast of an attachment that was claimed under (`ownerId`, `clientMessageId`). */
export function broadcastOfAttachment(
  attachmentId: Types.ObjectId,
  ownerId: Types.ObjectId,
  clientMessageId: string,
): QueryFilter<BroadcastRecord> {
  const byKey = isValidObjectId(clientMessageId)
    ? [{ clientMessageId }, { _id: clientMessageId }]
    : [{ clientMessageId }]
  return { createdBy: ownerId, 'attachments.id': attachmentId.toHexString(), $or: byKey }
}

export type BroadcastModel = Model<BroadcastRecord>

const broadcastSchema = new Schema<BroadcastRecord>(
  {
    title: { type: String, default: '' },
    text: { type: String, default: '' },
    attachments: { type: Schema.Types.Mixed, default: () => [] },
    priority: { type: String, enum: BROADCAST_PRIORITIES, required: true },
    audience: { type: Schema.Types.Mixed, required: true },
    needsAcknowledgement: { type: Boolean, required: true },
    sendAt: { type: Date, default: null },
    timeZone: { type: String, required: true },
    expiresAt: { type: Date, default: null },
    state: { type: String, enum: BROADCAST_STATES, required: true },
    revision: { type: Number, default: 1 },
    draftRevision: Number,
    materialRevision: { type: Number, default: 1 },
    earlier: { type: Schema.Types.Mixed, default: () => [] },
    revisedAt: { type: Date, default: null },
    isMaterial: { type: Boolean, default: true },
    isApplied: { type: Boolean, default: true },
    seq: { type: Number, default: null },
    recipientCount: { type: Number, default: 0 },
    createdBy: { type: Schema.Types.ObjectId, required: true },
    clientMessageId: { type: String },
    requestKey: String,
    requestHash: String,
    isUnfinished: Boolean,
    sendRequestKey: String,
    createdAt: { type: Date, required: true },
    sentAt: { type: Date, default: null },
    dueAt: { type: Date, default: null },
    claimedAt: { type: Date },
    isFrozen: { type: Boolean, default: false },
    reminders: { type: Schema.Types.Mixed, default: null },
    remindRequests: { type: [{ key: String, recipients: Number, _id: false }], default: undefined },
    isSettled: { type: Boolean, default: false },
    reopenings: { type: Number, default: 0 },
  },
  { versionKey: false },
)
broadcastSchema.index({ dueAt: 1 })
// Not unique: the message log accepts a key once, and the broadcasts of the panel have none.
broadcastSchema.index({ createdBy: 1, clientMessageId: 1 })
// One draft for all repeats of a request. Sparse: a broadcast without a client's key has no `requestKey`.
broadcastSchema.index({ requestKey: 1 }, { unique: true, sparse: true })
// For the lists and their totals.
broadcastSchema.index({ state: 1, isSettled: 1, _id: -1 })

/** Returns the model `Broadcast` on this connection. */
export function broadcastModel(connection: Connection): BroadcastModel {
  return connection.model<BroadcastRecord>('Broadcast', broadcastSchema)
}

/** Returns a stored broadcast in the form of the wire. */
export function toBroadcast(record: BroadcastRecord): Broadcast {
  const {
    title,
    text,
    attachments,
    priority,
    audience,
    needsAcknowledgement,
    timeZone,
    state,
    revision,
    draftRevision = 0,
    materialRevision,
    seq,
    recipientCount,
    reminders,
  } = record
  return {
    id: record._id.toHexString(),
    title,
    text,
    attachments,
    priority,
    audience,
    needsAcknowledgement,
    timeZone,
    state,
    revision,
    draftRevision,
    materialRevision,
    seq,
    recipientCount,
    sendAt: record.sendAt?.toISOString() ?? null,
    expiresAt: record.expiresAt?.toISOString() ?? null,
    createdBy: record.createdBy.toHexString(),
    createdAt: record.createdAt.toISOString(),
    sentAt: record.sentAt?.toISOString() ?? null,
    reminders: reminders && {
      everySeconds: reminders.everySeconds,
      until: reminders.until.toISOString(),
      nextAt: reminders.nextAt.toISOString(),
    },
  }
}

/** Returns the part of a broadcast that its announcement carries. */
export function toMark(record: BroadcastRecord): BroadcastMark {
  const { priority, needsAcknowledgement, revision, materialRevision, expiresAt } = record
  return {
    id: record._id.toHexString(),
    priority,
    needsAcknowledgement,
    revision,
    materialRevision,
    expiresAt: expiresAt?.toISOString() ?? null,
  }
}
