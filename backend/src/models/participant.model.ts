import { Schema, type Connection, type Model, type Types } from 'mongoose'
import { GROUP_ROLES, LEAVE_REASONS, type GroupRole, type LeaveReason } from '../contract/index.ts'

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
  /** Who has one is in the group now. Who is out keeps the row without it, and never has one elsewhere. */
  role?: GroupRole
  /** Groups: the first message that they may see; 1 where absent. */
  joinedSeq?: number
  joinedAt?: Date
  /** Of one who is out of the group: for a sync to tell. */
  leftAt?: Date | null
  leftAs?: LeaveReason
  /** Groups and the broadcast: when they read or marked it, or came in. A sync looks for it; in a direct one the conversation changes. */
  changedAt?: Date
  /** Direct, once they had blocked the other: the newest message that is not hidden from them, where the newest of all is. */
  visibleSeq?: number
}

export type ParticipantModel = Model<ParticipantRecord>

const participantSchema = new Schema<ParticipantRecord>({
  conversationId: { type: Schema.Types.ObjectId, required: true },
  userId: { type: Schema.Types.ObjectId, required: true },
  readSeq: { type: Number, default: 0 },
  deliveredSeq: { type: Number, default: 0 },
  markedUnread: { type: Boolean, default: false },
  role: { type: String, enum: GROUP_ROLES },
  joinedSeq: { type: Number },
  joinedAt: { type: Date },
  leftAt: { type: Date },
  leftAs: { type: String, enum: LEAVE_REASONS },
  changedAt: { type: Date },
  visibleSeq: { type: Number },
})
participantSchema.index({ conversationId: 1, userId: 1 }, { unique: true })
// A person's groups, and with its beginning all their conversations.
participantSchema.index({ userId: 1, role: 1 })
// Where one is in, in the order of a list, and what a sync tells of groups that one is out of.
participantSchema.index({ userId: 1, leftAt: 1, conversationId: 1 })

export function participantModel(connection: Connection): ParticipantModel {
  return connection.model<ParticipantRecord>('Participant', participantSchema)
}

/** Of a row in a group: its person is in it now. A value that every engine takes to the index. */
export const IS_MEMBER = { role: { $in: [...GROUP_ROLES] } }
