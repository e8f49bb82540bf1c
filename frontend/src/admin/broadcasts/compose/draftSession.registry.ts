import type { BroadcastId, UserId } from 'backend/contract'
import { useSession } from '../../../accounts/session.store.ts'
import { createSession, keyOf, type DraftSession, type Sessions } from './draftSession.service.ts'

const sessions: Sessions = new Map()

/** Returns the session of a draft, the open one if there is one. @param id null for a new draft */
export function openDraft(userId: UserId, id: BroadcastId | null): DraftSession {
  const open = sessions.get(keyOf(id))
  if (open) return open
  const session = createSession(sessions, userId, id)
  if (id !== null) void session.load()
  return session
}

useSession.subscribe(({ user }, before) => {
  if (user?.id === before.user?.id) return
  for (const session of sessions.values()) session.close()
})
