import {
  CONVERSATION_KINDS,
  type ConversationKind,
  type Retention,
  type RetentionCount,
  type RetentionRun,
} from '../contract/index.ts'
import type { Jobs } from '../lib/jobs.ts'
import type { Logger } from '../lib/logger.ts'
import { createThrottle, type Throttle } from '../lib/throttle.ts'
import { hasCode } from '../lib/files/fileErrors.ts'
import { AppError } from '../lib/errors.ts'
import { storageFaultOf } from '../lib/files/storageFaults.ts'
import { createRetentionScanRepository, isRemovable, type DueConversation } from './retentionScan.repository.ts'
import type { Models } from '../models/index.ts'
import type { MessageRecord } from '../models/message.model.ts'
import {
  NOTHING_REMOVED,
  RETENTION_RUN,
  toRetentionRun,
  type RetentionRunRecord,
} from '../models/retentionRun.model.ts'
import type { SettingService } from '../settings/index.ts'
import type { ArchiveService } from './archive.service.ts'
import type { BulkRemovalService } from './bulkRemoval.service.ts'

const DAY_MS = 86_400_000
/** The time from the end of one run to the next. */
const EVERY_MS = 3600_000
/** How often a run stores its progress. */
const REPORT_MS = 1000
/** Messages changed by one command. */
const BATCH = 100

export interface RetentionRunServiceDeps {
  models: Models
  settings: Pick<SettingService, 'get'>
  bulkRemoval: BulkRemovalService
  archiveService: ArchiveService
  jobs: Pick<Jobs, 'repeat' | 'add'>
  logger: Logger
}

/** Removes old messages by the rules. */
export interface RetentionRunService {
  /** Returns the state of the newest run. */
  state(): Promise<RetentionRun>

  /** Counts the messages that these rules would remove. */
  count(rules: Retention): Promise<RetentionCount>

  /** Begins a run, unless one is running on any node. */
  begin(): Promise<RetentionRun>
}

/**
 * Creates the service. It removes old messages every hour and on request, on one node at a time, in small batches. It
 * finds again what a crash interrupted, because it searches for messages that still exist. The marks only save work.
 */
export function createRetentionRunService({
  models,
  settings,
  bulkRemoval,
  archiveService,
  jobs,
  logger,
}: RetentionRunServiceDeps): RetentionRunService {
  const { RetentionRun } = models
  const due = createRetentionScanRepository(models)
  const key = { _id: RETENTION_RUN } as const
  jobs.repeat('retention', { everyMs: EVERY_MS, atStart: false }, (_nothing, signal) => runOnce(signal))

  /**
   * Does one run, or continues one. A failure is stored for the admins, and the next run tries again. @throws Error
   * when the run is interrupted: it continues later, or on another node
   */
  async function runOnce(signal: AbortSignal): Promise<void> {
    const record = (await RetentionRun.findById(RETENTION_RUN).lean()) ?? NEVER
    try {
      if (record.state !== 'running') {
        // No rule removes messages, so the result of the last run stays visible.
        if (Object.values(settings.get('retention')).every(({ days }) => days === null)) return
        await RetentionRun.updateOne(key, { $set: newRun() }, { upsert: true })
      }
      const isResumed = record.state === 'running' && record.total !== null
      await removeAll(isResumed ? record.removed : NOTHING_REMOVED, isResumed, signal)
      await RetentionRun.updateOne(key, { $set: { state: 'done', finishedAt: new Date() } })
    } catch (error) {
      if (signal.aborted) throw error
      logger.error({ err: error }, 'old messages could not be removed')
      await RetentionRun.updateOne(key, {
        $set: { state: 'failed', problem: problemText(error), finishedAt: new Date() },
      })
    }
  }

  async function removeAll(before: RetentionCount, isCounted: boolean, signal: AbortSignal): Promise<void> {
    const [rules, now] = [settings.get('retention'), Date.now()]
    const removed = { ...before }
    let reportedAt = Date.now()
    const throttle = createThrottle<ConversationKind>(async (kind, count) => {
      if (kind) removed[kind] += count
      signal.throwIfAborted()
      if (Date.now() - reportedAt < REPORT_MS) return
      reportedAt = Date.now()
      await RetentionRun.updateOne(key, { $set: { removed } })
    })
    if (!isCounted) {
      const counts = await countBy(rules, now, throttle)
      await RetentionRun.updateOne(key, { $set: { total: counts.direct + counts.group + counts.broadcast } })
    }
    try {
      await archiveService.resume(throttle)
      for (const kind of CONVERSATION_KINDS) {
        const { days, action } = rules[kind]
        if (days === null) continue
        const limit = new Date(now - days * DAY_MS)
        await (action === 'archive' ? archiveService.archive(kind, limit, throttle) : removeKind(kind, limit, throttle))
      }
    } finally {
      await RetentionRun.updateOne(key, { $set: { removed } })
    }
  }

  async function removeKind(kind: ConversationKind, before: Date, throttle: Throttle<ConversationKind>): Promise<void> {
    for await (const conversation of due.conversations(kind, before, { remember: true, tick: () => throttle.step() })) {
      const newest = await removeFrom(conversation, throttle)
      await due.setMarks([await due.markAt(conversation._id, conversation.upTo)])
      if (newest) await bulkRemoval.notify(newest)
    }
  }

  async function removeFrom(
    conversation: DueConversation,
    throttle: Throttle<ConversationKind>,
  ): Promise<MessageRecord | null> {
    let { after } = conversation
    let newest: MessageRecord | null = null
    for (;;) {
      const found = await due.page(conversation, after, BATCH)
      const last = found.at(-1)
      if (!last) return newest
      const removed = await bulkRemoval.remove(conversation._id, found.filter(isRemovable).map(removalOf), null)
      newest = removed.at(-1) ?? newest
      after = last.seq
      await throttle.step(conversation.kind, removed.length)
    }
  }

  async function countBy(rules: Retention, now: number, throttle: Throttle<ConversationKind>): Promise<RetentionCount> {
    const counts = { ...NOTHING_REMOVED }
    for (const kind of CONVERSATION_KINDS) {
      const { days } = rules[kind]
      if (days === null) continue
      for await (const conversation of due.conversations(kind, new Date(now - days * DAY_MS), {
        remember: false,
        tick: () => throttle.step(),
      })) {
        counts[kind] += await due.count(conversation)
        await throttle.step()
      }
    }
    return counts
  }

  async function state(): Promise<RetentionRun> {
    const record = await RetentionRun.findById(RETENTION_RUN).lean()
    return toRetentionRun(record ?? NEVER)
  }

  return {
    state,
    count: (rules) => countBy(rules, Date.now(), { step: async () => {} }),

    async begin() {
      const { _id, ...never } = NEVER
      await RetentionRun.updateOne({ _id }, { $setOnInsert: never }, { upsert: true })
      const { matchedCount } = await RetentionRun.updateOne({ _id, state: { $ne: 'running' } }, { $set: newRun() })
      if (matchedCount > 0) await jobs.add('retention', {}, { id: 'retention' })
      return state()
    },
  }
}

const NEVER: RetentionRunRecord = {
  _id: RETENTION_RUN,
  state: 'never',
  startedAt: null,
  finishedAt: null,
  removed: NOTHING_REMOVED,
  total: null,
  problem: null,
}
const newRun = () => ({
  state: 'running' as const,
  startedAt: new Date(),
  finishedAt: null,
  removed: NOTHING_REMOVED,
  total: null,
  problem: null,
})

function removalOf({ seq, senderId, clientMessageId, attachments = [] }: MessageRecord) {
  return { seq, senderId, clientMessageId, hasFiles: attachments.length > 0 }
}

/**
 * Returns the text of a failure for admins. The error of the file system has names of files in it, and explains little.
 */
function problemText(error: unknown): string {
  if (storageFaultOf(error) === 'full' || (error instanceof AppError && error.code === 'storage_full'))
    return "The server's disk is full. The messages removed so far stay removed. The run continues in an hour, or when you start it again."
  if (hasCode(error, 'EACCES', 'EROFS')) return 'The server cannot write into its folder. Its log names the file.'
  return 'The server could not finish the run. Its log says why. It tries again in an hour.'
}
