import { Schema, type Connection, type Model, type Types } from 'mongoose'

/** A user does not want direct messages of another user. */
export interface BlockRecord {
  /** `blockId` of both users, so that many pairs are found by ids. */
  _id: string
  blockerId: Types.ObjectId
  blockedId: Types.ObjectId
  createdAt: Date
  /**
   * How far the blocker had read in their direct conversation when the block began. The blocked user never sees more.
   */
  readSeq: number
  deliveredSeq: number
}

export type BlockModel = Model<BlockRecord>

const blockSchema = new Schema<BlockRecord>(
  {
    _id: { type: String, required: true },
    blockerId: { type: Schema.Types.ObjectId, required: true },
    blockedId: { type: Schema.Types.ObjectId, required: true },
    createdAt: { type: Date, required: true },
    readSeq: { type: Number, required: true },
    deliveredSeq: { type: Number, required: true },
  },
  { versionKey: false },
)
blockSchema.index({ blockerId: 1, blockedId: 1 })

/** Returns the model `Block` on this connection. */
export function blockModel(connection: Connection): BlockModel {
  return connection.model<BlockRecord>('Block', blockSchema)
}

/** Returns the id of a block. It makes a second block of the same pair impossible. */
export function blockId(blockerId: string, blockedId: string): string {
  return `${blockerId}:${blockedId}`
}
