import type { Model, PipelineStage, Types } from 'mongoose'
import type { Models } from '../models/index.ts'

/** How long a counted total is used. Uploads that begin in this time are added to it. */
const TOTAL_MS = 60_000

/** Counts how many bytes are stored. It sums the rows, so no counter can be wrong. */
export interface MediaUsageRepository {
  /** Returns the bytes of a user's attachments and begun uploads. */
  of(ownerId: Types.ObjectId): Promise<number>
  /**
   * Returns the bytes of all contents and begun uploads. The sum may be a minute old and still count deleted contents,
   * unless `exactly` is set.
   */
  total(exactly?: boolean): Promise<number>
  /** Returns the bytes of all begun uploads. */
  announced(): Promise<number>
  /** Counts the begun uploads of a user. */
  open(ownerId: Types.ObjectId): Promise<number>
  /** Adds an upload that has just begun to the total. */
  noteUpload(size: number): void
}

/** Creates the repository. */
export function createMediaUsageRepository({
  Attachment,
  Upload,
  Blob,
}: Pick<Models, 'Attachment' | 'Upload' | 'Blob'>): MediaUsageRepository {
  let known: { total: number; until: number } | null = null
  return {
    async of(ownerId) {
      const [stored, uploading] = await Promise.all([
        sum(Attachment, { ownerId, isReleased: false }),
        sum(Upload, { ownerId }),
      ])
      return stored + uploading
    },
    async total(exactly = false) {
      if (!exactly && known && known.until > performance.now()) return known.total
      const [stored, uploading] = await Promise.all([sum(Blob, {}), sum(Upload, {})])
      known = { total: stored + uploading, until: performance.now() + TOTAL_MS }
      return known.total
    },
    announced: () => sum(Upload, {}),
    open: (ownerId) => Upload.countDocuments({ ownerId }),
    noteUpload(size) {
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
