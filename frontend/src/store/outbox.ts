import type { ConversationId, Message, Problem, UserId } from 'backend/contract'
import { newId } from '../lib/newId.ts'
import { dropEntry, entriesOf, entryOf, keepEntry, nextOrder, type OutboxEntry } from '../lib/outboxStorage.ts'
import { asProblem } from '../lib/problem.ts'
import { request, socket } from '../lib/socket.ts'
import { exclusively, openChannel, type TabChannel } from '../lib/tabs.ts'
import { useAuth } from './auth.store.ts'

/** When a connected server did not acknowledge in time. */
const RESEND_DELAY_MS = 2000
/** When another tab wrote something and neither it nor any other has sent it: that tab may have been closed. */
const TAKE_OVER_MS = 5000

/** What the page shows of the outbox. */
export interface OutboxView {
  show(entry: OutboxEntry): void
  hide(entry: OutboxEntry): void
  /** The server has acknowledged: this is the message as it is now. */
  done(entry: OutboxEntry, message: Message): void
}

type Said = { kind: 'kept' | 'dropped'; entry: OutboxEntry } | { kind: 'done'; entry: OutboxEntry; message: Message }

export interface Outbox {
  /** Shows it, keeps it on the disk, and then sends it in its turn. */
  add(entry: NewEntry): OutboxEntry
  /** Sends one that was refused once more. */
  retry(entry: OutboxEntry): void
  drop(entry: OutboxEntry): void
  /** Shows what the person who signed in has left, and listens to the other tabs. */
  restore(): Promise<void>
  /** Sends what waits: there is a connection. */
  sendAll(): void
  /** The person signed out; what they left is kept for their next visit. */
  close(): void
}

type NewEntry = { conversationId: ConversationId } & ({ kind: 'send'; text: string } | { kind: 'edit'; seq: number; text: string } | { kind: 'delete'; seq: number })

/**
 * What was written, edited and deleted and is not acknowledged: on the disk before the first attempt, in order for each
 * conversation, sent by one tab at a time. A repeat after a lost acknowledgement is recognised by its id.
 */
export function createOutbox(view: OutboxView): Outbox {
  let channel: TabChannel<Said> | null = null
  /** Conversations of which there are entries, as far as this tab knows. */
  const waiting = new Set<ConversationId>()
  const sending = new Set<ConversationId>()
  const again = new Set<ConversationId>()
  const timers = new Map<ConversationId, ReturnType<typeof setTimeout>>()

  async function keep(entry: OutboxEntry): Promise<void> {
    waiting.add(entry.conversationId)
    view.show(entry)
    // Another tab could not send what only this one remembers.
    if (await keepEntry(entry)) channel?.tell({ kind: 'kept', entry })
  }

  async function keepAndSend(entry: OutboxEntry): Promise<void> {
    await keep(entry)
    await send(entry.conversationId)
  }

  function drop(entry: OutboxEntry): void {
    view.hide(entry)
    void dropEntry(entry.id)
    channel?.tell({ kind: 'dropped', entry })
  }

  /** Sends a conversation's entries until none is left. What is added meanwhile is sent in the same go. */
  async function send(id: ConversationId): Promise<void> {
    const user = currentUser()
    if (user === undefined) return
    if (sending.has(id)) {
      again.add(id)
      return
    }
    sending.add(id)
    clearTimeout(timers.get(id))
    try {
      do {
        again.delete(id)
        await exclusively(`parley.outbox.${user}.${id}`, () => sendInOrder(user, id))
      } while (again.has(id))
    } finally {
      sending.delete(id)
    }
  }

  async function sendInOrder(user: UserId, id: ConversationId): Promise<void> {
    const entries = (await entriesOf(user)).filter(({ conversationId, state }) => conversationId === id && state === 'sending')
    if (entries.length === 0) waiting.delete(id)
    // It may have been taken out while this one was being written.
    else waiting.add(id)
    for (const { id: entryId } of entries) {
      // Dropped, or sent by another tab, while this one waited.
      const entry = await entryOf(entryId)
      if (entry?.state !== 'sending') continue
      // The connection may be another person's by now.
      if (currentUser() !== user) return
      try {
        const message = await perform(entry)
        await dropEntry(entryId)
        if (currentUser() !== user) return
        view.done(entry, message)
        channel?.tell({ kind: 'done', entry, message })
      } catch (error) {
        const problem = asProblem(error)
        if (currentUser() !== user) return
        const delay = delayAfter(problem)
        if (delay !== null) {
          if (socket.connected) later(id, delay)
          return
        }
        // Dropped meanwhile: nobody wants to know.
        if (await entryOf(entryId)) await keep({ ...entry, state: 'failed', problem })
      }
    }
    if (entries.length > 0) again.add(id)
  }

  function later(id: ConversationId, delay: number): void {
    clearTimeout(timers.get(id))
    timers.set(id, setTimeout(() => void send(id), delay))
  }

  function heard(said: Said): void {
    const { entry } = said
    if (entry.userId !== currentUser()) return
    if (said.kind === 'done') view.done(entry, said.message)
    else if (said.kind === 'dropped') view.hide(entry)
    else {
      view.show(entry)
      waiting.add(entry.conversationId)
      if (entry.state === 'sending') later(entry.conversationId, TAKE_OVER_MS)
    }
  }

  return {
    add(given) {
      const entry: OutboxEntry = {
        id: newId(),
        userId: currentUser() ?? '',
        order: nextOrder(),
        createdAt: new Date().toISOString(),
        state: 'sending',
        problem: null,
        ...given,
      }
      void keepAndSend(entry)
      return entry
    },

    retry: (entry) => void keepAndSend({ ...entry, state: 'sending', problem: null }),
    drop,

    async restore() {
      const user = currentUser()
      if (user === undefined) return
      channel = openChannel(`parley.outbox.${user}`, heard)
      const entries = await entriesOf(user)
      if (currentUser() !== user) return
      for (const entry of entries) {
        waiting.add(entry.conversationId)
        view.show(entry)
      }
      this.sendAll()
    },

    sendAll: () => waiting.forEach((id) => void send(id)),

    close() {
      channel?.close()
      channel = null
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
      waiting.clear()
      sending.clear()
      again.clear()
    },
  }
}

const currentUser = (): UserId | undefined => useAuth.getState().user?.id

function perform(entry: OutboxEntry): Promise<Message> {
  const { id, conversationId } = entry
  if (entry.kind === 'send') return request('sendMessage', { conversationId, text: entry.text, clientMessageId: id })
  if (entry.kind === 'edit') return request('editMessage', { conversationId, seq: entry.seq, text: entry.text, clientEditId: id })
  return request('deleteMessage', { conversationId, seq: entry.seq })
}

/** How long to wait before it goes again by itself; null when the server refused it, which the person has to know. */
function delayAfter({ status, code, retryAfter }: Problem): number | null {
  if (code === 'unavailable') return RESEND_DELAY_MS
  return status === 429 && retryAfter !== undefined ? retryAfter * 1000 : null
}
