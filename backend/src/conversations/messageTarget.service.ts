import { ANNOUNCEMENTS_ID, EVERYBODY, type SendMessageInput } from '../contract/index.ts'
import type { Actor } from '../lib/delivery.ts'
import { createFifoCache } from '../lib/fifoCache.ts'
import type { ConversationRecord } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import { requireConversation, isIn, requireMembership } from './conversationAccess.service.ts'
import { openDirectConversation } from './directConversation.service.ts'

/** The fields of a conversation that sending needs. */
export type MessageTarget = Pick<ConversationRecord, '_id' | 'kind' | 'participantIds'>

/** About a hundred bytes each. A direct conversation may be there by its id and by each sender and receiver. */
const CACHED_MAX = 40_000

/**
 * Finds the conversation of a message, among those that the sender may write to. The two users of a direct conversation
 * never change, on any node, so direct conversations are kept in memory. Of a group only its kind is kept; its members
 * are looked up for each message.
 */
export interface MessageTargetFinder {
  /** Returns the conversation of a message. @throws AppError `not_found` */
  find(to: Pick<SendMessageInput, 'conversationId' | 'receiverId'>, actor: Actor): Promise<MessageTarget>
}

/** Creates a finder with an empty memory. */
export function createMessageTargetFinder(models: Models): MessageTargetFinder {
  const cache = createFifoCache<MessageTarget>(CACHED_MAX)

  return { find }

  async function find(
    { conversationId, receiverId }: Pick<SendMessageInput, 'conversationId' | 'receiverId'>,
    actor: Actor,
  ): Promise<MessageTarget> {
    if (receiverId === EVERYBODY) return requireConversation(models, actor, ANNOUNCEMENTS_ID)
    const key = conversationId ?? `${actor.userId}:${receiverId}`
    const known = cache.get(key)
    if (known?.kind === 'group') await requireMembership(models, actor, known._id)
    if (known && (known.kind === 'group' || isIn(known, actor.userId))) return known
    const found =
      conversationId === undefined
        ? await openDirectConversation(models, actor, receiverId ?? '')
        : await requireConversation(models, actor, conversationId)
    const { _id, kind, participantIds } = found
    if (kind !== 'broadcast') cache.put(key, { _id, kind, participantIds })
    return found
  }
}
