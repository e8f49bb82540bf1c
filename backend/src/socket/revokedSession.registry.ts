import type { SessionEndReason, UserId } from '../contract/index.ts'

/** Longer than a handshake can take: Socket.IO closes a connection that is not up after 45 seconds. */
const REMEMBERED_MS = 60_000

/**
 * The sessions that were just revoked. A connection that was opening then was not closed with the others, so it is
 * checked here.
 */
export interface RevokedSessions {
  /** @param id of a session, or of a user whose sessions are all revoked */
  add(id: string, reason: SessionEndReason): void
  /** Returns the reason to refuse a connection whose handshake began at `beganAt` (by `performance.now()`), or null. */
  since(beganAt: number, actor: { userId: UserId; sessionId: string }): SessionEndReason | null
}

/** Creates a registry. `now` returns milliseconds of a clock that never goes back. */
export function createRevokedSessions(now = () => performance.now()): RevokedSessions {
  const revoked = new Map<string, { at: number; reason: SessionEndReason }>()

  return {
    add(id, reason) {
      const at = now()
      // Inserted last, so that the oldest come first.
      revoked.delete(id)
      revoked.set(id, { at, reason })
      for (const [other, { at: revokedAt }] of revoked) {
        if (at - revokedAt <= REMEMBERED_MS) return
        revoked.delete(other)
      }
    },
    since(beganAt, { userId, sessionId }) {
      for (const id of [sessionId, userId]) {
        const found = revoked.get(id)
        if (found && found.at >= beganAt) return found.reason
      }
      return null
    },
  }
}
