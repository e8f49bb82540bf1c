import { Types } from 'mongoose'
import { mergeSeen, seenAfter, unseenRanges, type Conversation, type OwnReading, type User } from '../contract/index.ts'
import type { Actor } from '../lib/delivery.ts'
import { peerIdOf, toConversation, type ConversationRecord, type Watermarks } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import { COPY_FIELDS, isHiddenFrom, type MessageCopy } from '../models/message.model.ts'
import { announcementsVisibleTo, createMessageRepository, createUncountedPlaceRepository } from '../messageLog/index.ts'
import { toUser } from '../models/user.model.ts'
import { conversationNotFound } from './conversationAccess.service.ts'
import { receiptsIn, receiptsVisibleTo } from './receiptVisibility.service.ts'

/**
 * Returns conversations as the actor sees them. It leaves out conversations in which every message is hidden, and
 * groups that the actor has left meanwhile. It makes four queries for a page of any length, one more for each
 * conversation whose newest message is hidden or that has unread places which do not count, and a few when there are
 * targeted announcements.
 */
export async function toConversationViews(
  models: Models,
  actor: Actor,
  records: ConversationRecord[],
): Promise<Conversation[]> {
  const described = await describe(models, actor, records)
  return described.flatMap(({ conversation, isIn, isEmpty }) => (isIn && !isEmpty ? [conversation] : []))
}

/** Returns one conversation as the actor sees it. @throws AppError `not_found` when the actor has left it meanwhile */
export async function toConversationView(
  models: Models,
  actor: Actor,
  record: ConversationRecord,
): Promise<Conversation> {
  const [described] = await describe(models, actor, [record])
  if (!described?.isIn) throw conversationNotFound()
  return described.conversation
}

interface Described {
  conversation: Conversation
  isIn: boolean
  /** There are messages, and all of them are hidden. */
  isEmpty: boolean
}

async function describe(models: Models, actor: Actor, records: ConversationRecord[]): Promise<Described[]> {
  if (records.length === 0) return []
  const peerIds = records.flatMap((record) => peerIdOf(record, actor.userId) ?? [])
  const [users, seen, visibleAnnouncements] = await Promise.all([
    models.User.find({ _id: { $in: peerIds } }).lean(),
    receiptsVisibleTo(models, actor.userId, records),
    announcementsVisibleTo(
      models,
      actor.userId,
      records.flatMap(({ lastMessage }) => lastMessage ?? []),
    ),
  ])
  const peers = new Map(users.map((user): [string, User] => [user._id.toHexString(), toUser(user)]))
  return Promise.all(
    records.map(async (record) => {
      const peer = peers.get(peerIdOf(record, actor.userId)?.toHexString() ?? '') ?? null
      const receipts = receiptsIn(seen, record._id)
      const own = receipts.get(actor.userId)
      const isHidden =
        record.lastMessage !== null && isHiddenFrom(record.lastMessage, actor.userId, visibleAnnouncements)
      const visible = isHidden ? await newestVisible(models, actor, record, own) : null
      const unreadCount = await unreadCountOf(models, actor, record, own)
      const conversation = toConversation(record, actor.userId, {
        peer,
        receipts,
        visible,
        visibleAnnouncements: visible ? new Set([visible.clientMessageId]) : visibleAnnouncements,
        unreadCount,
      })
      return { conversation, isIn: record.kind !== 'group' || own?.role !== undefined, isEmpty: isHidden && !visible }
    }),
  )
}

/**
 * The most targeted announcements that one list looks at. Older ones do not count as unread, and none of them is shown
 * as the newest message.
 */
const TARGETED_MAX = 500

const NEWEST = { by: 'seq', direction: -1 } as const

/**
 * Returns the newest message that the actor may see. In a direct conversation its place was stored when the block
 * began; an earlier message is returned only when its sender has edited that one since, which hides it.
 */
async function newestVisible(
  models: Models,
  actor: Actor,
  record: ConversationRecord,
  own: Watermarks | undefined,
): Promise<MessageCopy | null> {
  const messages = createMessageRepository(models)
  const { _id: conversationId, kind, lastSeq } = record
  if (kind !== 'broadcast') {
    const upTo = own?.visibleSeq ?? 0
    if (upTo === 0) return null
    return messages.findOne({
      filter: { conversationId, seq: { $lte: upTo }, hiddenFrom: { $ne: new Types.ObjectId(actor.userId) } },
      projection: COPY_FIELDS,
      sort: NEWEST,
    })
  }
  const toAll = await messages.findOne({
    filter: { conversationId, seq: { $lte: lastSeq }, isTargeted: { $ne: true } },
    projection: COPY_FIELDS,
    sort: NEWEST,
  })
  const newer = (await targetedAfter(models, actor, record, toAll?.seq ?? 0)).find(({ isHidden }) => !isHidden)
  return newer ? messages.findOne({ filter: { conversationId, seq: newer.seq }, projection: COPY_FIELDS }) : toAll
}

/**
 * Counts the messages that the actor has not read and may see. The cost does not grow with them: it is arithmetic where
 * every unread place counts. Otherwise it is a count by index of the places that do not, one for each gap in what the
 * actor has seen, so at most 21.
 */
async function unreadCountOf(
  models: Models,
  actor: Actor,
  record: ConversationRecord,
  own: Watermarks | undefined,
): Promise<number> {
  const reading = mergeSeen(own?.readSeq ?? 0, own?.seen ?? [])
  const unseen = unseenRanges(reading, record.lastSeq)
  const places = unseen.reduce((sum, { from, to }) => sum + to - from + 1, 0)
  if (places === 0 || (record.lastUncountedSeq ?? 0) <= reading.readSeq) return places
  const uncounted = await createUncountedPlaceRepository(models).countIn(record._id, unseen)
  const targeted = record.kind === 'broadcast' ? await targetedAfter(models, actor, record, reading.readSeq) : []
  const isUnseen = (seq: number) => unseen.some(({ from, to }) => from <= seq && seq <= to)
  return (
    places -
    uncounted +
    targeted.filter(({ seq, isHidden, isDeleted }) => !isHidden && !isDeleted && isUnseen(seq)).length
  )
}

/** Returns the targeted announcements after a place, newest first. */
async function targetedAfter(
  models: Models,
  actor: Actor,
  { _id, lastSeq }: ConversationRecord,
  seq: number,
): Promise<{ seq: number; isHidden: boolean; isDeleted: boolean }[]> {
  const found = await createMessageRepository(models).find({
    filter: { conversationId: _id, seq: { $gt: seq, $lte: lastSeq }, isTargeted: true },
    projection: { seq: 1, isTargeted: 1, senderId: 1, clientMessageId: 1, deletedAt: 1 },
    sort: NEWEST,
    limit: TARGETED_MAX,
  })
  const visibleAnnouncements = await announcementsVisibleTo(models, actor.userId, found)
  return found.map((message) => ({
    seq: message.seq,
    isHidden: isHiddenFrom(message, actor.userId, visibleAnnouncements),
    isDeleted: message.deletedAt !== null,
  }))
}

/** Returns what the actor's other devices need after the actor has read. */
export async function toOwnReading(
  models: Models,
  actor: Actor,
  record: ConversationRecord,
  own: Watermarks | undefined,
): Promise<OwnReading> {
  return {
    seen: seenAfter(own?.readSeq ?? 0, own?.seen),
    unreadCount: await unreadCountOf(models, actor, record, own),
    lastRev: record.lastRev,
  }
}
