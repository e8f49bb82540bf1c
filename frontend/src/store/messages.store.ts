import type { ConversationId, Message } from 'backend/contract'
import { create } from 'zustand'
import * as api from '../lib/api.ts'
import { ApiProblem, asProblem } from '../lib/problem.ts'
import { request, socket } from '../lib/socket.ts'
import { EMPTY_TIMELINE, firstSeqOf, lastSeqOf, withMessages, type PendingMessage, type Timeline } from '../lib/timeline.ts'
import { useConversations } from './conversations.store.ts'

/** After a longer absence the newest page replaces the timeline instead of everything that was missed. */
const CATCH_UP_PAGES = 5
/** When a connected server did not acknowledge in time. */
const RESEND_DELAY_MS = 2000

interface MessagesState {
  timelines: Record<ConversationId, Timeline>
  /** The newest page; what is already held stays. */
  load(id: ConversationId): Promise<void>
  loadOlder(id: ConversationId): Promise<void>
  /** Shown at once as sending; sent in order, as soon as there is a connection. */
  send(id: ConversationId, text: string): void
  /** To everybody; admins only. Throws ApiProblem. Repeating it with the same clientMessageId sends once. */
  broadcast(input: { title?: string; text: string; clientMessageId: string }): Promise<Message>
  retry(clientMessageId: string): void
  discard(clientMessageId: string): void
  /** Replaces the text of a message of one's own: shown at once, sent in order with what one writes in the conversation. */
  edit(id: ConversationId, seq: number, text: string): void
  /** Deletes a message in the same way. */
  remove(id: ConversationId, seq: number): void
  /** Sends a refused edit or delete once more. */
  retryChange(id: ConversationId, seq: number): void
  /** Gives up an edit or delete that was refused. */
  discardChange(id: ConversationId, seq: number): void
  /** A message came, live or as the answer to one's own send. */
  receive(message: Message): void
  /** After a reconnection: fetches what was missed and sends what waits. */
  resume(): void
}

export const useMessages = create<MessagesState>()((set, get) => {
  const timelineOf = (id: ConversationId): Timeline => get().timelines[id] ?? EMPTY_TIMELINE
  const update = (id: ConversationId, change: Partial<Timeline>): void =>
    set(({ timelines }) => ({ timelines: { ...timelines, [id]: { ...(timelines[id] ?? EMPTY_TIMELINE), ...change } } }))
  const updatePending = (entry: PendingMessage, change: Partial<PendingMessage>): void =>
    update(entry.conversationId, {
      pending: timelineOf(entry.conversationId).pending.map((other) => (other.clientMessageId === entry.clientMessageId ? Object.assign({}, other, change) : other)),
    })

  const catchingUp = new Map<ConversationId, Promise<void>>()

  /** One at a time for a conversation; a gap that appears meanwhile is seen when the next message comes. */
  function catchUp(id: ConversationId): void {
    if (catchingUp.has(id)) return
    const work = fetchMissed(id)
      .catch(() => {
        // Offline again: the next connection catches up.
      })
      .finally(() => catchingUp.delete(id))
    catchingUp.set(id, work)
  }

  async function fetchMissed(id: ConversationId): Promise<void> {
    for (let page = 0; page < CATCH_UP_PAGES; page += 1) {
      const { items, hasMore } = await api.listMessages(id, { after: lastSeqOf(timelineOf(id)) })
      items.forEach(useConversations.getState().receive)
      const next = withMessages(timelineOf(id), items)
      if (next) update(id, next)
      if (!hasMore) return
    }
    const { items, hasMore } = await api.listMessages(id)
    update(id, { messages: items, hasOlder: hasMore, status: 'ready' })
  }

  const draining = new Set<ConversationId>()

  /** One send at a time keeps the order in which they were written. */
  async function drain(id: ConversationId): Promise<void> {
    if (draining.has(id)) return
    draining.add(id)
    try {
      for (let entry = nextToSend(id); entry; entry = nextToSend(id)) {
        const message = await request('sendMessage', { conversationId: id, text: entry.text, clientMessageId: entry.clientMessageId })
          .catch((error: unknown) => {
            const problem = asProblem(error)
            // No answer: it stays waiting, and goes again under the same clientMessageId on the next connection.
            if (problem.status === 0) throw error
            if (entry) updatePending(entry, { state: 'failed', problem })
            return null
          })
        if (message) arrived(message)
      }
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      if (socket.connected) setTimeout(() => void drain(id), RESEND_DELAY_MS)
    } finally {
      draining.delete(id)
    }
  }

  const nextToSend = (id: ConversationId) => timelineOf(id).pending.find(({ state }) => state === 'sending')

  function arrived(message: Message): void {
    get().receive(message)
    useConversations.getState().receive(message)
  }

  const findPending = (clientMessageId: string) =>
    Object.values(get().timelines)
      .flatMap(({ pending }) => pending)
      .find((entry) => entry.clientMessageId === clientMessageId)

  return {
    timelines: {},

    async load(id) {
      const known = timelineOf(id)
      if (known.status === 'ready') return
      update(id, { status: 'loading', problem: null })
      try {
        const { items, hasMore } = await api.listMessages(id)
        // What came live while the page was on its way is newer, or in it already.
        const live = timelineOf(id).messages.filter(({ seq }) => seq > (items.at(-1)?.seq ?? 0))
        update(id, { messages: items, hasOlder: hasMore, status: 'ready' })
        const next = withMessages(timelineOf(id), live)
        if (next) update(id, next)
        else catchUp(id)
      } catch (error) {
        update(id, { status: 'error', problem: asProblem(error) })
      }
    },

    async loadOlder(id) {
      const timeline = timelineOf(id)
      if (!timeline.hasOlder || timeline.loadingOlder) return
      update(id, { loadingOlder: true, olderProblem: null })
      try {
        const { items, hasMore } = await api.listMessages(id, { before: firstSeqOf(timeline) })
        const next = withMessages(timelineOf(id), items)
        update(id, { ...next, hasOlder: hasMore, loadingOlder: false })
      } catch (error) {
        update(id, { loadingOlder: false, olderProblem: asProblem(error) })
      }
    },

    send(id, text) {
      const entry: PendingMessage = {
        clientMessageId: newId(),
        conversationId: id,
        text,
        createdAt: new Date().toISOString(),
        state: 'sending',
        problem: null,
      }
      update(id, { pending: [...timelineOf(id).pending, entry] })
      void drain(id)
    },

    async broadcast(input) {
      const message = await api.sendMessage({ receiverId: 'all', ...input })
      arrived(message)
      return message
    },

    retry(clientMessageId) {
      const entry = findPending(clientMessageId)
      if (!entry) return
      updatePending(entry, { state: 'sending', problem: null })
      void drain(entry.conversationId)
    },

    discard(clientMessageId) {
      const entry = findPending(clientMessageId)
      if (!entry) return
      const { pending } = timelineOf(entry.conversationId)
      update(entry.conversationId, { pending: pending.filter((other) => other.clientMessageId !== clientMessageId) })
    },

    edit: (id, seq, text) => update(id, { changes: { ...timelineOf(id).changes, [seq]: { kind: 'edit', text, state: 'sending', problem: null } } }),
    remove: (id, seq) => update(id, { changes: { ...timelineOf(id).changes, [seq]: { kind: 'delete', text: '', state: 'sending', problem: null } } }),
    retryChange: () => {},
    discardChange: () => {},

    receive(message) {
      const timeline = get().timelines[message.conversationId]
      // Not opened yet: it will be in the first page.
      if (!timeline) return
      const next = withMessages(timeline, [message])
      if (next) update(message.conversationId, next)
      else catchUp(message.conversationId)
    },

    resume() {
      for (const [id, timeline] of Object.entries(get().timelines)) {
        if (timeline.status === 'ready') catchUp(id)
        else if (timeline.status === 'error') void get().load(id)
        void drain(id)
      }
    },
  }
})

/** A version 4 UUID. `crypto.randomUUID` is missing on plain http other than localhost, as in a school's own network. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
