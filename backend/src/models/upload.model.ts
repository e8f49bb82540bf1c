import { Schema, type Connection, type Model, type Types } from 'mongoose'

/** A content that is on its way. As long as the row is there, so may be bytes of it; the attachment has the same id. */
export interface UploadRecord {
  _id: Types.ObjectId
  ownerId: Types.ObjectId
  name: string
  /** Bytes, as announced. */
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

export function uploadModel(connection: Connection): UploadModel {
  return connection.model<UploadRecord>('Upload', uploadSchema)
}
