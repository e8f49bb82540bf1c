import { Schema, type Connection, type Model, type Types } from 'mongoose'

/** A content in the media store, with what was made of it: its keys follow from its id (media/media.keys.ts). */
export interface BlobRecord {
  _id: Types.ObjectId
  /** Bytes of the original. */
  size: number
  /** Somebody is looking whether any attachment is left: none may be added. */
  isClosing: boolean
}

export type BlobModel = Model<BlobRecord>

const blobSchema = new Schema<BlobRecord>(
  { size: { type: Number, required: true }, isClosing: { type: Boolean, default: false } },
  { versionKey: false },
)

export function blobModel(connection: Connection): BlobModel {
  return connection.model<BlobRecord>('Blob', blobSchema)
}
