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
      throw new AppError('too_large', `A file may have ${inWords(uploadMaxBytes)}; this one has ${inWords(size)}.`, {
        limit: uploadMaxBytes,
      })
    },
    async refuseFull(ownerId, size) {
      if ((await usage.of(ownerId)) > userStorageMaxBytes) {
        throw new AppError(
          'quota_exceeded',
          `All your files together may have ${inWords(userStorageMaxBytes)}. Delete messages with attachments to make room.`,
          {
            limit: userStorageMaxBytes,
          },
        )
      }
      usage.began(size)
      if (
        mediaMaxBytes !== undefined &&
        (await usage.total()) > mediaMaxBytes &&
        (await usage.total(true)) > mediaMaxBytes
      ) {
        throw new AppError('storage_full', `All files on this server together may have ${inWords(mediaMaxBytes)}.`, {
          limit: mediaMaxBytes,
        })
      }
      const room = await store.room()
      if (size > room) throw new AppError('storage_full', "The server's disk is nearly full.", { limit: room })
    },
  }
}

function inWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`
  const steps = Math.min(4, Math.floor(Math.log2(bytes) / 10))
  const count = Math.round((bytes / 1024 ** steps) * 10) / 10
  return `${count} ${['bytes', 'KB', 'MB', 'GB', 'TB'][steps] ?? ''}`
}
