import { Schema, type Connection, type Model, type Types } from 'mongoose'
import {
  RECIPIENT_STATES,
  type LedgerEntry,
  type OwnLedgerRow,
  type RecipientState,
  type User,
} from '../contract/index.ts'

/** How far a recipient has got with a broadcast. The document is made when the broadcast is sent, and never removed. */
export interface RecipientRecord {
  /** `recipientId` of both, so that a repeated freezing makes no second document. */
  _id: string
  broadcastId: Types.ObjectId
  userId: Types.ObjectId
  /** The place of the announcement; null until it is known. */
  seq: number | null
  needsAcknowledgement: boolean
  state: RecipientState
  /** The recipient has finished: acknowledged, or opened where no acknowledgement is asked. */
  isDone: boolean
  deliveredAt: Date | null
  openedAt: Date | null
  acknowledgedAt: Date | null
  acknowledgedRevision: number | null
  remindedAt: Date | null
  history: { revision: number; at: Date }[]
}

export type RecipientModel = Model<RecipientRecord>

const recipientSchema = new Schema<RecipientRecord>(
  {
    _id: { type: String, required: true },
    broadcastId: { type: Schema.Types.ObjectId, required: true },
    userId: { type: Schema.Types.ObjectId, required: true },
    seq: { type: Number, default: null },
    needsAcknowledgement: { type: Boolean, required: true },
    state: { type: String, enum: RECIPIENT_STATES, required: true },
    isDone: { type: Boolean, default: false },
    deliveredAt: { type: Date, default: null },
    openedAt: { type: Date, default: null },
    acknowledgedAt: { type: Date, default: null },
    acknowledgedRevision: { type: Number, default: null },
    remindedAt: { type: Date, default: null },
    history: { type: Schema.Types.Mixed, default: () => [] },
  },
  { versionKey: false },
)
// For the counts and the lists by state; the second index for lists of all.
recipientSchema.index({ broadcastId: 1, state: 1, userId: 1 })
recipientSchema.index({ broadcastId: 1, userId: 1 })
// For whether a recipient has not finished.
recipientSchema.index({ broadcastId: 1, isDone: 1 })
// For the open broadcasts of a user, looked up each time the user opens the announcements.
recipientSchema.index({ userId: 1, isDone: 1 })

/** Returns the model `Recipient` on this connection. */
export function recipientModel(connection: Connection): RecipientModel {
  return connection.model<RecipientRecord>('Recipient', recipientSchema)
}

/** Returns the id of a recipient's row. It makes a second row of one user in a broadcast impossible. */
export function recipientId(broadcastId: Types.ObjectId, userId: Types.ObjectId): string {
  return `${broadcastId.toHexString()}:${userId.toHexString()}`
}

/** Returns a recipient's row as the recipient sees it. */
export function toOwnRow({ broadcastId, state, acknowledgedAt, acknowledgedRevision }: RecipientRecord): OwnLedgerRow {
  return {
    broadcastId: broadcastId.toHexString(),
    state,
    acknowledgedAt: acknowledgedAt?.toISOString() ?? null,
    acknowledgedRevision,
  }
}

/** Returns a recipient's row as an admin sees it in the ledger. */
export function toLedgerEntry(record: RecipientRecord, user: User): LedgerEntry {
  return {
    user,
    state: record.state,
    deliveredAt: record.deliveredAt?.toISOString() ?? null,
    openedAt: record.openedAt?.toISOString() ?? null,
    acknowledgedAt: record.acknowledgedAt?.toISOString() ?? null,
    acknowledgedRevision: record.acknowledgedRevision,
    remindedAt: record.remindedAt?.toISOString() ?? null,
    history: record.history.map(({ revision, at }) => ({ revision, at: at.toISOString() })),
  }
}
