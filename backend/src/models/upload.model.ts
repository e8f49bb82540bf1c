import { Schema, type Connection, type Model, type Types } from 'mongoose'

/**
 * An unfinished upload. While the document is there, some of its bytes may be stored. Its attachment gets the same id.
 */
export interface UploadRecord {
  _id: Types.ObjectId
  ownerId: Types.ObjectId
  name: string
  /** Bytes, as the client announced. */
  size: number
  expiresAt: Date
}

export type UploadModel = Model<UploadRecord>

const uploadSchema = new Schema<UploadRecord>(
  {
    ownerId: { type: Schema.Types.ObjectId, required: true },
    name: { type: String, default: '' },
    size: { type: Number, required: true },
    expiresAt: { type: Date, required: true },
  },
  { versionKey: false },
)
uploadSchema.index({ ownerId: 1 })
uploadSchema.index({ expiresAt: 1 })

/** Returns the model `Upload` on this connection. */
export function uploadModel(connection: Connection): UploadModel {
  return connection.model<UploadRecord>('Upload', uploadSchema)
}
