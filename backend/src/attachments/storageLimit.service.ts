import type { Types } from 'mongoose'
import type { UploadAllowance } from '../contract/index.ts'
import type { Config } from '../config.ts'
import { AppError } from '../lib/errors.ts'
import type { MediaStore } from '../media/media.store.ts'
import type { MediaUsageRepository } from './mediaUsage.repository.ts'

/** How much may be kept: of one file, by one person, by everybody. */
export interface StorageLimitService {
  allowance(ownerId: Types.ObjectId): Promise<UploadAllowance>
  /** @throws AppError `too_large` */
  refuseLarge(size: number): void
  /** After it was announced, so that it is counted. @throws AppError `quota_exceeded`, `storage_full` */
  refuseFull(ownerId: Types.ObjectId, size: number): Promise<void>
}

export function createStorageLimitService(
  {
    uploadMaxBytes,
    userStorageMaxBytes,
    mediaMaxBytes,
  }: Pick<Config, 'uploadMaxBytes' | 'userStorageMaxBytes' | 'mediaMaxBytes'>,
  usage: MediaUsageRepository,
  store: Pick<MediaStore, 'room'>,
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
      usage.began(size)
      if (
        mediaMaxBytes !== undefined &&
        (await usage.total()) > mediaMaxBytes &&
        (await usage.total(true)) > mediaMaxBytes
      ) {
        throw new AppError('media_limit_reached', { limit: mediaMaxBytes })
      }
      const room = await store.room()
      if (size > room) throw new AppError('disk_nearly_full', { limit: room })
    },
  }
}
