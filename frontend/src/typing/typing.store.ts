import { ANNOUNCEMENTS_ID, LIMITS, type ConversationId, type Typing, type UserId } from 'backend/contract'
import { create } from 'zustand'
import { socket } from '../connection/socket.client.ts'

interface TypingState {
  typers: Readonly<Record<ConversationId, readonly UserId[]>>
  /** Somebody began, goes on, or stopped. */
  heard(typing: Typing): void
  /** They have no connection any more, so they type nowhere. */
  gone(userIds: readonly UserId[]): void
}

const NOBODY: readonly UserId[] = []
const EXPIRES_MS = LIMITS.typingSeconds * 1000
/** How often it is said anew, so that one lost word does not stop it. */
const REPEAT_MS = EXPIRES_MS / 2

const expiries = new Map<string, ReturnType<typeof setTimeout>>()

/** Who types where, for as long as it was said lately. Nothing of it is kept. */
export const useTyping = create<TypingState>()((set, get) => ({
  typers: {},
  heard({ conversationId, userId, isTyping }) {
    const key = `${conversationId} ${userId}`
    clearTimeout(expiries.get(key))
    expiries.delete(key)
    if (isTyping)
      expiries.set(
        key,
        setTimeout(() => get().heard({ conversationId, userId, isTyping: false }), EXPIRES_MS),
      )
    const now = get().typers[conversationId] ?? NOBODY
    if (now.includes(userId) === isTyping) return
    set(({ typers }) => ({
      typers: { ...typers, [conversationId]: isTyping ? [...now, userId] : now.filter((id) => id !== userId) },
    }))
  },
  gone(userIds) {
    for (const [conversationId, those] of Object.entries(get().typers)) {
      for (const userId of those) if (userIds.includes(userId)) get().heard({ conversationId, userId, isTyping: false })
    }
  },
}))

/** The others who type in this conversation right now, in the order in which they began. */
export function useTypers(conversationId: ConversationId): readonly UserId[] {
  return useTyping(({ typers }) => typers[conversationId] ?? NOBODY)
}

/** What was last told of one's own typing. */
const told = new Map<ConversationId, { length: number; saidAt: number | null }>()

/**
 * Tells the others that one types, while the text grows, and that one stopped, when it is empty: call it for each change of the
 * text, and with an empty one when it was sent or is left.
 */
export function reportTyping(conversationId: ConversationId, text: string): void {
  // In the announcements nobody is told.
  if (conversationId === ANNOUNCEMENTS_ID) return
  const { length, saidAt } = told.get(conversationId) ?? { length: 0, saidAt: null }
  if (text === '') {
    told.delete(conversationId)
    if (saidAt !== null && Date.now() - saidAt < EXPIRES_MS) say(conversationId, false)
    return
  }
  const isDue = text.length > length && (saidAt === null || Date.now() - saidAt >= REPEAT_MS)
  if (isDue) say(conversationId, true)
  told.set(conversationId, { length: text.length, saidAt: isDue ? Date.now() : saidAt })
}

/** For the next person, and when the connection is gone: nobody can say then that they stopped. */
export function forgetTyping(): void {
  for (const timer of expiries.values()) clearTimeout(timer)
  expiries.clear()
  told.clear()
  useTyping.setState({ typers: {} })
}

/** Said late it would be wrong: without a connection it is not kept for later. */
function say(conversationId: ConversationId, isTyping: boolean): void {
  if (socket.connected) socket.volatile.emit('typing', { conversationId, isTyping })
}
