import type { Conversation, User } from '../contract/index.ts'
import type { Actor } from '../lib/ports.ts'
import { peerIdOf, toConversation, type ConversationRecord } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import { toUser } from '../models/user.model.ts'
import { receiptsIn, receiptsSeenBy } from './receiptsSeen.ts'

/** Conversations as the actor sees them: three queries for a whole page, however long it is. */
export async function describeConversations(models: Models, actor: Actor, records: ConversationRecord[]): Promise<Conversation[]> {
  if (records.length === 0) return []
  const peerIds = records.flatMap((record) => peerIdOf(record, actor.userId) ?? [])
  const [users, seen] = await Promise.all([models.User.find({ _id: { $in: peerIds } }).lean(), receiptsSeenBy(models, actor.userId, records)])
  const peers = new Map(users.map((user): [string, User] => [user._id.toHexString(), toUser(user)]))
  return records.map((record) => {
    const peer = peers.get(peerIdOf(record, actor.userId)?.toHexString() ?? '') ?? null
    return toConversation(record, actor.userId, peer, receiptsIn(seen, record._id))
  })
}
