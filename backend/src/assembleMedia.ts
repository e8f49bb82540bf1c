import type { Mount } from './http/mount.types.ts'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RequestHandler } from 'express'
import type { Config } from './config.ts'
import type { GroupController } from './groups/group.controller.ts'
import type { GroupKeeper } from './groups/group.service.ts'
import { keepContent } from './attachments/finalizeUpload.service.ts'
import { mediaController } from './attachments/attachment.controller.ts'
import { pictureController } from './pictures/picture.controller.ts'
import { storageLimits } from './attachments/storageLimit.service.ts'
import { uploadController } from './attachments/upload.controller.ts'
import { StartupError } from './lib/errors.ts'
import type { Jobs } from './lib/jobs.ts'
import type { Instrumentation } from './lib/instrumentation.ts'
import type { Logger } from './lib/logger.ts'
import type { Delivery } from './lib/delivery.ts'
import type { CreateRateLimit } from './lib/rateLimit.ts'
import { signatures } from './attachments/mediaUrl.signature.ts'
import { createImages } from './media/images/image.process.ts'
import { incomingFiles } from './media/tusUploads.store.ts'
import { openMediaStore } from './media/index.ts'
import { bucketReception, serverReception } from './media/uploadTarget.service.ts'
import type { MediaStore } from './media/media.store.ts'
import { attachmentBook, type AttachmentBook } from './attachments/attachment.repository.ts'
import type { EndedGroups } from './groups/endedGroup.repository.ts'
import type { Models } from './models/index.ts'
import { mediaUsage } from './attachments/mediaUsage.repository.ts'
import { pictureBook, type PictureBook } from './pictures/picture.repository.ts'
import { mediaRoutes } from './attachments/attachment.routes.ts'
import { pictureContentRoutes, pictureRoutes } from './pictures/picture.routes.ts'
import { uploadContentRoutes, uploadRoutes } from './attachments/upload.routes.ts'

const UPLOADS_PER_MINUTE = 120
const PICTURES_PER_HOUR = 60
const SWEEP_MS = 10 * 60_000

/** Where media live, opened before everything that has to do with them. */
export interface MediaHouse {
  store: MediaStore
  book: AttachmentBook
  pictures: PictureBook
  /** Other origins that browsers get media from and send them to. */
  origins: string[]
}

/** @throws StartupError when the bucket's credentials are not to be had */
export async function openMedia(config: Config, models: Models, logger: Logger): Promise<MediaHouse> {
  const store = await openMediaStore(config)
  try {
    return {
      store,
      book: attachmentBook(models, store, logger),
      pictures: pictureBook(models, store),
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
  keeper: GroupKeeper
  groups: GroupController
  media: MediaHouse
  ended: EndedGroups
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
  keeper,
  groups,
  media: { store, book, pictures: pictureShelf },
  ended,
  signedIn,
  createRateLimit,
  instrumentation,
}: Deps) {
  const folder = join(config.dataDir, 'media')
  const workFolder = join(folder, 'work')
  const files = incomingFiles(join(folder, 'incoming'))
  const reception = store.direct ? bucketReception(store.direct, store) : serverReception(files, store)
  const incoming = store.direct ? null : files
  const images = createImages()
  const limits = storageLimits(config, mediaUsage(models), store)
  const uploadLimit = createRateLimit({ name: 'uploads', points: UPLOADS_PER_MINUTE, seconds: 60 })
  const pictureLimit = createRateLimit({ name: 'changes of pictures', points: PICTURES_PER_HOUR, seconds: 3600 })

  const keep = keepContent({ Blob: models.Blob, book, store, reception, images, workFolder, instrumentation })
  const uploads = uploadController({ models, book, reception, incoming, limits, keep, uploadLimit })
  const media = mediaController({ models, book, store, signatures: signatures(secret, 'media'), limits, uploadLimit })
  const pictures = pictureController({
    models,
    book: pictureShelf,
    store,
    images,
    workFolder,
    delivery,
    keeper,
    groups,
    pictureLimit,
  })

  await emptyFolder(workFolder)
  jobs.repeat('sweepMedia', { everyMs: SWEEP_MS, atStart: true }, async () => {
    await ended.sweep()
    await book.sweep()
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
