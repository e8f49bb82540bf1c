import type { ConversationId, Message, Problem, UserId } from 'backend/contract'
import { newId } from '../lib/newId.ts'
import {
  dropEntry,
  entriesOf,
  entryOf,
  keepEntry,
  nextOrder,
  type OutboxEntry,
  type SendEntry,
} from './outbox.storage.ts'
import { asProblem } from '../connection/problem.model.ts'
import { request, socket } from '../connection/socket.client.ts'
import { exclusively, openChannel, type TabChannel } from '../lib/tabs.ts'
import { useSession } from '../accounts/session.store.ts'
import { mutedUntil } from '../accounts/useMutedUntil.ts'
import { createFilesOfMessages, idsOf, isComplete } from './outboxFiles.service.ts'
import { type UploadItem } from '../uploads/uploads.store.ts'

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
  /** Sends one that was refused with another text. */
  rewrite(entry: OutboxEntry, text: string): void
  drop(entry: OutboxEntry): void
  /** Takes a file out of a message that waits for it; a message with nothing left is dropped. */
  removeFile(entry: OutboxEntry, key: string): void
  /** Uploads files in the place of those that were lost with the page that uploaded them. */
  replaceLost(entry: OutboxEntry, items: readonly UploadItem[]): void
  /** Shows what the person who signed in has left, and listens to the other tabs. */
  restore(): Promise<void>
  /** Sends what waits: there is a connection. */
  sendAll(): void
  /** The person signed out; what they left is kept for their next visit. */
  close(): void
}

type NewEntry = { conversationId: ConversationId } & (
  SendEntry | { kind: 'edit'; seq: number; text: string } | { kind: 'delete'; seq: number }
)

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

  const files = createFilesOfMessages((entry) => void keepAndSend(entry))

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

  function retry(entry: OutboxEntry): void {
    const again: OutboxEntry = { ...entry, state: 'sending', problem: null }
    files.retry(again)
    void keepAndSend(again)
  }

  function drop(entry: OutboxEntry): void {
    files.drop(entry)
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
    const entries = (await entriesOf(user)).filter(
      ({ conversationId, state }) => conversationId === id && state === 'sending',
    )
    if (entries.length === 0) waiting.delete(id)
    // It may have been taken out while this one was being written.
    else waiting.add(id)
    for (const { id: entryId } of entries) {
      // Dropped, or sent by another tab, while this one waited.
      const kept = await entryOf(entryId)
      const entry = kept && files.current(kept)
      if (entry?.state !== 'sending') continue
      // The connection may be another person's by now.
      if (currentUser() !== user) return
      // Those after it wait too: what is written later is not said before it.
      const uploads = isComplete(entry) ? 'complete' : await files.look(entry)
      if (uploads === 'waiting') {
        if (!files.isOwn(entry)) later(id, TAKE_OVER_MS)
        return
      }
      if (uploads === 'lost') {
        await keep({ ...entry, state: 'failed', problem: files.lostProblem(entry) })
        continue
      }
      try {
        const message = await perform(entry)
        files.release(entry)
        await dropEntry(entryId)
        if (currentUser() !== user) return
        view.done(entry, message)
        channel?.tell({ kind: 'done', entry, message })
      } catch (error) {
        const problem = asProblem(error)
        if (currentUser() !== user) return
        const until = mutedUntil(problem)
        if (until !== null) useSession.getState().muted(until)
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
    timers.set(
      id,
      setTimeout(() => void send(id), delay),
    )
  }

  function heard(said: Said): void {
    const { entry } = said
    if (entry.userId !== currentUser()) return
    if (said.kind === 'done') {
      files.release(entry)
      view.done(entry, said.message)
    } else if (said.kind === 'dropped') {
      files.drop(entry)
      view.hide(entry)
    } else {
      files.heard(entry)
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
      files.hold(entry)
      void keepAndSend(entry)
      return entry
    },

    retry,
    rewrite(entry, text) {
      if (entry.kind === 'send') retry({ ...entry, text })
    },
    drop,

    removeFile(entry, key) {
      const rest = files.without(entry, key)
      if (rest) void keepAndSend(rest)
      else drop(entry)
    },

    replaceLost: (entry, items) => void keepAndSend(files.replaceLost(entry, items)),

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
      files.forget()
    },
  }
}

const currentUser = (): UserId | undefined => useSession.getState().user?.id

function perform(entry: OutboxEntry): Promise<Message> {
  const { id, conversationId } = entry
  if (entry.kind === 'send')
    return request('sendMessage', { conversationId, text: entry.text, clientMessageId: id, ...idsOf(entry) })
  if (entry.kind === 'edit')
    return request('editMessage', { conversationId, seq: entry.seq, text: entry.text, clientEditId: id })
  return request('deleteMessage', { conversationId, seq: entry.seq })
}

/** How long to wait before it goes again by itself; null when the server refused it, which the person has to know. */
function delayAfter({ status, code, retryAfter }: Problem): number | null {
  if (code === 'unavailable') return RESEND_DELAY_MS
  return status === 429 && retryAfter !== undefined ? retryAfter * 1000 : null
}
