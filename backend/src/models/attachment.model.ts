import { Schema, type Connection, type Model, type Types } from 'mongoose'
import { ATTACHMENT_KINDS, type Attachment } from '../contract/index.ts'

/**
 * A content that a user attached, or is about to attach, to one message. The message decides which users can read it;
 * `ownerId` and `clientMessageId` name that message even before it is sent. The message carries a copy of the fields
 * that are shown.
 */
export interface AttachmentRecord extends Omit<Attachment, 'id'> {
  _id: Types.ObjectId
  ownerId: Types.ObjectId
  /** Several attachments may share one blob. The content stays until the last of them is removed. */
  blobId: Types.ObjectId
  /** The `clientMessageId` of its message; null before it is sent. */
  clientMessageId: string | null
  createdAt: Date
  /** When to check whether it is still needed; null after its message was found. */
  sweepAt: Date | null
  /** It is being removed: no user can read or send it any more. */
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
// For all attachments of a user, and for those of one of the user's messages.
attachmentSchema.index({ ownerId: 1, clientMessageId: 1 })
attachmentSchema.index({ blobId: 1 })
attachmentSchema.index({ sweepAt: 1 })

/** Returns the model `Attachment` on this connection. */
export function attachmentModel(connection: Connection): AttachmentModel {
  return connection.model<AttachmentRecord>('Attachment', attachmentSchema)
}

/** Returns a stored attachment in the form of the wire. */
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
