import type { ConversationId, MarkReadInput } from 'backend/contract'
import { asProblem } from '../connection/problem.model.ts'
import { request, socket } from '../connection/socket.client.ts'

const RETRY_MS = 2000

/** One request: see `MarkReadInput`. */
export type Reading = Required<Omit<MarkReadInput, 'conversationId'>>

/** Sends what the reader has read: one request at a time for a conversation, and until it is acknowledged. */
export function createReadReceipts() {
  let due = new Map<ConversationId, Reading[]>()
  const telling = new Set<ConversationId>()

  async function send(id: ConversationId, mine: typeof due): Promise<void> {
    if (telling.has(id)) return
    telling.add(id)
    const waiting = mine.get(id) ?? []
    const isCurrent = () => mine === due
    try {
      while (waiting[0] && isCurrent()) {
        await request('markRead', { conversationId: id, ...waiting[0] })
        waiting.shift()
      }
      mine.delete(id)
    } catch (error) {
      const { code } = asProblem(error)
      // Refused, it would be refused again. Otherwise it is due until the next connection at the latest.
      if (code !== 'unavailable' && code !== 'rate_limited') mine.delete(id)
      else if (socket.connected) setTimeout(() => void send(id, mine), RETRY_MS)
    } finally {
      telling.delete(id)
    }
  }

  return {
    tell(id: ConversationId, reading: Reading): void {
      const waiting = due.get(id) ?? []
      due.set(id, waiting)
      const last = waiting.at(-1)
      const isSent = waiting.length === 1 && telling.has(id)
      const joined = last && !isSent ? join(last, reading) : null
      if (joined) waiting[waiting.length - 1] = joined
      else waiting.push(reading)
      void send(id, due)
    },
    resume(): void {
      for (const id of due.keys()) void send(id, due)
    },
    forget(): void {
      due = new Map()
      telling.clear()
    },
  }
}

/** Returns one request for two that touch; null when they do not. */
function join(a: Reading, b: Reading): Reading | null {
  const seq = Math.max(a.seq, b.seq)
  if (typeof a.seenFrom !== 'number' || typeof b.seenFrom !== 'number')
    return a.seenFrom === b.seenFrom ? { seq, seenFrom: a.seenFrom } : null
  if (b.seenFrom > a.seq + 1 || a.seenFrom > b.seq + 1) return null
  return { seq, seenFrom: Math.min(a.seenFrom, b.seenFrom) }
}
