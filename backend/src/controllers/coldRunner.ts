import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Types } from 'mongoose'
import type { Logger } from '../lib/logger.ts'
import { paced, type Pace } from '../lib/pace.ts'
import { coldMessages, SETTLED_MS } from '../models/coldMessages.ts'
import { COLD_RUN } from '../models/coldRun.model.ts'
import { COPIED_MS } from '../models/coldUse.ts'
import type { ConversationRecord } from '../models/conversation.model.ts'
import { duplicateKeyAt } from '../models/duplicateKey.ts'
import type { Models } from '../models/index.ts'
import type { MessageRecord } from '../models/message.model.ts'
import type { MessageLog } from '../models/messageLog.ts'
import { messagesOf } from '../models/messageReader.ts'

const EVERY_MS = 3600_000
const LEASE_MS = 60_000
const SIGN_MS = 10_000
const LOOK_MS = 60_000
/** Conversations that one command reads, and messages that are copied before the first of them is taken. */
const PAGE = 200
const BATCH = 500

type Found = Pick<ConversationRecord, '_id' | 'lastSeq' | 'cold'>

/** The work was taken over by another node, or the server stops: nothing is wrong. */
class Interrupted extends Error {}

/**
 * Moves messages that are older than so many days to the cold collection: every hour, one node at a time, in small batches. What a crash
 * interrupts is found again; two nodes at once would do no harm (coldMessages.ts), the lease spares work.
 */
export function coldRunner({ models, log, afterDays, logger, copiedMs = COPIED_MS }: { models: Models; log: Pick<MessageLog, 'endOf'>; afterDays: number; logger: Logger; copiedMs?: number }) {
  const { Conversation, ColdRun } = models
  const cold = coldMessages(models)
  const messages = messagesOf(models)
  const end = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    if (end.signal.aborted) return
    const lease = randomUUID()
    try {
      const record = await ColdRun.findOneAndUpdate({ _id: COLD_RUN, dueAt: { $lte: new Date() } }, { $set: { lease, dueAt: later(LEASE_MS) } }).lean()
      if (record) await work(lease)
    } catch (error) {
      if (!(error instanceof Interrupted)) logger.error({ err: error }, 'old messages could not be moved, it will be tried again')
    }
    if (!end.signal.aborted) timer = setTimeout(wake, LOOK_MS).unref()
  }

  function wake(): void {
    looking = looking.then(look)
  }

  async function work(lease: string): Promise<void> {
    let signedAt = Date.now()
    const pace = paced<never>(async () => {
      if (end.signal.aborted) throw new Interrupted()
      if (Date.now() - signedAt < SIGN_MS) return
      signedAt = Date.now()
      const { matchedCount } = await ColdRun.updateOne({ _id: COLD_RUN, lease }, { $set: { dueAt: later(LEASE_MS) } })
      if (matchedCount === 0) throw new Interrupted()
    })
    const moved = await moveAll(pace)
    if (moved > 0) logger.info({ moved }, 'old messages were moved to the cold collection')
    await ColdRun.updateOne({ _id: COLD_RUN, lease }, { $set: { dueAt: later(EVERY_MS), lease: null } })
  }

  /** One round over all conversations: what was planned an hour ago is moved, and what is old by now is planned. */
  async function moveAll(pace: Pace<never>): Promise<number> {
    const before = new Date(Date.now() - afterDays * 86_400_000)
    let moved = 0
    let waiting: MessageRecord[] = []
    let carriedOut: Pick<Found, '_id' | 'cold'>[] = []
    const flush = async () => {
      if (waiting.length > 0) {
        await pause(copiedMs, undefined, { signal: end.signal }).catch(() => {
          throw new Interrupted()
        })
        moved += await cold.taken(waiting)
      }
      for (const { _id, cold: mark } of carriedOut) if (mark) await cold.moved(_id, mark)
      waiting = []
      carriedOut = []
      await pace.step()
    }
    for await (const conversation of conversations(pace)) {
      const { _id, cold: mark } = conversation
      if (mark && !mark.isMoved && Date.now() - mark.at.getTime() >= SETTLED_MS) {
        for (let copied = BATCH; copied === BATCH; ) {
          const records = await cold.copied(_id, mark, BATCH)
          copied = records.length
          waiting.push(...records)
          if (waiting.length >= BATCH) await flush()
          await pace.step()
        }
        carriedOut.push(conversation)
      } else if (!mark || mark.isMoved) {
        await plan(conversation, before)
      }
    }
    await flush()
    return moved
  }

  /** All that is old by now, also what was changed and so brought back since it was moved. */
  async function plan({ _id, lastSeq, cold: mark }: Found, before: Date): Promise<void> {
    if (mark && (mark.nextAt ? mark.nextAt >= before : mark.seq >= lastSeq)) return
    const seq = await lastBefore(_id, mark?.seq ?? 0, lastSeq, before)
    const { rev } = await log.endOf(_id)
    await cold.plan(_id, { seq, rev, at: new Date(), nextAt: await createdAt(_id, seq + 1), isMoved: seq === (mark?.seq ?? 0) })
  }

  async function* conversations(pace: Pace<never>): AsyncGenerator<Found> {
    for (let last: Types.ObjectId | undefined; ; ) {
      const page: Found[] = await Conversation.find({ ...(last && { _id: { $gt: last } }) }, { lastSeq: 1, cold: 1 }).sort({ _id: 1 }).limit(PAGE).lean<Found[]>()
      yield* page
      await pace.step()
      last = page.at(-1)?._id
      if (!last || page.length < PAGE) return
    }
  }

  /** The last place that was taken before then; `low` when that is none. Places and times have one order. */
  async function lastBefore(conversationId: Types.ObjectId, low: number, high: number, before: Date): Promise<number> {
    let [from, to] = [low, high]
    while (from < to) {
      const middle = from === low ? from + 1 : Math.ceil((from + to) / 2)
      const at = await createdAt(conversationId, middle)
      if (at === null || at < before) from = middle
      else to = middle - 1
    }
    return from
  }

  async function createdAt(conversationId: Types.ObjectId, seq: number): Promise<Date | null> {
    return (await messages.findOne({ filter: { conversationId, seq }, projection: { createdAt: 1 } }))?.createdAt ?? null
  }

  return {
    moveAll,
    /** Begins to look. Call it once, at start-up. */
    async start(): Promise<void> {
      await ColdRun.updateOne({ _id: COLD_RUN }, { $setOnInsert: { dueAt: new Date(), lease: null } }, { upsert: true }).catch((error: unknown) => {
        // Another node starts at this moment too.
        if (duplicateKeyAt(error) === null) throw error
      })
      wake()
    },
    async close(): Promise<void> {
      end.abort()
      clearTimeout(timer)
      await looking
    },
  }
}

function later(milliseconds: number): Date {
  return new Date(Date.now() + milliseconds)
}
