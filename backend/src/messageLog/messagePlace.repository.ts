import type { Types } from 'mongoose'
import type { Models } from '../models/index.ts'
import { createMessageRepository } from './message.repository.ts'

/** Where in a conversation a time is, without an index on it: within a conversation places and times have one order. */
export function createMessagePlaceRepository(models: Pick<Models, 'Message' | 'ColdMessage'>) {
  const messages = createMessageRepository(models)

  /** Null where there is no such message. */
  async function createdAt(conversationId: Types.ObjectId, seq: number): Promise<Date | null> {
    const found = await messages.findOne({ filter: { conversationId, seq }, projection: { createdAt: 1 } })
    return found?.createdAt ?? null
  }

  return {
    createdAt,

    /**
     * The last place that was taken before then, found by some ten look-ups; `after` when that is none. Where nothing is any more (an ended
     * group), all is.
     */
    async lastBefore(conversationId: Types.ObjectId, after: number, lastSeq: number, before: Date): Promise<number> {
      let [low, high] = [after, lastSeq]
      while (low < high) {
        // The first of them alone answers for most conversations.
        const middle = low === after ? low + 1 : Math.ceil((low + high) / 2)
        const at = await createdAt(conversationId, middle)
        if (at === null || at < before) low = middle
        else high = middle - 1
      }
      return low
    },
  }
}
