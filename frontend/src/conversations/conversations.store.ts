import type {
  Conversation,
  ConversationId,
  ConversationLeft,
  LeaveReason,
  Message,
  Page,
  Problem,
  Receipt,
  SeenRange,
  UnreadMark,
  User,
  UserId,
} from 'backend/contract'
import { ANNOUNCEMENTS_ID } from 'backend/contract'
import { create } from 'zustand'
import * as api from './conversation.api.ts'
import {
  isCountUncertain,
  withAnswer,
  withEvent,
  withMessage,
  asNewest,
  withRead,
  withReceipt,
  withReceiptsHidden,
  withSeen,
} from './conversation.model.ts'
import { createEarlyEvents } from '../lib/earlyEvents.ts'
import { asProblem } from '../connection/problem.model.ts'
import { request } from '../connection/socket.client.ts'
import { useSession } from '../accounts/session.store.ts'
import { useUsers } from '../people/people.store.ts'
import { createReadReceipts } from './readReceipts.sender.ts'

/** At 100 conversations each: the list shows no difference between 500 unread ones and more, and each is a row of the list. */
const UNREAD_PAGES_MAX = 5
/** A reader who scrolls on another device sends several receipts a second. */
const RECOUNT_MS = 300

interface ConversationsState {
  status: 'idle' | 'loading' | 'ready' | 'error'
  problem: Problem | null
  byId: Record<ConversationId, Conversation>
  /** The conversations of the list: Announcements, then the others, newest first. A conversation without messages is not in it. */
  order: ConversationId[]
  nextCursor: string | null
  loadingMore: boolean
  /** Groups that one is no longer in, with the name they had, for who looks at one of them. */
  left: Record<ConversationId, { reason: LeaveReason; name: string }>
  /** The newest page of the list. Failing it says so in `problem`; what was there stays. */
  load(): Promise<void>
  loadMore(): Promise<void>
  /** Loads the unread conversations beyond the pages of the list, for the counts. Throws ApiProblem. */
  loadUnread(): Promise<void>
  /** The conversation, fetched when the list has not got it. Throws ApiProblem `not_found`. */
  ensure(id: ConversationId): Promise<Conversation>
  /** The direct conversation with this person, begun when there is none. */
  openDirect(userId: UserId): Promise<ConversationId>
  /** Asks the server about conversations that are known, for what may have been missed. */
  refresh(ids: ConversationId[]): Promise<void>
  /** Stores an answer of the server. */
  take(conversations: Conversation[]): void
  /** Awaits an answer, and stores its conversations with the live events that came meanwhile. Throws as the answer does. */
  takeAnswer<T>(answer: Promise<T>, conversationsOf: (answer: T) => Conversation[]): Promise<T>
  /** The reader has seen these messages. Clears the mark of being unread. @param run `count` of them were unread */
  markSeen(id: ConversationId, run: SeenRange & { count: number }): void
  /** The reader marks everything up to `seq` as read without a look. Clears the mark of being unread. */
  markRead(id: ConversationId, seq: number): void
  /** There is a connection: says once more what was read and not acknowledged. */
  resume(): void
  /** One is no longer in it. */
  leave(left: ConversationLeft): void
  /** A user changed their name, picture, bio or status text. */
  userChanged(user: User): void
  forget(): void
  /**
   * A message is new, or was edited or deleted: live, or as the answer to a request of this page.
   * @param options.isLive it was written just now, so its conversation is the newest
   */
  receive(message: Message, options?: { isLive: boolean }): void
  applyReceipt(receipt: Receipt): void
  /** The person has begun or ceased to hide their read receipts, and with it to see those of others. */
  receiptsHidden(hidden: boolean): Promise<void>
  applyUnreadMark(mark: UnreadMark): void
  /** To come back to it: shown as unread until it is read the next time. Without a connection nothing happens. */
  markUnread(id: ConversationId): void
}

export const useConversations = create<ConversationsState>()((set, get) => {
  const readReceipts = createReadReceipts()
  const recounts = new Map<ConversationId, ReturnType<typeof setTimeout>>()
  const earlyEvents = createEarlyEvents<ConversationChange>()

  /** Awaits an answer. Another user may have signed in meanwhile: then the answer is dropped. */
  async function ask<T>(
    answer: Promise<T>,
    work: (value: T, early: readonly ConversationChange[]) => void,
  ): Promise<T> {
    const user = currentUser()
    return earlyEvents.during(answer, (value, early) => {
      if (currentUser() === user) work(value, early)
      return value
    })
  }

  const takeWith = (conversations: Conversation[], early: readonly ConversationChange[]): void =>
    set(merged(get(), conversations, early))

  /** Applies an event to a conversation, now if it is known, and to the answers that are awaited. */
  function apply(id: ConversationId, change: (conversation: Conversation) => Conversation): Conversation | null {
    earlyEvents.note((each) => (each.id === id ? change(each) : each))
    const conversation = get().byId[id]
    if (!conversation) return null
    const next = change(conversation)
    set(changed(get(), next))
    return next
  }

  /** Applies an event to every conversation, and to those of the answers that are awaited. */
  function applyToAll(change: (conversation: Conversation) => Conversation): void {
    earlyEvents.note(change)
    set(({ byId }) => ({ byId: Object.fromEntries(Object.entries(byId).map(([id, each]) => [id, change(each)])) }))
  }

  /** Asks for the count when reading elsewhere pauses. */
  function recount(id: ConversationId): void {
    clearTimeout(recounts.get(id))
    recounts.set(
      id,
      setTimeout(() => {
        recounts.delete(id)
        if (get().byId[id]) void get().refresh([id])
      }, RECOUNT_MS),
    )
  }

  return {
    status: 'idle',
    problem: null,
    byId: {},
    order: [],
    nextCursor: null,
    loadingMore: false,
    left: {},

    async load() {
      if (get().status !== 'ready') set({ status: 'loading', problem: null })
      try {
        await ask(api.listChats(), (page, early) => {
          // A list that was paged further keeps its place; what is new or changed is newer than the cursor.
          const nextCursor = get().status === 'ready' && get().nextCursor !== null ? get().nextCursor : page.nextCursor
          set({ ...merged(get(), page.items, early), status: 'ready', problem: null, nextCursor })
        })
        // They stand above the list also when they are older than its first page.
        if (get().nextCursor !== null)
          await get()
            .ensure(ANNOUNCEMENTS_ID)
            .catch(() => {})
      } catch (error) {
        set({ status: get().status === 'ready' ? 'ready' : 'error', problem: asProblem(error) })
      }
    },

    async loadMore() {
      const cursor = get().nextCursor
      if (cursor === null || get().loadingMore) return
      set({ loadingMore: true })
      try {
        await ask(api.listChats(cursor), (page, early) =>
          set({ ...merged(get(), page.items, early), nextCursor: page.nextCursor }),
        )
      } finally {
        set({ loadingMore: false })
      }
    },

    async loadUnread() {
      // A list that ends has them all.
      let cursor: string | null | undefined = get().nextCursor === null ? null : undefined
      for (let pages = 0; pages < UNREAD_PAGES_MAX && cursor !== null; pages += 1) {
        const page: Page<Conversation> = await ask(api.listUnreadChats(cursor), ({ items }, early) =>
          takeWith(items, early),
        )
        cursor = page.nextCursor
      }
    },

    async ensure(id) {
      return get().byId[id] ?? ask(api.getChat(id), (conversation, early) => takeWith([conversation], early))
    },

    async openDirect(userId) {
      const { id } = await ask(api.openChat(userId), (conversation, early) => takeWith([conversation], early))
      return id
    },

    async refresh(ids) {
      await Promise.all(
        ids.map((id) => ask(api.getChat(id), (conversation, early) => takeWith([conversation], early)).catch(() => {})),
      )
    },

    take: (conversations) => takeWith(conversations, []),

    async takeAnswer(answer, conversationsOf) {
      return ask(answer, (value, early) => takeWith(conversationsOf(value), early))
    },

    markSeen(id, run) {
      const conversation = get().byId[id]
      if (!conversation) return
      set(changed(get(), withSeen(conversation, run)))
      earlyEvents.note(withoutMark(id))
      readReceipts.tell(id, { seq: run.to, seenFrom: run.from })
    },

    markRead(id, seq) {
      const conversation = get().byId[id]
      if (!conversation || (seq <= conversation.readSeq && !conversation.markedUnread)) return
      set(changed(get(), withRead({ ...conversation, markedUnread: false }, seq)))
      earlyEvents.note(withoutMark(id))
      readReceipts.tell(id, { seq, seenFrom: null })
    },

    markUnread(id) {
      get().applyUnreadMark({ conversationId: id, markedUnread: true })
      request('markUnread', { conversationId: id }).catch(() =>
        get().applyUnreadMark({ conversationId: id, markedUnread: false }),
      )
    },

    resume: readReceipts.resume,

    forget() {
      readReceipts.forget()
      set({ status: 'idle', problem: null, byId: {}, order: [], nextCursor: null, loadingMore: false, left: {} })
    },

    receive(message, { isLive } = { isLive: false }) {
      const conversation = get().byId[message.conversationId]
      if (!conversation) {
        // The user may have been added again: the answer of now counts, not an earlier one with an earlier end.
        void get()
          .ensure(message.conversationId)
          .catch(() => {})
        return
      }
      const known = withEvent(conversation, message, currentUser())
      const received = withMessage(known, message, message.senderId === currentUser())
      const hasMoved = isLive && received.lastActivityAt !== known.lastActivityAt
      const next = hasMoved ? asNewest(received, get().byId) : received
      if (next !== conversation) set(changed(get(), next))
      // A message in between may be hidden, or have changed the group.
      const isAhead = message.rev > conversation.lastRev + 1 && (conversation.group || conversation.unreadCount > 0)
      if (message.seq > conversation.lastSeq + 1 || isAhead) void get().refresh([conversation.id])
    },

    leave({ conversationId, reason }) {
      // An answer from before must not bring the conversation back.
      earlyEvents.note((each) => (each.id === conversationId ? null : each))
      const { byId, order, left } = get()
      const { [conversationId]: conversation, ...others } = byId
      if (!conversation) return
      set({
        byId: others,
        order: order.filter((id) => id !== conversationId),
        left: { ...left, [conversationId]: { reason, name: conversation.group?.name ?? '' } },
      })
    },

    userChanged(user) {
      applyToAll((each) => (each.peer?.id === user.id ? { ...each, peer: user } : each))
    },

    applyReceipt(receipt) {
      const next = apply(receipt.conversationId, (conversation) =>
        withReceipt(conversation, receipt, receipt.userId === currentUser()),
      )
      if (next && isCountUncertain(next, receipt)) recount(next.id)
    },

    async receiptsHidden(hidden) {
      if (hidden) applyToAll(withReceiptsHidden)
      else await get().load()
    },

    applyUnreadMark({ conversationId, markedUnread }) {
      apply(conversationId, (conversation) => ({ ...conversation, markedUnread }))
    },
  }
})

/** Returns a conversation that the page knows; undefined otherwise. */
export function useConversation(id: ConversationId): Conversation | undefined {
  return useConversations((state) => state.byId[id])
}

/** Unread messages of all conversations the page knows of; one that was marked as unread counts as one. */
export function useUnreadTotal(): number {
  return useConversations((state) =>
    Object.values(state.byId).reduce(
      (total, { unreadCount, markedUnread }) => total + (unreadCount || Number(markedUnread)),
      0,
    ),
  )
}

const currentUser = (): UserId | undefined => useSession.getState().user?.id

/** A live event, as a change of a conversation; null: the user is no longer in it. */
type ConversationChange = (conversation: Conversation) => Conversation | null

const withoutMark =
  (id: ConversationId): ConversationChange =>
  (each) =>
    each.id === id ? { ...each, markedUnread: false } : each

function merged(
  state: ConversationsState,
  incoming: Conversation[],
  early: readonly ConversationChange[],
): Pick<ConversationsState, 'byId' | 'order' | 'left'> {
  const byId = { ...state.byId }
  const left = { ...state.left }
  const peers: User[] = []
  for (const conversation of incoming) {
    const known = byId[conversation.id]
    const answered = known ? withAnswer(known, conversation) : conversation
    const now = early.reduce<Conversation | null>((each, change) => each && change(each), answered)
    if (!now) continue
    byId[conversation.id] = now
    delete left[conversation.id]
    if (now.peer) peers.push(now.peer)
  }
  useUsers.getState().put(peers)
  return { byId, order: ordered(byId), left }
}

function changed(state: ConversationsState, conversation: Conversation): Pick<ConversationsState, 'byId' | 'order'> {
  const byId = { ...state.byId, [conversation.id]: conversation }
  const moved = state.byId[conversation.id]?.lastActivityAt !== conversation.lastActivityAt
  return { byId, order: moved ? ordered(byId) : state.order }
}

function ordered(byId: Record<ConversationId, Conversation>): ConversationId[] {
  return Object.values(byId)
    .filter(({ lastSeq, kind }) => lastSeq > 0 || kind === 'broadcast')
    .toSorted(
      (a, b) =>
        Number(b.kind === 'broadcast') - Number(a.kind === 'broadcast') ||
        b.lastActivityAt.localeCompare(a.lastActivityAt) ||
        b.id.localeCompare(a.id),
    )
    .map(({ id }) => id)
}
