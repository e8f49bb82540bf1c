import { Types } from 'mongoose'
import type { Conversation, Page } from '../contract/index.ts'
import { decodeCursor, encodeCursor } from '../lib/cursor.ts'
import type { Actor } from '../lib/delivery.ts'
import { idSchema } from '../lib/validate.ts'
import { ANNOUNCEMENTS_OBJECT_ID, type ConversationRecord } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import type { ParticipantRecord } from '../models/participant.model.ts'
import { toConversationViews } from './conversationView.service.ts'

/**
 * How many conversations one query looks at, and how many queries a page costs at most, however many conversations are
 * read.
 */
const PIECE = 200
const PIECES_MAX = 5

type Row = Pick<ParticipantRecord, 'conversationId' | 'readSeq' | 'markedUnread'>
type Candidate = Pick<ConversationRecord, '_id' | 'lastSeq' | 'lastActivityAt'>

/**
 * Lists the actor's conversations that are unread or marked as unread. They come in the order of their ids, which never
 * changes, so that a page misses none when messages arrive meanwhile. A page ends early when it met too many read ones.
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

/** Returns at most `max` unread conversations after `from`, and the last conversation that was looked at. */
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
  // Every user is in the announcements, with a document or without. Their id is the lowest of all.
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

/** A conversation without messages is left out, as in the whole list. */
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
  // Messages of a blocked user do not count, although they are there.
  return found.filter(({ unreadCount, markedUnread }) => unreadCount > 0 || markedUnread)
}
