import { Types } from 'mongoose'
import { ANNOUNCEMENTS_ID, EVERYBODY, type SendMessageInput } from '../contract/index.ts'
import type { Actor } from '../lib/delivery.ts'
import { createRecent } from '../lib/fifoCache.ts'
import { directConversationId, type ConversationRecord } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import { conversationFor, isIn, membershipIn } from './conversationAccess.service.ts'
import { directConversation } from './directConversation.service.ts'

/** What sending needs to know of a conversation. */
export type Target = Pick<ConversationRecord, '_id' | 'kind' | 'participantIds'>

/** Some hundred bytes each. */
const KEPT = 20_000

/**
 * Finds where a message goes, among what the sender may write to. Whom a direct conversation joins never changes, on no node, so
 * those are kept in memory. Of a group only that it is one is kept: who is in it is looked up for each message.
 */
export function createTargets(models: Models) {
  const kept = createRecent<Target>(KEPT)

  /** @throws AppError `not_found` */
  return async function target(
    { conversationId, receiverId }: Pick<SendMessageInput, 'conversationId' | 'receiverId'>,
    actor: Actor,
  ): Promise<Target> {
    if (receiverId === EVERYBODY) return conversationFor(models, actor, ANNOUNCEMENTS_ID)
    const id =
      conversationId ??
      directConversationId(new Types.ObjectId(actor.userId), new Types.ObjectId(receiverId)).toHexString()
    const known = kept.get(id)
    if (known?.kind === 'group') await membershipIn(models, actor, known._id)
    if (known && (known.kind === 'group' || isIn(known, actor.userId))) return known
    const found =
      conversationId === undefined
        ? await directConversation(models, actor, receiverId ?? '')
        : await conversationFor(models, actor, id)
    const { _id, kind, participantIds } = found
    if (kind !== 'broadcast') kept.put(id, { _id, kind, participantIds })
    return found
  }
}
