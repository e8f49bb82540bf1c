import { Types } from 'mongoose'
import { AppError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { keepCacheFresh, type CacheInvalidation } from '../lib/cacheInvalidation.ts'
import { createWordFilter } from './wordFilter.matcher.ts'
import type { Models } from '../models/index.ts'
import type { MessageRecord } from '../models/message.model.ts'
import type { ReportRecord } from '../models/report.model.ts'
import type { SettingService } from '../settings/index.ts'

/** What stands between a person's text and the log. */
export interface ModerationService {
  /** Why somebody may not write this; null: they may. The problem is `muted` or `text_refused`. */
  refusal(userId: string, texts: readonly (string | undefined)[]): AppError | null
  /** After a text was kept: tells the admins where it has words that they want to hear of. Nobody waits for it. */
  kept(record: MessageRecord): void
  /** Somebody was muted here, or may write again; it is in the database. */
  muted(userId: string, until: Date | null): void
  close(): Promise<void>
}

/** In memory, as it is asked for each message: who is muted, and the words of the filter. */
export async function createModerationService(
  { User, Report }: Pick<Models, 'User' | 'Report'>,
  settings: SettingService,
  cacheInvalidation: CacheInvalidation,
  logger: Logger,
): Promise<ModerationService> {
  let mutes = new Map<string, Date>()
  let find = createWordFilter(settings.get('words'))
  const reporting = new Set<Promise<unknown>>()
  settings.onChange(({ words }, changed) => {
    if (changed.includes('words')) find = createWordFilter(words)
  })

  async function look(): Promise<void> {
    const found = await User.find({ mutedUntil: { $gt: new Date() } }, { mutedUntil: 1 }).lean()
    mutes = new Map(
      found.flatMap(({ _id, mutedUntil }) => (mutedUntil ? [[_id.toHexString(), mutedUntil] as const] : [])),
    )
  }

  await look()
  const stop = keepCacheFresh(cacheInvalidation, 'mutes', look, logger)

  return {
    refusal(userId, texts) {
      const until = mutes.get(userId)
      if (until && until > new Date()) return new AppError('muted', { until: until.toISOString() })
      const [word] = find(texts).refuse
      return word === undefined ? null : new AppError('text_refused', { word })
    },

    kept({ conversationId, seq, senderId, title, text }) {
      const words = find([title, text]).report
      if (words.length === 0) return
      const report: ReportRecord = {
        _id: new Types.ObjectId(),
        reporterId: null,
        userId: senderId,
        conversationId,
        seq,
        text,
        reason: `Words: ${words.slice(0, 10).join(', ')}`,
        createdAt: new Date(),
        state: 'open',
        resolvedBy: null,
        resolvedAt: null,
        note: '',
      }
      const work = Report.collection
        .insertOne(report)
        .catch((error: unknown) =>
          logger.warn({ err: error }, 'a message with words of the filter could not be reported'),
        )
        .finally(() => reporting.delete(work))
      reporting.add(work)
    },

    muted(userId, until) {
      if (until) mutes.set(userId, until)
      else mutes.delete(userId)
      cacheInvalidation.publish('mutes')
    },

    async close() {
      stop()
      await Promise.all(reporting)
    },
  }
}
