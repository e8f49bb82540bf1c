import type { Types } from 'mongoose'
import type { ConversationKind } from '../contract/index.ts'
import type { ClearedMark, ConversationRecord } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import type { MessageRecord } from '../models/message.model.ts'
import { createMessagePlaceRepository, createMessageRepository } from '../messageLog/index.ts'

/** A conversation whose messages after `after`, up to `upTo`, are too old. */
export interface DueConversation extends Pick<ConversationRecord, '_id' | 'kind' | 'participantIds' | 'group'> {
  after: number
  upTo: number
}

/** The place up to which retention has cleared a conversation. */
export interface Mark extends ClearedMark {
  _id: Types.ObjectId
}

/** Conversations that one command reads. */
const PAGE = 200

type Found = Pick<ConversationRecord, '_id' | 'kind' | 'participantIds' | 'group' | 'lastSeq' | 'cleared'>

/** Tells whether retention may remove a message: not a deleted message, and not a system message of a group. */
export function isRemovable({ deletedAt, kind }: Pick<MessageRecord, 'deletedAt' | 'kind'>): boolean {
  return deletedAt === null && kind !== 'system'
}

/** Tells whether a stored time to look again is still to come. One in the future comes from a message of a clock that was ahead. */
export const isLater = (nextAt: Date | null, before: Date): boolean =>
  nextAt !== null && nextAt >= before && nextAt <= new Date()

export interface RetentionScanRepository {
  /** Returns the mark of a conversation that is cleared up to `seq`. */
  markAt(_id: Types.ObjectId, seq: number): Promise<Mark>

  setMarks(marks: Mark[]): Promise<void>

  /**
   * Yields the conversations of one kind that have messages older than `before`.
   * @param options.remember stores in the others when to look again; a dry run stores nothing
   * @param options.tick is called after each page
   */
  conversations(
    kind: ConversationKind,
    before: Date,
    options: { remember: boolean; tick: () => Promise<void> },
  ): AsyncGenerator<DueConversation>

  /** Counts the messages of a conversation that retention may remove. */
  count(conversation: DueConversation): Promise<number>

  /** Returns at most `limit` messages after a place, including those that retention must keep. */
  page(conversation: DueConversation, after: number, limit: number): Promise<MessageRecord[]>
}

/**
 * Creates the repository that finds old messages. In a conversation they end at one place. A mark in each conversation
 * stores this place and when to look again, so a conversation without due messages costs only its place in the list.
 */
export function createRetentionScanRepository(
  models: Pick<Models, 'Conversation' | 'Message' | 'ColdMessage'>,
): RetentionScanRepository {
  const { Conversation } = models
  const messages = createMessageRepository(models)
  const places = createMessagePlaceRepository(models)

  async function markAt(_id: Types.ObjectId, seq: number): Promise<Mark> {
    return { _id, seq, nextAt: await places.createdFrom(_id, seq + 1) }
  }

  async function setMarks(marks: Mark[]): Promise<void> {
    if (marks.length === 0) return
    const updates = marks.map(({ _id, seq, nextAt }) => ({
      updateOne: { filter: { _id }, update: { $set: { cleared: { seq, nextAt } } } },
    }))
    await Conversation.collection.bulkWrite(updates, { ordered: false })
  }

  return {
    markAt,
    setMarks,

    async *conversations(kind, before, { remember, tick }) {
      let last: Types.ObjectId | null = null
      for (;;) {
        const rows: Found[] = await Conversation.find(
          { kind, ...(last && { _id: { $gt: last } }) },
          { kind: 1, participantIds: 1, 'group.name': 1, lastSeq: 1, cleared: 1 },
        )
          .sort({ _id: 1 })
          .limit(PAGE)
          .lean<Found[]>()
        const marks: Mark[] = []
        for (const found of rows) {
          const { _id, lastSeq, participantIds, group, cleared = { seq: 0, nextAt: null } } = found
          if (lastSeq <= cleared.seq || isLater(cleared.nextAt, before)) continue
          const upTo = await places.lastBefore(_id, cleared.seq, lastSeq, before)
          if (upTo > cleared.seq) yield { _id, kind, participantIds, group, after: cleared.seq, upTo }
          else marks.push(await markAt(_id, cleared.seq))
        }
        if (remember) await setMarks(marks)
        await tick()
        last = rows.at(-1)?._id ?? null
        if (!last || rows.length < PAGE) return
      }
    },

    count({ _id, after, upTo }) {
      return messages.count({
        conversationId: _id,
        seq: { $gt: after, $lte: upTo },
        deletedAt: null,
        kind: { $ne: 'system' },
      })
    },

    page({ _id, upTo }, after, limit) {
      return messages.find({
        filter: { conversationId: _id, seq: { $gt: after, $lte: upTo } },
        sort: { by: 'seq', direction: 1 },
        limit,
      })
    },
  }
}
