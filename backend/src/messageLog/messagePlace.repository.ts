import type { Types } from 'mongoose'
import type { Models } from '../models/index.ts'
import type { MessageRecord } from '../models/message.model.ts'
import { createMessageRepository } from './message.repository.ts'

/**
 * Finds places by time. There is no index on times: within a conversation, places and times have the same order, so a
 * binary search finds them. A time in the future comes from a clock that was ahead. It says nothing, so the next message
 * whose time has come speaks for its place: it was written later.
 */
export interface MessagePlaceRepository {
  /** Returns when the first message from a place on was written whose time has come; null when there is none. */
  createdFrom(conversationId: Types.ObjectId, seq: number): Promise<Date | null>
  /**
   * Returns the last place that was written before a time, in about ten look-ups; `after` when there is none. A place
   * without a message (in an ended group) counts as before.
   */
  lastBefore(conversationId: Types.ObjectId, after: number, lastSeq: number, before: Date): Promise<number>
}

type Placed = Pick<MessageRecord, '_id' | 'seq' | 'createdAt'>

/** Creates the repository of places. */
export function createMessagePlaceRepository(models: Pick<Models, 'Message' | 'ColdMessage'>): MessagePlaceRepository {
  const messages = createMessageRepository(models)

  /** Returns the first message of a range whose time has come; null when there is none. */
  function firstTrue(conversationId: Types.ObjectId, from: number, upTo: number): Promise<Placed | null> {
    return messages.findOne<Placed>({
      filter: { conversationId, seq: { $gte: from, $lte: upTo }, createdAt: { $lte: new Date() } },
      projection: { seq: 1, createdAt: 1 },
      sort: { by: 'seq', direction: 1 },
    })
  }

  const isThere = (conversationId: Types.ObjectId, seq: number): Promise<boolean> =>
    messages.exists({ conversationId, seq })

  return {
    async createdFrom(conversationId, seq) {
      return (await firstTrue(conversationId, seq, Number.MAX_SAFE_INTEGER))?.createdAt ?? null
    },

    async lastBefore(conversationId, after, lastSeq, before) {
      let [low, high] = [after, lastSeq]
      while (low < high) {
        // The first place alone gives the answer for most conversations.
        const middle = low === after ? low + 1 : Math.ceil((low + high) / 2)
        const found = await firstTrue(conversationId, middle, high)
        if (found && found.createdAt < before) low = found.seq
        else if (found?.seq === middle || (await isThere(conversationId, middle))) high = middle - 1
        else low = middle
      }
      return low
    },
  }
}
