import { setTimeout as sleep } from 'node:timers/promises'
import type { Types } from 'mongoose'
import type { Logger } from '../lib/logger.ts'
import { createThrottle, type Throttle } from '../lib/throttle.ts'
import {
  COPIED_MS,
  createColdMessageRepository,
  createMessagePlaceRepository,
  type MessageLog,
  SETTLED_MS,
} from '../messageLog/index.ts'
import { isLater } from './retentionScan.repository.ts'
import type { ConversationRecord } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import type { MessageRecord } from '../models/message.model.ts'

/**
 * Conversations that one command reads, and messages that are copied before the first ones are deleted from the message
 * collection.
 */
const PAGE = 200
const BATCH = 500

type Found = Pick<ConversationRecord, '_id' | 'lastSeq' | 'cold'>

export interface ColdMoveJobDeps {
  models: Models
  log: Pick<MessageLog, 'endOf'>
  afterDays: number
  logger: Logger
  copiedMs?: number
}

export interface ColdMoveJob {
  /** Moves what is due. @throws when `signal` is aborted; the next run finds the rest */
  run(signal: AbortSignal): Promise<void>
  /** Goes through all conversations once, and returns how many messages it moved. */
  moveAll(throttle: Throttle<never>, signal?: AbortSignal): Promise<number>
}

/**
 * Creates the job that moves messages older than `afterDays` to the cold collection, in small batches. It finds again
 * what a crash interrupted. Two runs at once would do no harm (messageLog/coldMessage.repository.ts).
 */
export function createColdMoveJob({
  models,
  log,
  afterDays,
  logger,
  copiedMs = COPIED_MS,
}: ColdMoveJobDeps): ColdMoveJob {
  const { Conversation } = models
  const cold = createColdMessageRepository(models)
  const places = createMessagePlaceRepository(models)

  async function run(signal: AbortSignal): Promise<void> {
    const moved = await moveAll(
      createThrottle<never>(async () => signal.throwIfAborted()),
      signal,
    )
    if (moved > 0) logger.info({ moved }, 'old messages were moved to the cold collection')
  }

  /**
   * Goes through all conversations once. It does the moves that were planned an hour ago, and plans the moves of
   * messages that are old now.
   */
  async function moveAll(throttle: Throttle<never>, signal?: AbortSignal): Promise<number> {
    const before = new Date(Date.now() - afterDays * 86_400_000)
    let moved = 0
    let waiting: MessageRecord[] = []
    let finished: Pick<Found, '_id' | 'cold'>[] = []
    const flush = async () => {
      if (waiting.length > 0) {
        await sleep(copiedMs, undefined, signal && { signal })
        moved += await cold.removeCopied(waiting)
      }
      for (const { _id, cold: mark } of finished) if (mark) await cold.finishMove(_id, mark)
      waiting = []
      finished = []
      await throttle.step()
    }
    for await (const conversation of conversations(throttle)) {
      const { _id, cold: mark } = conversation
      if (mark && !mark.isMoved && Date.now() - mark.at.getTime() >= SETTLED_MS) {
        for (let copied = BATCH; copied === BATCH;) {
          const records = await cold.copyMovable(_id, mark, BATCH)
          copied = records.length
          waiting.push(...records)
          if (waiting.length >= BATCH) await flush()
          await throttle.step()
        }
        finished.push(conversation)
      } else if (!mark || mark.isMoved) {
        await plan(conversation, before)
      }
    }
    await flush()
    return moved
  }

  /**
   * Plans the move of all messages that are old now. A moved message that changed has come back, and is moved again.
   */
  async function plan({ _id, lastSeq, cold: mark }: Found, before: Date): Promise<void> {
    if (mark && (mark.seq >= lastSeq || isLater(mark.nextAt, before))) return
    const seq = await places.lastBefore(_id, mark?.seq ?? 0, lastSeq, before)
    const { rev } = await log.endOf(_id)
    await cold.planMove(_id, {
      seq,
      rev,
      at: new Date(),
      nextAt: await places.createdFrom(_id, seq + 1),
      isMoved: seq === (mark?.seq ?? 0),
    })
  }

  async function* conversations(throttle: Throttle<never>): AsyncGenerator<Found> {
    for (let last: Types.ObjectId | undefined; ;) {
      const page: Found[] = await Conversation.find({ ...(last && { _id: { $gt: last } }) }, { lastSeq: 1, cold: 1 })
        .sort({ _id: 1 })
        .limit(PAGE)
        .lean<Found[]>()
      yield* page
      await throttle.step()
      last = page.at(-1)?._id
      if (!last || page.length < PAGE) return
    }
  }

  return { run, moveAll }
}
