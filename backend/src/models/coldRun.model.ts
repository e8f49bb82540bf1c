import { Schema, type Connection, type Model } from 'mongoose'

export const COLD_RUN = 'cold'

/** The one document that says who moves old messages, and when to look again. */
export interface ColdRunRecord {
  _id: typeof COLD_RUN
  dueAt: Date
  /** Of the one who works on it until `dueAt`. */
  lease: string | null
}

export type ColdRunModel = Model<ColdRunRecord>

const coldRunSchema = new Schema<ColdRunRecord>(
  { _id: { type: String, required: true }, dueAt: { type: Date, required: true }, lease: { type: String, default: null } },
  { versionKey: false },
)

export function coldRunModel(connection: Connection): ColdRunModel {
  return connection.model<ColdRunRecord>('ColdRun', coldRunSchema)
}
