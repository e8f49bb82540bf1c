import type { Types } from 'mongoose'
import type { Models } from '../models/index.ts'
import { createMessageRepository } from './message.repository.ts'

/**
 * Finds places by time. There is no index on times: within a conversation, places and times have the same order, so a
 * binary search finds them.
 */
export interface MessagePlaceRepository {
  /** Returns when a message was written; null when there is no such message. */
  createdAt(conversationId: Types.ObjectId, seq: number): Promise<Date | null>
  /**
   * Returns the last place that was written before a time, in about ten look-ups; `after` when there is none. A place
   * without a message (in an ended group) counts as before.
   */
  lastBefore(conversationId: Types.ObjectId, after: number, lastSeq: number, before: Date): Promise<number>
}

/** Creates the repository of places. */
export function createMessagePlaceRepository(models: Pick<Models, 'Message' | 'ColdMessage'>): MessagePlaceRepository {
  const messages = createMessageRepository(models)

  async function createdAt(conversationId: Types.ObjectId, seq: number): Promise<Date | null> {
    const found = await messages.findOne({ filter: { conversationId, seq }, projection: { createdAt: 1 } })
    return found?.createdAt ?? null
  }

  return {
    createdAt,

    async lastBefore(conversationId, after, lastSeq, before) {
      let [low, high] = [after, lastSeq]
      while (low < high) {
        // The first place alone gives the answer for most conversations.
        const middle = low === after ? low + 1 : Math.ceil((low + high) / 2)
        const at = await createdAt(conversationId, middle)
        if (at === null || at < before) low = middle
        else high = middle - 1
      }
      return low
    },
  }
}
