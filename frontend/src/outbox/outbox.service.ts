import type { ConversationId, Message, Problem, UserId } from 'backend/contract'
import { newId } from '../lib/newId.ts'
import { serverTime } from '../lib/serverClock.ts'
import {
  dropEntry,
  entriesOf,
  entryOf,
  keepEntry,
  nextOrder,
  type EditEntry,
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

/** Delay before the next attempt after a missing acknowledgement, ms. */
const RESEND_DELAY_MS = 2000
/** Delay before this tab sends an entry of another tab, ms: that tab may have been closed. */
const TAKE_OVER_MS = 5000

/** The callbacks by which the outbox reports to the page. */
export interface OutboxView {
  show(entry: OutboxEntry): void
  hide(entry: OutboxEntry): void
  /** Called when the server acknowledged an entry, with the message as it is now. */
  done(entry: OutboxEntry, message: Message): void
}

type Said = { kind: 'kept' | 'dropped'; entry: OutboxEntry } | { kind: 'done'; entry: OutboxEntry; message: Message }

export interface Outbox {
  /** Shows an entry, stores it on the disk, and sends it after the earlier ones. */
  add(entry: NewEntry): OutboxEntry
  /** Sends a refused entry again. */
  retry(entry: OutboxEntry): void
  /** Sends a refused message with another text. */
  rewrite(entry: OutboxEntry, text: string): void
  drop(entry: OutboxEntry): void
  /** Removes a file from a waiting message. A message without text and files is dropped. */
  removeFile(entry: OutboxEntry, key: string): void
  /** Uploads files in place of those that were lost with the page that uploaded them. */
  replaceLost(entry: OutboxEntry, items: readonly UploadItem[]): void
  /** Shows the stored entries of the signed-in user, and listens to the other tabs. */
  restore(): Promise<void>
  /** Sends all waiting entries. Call it when there is a connection. */
  sendAll(): void
  /** Stops at sign-out. The entries are kept for the user's next visit. */
  close(): void
}

type NewEntry = { conversationId: ConversationId } & (SendEntry | EditEntry | { kind: 'delete'; seq: number })

/**
 * Stores unacknowledged messages, edits and deletions on the disk before the first attempt, and sends them in order per
 * conversation, from one tab at a time. The server recognises a repeat after a lost acknowledgement by its id.
 */
export function createOutbox(view: OutboxView): Outbox {
  let channel: TabChannel<Said> | null = null
  /** Conversations with entries, as far as this tab knows. */
  const waiting = new Set<ConversationId>()
  const sending = new Set<ConversationId>()
  const again = new Set<ConversationId>()
  const timers = new Map<ConversationId, ReturnType<typeof setTimeout>>()

  const files = createFilesOfMessages((entry) => void keepAndSend(entry))

  async function keep(entry: OutboxEntry): Promise<void> {
    waiting.add(entry.conversationId)
    view.show(entry)
    // Only this tab has an entry that is not on the disk.
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

  /** Sends the entries of a conversation until none is left, also those added meanwhile. */
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
    // It may have been removed while it was stored.
    else waiting.add(id)
    for (const { id: entryId } of entries) {
      // Dropped, or sent by another tab, while this tab waited.
      const kept = await entryOf(entryId)
      const entry = kept && files.current(kept)
      if (entry?.state !== 'sending') continue
      // Another user may have signed in meanwhile.
      if (currentUser() !== user) return
      // Later entries wait too: the order must stay.
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
        const again = withVersion(entry, problem)
        if (again) {
          await keep(again)
          continue
        }
        const delay = delayAfter(problem)
        if (delay !== null) {
          if (socket.connected) later(id, delay)
          return
        }
        // Dropped meanwhile.
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
        createdAt: serverTime(),
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
    return request('editMessage', {
      conversationId,
      seq: entry.seq,
      text: entry.text,
      clientEditId: id,
      fromRev: entry.fromRev,
    })
  return request('deleteMessage', { conversationId, seq: entry.seq })
}

/** Returns a refused edit for the version of now, when the user knows the text that it replaces; null otherwise. */
function withVersion(entry: OutboxEntry, { reason, params }: Problem): OutboxEntry | null {
  const { text, rev } = params ?? {}
  if (entry.kind !== 'edit' || reason !== 'message_edited' || typeof text !== 'string' || typeof rev !== 'number')
    return null
  return entry.known?.includes(text) ? { ...entry, fromRev: rev } : null
}

/** Returns the delay before an automatic retry, ms; null when the server refused the entry and the user must decide. */
function delayAfter({ status, code, retryAfter }: Problem): number | null {
  if (code === 'unavailable') return RESEND_DELAY_MS
  return status === 429 && retryAfter !== undefined ? retryAfter * 1000 : null
}
