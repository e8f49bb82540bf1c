import { Schema, type Connection, type Model } from 'mongoose'

/**
 * The stored word for a job whose message is in the broker's queue. Earlier versions wrote it, and they serve on during
 * a rolling update.
 */
export const DISPATCHED = 'handed'

/** A job that waits, runs, or has failed for good. A finished job has no document. */
export interface JobRecord {
  /** `<kind>:<id>`, so that there is one job of an id. */
  _id: string
  kind: string
  payload: unknown
  state: 'waiting' | typeof DISPATCHED | 'running' | 'dead'
  /**
   * When the job is due. A waiting job: to be done. A dispatched one: its message counts as lost. A running one: its
   * lease has expired. Null: never.
   */
  dueAt: Date | null
  /** How often the job was begun. */
  tries: number
  /** Identifies the process that runs the job, until `dueAt`. */
  lease: string | null
  /** Set when the job is added again while it runs. */
  againAt?: Date
  error: string | null
  addedAt: Date
}

export type JobModel = Model<JobRecord>

const jobSchema = new Schema<JobRecord>(
  {
    _id: { type: String, required: true },
    kind: { type: String, required: true },
    payload: { type: Schema.Types.Mixed, required: true },
    state: { type: String, required: true },
    dueAt: { type: Date, default: null },
    tries: { type: Number, required: true },
    lease: { type: String, default: null },
    againAt: { type: Date },
    error: { type: String, default: null },
    addedAt: { type: Date, required: true },
  },
  // Most kinds have an empty payload, which must stay an empty object.
  { versionKey: false, minimize: false },
)
jobSchema.index({ dueAt: 1 })
// For the counts, and for the list of dead jobs.
jobSchema.index({ state: 1, kind: 1 })

/** Returns the model `Job` on this connection. */
export function jobModel(connection: Connection): JobModel {
  return connection.model<JobRecord>('Job', jobSchema)
}
