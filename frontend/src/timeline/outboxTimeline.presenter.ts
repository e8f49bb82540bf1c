import type { ConversationId, Message } from 'backend/contract'
import type { OutboxEntry, OutboxFile } from '../outbox/outbox.storage.ts'
import { lastSeqOf, type PendingChange, type PendingMessage, type Timeline } from './timeline.model.ts'
import type { OutboxView } from '../outbox/outbox.service.ts'

interface Timelines {
  timelineOf(id: ConversationId): Timeline
  update(id: ConversationId, change: Partial<Timeline>): void
  arrived(message: Message): void
}

/** Shows the entries of the outbox in the timelines, and finds an entry by its message. */
export function createOutboxView({ timelineOf, update, arrived }: Timelines) {
  /** Entries by what they are shown as: the `clientMessageId` of a new message, the place of a changed one. */
  const shown = new Map<string, OutboxEntry>()

  const isShown = (entry: OutboxEntry): boolean => shown.get(keyOf(entry))?.id === entry.id

  function takeAway(entry: OutboxEntry): void {
    if (!isShown(entry)) return
    shown.delete(keyOf(entry))
    const { pending, changes } = timelineOf(entry.conversationId)
    if (entry.kind === 'send')
      update(entry.conversationId, { pending: pending.filter(({ clientMessageId }) => clientMessageId !== entry.id) })
    else
      update(entry.conversationId, {
        changes: Object.fromEntries(Object.entries(changes).filter(([seq]) => Number(seq) !== entry.seq)),
      })
  }

  const view: OutboxView = {
    show(entry) {
      const timeline = timelineOf(entry.conversationId)
      // The message arrived, but its acknowledgement was lost.
      if (entry.kind === 'send' && timeline.messages.some(({ clientMessageId }) => clientMessageId === entry.id)) return
      shown.set(keyOf(entry), entry)
      if (entry.kind === 'send')
        update(entry.conversationId, { pending: withPending(timeline.pending, toPending(entry)) })
      else update(entry.conversationId, { changes: { ...timeline.changes, [entry.seq]: toChange(entry) } })
    },

    hide: takeAway,

    done(entry, message) {
      arrived(message)
      const timeline = timelineOf(entry.conversationId)
      // Earlier messages are still missing. Until they arrive, it stays at the end.
      if (entry.kind === 'send' && timeline.status === 'ready' && message.seq > lastSeqOf(timeline)) return
      takeAway(entry)
    },
  }

  return {
    ...view,

    withEntry(clientMessageId: string, work: (entry: OutboxEntry) => void): void {
      const entry = shown.get(clientMessageId)
      if (entry) work(entry)
    },

    withChange(id: ConversationId, seq: number, work: (entry: OutboxEntry) => void): void {
      const entry = shown.get(placeOf(id, seq))
      if (entry) work(entry)
    },

    forget() {
      shown.clear()
    },
  }
}

const placeOf = (id: ConversationId, seq: number): string => `${id} ${seq}`

const keyOf = (entry: OutboxEntry): string =>
  entry.kind === 'send' ? entry.id : placeOf(entry.conversationId, entry.seq)

/** Sorts in the order of writing: entries of an earlier visit may be read after a new one was written. */
function withPending(pending: PendingMessage[], entry: PendingMessage): PendingMessage[] {
  const isEntry = ({ clientMessageId }: PendingMessage): boolean => clientMessageId === entry.clientMessageId
  if (pending.some(isEntry)) return pending.map((other) => (isEntry(other) ? entry : other))
  return [...pending, entry].toSorted((a, b) => a.order - b.order)
}

function toPending({ id, conversationId, createdAt, order, state, problem, ...entry }: OutboxEntry): PendingMessage {
  return {
    clientMessageId: id,
    conversationId,
    text: 'text' in entry ? entry.text : '',
    files: ('files' in entry && entry.files) || NO_FILES,
    createdAt,
    order,
    state,
    problem,
  }
}

const NO_FILES: readonly OutboxFile[] = []

function toChange({ kind, state, problem, ...entry }: OutboxEntry): PendingChange {
  return { kind: kind === 'delete' ? 'delete' : 'edit', text: 'text' in entry ? entry.text : '', state, problem }
}
