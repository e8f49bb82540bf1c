import { Schema, type Connection, type Model, type Types } from 'mongoose'

/** A person's place in a conversation. In the broadcast conversation, where everybody is, the row comes with signing up or reading. */
export interface ParticipantRecord {
  _id: Types.ObjectId
  conversationId: Types.ObjectId
  userId: Types.ObjectId
  /** Everything up to here is read: a watermark, so that reading a thousand messages writes one number. */
  readSeq: number
  /** Everything up to here has reached a connection of theirs; never below `readSeq`. */
  deliveredSeq: number
  /** To come back to it; reading takes it away. */
  markedUnread: boolean
}

export type ParticipantModel = Model<ParticipantRecord>

const participantSchema = new Schema<ParticipantRecord>({
  conversationId: { type: Schema.Types.ObjectId, required: true },
  userId: { type: Schema.Types.ObjectId, required: true },
  readSeq: { type: Number, default: 0 },
  deliveredSeq: { type: Number, default: 0 },
  markedUnread: { type: Boolean, default: false },
})
participantSchema.index({ conversationId: 1, userId: 1 }, { unique: true })
participantSchema.index({ userId: 1, conversationId: 1 })

export function participantModel(connection: Connection): ParticipantModel {
  return connection.model<ParticipantRecord>('Participant', participantSchema)
}
