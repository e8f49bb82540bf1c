import type { Types } from 'mongoose'
import type { ConversationKind } from '../contract/index.ts'
import type { ClearedMark, ConversationRecord } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import type { MessageRecord } from '../models/message.model.ts'
import { createMessagePlaceRepository, createMessageRepository } from '../messageLog/index.ts'

/** A conversation in which messages are older than they may be: those after `after`, up to `upTo`. */
export interface DueConversation extends Pick<ConversationRecord, '_id' | 'kind' | 'participantIds' | 'group'> {
  after: number
  upTo: number
}

/** Where retention has come in a conversation. */
export interface Mark extends ClearedMark {
  _id: Types.ObjectId
}

/** Conversations that one command reads. */
const PAGE = 200

type Found = Pick<ConversationRecord, '_id' | 'kind' | 'participantIds' | 'group' | 'lastSeq' | 'cleared'>

/** What may go: neither what is gone, nor what tells of a group. */
export function isRemovable({ deletedAt, kind }: Pick<MessageRecord, 'deletedAt' | 'kind'>): boolean {
  return deletedAt === null && kind !== 'system'
}

/**
 * Finds old messages, which within a conversation end at a place. A mark in each conversation says where that place was, and when to look again: a
 * conversation in which nothing is due costs nothing but its turn in the list.
 */
export function createRetentionScanRepository(models: Pick<Models, 'Conversation' | 'Message' | 'ColdMessage'>) {
  const { Conversation } = models
  const messages = createMessageRepository(models)
  const places = createMessagePlaceRepository(models)

  /** Where retention would stand if all up to `seq` were done. */
  async function markAt(_id: Types.ObjectId, seq: number): Promise<Mark> {
    return { _id, seq, nextAt: await places.createdAt(_id, seq + 1) }
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

    /**
     * Those of one kind in which something was written before then.
     * @param options.remember notes in the others when to look again; a dry run writes nothing
     * @param options.tick is called now and then
     */
    async *conversations(
      kind: ConversationKind,
      before: Date,
      { remember, tick }: { remember: boolean; tick: () => Promise<void> },
    ): AsyncGenerator<DueConversation> {
      let last: Types.ObjectId | null = null
      for (;;) {
        const page: Found[] = await Conversation.find(
          { kind, ...(last && { _id: { $gt: last } }) },
          { kind: 1, participantIds: 1, 'group.name': 1, lastSeq: 1, cleared: 1 },
        )
          .sort({ _id: 1 })
          .limit(PAGE)
          .lean<Found[]>()
        const marks: Mark[] = []
        for (const found of page) {
          const { _id, lastSeq, participantIds, group, cleared = { seq: 0, nextAt: null } } = found
          if (lastSeq <= cleared.seq || (cleared.nextAt && cleared.nextAt >= before)) continue
          const upTo = await places.lastBefore(_id, cleared.seq, lastSeq, before)
          if (upTo > cleared.seq) yield { _id, kind, participantIds, group, after: cleared.seq, upTo }
          else marks.push(await markAt(_id, cleared.seq))
        }
        if (remember) await setMarks(marks)
        await tick()
        last = page.at(-1)?._id ?? null
        if (!last || page.length < PAGE) return
      }
    },

    /** How many messages of these may go. */
    count({ _id, after, upTo }: DueConversation): Promise<number> {
      return messages.count({
        conversationId: _id,
        seq: { $gt: after, $lte: upTo },
        deletedAt: null,
        kind: { $ne: 'system' },
      })
    },

    /** Up to so many messages after a place, those that may not go among them. */
    some({ _id, upTo }: DueConversation, after: number, limit: number): Promise<MessageRecord[]> {
      return messages.find({
        filter: { conversationId: _id, seq: { $gt: after, $lte: upTo } },
        sort: { by: 'seq', direction: 1 },
        limit,
      })
    },
  }
}
