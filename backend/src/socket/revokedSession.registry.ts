import type { SessionEndReason, UserId } from '../contract/index.ts'

/** Longer than a handshake can take: Socket.IO closes what has not come up after 45 seconds. */
const REMEMBERED_MS = 60_000

/** Sessions and people whose connections were closed a moment ago, for those that were coming up meanwhile and were not among them yet. */
export interface Endings {
  note(id: string, reason: SessionEndReason): void
  /** Why a connection must not come up whose handshake began at `beganAt`, by `performance.now()`; null: it may. */
  since(beganAt: number, actor: { userId: UserId; sessionId: string }): SessionEndReason | null
}

export function createEndings(now = () => performance.now()): Endings {
  const ended = new Map<string, { at: number; reason: SessionEndReason }>()

  return {
    note(id, reason) {
      const at = now()
      // Put last, so that the oldest come first.
      ended.delete(id)
      ended.set(id, { at, reason })
      for (const [other, { at: then }] of ended) {
        if (at - then <= REMEMBERED_MS) return
        ended.delete(other)
      }
    },
    since(beganAt, { userId, sessionId }) {
      for (const id of [sessionId, userId]) {
        const found = ended.get(id)
        if (found && found.at >= beganAt) return found.reason
      }
      return null
    },
  }
}
