import type { Core, Feature } from '../core.ts'
import type { FindSession } from '../lib/auth/access.ts'
import type { Media } from '../media/index.ts'
import { createTusUploadStore } from '../media/tusUploads.store.ts'
import { createBucketUploadTarget, createServerUploadTarget } from '../media/uploadTarget.service.ts'
import { createAttachmentController } from './attachment.controller.ts'
import type { AttachmentRepository } from './attachment.repository.ts'
import { attachmentRoutes } from './attachment.routes.ts'
import { createFinalizeUpload } from './finalizeUpload.service.ts'
import { createMediaUrlSigner } from './mediaUrl.signature.ts'
import { createMediaUsageRepository } from './mediaUsage.repository.ts'
import { createStorageLimitService } from './storageLimit.service.ts'
import { createUploadController } from './upload.controller.ts'
import { uploadContentRoutes, uploadRoutes } from './upload.routes.ts'
import { RATE_LIMITS } from '../lib/limits/rateLimits.ts'

export { type AttachmentRepository, createAttachmentRepository } from './attachment.repository.ts'

interface AttachmentsDeps {
  media: Media
  attachments: AttachmentRepository
  /** Signs the addresses of files. */
  secret: string
  findSession: FindSession
}

export interface Attachments extends Feature {
  /** Removes uploads that were never completed. */
  sweep(): Promise<void>
}

/** Builds uploads and the reading of files. */
export function createAttachments(
  core: Core,
  { media, attachments, secret, findSession }: AttachmentsDeps,
): Attachments {
  const { config, models, createRateLimit, authenticate, instrumentation } = core
  const { store, images, workFolder } = media
  const files = createTusUploadStore(media.incomingFolder, store.room)
  const uploadTarget = store.direct
    ? createBucketUploadTarget(store.direct, store)
    : createServerUploadTarget(files, store)
  const tusUploads = store.direct ? null : files
  const limits = createStorageLimitService(config, createMediaUsageRepository(models), store, tusUploads)
  const uploadLimit = createRateLimit({ name: 'uploads', ...RATE_LIMITS.uploads })
  const { Blob } = models
  const finalizeUpload = createFinalizeUpload({
    Blob,
    attachments,
    store,
    uploadTarget,
    images,
    workFolder,
    instrumentation,
  })
  const uploads = createUploadController({
    models,
    attachments,
    uploadTarget,
    tusUploads,
    limits,
    finalizeUpload,
    uploadLimit,
  })
  const urlSigner = createMediaUrlSigner(secret, 'media')
  const reading = createAttachmentController({
    models,
    attachments,
    store,
    urlSigner,
    findSession,
    limits,
    uploadLimit,
  })
  return {
    sweep: uploads.sweep,
    mounts: [
      { path: '/uploads', router: uploadContentRoutes(uploads, authenticate), readsBodies: true },
      { path: '/uploads', router: uploadRoutes(uploads, authenticate) },
      { path: '/media', router: attachmentRoutes(reading, authenticate) },
    ],
  }
}
