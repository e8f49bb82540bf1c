import { Types } from 'mongoose'
import type { Conversation, User } from '../contract/index.ts'
import type { Actor } from '../lib/ports.ts'
import { peerIdOf, toConversation, type ConversationRecord, type Watermarks } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import { isHiddenFrom, shownTo, type MessageCopy } from '../models/message.model.ts'
import { toUser } from '../models/user.model.ts'
import { noSuchConversation } from './conversationAccess.ts'
import { receiptsIn, receiptsSeenBy } from './receiptsSeen.ts'

/**
 * Conversations as the actor sees them: four queries for a whole page, however long it is, and one more for each in which the
 * newest message is hidden. Left out are those in which all is hidden, and groups that the actor has left meanwhile.
 */
export async function describeConversations(models: Models, actor: Actor, records: ConversationRecord[]): Promise<Conversation[]> {
  const described = await describe(models, actor, records)
  return described.flatMap(({ conversation, isIn, isEmpty }) => (isIn && !isEmpty ? [conversation] : []))
}

/** @throws AppError `not_found` when the actor has left it meanwhile */
export async function describeConversation(models: Models, actor: Actor, record: ConversationRecord): Promise<Conversation> {
  const [described] = await describe(models, actor, [record])
  if (!described?.isIn) throw noSuchConversation()
  return described.conversation
}

interface Described {
  conversation: Conversation
  isIn: boolean
  /** Something was said, and nothing of it is to be seen. */
  isEmpty: boolean
}

async function describe(models: Models, actor: Actor, records: ConversationRecord[]): Promise<Described[]> {
  if (records.length === 0) return []
  const peerIds = records.flatMap((record) => peerIdOf(record, actor.userId) ?? [])
  const [users, seen] = await Promise.all([models.User.find({ _id: { $in: peerIds } }).lean(), receiptsSeenBy(models, actor.userId, records)])
  const peers = new Map(users.map((user): [string, User] => [user._id.toHexString(), toUser(user)]))
  return Promise.all(
    records.map(async (record) => {
      const peer = peers.get(peerIdOf(record, actor.userId)?.toHexString() ?? '') ?? null
      const receipts = receiptsIn(seen, record._id)
      const own = receipts.get(actor.userId)
      const isHidden = record.lastMessage !== null && isHiddenFrom(record.lastMessage, actor.userId)
      const visible = isHidden ? await newestVisible(models, actor, record, own) : null
      const unreadCount = record.kind === 'broadcast' ? await unreadAnnouncements(models, actor, record, own) : null
      const conversation = toConversation(record, actor.userId, { peer, receipts, visible, unreadCount })
      return { conversation, isIn: record.kind !== 'group' || own?.role !== undefined, isEmpty: isHidden && !visible }
    }),
  )
}

/**
 * In a direct conversation, where it is was noted when the block began; it is looked for further up only when its sender has edited it since.
 */
async function newestVisible({ Message }: Models, actor: Actor, { _id, kind, lastSeq }: ConversationRecord, own: Watermarks | undefined): Promise<MessageCopy | null> {
  const upTo = kind === 'broadcast' ? lastSeq : (own?.visibleSeq ?? 0)
  if (upTo === 0) return null
  return Message.findOne({ conversationId: _id, seq: { $lte: upTo }, ...shownTo(new Types.ObjectId(actor.userId)) }, { edits: 0, revs: 0 })
    .sort({ seq: -1 })
    .lean()
}

/** Some may be for others only. Null when there can be none. */
async function unreadAnnouncements({ Message }: Models, actor: Actor, { _id, lastSeq }: ConversationRecord, own: Watermarks | undefined): Promise<number | null> {
  const readSeq = own?.readSeq ?? 0
  if (readSeq >= lastSeq) return null
  return Message.countDocuments({ conversationId: _id, seq: { $gt: readSeq }, ...shownTo(new Types.ObjectId(actor.userId)) })
}
