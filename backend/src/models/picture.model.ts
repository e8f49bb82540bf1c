import { Schema, type Connection, type Model, type Types } from 'mongoose'

/** The owner of a picture. */
export interface PictureOwner {
  kind: 'user' | 'group'
  id: Types.ObjectId
}

/** A picture in the media store. Its hash covers its content and its owner, so that no two owners share one. */
export interface PictureRecord {
  _id: string
  ownerKind: PictureOwner['kind']
  ownerId: Types.ObjectId
  /** When to check whether its owner still has it; null when no check is due. */
  sweepAt: Date | null
}

export type PictureModel = Model<PictureRecord>

const pictureSchema = new Schema<PictureRecord>(
  {
    _id: { type: String, required: true },
    ownerKind: { type: String, enum: ['user', 'group'], required: true },
    ownerId: { type: Schema.Types.ObjectId, required: true },
    sweepAt: { type: Date, default: null },
  },
  { versionKey: false },
)
pictureSchema.index({ sweepAt: 1 })

/** Returns the model `Picture` on this connection. */
export function pictureModel(connection: Connection): PictureModel {
  return connection.model<PictureRecord>('Picture', pictureSchema)
}
