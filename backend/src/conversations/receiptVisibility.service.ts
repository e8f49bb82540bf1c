import { Types } from 'mongoose'
import type { ConversationRecord, Watermarks } from '../models/conversation.model.ts'
import type { BlockRecord } from '../models/block.model.ts'
import { blocksAgainstUser } from '../contacts/index.ts'
import type { Models } from '../models/index.ts'
import type { ParticipantRecord } from '../models/participant.model.ts'
import { participantsOf } from './conversationAccess.service.ts'

/** Watermarks by conversation and by user. */
export type VisibleReceipts = ReadonlyMap<string, ReadonlyMap<string, Watermarks>>

const NO_RECEIPTS: ReadonlyMap<string, Watermarks> = new Map()

/**
 * Returns the watermarks in these conversations that `viewerId` may see: the viewer's own, and the other user's in
 * direct conversations. When one of the two hides read receipts, neither sees how far the other has read. When the
 * other user has blocked the viewer, the viewer sees the watermarks from the beginning of the block.
 */
export async function receiptsVisibleTo(
  models: Pick<Models, 'Participant' | 'User' | 'Block'>,
  viewerId: string,
  conversations: Pick<ConversationRecord, '_id' | 'participantIds'>[],
): Promise<VisibleReceipts> {
  const ids = [...new Set(conversations.flatMap((record) => participantsOf(record, viewerId)))]
  const userIds = ids.map((id) => new Types.ObjectId(id))
  const [rows, hiding, blocks] = await Promise.all([
    models.Participant.find({
      conversationId: { $in: conversations.map(({ _id }) => _id) },
      userId: { $in: userIds },
    }).lean(),
    usersHidingReceipts(models, userIds),
    blocksAgainstUser(
      models,
      viewerId,
      ids.filter((id) => id !== viewerId),
    ),
  ])
  const seen = new Map<string, Map<string, Watermarks>>()
  for (const row of rows) {
    const key = row.conversationId.toHexString()
    const id = row.userId.toHexString()
    const watermarks =
      id === viewerId
        ? { ...row, isHidden: false }
        : othersWatermarks(row, blocks.get(id), hiding.has(id) || hiding.has(viewerId))
    seen.set(key, (seen.get(key) ?? new Map<string, Watermarks>()).set(id, watermarks))
  }
  return seen
}

function othersWatermarks(row: ParticipantRecord, block: BlockRecord | undefined, isHidden: boolean): Watermarks {
  const readSeq = Math.min(row.readSeq, block?.readSeq ?? Infinity)
  const deliveredSeq = Math.min(row.deliveredSeq, block?.deliveredSeq ?? Infinity)
  return { readSeq: isHidden ? 0 : readSeq, deliveredSeq, markedUnread: false, isHidden }
}

/** Returns the watermarks of a conversation that the viewer may see, by user id; empty when there are none. */
export function receiptsIn(seen: VisibleReceipts, conversationId: Types.ObjectId): ReadonlyMap<string, Watermarks> {
  return seen.get(conversationId.toHexString()) ?? NO_RECEIPTS
}

/** Returns those of these users who hide read receipts. */
export async function usersHidingReceipts(
  { User }: Pick<Models, 'User'>,
  userIds: Types.ObjectId[],
): Promise<Set<string>> {
  const hiding = await User.find({ _id: { $in: userIds }, hidesReadReceipts: true }, { _id: 1 }).lean()
  return new Set(hiding.map(({ _id }) => _id.toHexString()))
}
