import { LIMITS, type ConversationId, type Message, type SyncPage } from 'backend/contract'
import { create } from 'zustand'
import * as api from './message.api.ts'
import { asProblem } from '../connection/problem.model.ts'
import {
  EMPTY_TIMELINE,
  firstSeqOf,
  loadingOlder,
  withLive,
  withOlder,
  withPage,
  type Timeline,
} from './timeline.model.ts'
import { changesSince, createCatchUp } from './catchUp.service.ts'
import { useConversations } from '../conversations/conversations.store.ts'
import { createOutbox } from '../outbox/outbox.service.ts'
import { fileOf } from '../outbox/outboxFiles.service.ts'
import { createOutboxView } from './outboxTimeline.presenter.ts'
import type { UploadItem } from '../uploads/uploads.store.ts'

interface MessagesState {
  timelines: Record<ConversationId, Timeline>
  /** Loads the newest page. A loaded timeline stays. */
  load(id: ConversationId): Promise<void>
  loadOlder(id: ConversationId): Promise<void>
  /** Shows the message at once as sending. Messages are sent in order, as soon as there is a connection. */
  send(id: ConversationId, text: string, uploads?: readonly UploadItem[]): void
  /** Removes a file from a message that waits for its upload. */
  removeFile(clientMessageId: string, key: string): void
  /** Uploads files in place of those that a message lost. */
  replaceLost(clientMessageId: string, uploads: readonly UploadItem[]): void
  /** Sends an announcement; admins only. Throws ApiProblem. A repeat with the same clientMessageId sends once. */
  broadcast(input: { title?: string; text: string; clientMessageId: string }): Promise<Message>
  retry(clientMessageId: string): void
  /** Sends a refused message with another text. */
  rewrite(clientMessageId: string, text: string): void
  discard(clientMessageId: string): void
  /**
   * Replaces the text of an own message. Shown at once, sent in order with the other messages of the conversation.
   * @param from the version that the user edited: the server refuses the edit when there is another one meanwhile
   */
  edit(id: ConversationId, seq: number, text: string, from?: { rev: number; text: string }): void
  /** Deletes a message, shown and sent like an edit. */
  remove(id: ConversationId, seq: number): void
  /** Sends a refused edit or deletion again. */
  retryChange(id: ConversationId, seq: number): void
  /** Discards a refused edit or deletion. */
  discardChange(id: ConversationId, seq: number): void
  /** Takes a new, edited or deleted message, from a live event or the answer to a request. */
  receive(message: Message): void
  /** Returns for a sync the known rev of each conversation. */
  held(): Record<ConversationId, number>
  /** @param held the revs that the sync asked with */
  takeSync(page: SyncPage, held: Record<ConversationId, number>): void
  /** Forgets a conversation that the user left, and its unsent messages. */
  leave(id: ConversationId): void
  /** Brings all timelines up to date after a sync without an answer. */
  catchUp(): void
  /** Sends waiting messages and repeats failed loads. Call it after a reconnection. */
  resume(): void
  /** Shows the unsent messages of the signed-in user. */
  restore(): Promise<void>
  /** Forgets everything of the user. Unsent messages stay on the disk. */
  forget(): void
}

export const useMessages = create<MessagesState>()((set, get) => {
  const timelineOf = (id: ConversationId): Timeline => get().timelines[id] ?? EMPTY_TIMELINE
  const update = (id: ConversationId, change: Partial<Timeline>): void =>
    set(({ timelines }) => ({ timelines: { ...timelines, [id]: { ...(timelines[id] ?? EMPTY_TIMELINE), ...change } } }))

  /** Pages being loaded. An answer counts only while its own entry is here. */
  const loads = new Map<ConversationId, Promise<void>>()
  const olderLoads = new Map<ConversationId, symbol>()

  const gaps = createCatchUp({
    timelineOf,
    update,
    replaced: (id) => olderLoads.delete(id),
    missed: (messages) => messages.forEach((message) => useConversations.getState().receive(message)),
  })
  const view = createOutboxView({ timelineOf, update, arrived })
  const outbox = createOutbox(view)

  function arrived(message: Message): void {
    get().receive(message)
    useConversations.getState().receive(message, { isLive: true })
  }

  async function loadFirst(id: ConversationId, isCurrent: () => boolean): Promise<void> {
    const { firstSeq = 1 } = useConversations.getState().byId[id] ?? {}
    update(id, { status: 'loading', problem: null, early: [], firstSeq })
    try {
      const page = await api.listMessages(id)
      if (!isCurrent()) return
      update(id, withPage(timelineOf(id), page))
      gaps.lookAt(id)
    } catch (error) {
      // The first page will include events that arrive meanwhile.
      if (isCurrent()) update(id, { status: 'error', problem: asProblem(error) })
    }
  }

  async function fetchOlder(id: ConversationId, isCurrent: () => boolean): Promise<void> {
    const { rev } = timelineOf(id)
    const page = await api.listMessages(id, { before: firstSeqOf(timelineOf(id)) })
    // A node that lags behind answered. Later events do not repeat what it did not know.
    const missed = page.rev < rev ? await changesSince(id, page.rev) : { items: [] }
    if (!isCurrent()) return
    const next = missed && withOlder(timelineOf(id), page, missed.items)
    if (next) update(id, next)
    else update(id, { loadingOlder: false, aside: [] })
  }

  return {
    timelines: {},

    load(id) {
      if (timelineOf(id).status === 'ready') return Promise.resolve()
      const running = loads.get(id)
      if (running) return running
      const load: Promise<void> = loadFirst(id, () => loads.get(id) === load).finally(() => {
        if (loads.get(id) === load) loads.delete(id)
      })
      loads.set(id, load)
      return load
    },

    async loadOlder(id) {
      const timeline = timelineOf(id)
      if (!timeline.hasOlder || timeline.loadingOlder) return
      const ticket = Symbol(id)
      const isCurrent = () => olderLoads.get(id) === ticket
      olderLoads.set(id, ticket)
      update(id, loadingOlder(timeline))
      try {
        await fetchOlder(id, isCurrent)
      } catch (error) {
        if (isCurrent()) update(id, { loadingOlder: false, aside: [], olderProblem: asProblem(error) })
      }
      if (isCurrent()) olderLoads.delete(id)
    },

    send: (conversationId, text, uploads = []) =>
      void outbox.add({ kind: 'send', conversationId, text, files: uploads.map(fileOf) }),
    removeFile: (clientMessageId, key) => view.withEntry(clientMessageId, (entry) => outbox.removeFile(entry, key)),
    replaceLost: (clientMessageId, uploads) =>
      view.withEntry(clientMessageId, (entry) => outbox.replaceLost(entry, uploads)),

    async broadcast(input) {
      const message = await api.sendMessage({ receiverId: 'all', ...input })
      arrived(message)
      return message
    },

    retry: (clientMessageId) => view.withEntry(clientMessageId, outbox.retry),
    rewrite: (clientMessageId, text) => view.withEntry(clientMessageId, (entry) => outbox.rewrite(entry, text)),
    discard: (clientMessageId) => view.withEntry(clientMessageId, outbox.drop),

    edit(conversationId, seq, text, from) {
      const known: string[] = from ? [from.text] : []
      view.withChange(conversationId, seq, (entry) => {
        if (entry.kind === 'edit') known.push(entry.text, ...(entry.known ?? []))
        outbox.drop(entry)
      })
      outbox.add({ kind: 'edit', conversationId, seq, text, ...(from && { fromRev: from.rev, known }) })
    },
    remove(conversationId, seq) {
      view.withChange(conversationId, seq, outbox.drop)
      outbox.add({ kind: 'delete', conversationId, seq })
    },
    retryChange: (id, seq) => view.withChange(id, seq, outbox.retry),
    discardChange: (id, seq) => view.withChange(id, seq, outbox.drop),

    receive(message) {
      const { conversationId } = message
      const timeline = get().timelines[conversationId]
      // Not loaded yet: the first page will include it.
      if (!timeline || (timeline.status !== 'ready' && !loads.has(conversationId))) return
      const next = withLive(timeline, message)
      if (next !== timeline) update(conversationId, next)
      gaps.lookAt(conversationId)
    },

    held() {
      const ready = Object.entries(get().timelines).filter(([, { status }]) => status === 'ready')
      // The conversations opened last. The others catch up when the sync says that they changed.
      return Object.fromEntries(ready.slice(-LIMITS.conversationsMax).map(([id, { rev }]) => [id, rev]))
    },

    takeSync({ conversations, messages, reload }, held) {
      const changes = new Map<ConversationId, Message[]>()
      for (const message of messages)
        changes.set(message.conversationId, [...(changes.get(message.conversationId) ?? []), message])
      for (const { id, lastRev } of conversations) {
        if (id in held && !reload.includes(id)) gaps.takeIn(id, { items: changes.get(id) ?? [], rev: lastRev })
      }
      for (const id of reload) void gaps.reload(id)
      for (const { id, lastRev } of conversations) {
        const { status, rev } = timelineOf(id)
        if (status === 'ready' && rev < lastRev && !reload.includes(id)) gaps.begin(id)
      }
    },

    leave(id) {
      const { pending, changes } = timelineOf(id)
      for (const { clientMessageId } of pending) view.withEntry(clientMessageId, outbox.drop)
      for (const seq of Object.keys(changes)) view.withChange(id, Number(seq), outbox.drop)
      loads.delete(id)
      olderLoads.delete(id)
      const { [id]: _, ...timelines } = get().timelines
      set({ timelines })
    },

    catchUp() {
      for (const [id, { status }] of Object.entries(get().timelines)) if (status === 'ready') gaps.begin(id)
    },

    resume() {
      for (const [id, { status }] of Object.entries(get().timelines)) if (status === 'error') void get().load(id)
      outbox.sendAll()
    },

    restore: () => outbox.restore(),

    forget() {
      gaps.stop()
      outbox.close()
      view.forget()
      loads.clear()
      olderLoads.clear()
      set({ timelines: {} })
    },
  }
})
