import type { Conversation, ConversationId, Message, Problem, Receipt, UnreadMark, UserId } from 'backend/contract'
import { create } from 'zustand'
import * as api from '../lib/api.ts'
import { asProblem } from '../lib/problem.ts'
import { request } from '../lib/socket.ts'
import { useAuth } from './auth.store.ts'
import { usePeople } from './people.store.ts'

interface ConversationsState {
  status: 'idle' | 'loading' | 'ready' | 'error'
  problem: Problem | null
  byId: Record<ConversationId, Conversation>
  /** What the list shows, newest first. A conversation in which nothing was said yet is not in it. */
  order: ConversationId[]
  nextCursor: string | null
  loadingMore: boolean
  /** The newest page; also after a reconnection, when it brings the list up to date. */
  load(): Promise<void>
  loadMore(): Promise<void>
  /** The conversation, fetched when the list has not got it. Throws ApiProblem `not_found`. */
  ensure(id: ConversationId): Promise<Conversation>
  /** The direct conversation with this person, begun when there is none. */
  openDirect(userId: UserId): Promise<ConversationId>
  /** Everything up to `seq` was seen by the one who looks at the page. */
  markRead(id: ConversationId, seq: number): void
  /** A message came, live or as the answer to one's own send. */
  receive(message: Message): void
  applyReceipt(receipt: Receipt): void
  applyUnreadMark(mark: UnreadMark): void
  /** To come back to it: shown as unread until it is read the next time. Without a connection nothing happens. */
  markUnread(id: ConversationId): void
}

export const useConversations = create<ConversationsState>()((set, get) => ({
  status: 'idle',
  problem: null,
  byId: {},
  order: [],
  nextCursor: null,
  loadingMore: false,

  async load() {
    if (get().status !== 'ready') set({ status: 'loading', problem: null })
    try {
      const page = await api.listChats()
      // A list that was paged further keeps its place; what is new or changed is newer than the cursor.
      const nextCursor = get().status === 'ready' && get().nextCursor !== null ? get().nextCursor : page.nextCursor
      set({ ...merged(get(), page.items), status: 'ready', problem: null, nextCursor })
    } catch (error) {
      if (get().status !== 'ready') set({ status: 'error', problem: asProblem(error) })
    }
  },

  async loadMore() {
    const cursor = get().nextCursor
    if (cursor === null || get().loadingMore) return
    set({ loadingMore: true })
    try {
      const page = await api.listChats(cursor)
      set({ ...merged(get(), page.items), nextCursor: page.nextCursor })
    } finally {
      set({ loadingMore: false })
    }
  },

  async ensure(id) {
    const known = get().byId[id]
    if (known) return known
    const conversation = await api.getChat(id)
    set(merged(get(), [conversation]))
    return conversation
  },

  async openDirect(userId) {
    const conversation = await api.openChat(userId)
    set(merged(get(), [conversation]))
    return conversation.id
  },

  markRead(id, seq) {
    const conversation = get().byId[id]
    if (!conversation || seq <= conversation.readSeq) return
    set(changed(get(), withRead(conversation, seq)))
    // A failure heals itself: reconnecting brings the server's count, and the open conversation is marked again.
    request('markRead', { conversationId: id, seq }).catch(() => {})
  },

  receive(message) {
    const conversation = get().byId[message.conversationId]
    if (!conversation) {
      void get().ensure(message.conversationId).catch(() => {})
      return
    }
    if (message.seq <= conversation.lastSeq) return
    const next = { ...conversation, lastMessage: message, lastSeq: message.seq, lastActivityAt: message.createdAt }
    const own = message.senderId === useAuth.getState().user?.id
    set(changed(get(), withRead(next, own ? message.seq : next.readSeq)))
  },

  applyReceipt({ conversationId, userId, readSeq }) {
    const conversation = get().byId[conversationId]
    if (!conversation) return
    const own = userId === useAuth.getState().user?.id
    const toSelf = own && conversation.peer?.id === userId
    const peerReadSeq = own && !toSelf ? conversation.peerReadSeq : Math.max(conversation.peerReadSeq, readSeq)
    set(changed(get(), withRead({ ...conversation, peerReadSeq }, own ? readSeq : conversation.readSeq)))
  },

  applyUnreadMark({ conversationId, markedUnread }) {
    const conversation = get().byId[conversationId]
    if (conversation) set(changed(get(), { ...conversation, markedUnread }))
  },

  markUnread(id) {
    get().applyUnreadMark({ conversationId: id, markedUnread: true })
    request('markUnread', { conversationId: id }).catch(() => get().applyUnreadMark({ conversationId: id, markedUnread: false }))
  },
}))

export function useConversation(id: ConversationId): Conversation | undefined {
  return useConversations((state) => state.byId[id])
}

export function useUnreadTotal(): number {
  return useConversations((state) => Object.values(state.byId).reduce((total, { unreadCount }) => total + unreadCount, 0))
}

/** Watermarks only rise, so an answer that comes late changes nothing. */
function withRead(conversation: Conversation, seq: number): Conversation {
  const readSeq = Math.max(conversation.readSeq, seq)
  return { ...conversation, readSeq, unreadCount: Math.max(0, conversation.lastSeq - readSeq) }
}

/** What the server says, except where a live event has already said something newer. */
function merged(state: ConversationsState, incoming: Conversation[]): Pick<ConversationsState, 'byId' | 'order'> {
  const byId = { ...state.byId }
  for (const conversation of incoming) {
    const known = byId[conversation.id]
    byId[conversation.id] = known && known.lastSeq > conversation.lastSeq ? withRead(known, conversation.readSeq) : conversation
  }
  usePeople.getState().put(incoming.flatMap(({ peer }) => peer ?? []))
  return { byId, order: ordered(byId) }
}

function changed(state: ConversationsState, conversation: Conversation): Pick<ConversationsState, 'byId' | 'order'> {
  const byId = { ...state.byId, [conversation.id]: conversation }
  const moved = state.byId[conversation.id]?.lastActivityAt !== conversation.lastActivityAt
  return { byId, order: moved ? ordered(byId) : state.order }
}

function ordered(byId: Record<ConversationId, Conversation>): ConversationId[] {
  return Object.values(byId)
    .filter(({ lastSeq, kind }) => lastSeq > 0 || kind === 'broadcast')
    .toSorted((a, b) => b.lastActivityAt.localeCompare(a.lastActivityAt) || b.id.localeCompare(a.id))
    .map(({ id }) => id)
}
