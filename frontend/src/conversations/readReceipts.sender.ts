import type { ConversationId } from 'backend/contract'
import { asProblem } from '../connection/problem.model.ts'
import { request, socket } from '../connection/socket.client.ts'

const RETRY_MS = 2000

/** Sends read receipts to the server: one request at a time per conversation, repeated until the server acknowledges it. */
export function createReadReceipts() {
  let due = new Map<ConversationId, number>()
  const telling = new Set<ConversationId>()

  async function send(id: ConversationId, mine: typeof due): Promise<void> {
    if (telling.has(id)) return
    telling.add(id)
    const isCurrent = () => mine === due
    try {
      for (let seq = mine.get(id); seq !== undefined && isCurrent(); seq = mine.get(id)) {
        await request('markRead', { conversationId: id, seq })
        if (mine.get(id) === seq) mine.delete(id)
      }
    } catch (error) {
      const { code } = asProblem(error)
      // The server would refuse a refused receipt again. Any other is sent again, at the next connection at the latest.
      if (code !== 'unavailable' && code !== 'rate_limited') mine.delete(id)
      else if (socket.connected) setTimeout(() => void send(id, mine), RETRY_MS)
    } finally {
      telling.delete(id)
    }
  }

  return {
    tell(id: ConversationId, seq: number): void {
      due.set(id, Math.max(seq, due.get(id) ?? 0))
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
