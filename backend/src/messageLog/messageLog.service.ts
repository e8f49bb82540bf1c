import type { Types } from 'mongoose'
import type { Logger } from '../lib/logger.ts'
import { createFifoCache } from '../lib/fifoCache.ts'
import { createColdMessageRepository, SETTLED_MS } from './coldMessage.repository.ts'
import { createConversationSummaryWriter } from './conversationSummary.writer.ts'
import type { Models } from '../models/index.ts'
import type { MessageRecord } from '../models/message.model.ts'
import { insertInOrder, toMessageRecord } from './messageBatch.writer.ts'
import { createMessageChangeWriter, type Revision } from './messageChange.writer.ts'

/** A message before it gets its place. */
export type Draft = Pick<
  MessageRecord,
  | 'conversationId'
  | 'kind'
  | 'event'
  | 'hiddenFrom'
  | 'isTargeted'
  | 'broadcast'
  | 'senderId'
  | 'receiverId'
  | 'title'
  | 'text'
  | 'attachments'
  | 'clientMessageId'
>

export interface Appended {
  record: MessageRecord
  /** The message existed before: the sender repeated a send whose answer was lost. */
  repeated: boolean
}

export interface Changed {
  record: MessageRecord
  /** False when there was nothing to change. */
  changed: boolean
}

/**
 * Writes new messages and changes. Each new message of a conversation gets the next `seq`, each change the next `rev`,
 * without holes.
 */
export interface MessageLog {
  /** Appends a message. Resolves when it is on disk. */
  append(draft: Draft): Promise<Appended>
  /**
   * Changes a message by the fields that `revise` returns. `revise` runs again when another change was written in
   * between. Resolves when the change is on disk and in the conversation's summary; to null when there is no such
   * message.
   */
  change(
    conversationId: Types.ObjectId,
    seq: number,
    revise: (record: MessageRecord) => Revision | null,
  ): Promise<Changed | null>
  /**
   * Changes many messages of a conversation in one command. Resolves to the changed messages, in the order of their
   * places, when they are on disk. No other write of the conversation runs in between, so pass at most about a hundred
   * places. After an error some messages may be changed; call it again.
   */
  changeMany(
    conversationId: Types.ObjectId,
    seqs: number[],
    revise: (record: MessageRecord) => Revision | null,
  ): Promise<MessageRecord[]>
  /**
   * Returns the place of the newest message, 0 in an empty conversation. The result is exact when it is below `wanted`;
   * otherwise it is at least `wanted`.
   */
  lastSeq(conversationId: Types.ObjectId, wanted?: number): Promise<number>
  /** Returns the last place and the last change; both are 0 in an empty conversation. */
  endOf(conversationId: Types.ObjectId): Promise<End>
  /** Notes how far another node has written a conversation, which saves a refused write. */
  noteEnd(conversationId: string, end: End): void
  /**
   * Resolves when every appended message is in its conversation's summary: the last message and the sender's watermark.
   * Summaries are written a moment after the messages, so call it before reading what they hold.
   * @param conversationId the only conversation to wait for
   */
  settled(conversationId?: Types.ObjectId): Promise<void>
  /**
   * Repairs the summaries that a killed server left behind their messages. Call it at start-up, and when another node
   * is lost.
   */
  repair(): Promise<void>
}

/** The end of a conversation: its last place and its last change. */
export interface End {
  seq: number
  rev: number
}

interface Append {
  draft: Draft
  resolve(appended: Appended): void
  reject(error: unknown): void
}

interface Change {
  /** Runs alone in its conversation. Resolves to the new end, or to null when the end must be looked up. */
  run(end: End): Promise<End | null>
  reject(error: unknown): void
}

type Waiting = Append | Change

/** The waiting writes of one conversation, which run in the order of their arrival. */
interface ConversationQueue {
  readonly id: Types.ObjectId
  readonly waiting: Waiting[]
  /**
   * Null when it must be looked up. Another node may have written since; then a unique index refuses the next write.
   */
  end: End | null
  /** When `end` was right: at the look-up, or at a write that no unique index refused. */
  knownAt: number
  busy: boolean
}

/**
 * How long a node trusts its knowledge of a conversation's end. Messages move to the cold collection, where no unique
 * index protects their numbers, much later than their numbers were assigned (`SETTLED_MS`). So a node that has not
 * heard of a number still meets it in the index.
 */
const KNOWN_MS = SETTLED_MS / 6
/** Messages in one command. More would delay the first message of a batch. */
const BATCH = 256
/** One batch is written while the next one fills. */
const WRITES_AT_ONCE = 2
/** About fifty bytes each. */
const ENDS_CACHED = 50_000

/**
 * Creates the message log.
 *
 * Messages that arrive during a write wait, whatever their conversations, and are written by one ordered command: under
 * load one commit carries many messages. The unique indexes decide races. A message that loses one (another node took
 * its `seq`, or the message existed before) is written again at the next place, together with the messages behind it.
 * @param isShared whether other nodes serve the same conversations. A client that hears of a message from this node and
 * asks another one must find it in the summary, so an append then resolves after the summary is written.
 */
export function createMessageLog(models: Models, logger: Logger, isShared = false): MessageLog {
  const { Message } = models
  const summary = createConversationSummaryWriter(models, logger)
  const cold = createColdMessageRepository(models)
  const changes = createMessageChangeWriter(models, cold, summary, logger)
  const queues = new Map<string, ConversationQueue>()
  const ends = createFifoCache<Pick<ConversationQueue, 'end' | 'knownAt'>>(ENDS_CACHED)
  let writing = 0
  let isScheduled = false

  function enqueue(id: Types.ObjectId, work: Waiting): void {
    const key = id.toHexString()
    let queue = queues.get(key)
    if (!queue) {
      queue = { id, waiting: [], end: null, knownAt: 0, busy: false, ...ends.get(key) }
      queues.set(key, queue)
    }
    queue.waiting.push(work)
    schedule()
  }

  /** Runs after all other work of this turn of the event loop. */
  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      startNext()
    })
  }

  function startNext(): void {
    const batch: { queue: ConversationQueue; appends: Append[] }[] = []
    let size = 0
    for (const [key, queue] of queues) {
      if (queue.busy) continue
      const [first] = queue.waiting
      if (!first) {
        queues.delete(key)
        if (queue.end) ends.put(key, { end: queue.end, knownAt: queue.knownAt })
      } else if (!queue.end || isOld(queue.knownAt)) {
        void locate(queue, first)
      } else if ('run' in first) {
        void change(queue, queue.end, first)
      } else if (writing < WRITES_AT_ONCE && size < BATCH) {
        const appends = takeAppends(queue.waiting, BATCH - size)
        size += appends.length
        queue.busy = true
        batch.push({ queue, appends })
      }
    }
    if (batch.length > 0) void write(batch)
  }

  async function locate(queue: ConversationQueue, asker: Waiting): Promise<void> {
    queue.busy = true
    try {
      // The known end is too old. It must not be used when the look-up fails.
      queue.end = null
      queue.knownAt = Date.now()
      queue.end = await endOf(queue.id)
    } catch (error) {
      queue.waiting.shift()
      asker.reject(error)
    } finally {
      release(queue)
    }
  }

  async function change(queue: ConversationQueue, end: End, { run, reject }: Change): Promise<void> {
    queue.busy = true
    queue.waiting.shift()
    try {
      const began = Date.now()
      queue.end = await run(end)
      if (queue.end !== end) queue.knownAt = began
    } catch (error) {
      queue.end = null
      reject(error)
    } finally {
      release(queue)
    }
  }

  function release(queue: ConversationQueue): void {
    queue.busy = false
    schedule()
  }

  async function write(batch: { queue: ConversationQueue; appends: Append[] }[]): Promise<void> {
    writing += 1
    const createdAt = new Date()
    const began = Date.now()
    const placed = batch.flatMap(({ queue, appends }) =>
      appends.map((append, index) => ({
        queue,
        append,
        record: toMessageRecord(append.draft, queue.end, index, createdAt),
      })),
    )
    try {
      const repeats = await cold.findRepeats(placed.map(({ record }) => record))
      if (repeats.length > 0) return settleRepeats(placed, repeats)
      const refusedAt =
        (await insertInOrder(
          Message,
          placed.map(({ record }) => record),
        )) ?? placed.length
      for (const { queue, record } of placed.slice(0, refusedAt))
        Object.assign(queue, { end: { seq: record.seq, rev: record.rev }, knownAt: began })
      noteAppended(placed.slice(0, refusedAt).map(({ record }) => record))
      afterSummary(() => {
        for (const { append, record } of placed.slice(0, refusedAt)) append.resolve({ record, repeated: false })
      })
      const [refused, ...others] = placed.slice(refusedAt)
      for (const { queue, append } of others.toReversed()) queue.waiting.unshift(append)
      if (refused) await settleRefused(refused.queue, refused.append)
    } catch (error) {
      for (const { queue, append } of placed) {
        queue.end = null
        append.reject(error)
      }
    } finally {
      writing -= 1
      for (const { queue } of batch) queue.busy = false
      schedule()
    }
  }

  /**
   * Answers repeats of messages that are cold by now, because no index of `messages` refuses those. The other messages
   * are queued again.
   */
  function settleRepeats(
    placed: readonly { queue: ConversationQueue; append: Append }[],
    repeats: readonly MessageRecord[],
  ): void {
    for (const { queue, append } of placed.toReversed()) {
      const { senderId, clientMessageId } = append.draft
      const first = repeats.find(
        (record) => record.clientMessageId === clientMessageId && record.senderId.equals(senderId),
      )
      if (first) append.resolve({ record: first, repeated: true })
      else queue.waiting.unshift(append)
    }
  }

  /**
   * Answers a repeat with the first message. A message that lost its place to another node stays first in its queue.
   */
  async function settleRefused(queue: ConversationQueue, append: Append): Promise<void> {
    const { senderId, clientMessageId } = append.draft
    const first = await Message.findOne({ senderId, clientMessageId }).lean()
    if (first) {
      // The node that wrote it may have died before it wrote the summary.
      noteAppended([first])
      afterSummary(() => append.resolve({ record: first, repeated: true }))
      return
    }
    queue.waiting.unshift(append)
    queue.end = null
  }

  /** Calls `answer` at once on a node that is alone: there the lists wait for the summary. */
  function afterSummary(answer: () => void): void {
    if (isShared) void summary.settled().then(answer)
    else answer()
  }

  /** Notes messages by conversation. */
  function noteAppended(records: MessageRecord[]): void {
    const byConversation = new Map<string, MessageRecord[]>()
    for (const record of records) {
      const key = record.conversationId.toHexString()
      const known = byConversation.get(key)
      if (known) known.push(record)
      else byConversation.set(key, [record])
    }
    for (const group of byConversation.values()) summary.noteAppended(group)
  }

  async function endOf(conversationId: Types.ObjectId): Promise<End> {
    const [place, change] = await Promise.all([
      Message.findOne({ conversationId }, { seq: 1 }).sort({ seq: -1 }).lean(),
      Message.findOne({ conversationId }, { rev: 1 }).sort({ rev: -1 }).lean(),
    ])
    return { seq: place?.seq ?? 0, rev: change?.rev ?? 0 }
  }

  return {
    append: (draft) => new Promise((resolve, reject) => enqueue(draft.conversationId, { draft, resolve, reject })),
    change: (conversationId, seq, revise) =>
      new Promise((resolve, reject) => {
        async function run(end: End): Promise<End> {
          const { outcome, end: newEnd } = await changes.apply({ conversationId, seq, revise }, end, endOf)
          resolve(outcome)
          return newEnd
        }
        enqueue(conversationId, { run, reject })
      }),
    changeMany: (conversationId, seqs, revise) =>
      new Promise((resolve, reject) => {
        async function run(end: End): Promise<End> {
          const { records, end: newEnd } = await changes.applyMany({ conversationId, seqs, revise }, end, endOf)
          resolve(records.toSorted((a, b) => a.seq - b.seq))
          return newEnd
        }
        enqueue(conversationId, { run, reject })
      }),
    async lastSeq(conversationId, wanted = Infinity) {
      const key = conversationId.toHexString()
      const known = queues.get(key)?.end ?? ends.get(key)?.end
      return known && known.seq >= wanted ? known.seq : (await endOf(conversationId)).seq
    },
    endOf,
    noteEnd(conversationId, { seq, rev }) {
      const queue = queues.get(conversationId)
      const known = queue?.end ? queue : ends.get(conversationId)
      if (!known?.end) return
      const end = { seq: Math.max(known.end.seq, seq), rev: Math.max(known.end.rev, rev) }
      if (queue?.end) queue.end = end
      else ends.put(conversationId, { end, knownAt: known.knownAt })
    },
    settled: summary.settled,
    repair: summary.repair,
  }
}

/** Tells whether a time is older than `KNOWN_MS`. After the clock was set back it is in the future, and its age unknown. */
function isOld(knownAt: number): boolean {
  const age = Date.now() - knownAt
  return age < 0 || age > KNOWN_MS
}

function takeAppends(waiting: Waiting[], max: number): Append[] {
  const appends: Append[] = []
  for (let next = waiting[0]; next && !('run' in next) && appends.length < max; next = waiting[0]) {
    appends.push(next)
    waiting.shift()
  }
  return appends
}
