import { Schema, type Connection, type Model, type Types } from 'mongoose'
import { GROUP_ROLES, LEAVE_REASONS, type GroupRole, type LeaveReason, type SeenRange } from '../contract/index.ts'

/**
 * A user's state in a conversation. In the broadcast conversation, where every user is, the document is made at signup
 * or at the first read.
 */
export interface ParticipantRecord {
  _id: Types.ObjectId
  conversationId: Types.ObjectId
  userId: Types.ObjectId
  /** Every message up to here is read. It is a watermark, so that reading a thousand messages writes one number. */
  readSeq: number
  /** Messages after `readSeq` that the user has seen all the same, because they went past others. */
  seen?: SeenRange[]
  /** Every message up to here has reached a connection of the user; never below `readSeq`. */
  deliveredSeq: number
  /** The user wants to return to it. Reading clears it. */
  markedUnread: boolean
  /** Set for a current member of a group. A former member keeps the document without it; other kinds never have it. */
  role?: GroupRole
  /** Groups: the first message that the member may see; 1 when absent. */
  joinedSeq?: number
  joinedAt?: Date
  /** Set for a former member, so that a sync reports it. */
  leftAt?: Date | null
  leftAs?: LeaveReason
  /**
   * Groups and the broadcast conversation: when the user read it, marked it, or joined. A sync searches by it. For a
   * direct conversation the conversation's `changedAt` is used instead.
   */
  changedAt?: Date
  /**
   * Direct conversations, after the user had blocked the other one: the newest visible message when newer ones are
   * hidden.
   */
  visibleSeq?: number
}

export type ParticipantModel = Model<ParticipantRecord>

const participantSchema = new Schema<ParticipantRecord>({
  conversationId: { type: Schema.Types.ObjectId, required: true },
  userId: { type: Schema.Types.ObjectId, required: true },
  readSeq: { type: Number, default: 0 },
  seen: { type: [Schema.Types.Mixed], default: undefined },
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
// For a user's groups; its first field also for all conversations of a user.
participantSchema.index({ userId: 1, role: 1 })
// For a user's conversations in the order of a list, and for the groups that a sync reports as left.
participantSchema.index({ userId: 1, leftAt: 1, conversationId: 1 })

/** Returns the model `Participant` on this connection. */
export function participantModel(connection: Connection): ParticipantModel {
  return connection.model<ParticipantRecord>('Participant', participantSchema)
}

/** The filter for current members of a group. Every engine uses the index for it. */
export const IS_MEMBER = { role: { $in: [...GROUP_ROLES] } }
