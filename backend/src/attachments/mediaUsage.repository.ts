import type { Model, PipelineStage, Types } from 'mongoose'
import type { Models } from '../models/index.ts'

/** How long the sum over everybody's files is taken to be right; what begins here meanwhile is added. */
const TOTAL_MS = 60_000

/** How many bytes people keep, counted in what is there, so that no counter can go astray. */
export interface MediaUsageRepository {
  /** One person's attachments, and uploads that were begun. */
  of(ownerId: Types.ObjectId): Promise<number>
  /** Everybody's contents, and uploads that were begun: a minute old at most, in which what went is still counted, unless it is to be exact. */
  total(exactly?: boolean): Promise<number>
  /** Counts an upload that was just begun. */
  began(size: number): void
}

export function createMediaUsageRepository({
  Attachment,
  Upload,
  Blob,
}: Pick<Models, 'Attachment' | 'Upload' | 'Blob'>): MediaUsageRepository {
  let known: { total: number; until: number } | null = null
  return {
    async of(ownerId) {
      const [kept, coming] = await Promise.all([
        sum(Attachment, { ownerId, isReleased: false }),
        sum(Upload, { ownerId }),
      ])
      return kept + coming
    },
    async total(exactly = false) {
      if (!exactly && known && known.until > Date.now()) return known.total
      const [kept, coming] = await Promise.all([sum(Blob, {}), sum(Upload, {})])
      known = { total: kept + coming, until: Date.now() + TOTAL_MS }
      return known.total
    },
    began(size) {
      if (known) known.total += size
    },
  }
}

async function sum<T>(model: Model<T>, $match: PipelineStage.Match['$match']): Promise<number> {
  const [found] = await model.aggregate<{ bytes: number }>([
    { $match },
    { $group: { _id: null, bytes: { $sum: '$size' } } },
  ])
  return found?.bytes ?? 0
}
