import { Types } from 'mongoose'
import type { ConversationRecord, Watermarks } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import { participantsOf } from './conversationAccess.ts'

/** Watermarks by conversation and by person. */
export type ReceiptsSeen = ReadonlyMap<string, ReadonlyMap<string, Watermarks>>

const NOBODY: ReadonlyMap<string, Watermarks> = new Map()

/**
 * How far people have got in these conversations, as `viewerId` may know it: their own watermarks, and the other person's in
 * direct ones. Where one of two hides read receipts, neither sees what the other has read.
 */
export async function receiptsSeenBy(
  models: Pick<Models, 'Participant' | 'User'>,
  viewerId: string,
  conversations: Pick<ConversationRecord, '_id' | 'participantIds'>[],
): Promise<ReceiptsSeen> {
  const people = [...new Set(conversations.flatMap((record) => participantsOf(record, viewerId)))].map((id) => new Types.ObjectId(id))
  const [rows, hiding] = await Promise.all([
    models.Participant.find({ conversationId: { $in: conversations.map(({ _id }) => _id) }, userId: { $in: people } }).lean(),
    hidingAmong(models, people),
  ])
  const seen = new Map<string, Map<string, Watermarks>>()
  for (const { conversationId, userId, readSeq, deliveredSeq, markedUnread } of rows) {
    const key = conversationId.toHexString()
    const id = userId.toHexString()
    const isHidden = id !== viewerId && (hiding.has(id) || hiding.has(viewerId))
    const watermarks = { readSeq: isHidden ? 0 : readSeq, deliveredSeq, markedUnread: id === viewerId && markedUnread, isHidden }
    seen.set(key, (seen.get(key) ?? new Map<string, Watermarks>()).set(id, watermarks))
  }
  return seen
}

export function receiptsIn(seen: ReceiptsSeen, conversationId: Types.ObjectId): ReadonlyMap<string, Watermarks> {
  return seen.get(conversationId.toHexString()) ?? NOBODY
}

/** Who of these hides read receipts. */
export async function hidingAmong({ User }: Pick<Models, 'User'>, people: Types.ObjectId[]): Promise<Set<string>> {
  const hiding = await User.find({ _id: { $in: people }, hidesReadReceipts: true }, { _id: 1 }).lean()
  return new Set(hiding.map(({ _id }) => _id.toHexString()))
}
