import { ANNOUNCEMENTS_ID, LIMITS, type ConversationId, type Typing, type UserId } from 'backend/contract'
import { create } from 'zustand'
import { socket } from '../connection/socket.client.ts'

interface TypingState {
  typers: Readonly<Record<ConversationId, readonly UserId[]>>
  /** Takes the event that a user types or stopped. */
  receive(typing: Typing): void
  /** Removes users who have no connection any more. */
  removeUsers(userIds: readonly UserId[]): void
}

const NOBODY: readonly UserId[] = []
const EXPIRES_MS = LIMITS.typingSeconds * 1000
/** How often the event is sent again: one lost event must not end it. */
const REPEAT_MS = EXPIRES_MS / 2

const expiries = new Map<string, ReturnType<typeof setTimeout>>()

/** Which users type in which conversation, from the events of the last seconds. Nothing is stored. */
export const useTyping = create<TypingState>()((set, get) => ({
  typers: {},
  receive({ conversationId, userId, isTyping }) {
    const key = `${conversationId} ${userId}`
    clearTimeout(expiries.get(key))
    expiries.delete(key)
    if (isTyping)
      expiries.set(
        key,
        setTimeout(() => get().receive({ conversationId, userId, isTyping: false }), EXPIRES_MS),
      )
    const now = get().typers[conversationId] ?? NOBODY
    if (now.includes(userId) === isTyping) return
    set(({ typers }) => ({
      typers: { ...typers, [conversationId]: isTyping ? [...now, userId] : now.filter((id) => id !== userId) },
    }))
  },
  removeUsers(userIds) {
    for (const [conversationId, those] of Object.entries(get().typers)) {
      for (const userId of those)
        if (userIds.includes(userId)) get().receive({ conversationId, userId, isTyping: false })
    }
  },
}))

/** Returns the users who type in this conversation, in the order in which they began. */
export function useTypers(conversationId: ConversationId): readonly UserId[] {
  return useTyping(({ typers }) => typers[conversationId] ?? NOBODY)
}

/** The last event sent about the own typing. */
const sent = new Map<ConversationId, { length: number; sentAt: number | null }>()

/**
 * Tells the other users that this user types while the text grows, and that they stopped when the text is empty. Call it for each
 * change of the text, and with an empty text when the message was sent or the conversation is closed.
 */
export function reportTyping(conversationId: ConversationId, text: string): void {
  // Announcements have no typing indicator.
  if (conversationId === ANNOUNCEMENTS_ID) return
  const { length, sentAt } = sent.get(conversationId) ?? { length: 0, sentAt: null }
  if (text === '') {
    sent.delete(conversationId)
    if (sentAt !== null && performance.now() - sentAt < EXPIRES_MS) emitTyping(conversationId, false)
    return
  }
  const isDue = text.length > length && (sentAt === null || performance.now() - sentAt >= REPEAT_MS)
  if (isDue) emitTyping(conversationId, true)
  sent.set(conversationId, { length: text.length, sentAt: isDue ? performance.now() : sentAt })
}

/** Forgets all typing users: after sign-out, and without a connection, which would bring the end of their typing. */
export function forgetTyping(): void {
  for (const timer of expiries.values()) clearTimeout(timer)
  expiries.clear()
  sent.clear()
  useTyping.setState({ typers: {} })
}

/** Sends the event only while connected: sent later it would be wrong. */
function emitTyping(conversationId: ConversationId, isTyping: boolean): void {
  if (socket.connected) socket.emit('typing', { conversationId, isTyping })
}
