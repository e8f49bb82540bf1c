import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Types } from 'mongoose'
import type { Attachment, CompleteUploadInput } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import type { ImageProcess } from '../media/images/image.process.ts'
import { blobKey, blobKeys } from '../media/media.keys.ts'
import type { UploadTargetService } from '../media/uploadTarget.service.ts'
import { contentHeaders, sniff, UNKNOWN_TYPE, type ContentType } from '../media/contentType.detector.ts'
import type { MediaStore } from '../media/media.store.ts'
import { eraseMetadata, hasMetadataEraser } from '../media/metadata/metadata.eraser.ts'
import type { AttachmentRepository } from './attachment.repository.ts'
import type { Models } from '../models/index.ts'
import type { UploadRecord } from '../models/upload.model.ts'

/** Makes an attachment of an uploaded content. Each step can be repeated after a crash. */
export interface FinalizeUpload {
  /**
   * Detects the type, erases the metadata, makes the previews, stores the content and adds the attachment.
   * @throws AppError `upload_incomplete`
   */
  (upload: UploadRecord, details: CompleteUploadInput): Promise<Attachment>
  /** Deletes what an interrupted call may have left in the store. */
  undo(id: string): Promise<void>
}

type Deps = {
  Blob: Models['Blob']
  attachments: AttachmentRepository
  store: MediaStore
  uploadTarget: UploadTargetService
  images: ImageProcess
  workFolder: string
  instrumentation: Pick<Instrumentation, 'uploadFinished'>
}
type Shown = Omit<Attachment, 'id' | 'name' | 'size'>

const PREVIEW = { contentType: 'image/webp', disposition: 'inline' }

/** Creates `finalizeUpload`. */
export function createFinalizeUpload(deps: Deps): FinalizeUpload {
  const { Blob, attachments, store, uploadTarget, images, workFolder } = deps
  const { uploadFinished } = deps.instrumentation

  async function finalize(
    { _id, ownerId, name, size }: UploadRecord,
    details: CompleteUploadInput,
  ): Promise<Attachment> {
    const id = _id.toHexString()
    const collected = await uploadTarget.collect(id, size)
    if (!collected) throw new AppError('upload_incomplete')
    const shown = await withFolder(async (folder) => {
      const type = await sniff(collected.head, details.isVoice ?? false)
      const isErasable = hasMetadataEraser(type.mimeType)
      const file = isErasable || type.kind === 'image' ? await collected.file(folder) : null
      // Other users get the original. It must not tell them where the sender lives.
      const isErased = file !== null && isErasable && (await eraseMetadata(file, type.mimeType))
      const described =
        file !== null && type.kind === 'image'
          ? await describeImage(id, ownerId.toHexString(), type, file, folder, details)
          : describeByDetails(type, details)
      await collected.storeOriginal(contentHeaders({ ...described, name }), isErased ? file : null)
      return described
    })
    await Blob.updateOne({ _id }, { $setOnInsert: { size, isClosing: false } }, { upsert: true })
    await attachments.add({ _id, ownerId, blobId: _id, name, size, ...shown })
    if (uploadFinished.hasSubscribers) uploadFinished.publish({ bytes: size })
    return { id, name, size, ...shown }
  }

  /** Stores the previews of an image. */
  async function describeImage(
    id: string,
    ownerId: string,
    type: ContentType,
    file: string,
    folder: string,
    details: CompleteUploadInput,
  ): Promise<Shown> {
    const [thumbnail, preview] = [join(folder, 'thumbnail'), join(folder, 'preview')]
    const facts = await images.run(ownerId, { kind: 'previews', file, thumbnail, preview })
    // The content begins like an image, but the image process cannot read it, or it would unpack to too many bytes.
    if (!facts) return describeByDetails({ kind: 'file', mimeType: UNKNOWN_TYPE }, details)
    await store.put(blobKey(id, 'thumbnail'), thumbnail, PREVIEW)
    await store.put(blobKey(id, 'preview'), preview, PREVIEW)
    const { width, height, placeholder, isAnimated } = facts
    return {
      ...type,
      width,
      height,
      durationSeconds: null,
      waveform: null,
      isVoice: false,
      placeholder,
      hasThumbnail: true,
      isAnimated,
    }
  }

  async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = join(workFolder, randomBytes(8).toString('hex'))
    await mkdir(folder, { recursive: true, mode: 0o700 })
    try {
      return await work(folder)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  return Object.assign(finalize, {
    async undo(id: string) {
      await store.delete(blobKeys(id))
      await Blob.deleteOne({ _id: new Types.ObjectId(id) })
    },
  })
}

/**
 * Describes a content with the values that the client sent. Clients only show these values, and they count only for
 * contents that have a length or a size.
 */
function describeByDetails({ kind, mimeType }: ContentType, details: CompleteUploadInput): Shown {
  const isPlayed = kind === 'audio' || kind === 'video'
  const isVoice = kind === 'audio' && details.isVoice === true
  return {
    kind,
    mimeType,
    width: kind === 'video' ? (details.width ?? null) : null,
    height: kind === 'video' ? (details.height ?? null) : null,
    durationSeconds: isPlayed ? (details.durationSeconds ?? null) : null,
    waveform: isVoice ? (details.waveform ?? null) : null,
    isVoice,
    placeholder: null,
    hasThumbnail: false,
    isAnimated: false,
  }
}
