import { Schema, type Connection, type Model, type Types } from 'mongoose'
import { ATTACHMENT_KINDS, type Attachment } from '../contract/index.ts'

/**
 * A content that one person attached to one message, or is about to. Where it may be read follows from that message, which
 * (ownerId, clientMessageId) names before it is sent; the message carries a copy of what is shown.
 */
export interface AttachmentRecord extends Omit<Attachment, 'id'> {
  _id: Types.ObjectId
  ownerId: Types.ObjectId
  /** Several may share one: then the content stays until the last of them goes. */
  blobId: Types.ObjectId
  /** Of the message that it was sent with; null while it waits for one. */
  clientMessageId: string | null
  createdAt: Date
  /** When to look whether it is still needed; null once its message was found to be there. */
  sweepAt: Date | null
  /** It is being removed: nobody can read or send it any more. */
  isReleased: boolean
}

export type AttachmentModel = Model<AttachmentRecord>

const attachmentSchema = new Schema<AttachmentRecord>(
  {
    ownerId: { type: Schema.Types.ObjectId, required: true },
    blobId: { type: Schema.Types.ObjectId, required: true },
    clientMessageId: { type: String, default: null },
    createdAt: { type: Date, required: true },
    sweepAt: { type: Date, default: null },
    isReleased: { type: Boolean, default: false },
    kind: { type: String, enum: ATTACHMENT_KINDS, required: true },
    name: { type: String, default: '' },
    size: { type: Number, required: true },
    mimeType: { type: String, required: true },
    width: { type: Number, default: null },
    height: { type: Number, default: null },
    durationSeconds: { type: Number, default: null },
    waveform: { type: [Number], default: null },
    isVoice: { type: Boolean, default: false },
    placeholder: { type: String, default: null },
    hasThumbnail: { type: Boolean, default: false },
    isAnimated: { type: Boolean, default: false },
  },
  { versionKey: false },
)
// What a person has in all, and what belongs to one of their messages.
attachmentSchema.index({ ownerId: 1, clientMessageId: 1 })
attachmentSchema.index({ blobId: 1 })
attachmentSchema.index({ sweepAt: 1 })

export function attachmentModel(connection: Connection): AttachmentModel {
  return connection.model<AttachmentRecord>('Attachment', attachmentSchema)
}

export function toAttachment(record: AttachmentRecord): Attachment {
  const {
    kind,
    name,
    size,
    mimeType,
    width,
    height,
    durationSeconds,
    waveform,
    isVoice,
    placeholder,
    hasThumbnail,
    isAnimated,
  } = record
  return {
    id: String(record._id),
    kind,
    name,
    size,
    mimeType,
    width,
    height,
    durationSeconds,
    waveform,
    isVoice,
    placeholder,
    hasThumbnail,
    isAnimated,
  }
}
