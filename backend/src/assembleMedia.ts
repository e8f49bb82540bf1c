import type { Mount } from './http/mount.types.ts'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RequestHandler } from 'express'
import type { Config } from './config.ts'
import type { GroupController } from './groups/group.controller.ts'
import type { GroupService } from './groups/group.service.ts'
import { createFinalizeUpload } from './attachments/finalizeUpload.service.ts'
import { createAttachmentController } from './attachments/attachment.controller.ts'
import { createPictureController } from './pictures/picture.controller.ts'
import { createStorageLimitService } from './attachments/storageLimit.service.ts'
import { createUploadController } from './attachments/upload.controller.ts'
import { StartupError } from './lib/errors.ts'
import type { Jobs } from './lib/jobs.ts'
import type { Instrumentation } from './lib/instrumentation.ts'
import type { Logger } from './lib/logger.ts'
import type { Delivery } from './lib/delivery.ts'
import type { CreateRateLimit } from './lib/rateLimit.ts'
import { createMediaUrlSigner } from './attachments/mediaUrl.signature.ts'
import { createImageProcess } from './media/images/image.process.ts'
import { createTusUploadStore } from './media/tusUploads.store.ts'
import { openMediaStore } from './media/index.ts'
import { createBucketUploadTarget, createServerUploadTarget } from './media/uploadTarget.service.ts'
import type { MediaStore } from './media/media.store.ts'
import { createAttachmentRepository, type AttachmentRepository } from './attachments/attachment.repository.ts'
import type { EndedGroupRepository } from './groups/endedGroup.repository.ts'
import type { Models } from './models/index.ts'
import { createMediaUsageRepository } from './attachments/mediaUsage.repository.ts'
import { createPictureRepository, type PictureRepository } from './pictures/picture.repository.ts'
import { mediaRoutes } from './attachments/attachment.routes.ts'
import { pictureContentRoutes, pictureRoutes } from './pictures/picture.routes.ts'
import { uploadContentRoutes, uploadRoutes } from './attachments/upload.routes.ts'

const UPLOADS_PER_MINUTE = 120
const PICTURES_PER_HOUR = 60
const SWEEP_MS = 10 * 60_000

/** Where media live, opened before everything that has to do with them. */
export interface MediaHouse {
  store: MediaStore
  attachments: AttachmentRepository
  pictures: PictureRepository
  /** Other origins that browsers get media from and send them to. */
  origins: string[]
}

/** @throws StartupError when the bucket's credentials are not to be had */
export async function openMedia(config: Config, models: Models, logger: Logger): Promise<MediaHouse> {
  const store = await openMediaStore(config)
  try {
    return {
      store,
      attachments: createAttachmentRepository(models, store, logger),
      pictures: createPictureRepository(models, store),
      origins: await originsOf(store),
    }
  } catch (cause) {
    throw new StartupError(
      `Parley cannot sign addresses of the bucket: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
  }
}

interface Deps {
  config: Config
  jobs: Jobs
  secret: string
  models: Models
  delivery: Delivery
  groupService: GroupService
  groups: GroupController
  media: MediaHouse
  endedGroups: EndedGroupRepository
  signedIn: RequestHandler
  createRateLimit: CreateRateLimit
  instrumentation: Instrumentation
}

/** Uploads, attachments and pictures, put together: part of app.ts. */
export async function assembleMedia({
  config,
  jobs,
  secret,
  models,
  delivery,
  groupService,
  groups,
  media: { store, attachments, pictures: pictureShelf },
  endedGroups,
  signedIn,
  createRateLimit,
  instrumentation,
}: Deps) {
  const folder = join(config.dataDir, 'media')
  const workFolder = join(folder, 'work')
  const files = createTusUploadStore(join(folder, 'incoming'))
  const uploadTarget = store.direct
    ? createBucketUploadTarget(store.direct, store)
    : createServerUploadTarget(files, store)
  const tusUploads = store.direct ? null : files
  const images = createImageProcess()
  const limits = createStorageLimitService(config, createMediaUsageRepository(models), store)
  const uploadLimit = createRateLimit({ name: 'uploads', points: UPLOADS_PER_MINUTE, seconds: 60 })
  const pictureLimit = createRateLimit({ name: 'changes of pictures', points: PICTURES_PER_HOUR, seconds: 3600 })

  const finalizeUpload = createFinalizeUpload({
    Blob: models.Blob,
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
  const media = createAttachmentController({
    models,
    attachments,
    store,
    urlSigner: createMediaUrlSigner(secret, 'media'),
    limits,
    uploadLimit,
  })
  const pictures = createPictureController({
    models,
    pictures: pictureShelf,
    store,
    images,
    workFolder,
    delivery,
    groupService,
    groups,
    pictureLimit,
  })

  await emptyFolder(workFolder)
  jobs.repeat('sweepMedia', { everyMs: SWEEP_MS, atStart: true }, async () => {
    await endedGroups.sweep()
    await attachments.sweep()
    await uploads.sweep()
    await pictureShelf.sweep()
  })

  return {
    mounts: [
      { path: '/uploads', router: uploadContentRoutes(uploads, signedIn), readsBodies: true },
      { path: '/', router: pictureContentRoutes(pictures, signedIn), readsBodies: true },
      { path: '/uploads', router: uploadRoutes(uploads, signedIn) },
      { path: '/media', router: mediaRoutes(media, signedIn) },
      { path: '/pictures', router: pictureRoutes(pictures, signedIn) },
    ] satisfies Mount[],
    close() {
      images.close()
      store.close()
    },
  }
}

/** Asked of the store itself, since how a bucket's address is made is the SDK's affair. */
async function originsOf(store: MediaStore): Promise<string[]> {
  const read = await store.locate('00/probe', { contentType: 'text/plain', disposition: 'attachment' }, 60)
  const write = await store.direct?.sign('00/probe', 0, 60)
  const urls = [...(read.kind === 'redirect' ? [read.url] : []), ...(write ? [write.url] : [])]
  return [...new Set(urls.map((url) => new URL(url).origin))]
}

/** What a killed server left there is of no use to anybody. */
async function emptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true })
}
