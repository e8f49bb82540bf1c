import { Schema, type Connection, type Model } from 'mongoose'

/** Who of several nodes has the turn for something. */
export interface TurnRecord {
  /** What it is for. */
  _id: string
  /** One holder: a new id for each turn. */
  holder: string
  /** Then it ends by itself: the node may have died. */
  until: Date
}

export type TurnModel = Model<TurnRecord>

const turnSchema = new Schema<TurnRecord>(
  {
    _id: { type: String, required: true },
    holder: { type: String, required: true },
    until: { type: Date, required: true },
  },
  { versionKey: false },
)

export function turnModel(connection: Connection): TurnModel {
  return connection.model<TurnRecord>('Turn', turnSchema)
}
