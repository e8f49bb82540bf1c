import { Schema, type Connection, type Model } from 'mongoose'
import type { RetentionCount, RetentionRun } from '../contract/index.ts'

export const RETENTION_RUN = 'retention'
export const NOTHING_REMOVED: RetentionCount = { direct: 0, group: 0, broadcast: 0 }

/** The one document with the state of the removal of old messages, on any node. */
export interface RetentionRunRecord {
  _id: typeof RETENTION_RUN
  state: RetentionRun['state']
  startedAt: Date | null
  finishedAt: Date | null
  removed: RetentionCount
  /** Null before it is counted. */
  total: number | null
  problem: string | null
}

export type RetentionRunModel = Model<RetentionRunRecord>

const retentionRunSchema = new Schema<RetentionRunRecord>(
  {
    _id: { type: String, required: true },
    state: { type: String, required: true },
    startedAt: { type: Date, default: null },
    finishedAt: { type: Date, default: null },
    removed: { type: Schema.Types.Mixed, required: true },
    total: { type: Number, default: null },
    problem: { type: String, default: null },
  },
  { versionKey: false },
)

/** Returns the model `RetentionRun` on this connection. */
export function retentionRunModel(connection: Connection): RetentionRunModel {
  return connection.model<RetentionRunRecord>('RetentionRun', retentionRunSchema)
}

/** Returns a stored run in the form of the wire. */
export function toRetentionRun({
  state,
  startedAt,
  finishedAt,
  removed,
  total,
  problem,
}: RetentionRunRecord): RetentionRun {
  return {
    state,
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
    removed,
    total: total ?? 0,
    problem,
  }
}
