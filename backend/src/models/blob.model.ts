import { Schema, type Connection, type Model, type Types } from 'mongoose'

/** A content in the media store and its variants. Their keys follow from the id (media/media.keys.ts). */
export interface BlobRecord {
  _id: Types.ObjectId
  /** Bytes of the original. */
  size: number
  /** A check for remaining attachments is running; no attachment may be added. */
  isClosing: boolean
}

export type BlobModel = Model<BlobRecord>

const blobSchema = new Schema<BlobRecord>(
  { size: { type: Number, required: true }, isClosing: { type: Boolean, default: false } },
  { versionKey: false },
)

/** Returns the model `Blob` on this connection. */
export function blobModel(connection: Connection): BlobModel {
  return connection.model<BlobRecord>('Blob', blobSchema)
}
