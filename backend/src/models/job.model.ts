import { Schema, type Connection, type Model } from 'mongoose'

/** A job that waits, runs, or has failed for good. A finished job has no document. */
export interface JobRecord {
  /** `<kind>:<id>`, so that there is one job of an id. */
  _id: string
  kind: string
  payload: unknown
  /** handed: a message about it is in the broker's queue. */
  state: 'waiting' | 'handed' | 'running' | 'dead'
  /** When to look at it: waiting, to do it; handed, since the message must have been lost; running, since the lease has run out. Null: never. */
  dueAt: Date | null
  /** Begun so often. */
  tries: number
  /** Of the one who does it, until `dueAt`. */
  lease: string | null
  /** Somebody has added it again while it ran. */
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

export function jobModel(connection: Connection): JobModel {
  return connection.model<JobRecord>('Job', jobSchema)
}
