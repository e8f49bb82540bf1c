import { Types } from 'mongoose'
import { ANNOUNCEMENTS_ID, EVERYBODY, type SendMessageInput } from '../contract/index.ts'
import type { Actor } from '../lib/delivery.ts'
import { createRecent } from '../lib/fifoCache.ts'
import { directConversationId, type ConversationRecord } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import { requireConversation, isIn, requireMembership } from './conversationAccess.service.ts'
import { openDirectConversation } from './directConversation.service.ts'

/** What sending needs to know of a conversation. */
export type MessageTarget = Pick<ConversationRecord, '_id' | 'kind' | 'participantIds'>

/** Some hundred bytes each. */
const KEPT = 20_000

/**
 * Finds where a message goes, among what the sender may write to. Whom a direct conversation joins never changes, on no node, so
 * those are kept in memory. Of a group only that it is one is kept: who is in it is looked up for each message.
 */
export function createMessageTargetFinder(models: Models) {
  const kept = createRecent<MessageTarget>(KEPT)

  /** @throws AppError `not_found` */
  return async function target(
    { conversationId, receiverId }: Pick<SendMessageInput, 'conversationId' | 'receiverId'>,
    actor: Actor,
  ): Promise<MessageTarget> {
    if (receiverId === EVERYBODY) return requireConversation(models, actor, ANNOUNCEMENTS_ID)
    const id =
      conversationId ??
      directConversationId(new Types.ObjectId(actor.userId), new Types.ObjectId(receiverId)).toHexString()
    const known = kept.get(id)
    if (known?.kind === 'group') await requireMembership(models, actor, known._id)
    if (known && (known.kind === 'group' || isIn(known, actor.userId))) return known
    const found =
      conversationId === undefined
        ? await openDirectConversation(models, actor, receiverId ?? '')
        : await requireConversation(models, actor, id)
    const { _id, kind, participantIds } = found
    if (kind !== 'broadcast') kept.put(id, { _id, kind, participantIds })
    return found
  }
}
