import { Schema, type Connection, type Model, type Types } from 'mongoose'
import type { RequestFields } from '../lib/idempotency.ts'
import { REPORT_STATES, type ReportState } from '../contract/index.ts'

/** A report about a user to the admins. */
export interface ReportRecord extends RequestFields {
  _id: Types.ObjectId
  /** Null for the word filter. */
  reporterId: Types.ObjectId | null
  userId: Types.ObjectId
  conversationId: Types.ObjectId | null
  seq: number | null
  /** A copy, so that the reported user cannot remove the evidence. */
  text: string | null
  reason: string
  createdAt: Date
  state: ReportState
  resolvedBy: Types.ObjectId | null
  resolvedAt: Date | null
  /** Written by the admins. */
  note: string
  /** Raised by each change of the note; absent before the first. */
  noteRevision?: number
}

export type ReportModel = Model<ReportRecord>

const reportSchema = new Schema<ReportRecord>(
  {
    reporterId: { type: Schema.Types.ObjectId, default: null },
    userId: { type: Schema.Types.ObjectId, required: true },
    conversationId: { type: Schema.Types.ObjectId, default: null },
    seq: { type: Number, default: null },
    text: { type: String, default: null },
    reason: { type: String, required: true },
    createdAt: { type: Date, required: true },
    state: { type: String, enum: REPORT_STATES, default: 'open' },
    resolvedBy: { type: Schema.Types.ObjectId, default: null },
    resolvedAt: { type: Date, default: null },
    note: { type: String, default: '' },
    noteRevision: Number,
    requestKey: String,
    requestHash: String,
  },
  { versionKey: false },
)
reportSchema.index({ state: 1, _id: 1 })
// For the export of the reporter's account.
reportSchema.index({ reporterId: 1, _id: 1 })

// One report for all repeats of a request. Sparse: a report without a client's key has no `requestKey`.
reportSchema.index({ requestKey: 1 }, { unique: true, sparse: true })

/** Returns the model `Report` on this connection. */
export function reportModel(connection: Connection): ReportModel {
  return connection.model<ReportRecord>('Report', reportSchema)
}
