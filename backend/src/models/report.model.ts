import { Schema, type Connection, type Model, type Types } from 'mongoose'

/** What somebody told the admins of somebody. */
export interface ReportRecord {
  _id: Types.ObjectId
  reporterId: Types.ObjectId
  userId: Types.ObjectId
  conversationId: Types.ObjectId | null
  seq: number | null
  /** A copy: who is reported must not be able to take the evidence away. */
  text: string | null
  reason: string
  createdAt: Date
}

export type ReportModel = Model<ReportRecord>

const reportSchema = new Schema<ReportRecord>(
  {
    reporterId: { type: Schema.Types.ObjectId, required: true },
    userId: { type: Schema.Types.ObjectId, required: true },
    conversationId: { type: Schema.Types.ObjectId, default: null },
    seq: { type: Number, default: null },
    text: { type: String, default: null },
    reason: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false },
)

export function reportModel(connection: Connection): ReportModel {
  return connection.model<ReportRecord>('Report', reportSchema)
}
