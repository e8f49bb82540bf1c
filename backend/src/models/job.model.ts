import { Schema, type Connection, type Model } from 'mongoose'

/** Work that is to be done, or was given up. What is done has no row. */
export interface JobRecord {
  /** `<kind>:<id>`, so that there is one of an id. */
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
  // Most kinds are given nothing, which must stay what it is.
  { versionKey: false, minimize: false },
)
jobSchema.index({ dueAt: 1 })
// For counting, and for the list of the dead.
jobSchema.index({ state: 1, kind: 1 })

export function jobModel(connection: Connection): JobModel {
  return connection.model<JobRecord>('Job', jobSchema)
}
