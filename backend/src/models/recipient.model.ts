import { Schema, type Connection, type Model, type Types } from 'mongoose'
import {
  RECIPIENT_STATES,
  type LedgerEntry,
  type OwnLedgerRow,
  type RecipientState,
  type User,
} from '../contract/index.ts'

/** How far one person has got with one broadcast. Made when it is sent, never removed. */
export interface RecipientRecord {
  /** `recipientId` of both, so that freezing again makes no second row. */
  _id: string
  broadcastId: Types.ObjectId
  userId: Types.ObjectId
  /** Where its announcement is; null until that is known. */
  seq: number | null
  needsAcknowledgement: boolean
  state: RecipientState
  /** Nothing more is waited for: acknowledged, or opened where that is all that is asked. */
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
// Counts, and lists by state; the second for lists of all.
recipientSchema.index({ broadcastId: 1, state: 1, userId: 1 })
recipientSchema.index({ broadcastId: 1, userId: 1 })
// Whether anybody is missing.
recipientSchema.index({ broadcastId: 1, isDone: 1 })
// What waits for somebody: looked at whenever they open the announcements.
recipientSchema.index({ userId: 1, isDone: 1 })

export function recipientModel(connection: Connection): RecipientModel {
  return connection.model<RecipientRecord>('Recipient', recipientSchema)
}

export function recipientId(broadcastId: Types.ObjectId, userId: Types.ObjectId): string {
  return `${broadcastId.toHexString()}:${userId.toHexString()}`
}

export function toOwnRow({ broadcastId, state, acknowledgedAt, acknowledgedRevision }: RecipientRecord): OwnLedgerRow {
  return {
    broadcastId: broadcastId.toHexString(),
    state,
    acknowledgedAt: acknowledgedAt?.toISOString() ?? null,
    acknowledgedRevision,
  }
}

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
