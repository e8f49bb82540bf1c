import { AppError } from '../lib/errors.ts'
import { orderedId } from '../lib/orderClock.ts'
import type { Logger } from '../lib/logger.ts'
import type { MessageRecord } from '../models/message.model.ts'
import type { Models } from '../models/index.ts'
import type { ReportRecord } from '../models/report.model.ts'
import type { SettingService } from '../settings/index.ts'
import type { MuteService } from './mute.service.ts'
import { createWordFilter } from './wordFilter.matcher.ts'

/** Checks the texts of users before the server stores them, and reports those that admins want to see. */
export interface ModerationService {
  /** Returns the error `muted` or `text_refused` when the user may not write these texts, or null. */
  refusal(userId: string, texts: readonly (string | undefined)[]): AppError | null
  /**
   * Reports a stored message whose text has words of the filter. The caller need not wait for it: a failure is only
   * logged.
   */
  reportWords(record: MessageRecord): void
  /** Takes over a mute that is in the database, or with null the end of one, and tells the other nodes. */
  noteMute(userId: string, until: Date | null): void
  /** Resolves when all reports are written. */
  close(): Promise<void>
}

interface ModerationServiceDeps {
  models: Pick<Models, 'Report'>
  settings: SettingService
  mutes: MuteService
  logger: Logger
}

/** Builds the check of texts. The words of the filter stay in memory, because each message is compared with them. */
export function createModerationService({ models, settings, mutes, logger }: ModerationServiceDeps): ModerationService {
  const { Report } = models
  let find = createWordFilter(settings.get('words'))
  const reporting = new Set<Promise<unknown>>()
  settings.onChange(({ words }, changed) => {
    if (changed.includes('words')) find = createWordFilter(words)
  })

  return {
    refusal(userId, texts) {
      const until = mutes.mutedUntil(userId)
      if (until) return new AppError('muted', { until: until.toISOString() })
      const [word] = find(texts).refuse
      return word === undefined ? null : new AppError('text_refused', { word })
    },

    reportWords({ conversationId, seq, senderId, title, text }) {
      const words = find([title, text]).report
      if (words.length === 0) return
      const report: ReportRecord = {
        _id: orderedId(),
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

    noteMute: mutes.noteMute,

    async close() {
      mutes.close()
      await Promise.all(reporting)
    },
  }
}
