import { Types } from 'mongoose'
import type { Conversation, Page } from '../contract/index.ts'
import { decodeCursor, encodeCursor } from '../lib/cursor.ts'
import type { Actor } from '../lib/delivery.ts'
import { idSchema } from '../lib/validate.ts'
import { ANNOUNCEMENTS_OBJECT_ID, type ConversationRecord } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import type { ParticipantRecord } from '../models/participant.model.ts'
import { toConversationViews } from './conversationView.service.ts'

/** Conversations looked at in one go, and how often for one page: what a request costs at most, however many are read. */
const PIECE = 200
const PIECES_MAX = 5

type Row = Pick<ParticipantRecord, 'conversationId' | 'readSeq' | 'markedUnread'>
type Candidate = Pick<ConversationRecord, '_id' | 'lastSeq' | 'lastActivityAt'>

/**
 * The actor's conversations with something unread, or marked so, in the order of their ids, which nothing can change between two pages: none
 * is missed because somebody writes meanwhile. A page ends early when it had to look at too many that are read.
 * @throws AppError `invalid_input` for a cursor of another list
 */
export async function listUnreadConversations(
  models: Models,
  actor: Actor,
  cursor: string | undefined,
  limit: number,
): Promise<Page<Conversation>> {
  const unread: Types.ObjectId[] = []
  let from: string | null = cursor === undefined ? null : decodeCursor(idSchema, cursor)
  for (let pieces = 0; pieces < PIECES_MAX && unread.length < limit; pieces += 1) {
    const { found, hasMore } = await piece(models, actor, from, limit - unread.length)
    unread.push(...found.ids)
    from = found.upTo
    if (!hasMore) return { items: await described(models, actor, unread), nextCursor: null }
  }
  return { items: await described(models, actor, unread), nextCursor: from === null ? null : encodeCursor(from) }
}

/** At most `max` unread ones of the next that the actor is in, and up to which one that was looked at. */
async function piece(models: Models, actor: Actor, from: string | null, max: number) {
  const rows: Row[] = await models.Participant.find(
    {
      userId: new Types.ObjectId(actor.userId),
      leftAt: null,
      ...(from !== null && { conversationId: { $gt: new Types.ObjectId(from) } }),
    },
    { conversationId: 1, readSeq: 1, markedUnread: 1 },
  )
    .sort({ conversationId: 1 })
    .limit(PIECE)
    .lean()
  const rowOf = new Map(rows.map((row) => [row.conversationId.toHexString(), row]))
  // Everybody is in the announcements, with a row or without; theirs is the lowest of all ids.
  const announcements = ANNOUNCEMENTS_OBJECT_ID.toHexString()
  const ids = rows.map(({ conversationId }) => conversationId)
  if (from === null && !rowOf.has(announcements)) ids.unshift(ANNOUNCEMENTS_OBJECT_ID)
  const records: Candidate[] = await models.Conversation.find(
    { _id: { $in: ids } },
    { lastSeq: 1, lastActivityAt: 1 },
  ).lean()
  const recordOf = new Map(records.map((record) => [record._id.toHexString(), record]))
  const unread = ids.filter((id) => isUnread(recordOf.get(id.toHexString()), rowOf.get(id.toHexString())))
  const taken = unread.slice(0, max)
  const isCut = unread.length > taken.length
  const upTo = (isCut ? taken : ids).at(-1)?.toHexString() ?? from
  return { found: { ids: taken, upTo }, hasMore: isCut || rows.length === PIECE }
}

/** As the whole list has it, a conversation in which nothing was said is left out. */
function isUnread(record: Candidate | undefined, row: Row | undefined): boolean {
  if (!record?.lastActivityAt) return false
  return record.lastSeq > (row?.readSeq ?? 0) || row?.markedUnread === true
}

async function described(models: Models, actor: Actor, ids: Types.ObjectId[]): Promise<Conversation[]> {
  const records = await models.Conversation.find({ _id: { $in: ids } }).lean()
  const recordOf = new Map(records.map((record) => [record._id.toHexString(), record]))
  const found = await toConversationViews(
    models,
    actor,
    ids.flatMap((id) => recordOf.get(id.toHexString()) ?? []),
  )
  // What somebody blocked wrote is there, and does not count.
  return found.filter(({ unreadCount, markedUnread }) => unreadCount > 0 || markedUnread)
}
