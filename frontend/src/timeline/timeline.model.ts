import type { ConversationId, Message, MessagePage, Problem } from 'backend/contract'
import type { OutboxFile } from '../outbox/outbox.storage.ts'

export interface PendingMessage {
  clientMessageId: string
  conversationId: ConversationId
  text: string
  files: readonly OutboxFile[]
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

/**
 * The part of a conversation that the page holds: always one unbroken run of `seq`, up to the newest known. Once it is ready, every
 * change up to `rev` is in it; single messages may be newer than that.
 */
export interface Timeline {
  status: 'loading' | 'ready' | 'error'
  problem: Problem | null
  messages: Message[]
  /** The place at which it begins for the one who looks: who joined a group later sees nothing before it. */
  firstSeq: number
  rev: number
  /** Changes that came before those they follow, ascending by `rev`. While there are any, something is missing. */
  early: readonly Message[]
  hasOlder: boolean
  loadingOlder: boolean
  olderProblem: Problem | null
  /** Changes of messages before the run that came while older ones were loading: what is loaded may not know of them. */
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

/** Whether a change is known whose predecessors are not: they have to be fetched. */
export const lacksChanges = (timeline: Timeline): boolean => timeline.status === 'ready' && timeline.early.length > 0

/**
 * Takes in a message as it is after a change, new or edited or deleted: live, or as the answer to one's own request. Doubles and
 * what comes late change nothing. What comes early is shown where it can be, and waits for those before it.
 */
export function withLive(timeline: Timeline, message: Message): Timeline {
  if (timeline.status === 'ready' && message.rev <= timeline.rev) return put(timeline, [message])
  if (timeline.early.some(({ rev, id }) => rev === message.rev && id === message.id)) return timeline
  const early = [...timeline.early, message].toSorted(byRev)
  return timeline.status === 'ready' ? settled({ ...timeline, early }) : { ...timeline, early }
}

/**
 * Takes in all changes after a `rev` that the timeline had, ascending by `rev`; given in part there would be holes.
 * Null when something is missing all the same: load the newest page anew.
 * @param upTo all changes up to this `rev` are told, though the last one may be below: those between were not for the one who looks
 */
export function withChanges(timeline: Timeline, changes: readonly Message[], upTo = 0): Timeline | null {
  const next = put(timeline, changes)
  const last = lastSeqOf(next)
  if (changes.some(({ seq }) => seq > last)) return null
  return settled({ ...next, rev: Math.max(next.rev, upTo, changes.at(-1)?.rev ?? 0) })
}

/** The newest page in the place of what is held, unless that is as new already. */
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

/** From here on changes of the older messages are put aside for them. */
export const loadingOlder = (timeline: Timeline): Timeline => ({
  ...timeline,
  loadingOlder: true,
  olderProblem: null,
  aside: [],
})

/**
 * The page before the run. Null when it does not lead up to it, because the run was replaced meanwhile.
 * @param missed changes that the page does not know yet
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

/** Goes on with what came early as far as it follows now. */
function settled(timeline: Timeline): Timeline {
  let { rev } = timeline
  for (const message of timeline.early) if (message.rev === rev + 1) rev += 1
  const early = timeline.early.filter((message) => message.rev > rev)
  return put({ ...timeline, rev, early }, timeline.early)
}

/** Puts messages into the run or at its end, the newer of two copies wins; those beyond a hole are left out. */
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

/** The same list when nothing of it has arrived, so that nothing is rendered again. */
function withoutArrived(pending: PendingMessage[], arrived: readonly Message[]): PendingMessage[] {
  if (pending.length === 0) return pending
  const ids = new Set(arrived.map(({ clientMessageId }) => clientMessageId))
  return pending.some(({ clientMessageId }) => ids.has(clientMessageId))
    ? pending.filter(({ clientMessageId }) => !ids.has(clientMessageId))
    : pending
}

const byRev = (a: Message, b: Message): number => a.rev - b.rev
const bySeq = (a: Message, b: Message): number => a.seq - b.seq
