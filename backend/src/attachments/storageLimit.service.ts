import type { Types } from 'mongoose'
import type { UploadAllowance } from '../contract/index.ts'
import type { Config } from '../config.ts'
import { AppError } from '../lib/errors.ts'
import type { MediaStore } from '../media/media.store.ts'
import type { TusUploadStore } from '../media/tusUploads.store.ts'
import type { MediaUsageRepository } from './mediaUsage.repository.ts'

/** Limits the size of one file, of all files of a user, and of all files. */
export interface StorageLimitService {
  /** Returns what the user may still upload. */
  allowance(ownerId: Types.ObjectId): Promise<UploadAllowance>
  /** Refuses a file that is too large. @throws AppError `too_large` */
  refuseLarge(size: number): void
  /**
   * Refuses an upload for which there is no room. Call it when the row of the upload exists, so that the upload is
   * counted.
   * @throws AppError `quota_exceeded`, `rate_limited`, `storage_full`
   */
  refuseFull(ownerId: Types.ObjectId, size: number): Promise<void>
}

/** After how many seconds a client may announce again. */
const OPEN_RETRY_SECONDS = 60

/** Creates the limits of the configuration. */
export function createStorageLimitService(
  {
    uploadMaxBytes,
    userStorageMaxBytes,
    mediaMaxBytes,
    costLimits: { openUploads },
  }: Pick<Config, 'uploadMaxBytes' | 'userStorageMaxBytes' | 'mediaMaxBytes' | 'costLimits'>,
  usage: MediaUsageRepository,
  store: Pick<MediaStore, 'room'>,
  tusUploads: Pick<TusUploadStore, 'received'> | null,
): StorageLimitService {
  return {
    async allowance(ownerId) {
      const used = await usage.of(ownerId)
      return { fileMax: uploadMaxBytes, remaining: Math.max(0, userStorageMaxBytes - used), quota: userStorageMaxBytes }
    },
    refuseLarge(size) {
      if (size <= uploadMaxBytes) return
      throw new AppError('file_too_large', { limit: uploadMaxBytes, size })
    },
    async refuseFull(ownerId, size) {
      if ((await usage.of(ownerId)) > userStorageMaxBytes) {
        throw new AppError('quota_exceeded', { limit: userStorageMaxBytes })
      }
      if ((await usage.open(ownerId)) > openUploads)
        throw new AppError('too_many_open_uploads', { max: openUploads, retryAfter: OPEN_RETRY_SECONDS })
      usage.noteUpload(size)
      if (
        mediaMaxBytes !== undefined &&
        (await usage.total()) > mediaMaxBytes &&
        (await usage.total(true)) > mediaMaxBytes
      ) {
        throw new AppError('media_limit_reached', { limit: mediaMaxBytes })
      }
      const room = await store.room()
      if (size > room) throw new AppError('disk_nearly_full', { limit: room })
      if (!tusUploads) return
      // The announced uploads of other users will come too. The bytes that have arrived are no longer free.
      const announced = await usage.announced()
      if (announced > room && announced - (await tusUploads.received()) > room)
        throw new AppError('disk_nearly_full', { limit: room })
    },
  }
}
