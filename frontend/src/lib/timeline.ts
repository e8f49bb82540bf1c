import type { ConversationId, Message, Problem } from 'backend/contract'

export interface PendingMessage {
  clientMessageId: string
  conversationId: ConversationId
  text: string
  createdAt: string
  state: 'sending' | 'failed'
  problem: Problem | null
}

/** A change of a message of one's own that the server has not got yet, or has refused. */
export interface PendingChange {
  kind: 'edit' | 'delete'
  /** The new text; empty for a delete. */
  text: string
  state: 'sending' | 'failed'
  problem: Problem | null
}

/** The part of a conversation that the page holds: always one unbroken run of `seq`, up to the newest known. */
export interface Timeline {
  status: 'loading' | 'ready' | 'error'
  problem: Problem | null
  messages: Message[]
  /** All changes up to this one are in `messages`, as far as they concern them. */
  rev: number
  hasOlder: boolean
  loadingOlder: boolean
  olderProblem: Problem | null
  pending: PendingMessage[]
  /** By `seq`. */
  changes: Readonly<Record<number, PendingChange>>
}

export const EMPTY_TIMELINE: Timeline = {
  status: 'loading',
  problem: null,
  messages: [],
  rev: 0,
  hasOlder: false,
  loadingOlder: false,
  olderProblem: null,
  pending: [],
  changes: {},
}

export const lastSeqOf = (timeline: Timeline): number => timeline.messages.at(-1)?.seq ?? 0
export const firstSeqOf = (timeline: Timeline): number => timeline.messages[0]?.seq ?? 0

/**
 * Adds messages so that the run stays unbroken and nothing is in it twice; what was pending and has arrived is pending no more.
 * Returns null when something is missing between the run and what came: the caller fetches it.
 */
export function withMessages(timeline: Timeline, incoming: Message[]): Timeline | null {
  const first = firstSeqOf(timeline)
  const last = lastSeqOf(timeline)
  const older = incoming.filter(({ seq }) => seq < first)
  const newer = incoming.filter(({ seq }) => seq > last)
  if (newer[0] && newer[0].seq !== last + 1 && timeline.messages.length > 0) return null
  const arrived = new Set(incoming.map(({ clientMessageId }) => clientMessageId))
  const pending = timeline.pending.some(({ clientMessageId }) => arrived.has(clientMessageId))
    ? timeline.pending.filter(({ clientMessageId }) => !arrived.has(clientMessageId))
    : timeline.pending
  if (older.length === 0 && newer.length === 0 && pending === timeline.pending) return timeline
  return { ...timeline, messages: [...older, ...timeline.messages, ...newer], pending }
}
