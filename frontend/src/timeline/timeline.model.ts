import type { ConversationId, Message, MessagePage, Problem } from 'backend/contract'
import type { OutboxFile } from '../outbox/outbox.storage.ts'

export interface PendingMessage {
  clientMessageId: string
  conversationId: ConversationId
  text: string
  files: readonly OutboxFile[]
  createdAt: string
  /** Ascending in the order of writing. */
  order: number
  state: 'sending' | 'failed'
  problem: Problem | null
}

/** An edit or deletion of an own message that the server does not have, or refused. */
export interface PendingChange {
  kind: 'edit' | 'delete'
  /** The new text; empty for a delete. */
  text: string
  state: 'sending' | 'failed'
  problem: Problem | null
}

/**
 * The loaded part of a conversation: an unbroken run of `seq` up to the newest known one. When it is ready, it includes every
 * change up to `rev`; single messages may be newer.
 */
export interface Timeline {
  status: 'loading' | 'ready' | 'error'
  problem: Problem | null
  messages: Message[]
  /** The first visible `seq` for this user: a later member of a group does not see the messages before. */
  firstSeq: number
  rev: number
  /** Changes that arrived before their predecessors, ascending by `rev`. While there are any, a change is missing. */
  early: readonly Message[]
  hasOlder: boolean
  loadingOlder: boolean
  olderProblem: Problem | null
  /** Changes of messages before the run that arrived while older messages load: the loaded page may lack them. */
  aside: readonly Message[]
  pending: PendingMessage[]
  /** By `seq`. */
  changes: Readonly<Record<number, PendingChange>>
}

export const EMPTY_TIMELINE: Timeline = {
  status: 'loading',
  problem: null,
  messages: [],
  firstSeq: 1,
  rev: 0,
  early: [],
  hasOlder: false,
  loadingOlder: false,
  olderProblem: null,
  aside: [],
  pending: [],
  changes: {},
}

export const lastSeqOf = (timeline: Timeline): number => timeline.messages.at(-1)?.seq ?? 0
export const firstSeqOf = (timeline: Timeline): number => timeline.messages[0]?.seq ?? 0

/** Returns whether a change arrived before its predecessors, which must be fetched. */
export const lacksChanges = (timeline: Timeline): boolean => timeline.status === 'ready' && timeline.early.length > 0

/**
 * Adds a new, edited or deleted message, from a live event or the answer to a request. Duplicates and late messages change
 * nothing. An early message is shown if possible, and waits for its predecessors.
 */
export function withLive(timeline: Timeline, message: Message): Timeline {
  if (timeline.status === 'ready' && message.rev <= timeline.rev) return put(timeline, [message])
  if (timeline.early.some(({ rev, id }) => rev === message.rev && id === message.id)) return timeline
  const early = [...timeline.early, message].toSorted(byRev)
  return timeline.status === 'ready' ? settled({ ...timeline, early }) : { ...timeline, early }
}

/**
 * Adds all changes after a `rev` of the timeline, ascending by `rev`. A part of them would leave holes.
 * Returns null when a change is still missing: load the newest page then.
 * @param upTo all changes up to this `rev` are included; a missing one is not visible to this user
 */
export function withChanges(timeline: Timeline, changes: readonly Message[], upTo = 0): Timeline | null {
  const next = put(timeline, changes)
  const last = lastSeqOf(next)
  if (changes.some(({ seq }) => seq > last)) return null
  return settled({ ...next, rev: Math.max(next.rev, upTo, changes.at(-1)?.rev ?? 0) })
}

/** Replaces the timeline by the newest page, unless the timeline is as new. */
export function withPage(timeline: Timeline, { items, hasMore, rev }: MessagePage): Timeline {
  if (timeline.status === 'ready' && timeline.rev >= rev) return timeline
  const { pending } = timeline
  return settled({
    ...timeline,
    status: 'ready',
    problem: null,
    messages: items,
    rev,
    hasOlder: hasMore && goesBack(items, timeline),
    loadingOlder: false,
    olderProblem: null,
    aside: [],
    pending: withoutArrived(pending, items),
  })
}

/** Starts to collect changes of older messages while those load. */
export const loadingOlder = (timeline: Timeline): Timeline => ({
  ...timeline,
  loadingOlder: true,
  olderProblem: null,
  aside: [],
})

/**
 * Adds the page before the run. Returns null when it does not fit, because the run was replaced meanwhile.
 * @param missed changes that the page may lack
 */
export function withOlder(
  timeline: Timeline,
  { items, hasMore }: MessagePage,
  missed: readonly Message[] = [],
): Timeline | null {
  if (items.length > 0 && items.at(-1)?.seq !== firstSeqOf(timeline) - 1) return null
  const { messages, pending, aside } = timeline
  const older = put(
    { ...timeline, messages: items },
    [...missed, ...aside].filter(({ seq }) => seq < firstSeqOf(timeline)),
  ).messages
  return {
    ...timeline,
    messages: [...older, ...messages],
    hasOlder: hasMore && goesBack(older, timeline),
    loadingOlder: false,
    aside: [],
    pending: withoutArrived(pending, older),
  }
}

const goesBack = ([first]: readonly Message[], { firstSeq }: Timeline): boolean =>
  first !== undefined && first.seq > firstSeq

/** Applies early changes as far as their predecessors are now known. */
function settled(timeline: Timeline): Timeline {
  let { rev } = timeline
  for (const message of timeline.early) if (message.rev === rev + 1) rev += 1
  const early = timeline.early.filter((message) => message.rev > rev)
  return put({ ...timeline, rev, early }, timeline.early)
}

/** Puts messages into the run or at its end. The newer of two copies wins; messages beyond a hole are left out. */
function put(timeline: Timeline, incoming: readonly Message[]): Timeline {
  const first = firstSeqOf(timeline) || timeline.firstSeq
  const messages = [...timeline.messages]
  const aside: Message[] = []
  const arrived: Message[] = []
  for (const message of incoming.toSorted(bySeq)) {
    const index = message.seq - first
    const known = messages[index]
    if (index < 0) aside.push(message)
    else if (known ? known.rev < message.rev : index === messages.length) messages[index] = message
    if (index >= 0 && index < messages.length) arrived.push(message)
  }
  const pending = withoutArrived(timeline.pending, arrived)
  const isSame =
    pending === timeline.pending &&
    messages.length === timeline.messages.length &&
    messages.every((message, index) => message === timeline.messages[index])
  if (isSame && (aside.length === 0 || !timeline.loadingOlder)) return timeline
  return {
    ...timeline,
    messages: isSame ? timeline.messages : messages,
    aside: timeline.loadingOlder ? [...timeline.aside, ...aside] : timeline.aside,
    pending,
  }
}

/** Returns the same list when no entry arrived, so that nothing renders again. */
function withoutArrived(pending: PendingMessage[], arrived: readonly Message[]): PendingMessage[] {
  if (pending.length === 0) return pending
  const ids = new Set(arrived.map(({ clientMessageId }) => clientMessageId))
  return pending.some(({ clientMessageId }) => ids.has(clientMessageId))
    ? pending.filter(({ clientMessageId }) => !ids.has(clientMessageId))
    : pending
}

const byRev = (a: Message, b: Message): number => a.rev - b.rev
const bySeq = (a: Message, b: Message): number => a.seq - b.seq
