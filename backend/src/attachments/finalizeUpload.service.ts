import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Types } from 'mongoose'
import type { Attachment, CompleteUploadInput } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import type { ImageProcess } from '../media/images/image.process.ts'
import { blobKey, blobKeys } from '../media/media.keys.ts'
import type { Collected, UploadTargetService } from '../media/uploadTarget.service.ts'
import { contentHeaders, sniff, UNKNOWN_TYPE, type ContentType } from '../media/contentType.detector.ts'
import type { MediaStore } from '../media/media.store.ts'
import type { AttachmentRepository } from './attachment.repository.ts'
import type { Models } from '../models/index.ts'
import type { UploadRecord } from '../models/upload.model.ts'

/** Makes an attachment of an uploaded content. Each step can be repeated after a crash. */
export interface FinalizeUpload {
  /**
   * Detects the type, makes the previews, stores the content and adds the attachment.
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
    const shown = await describe(id, ownerId.toHexString(), collected, details)
    await collected.storeOriginal(contentHeaders({ ...shown, name }))
    await Blob.updateOne({ _id }, { $setOnInsert: { size, isClosing: false } }, { upsert: true })
    await attachments.add({ _id, ownerId, blobId: _id, name, size, ...shown })
    if (uploadFinished.hasSubscribers) uploadFinished.publish({ bytes: size })
    return { id, name, size, ...shown }
  }

  /** Detects what the content is, and stores the previews of an image. */
  async function describe(
    id: string,
    ownerId: string,
    collected: Collected,
    details: CompleteUploadInput,
  ): Promise<Shown> {
    const type = await sniff(collected.head, details.isVoice ?? false)
    if (type.kind !== 'image') return describeByDetails(type, details)
    const folder = join(workFolder, randomBytes(8).toString('hex'))
    await mkdir(folder, { recursive: true, mode: 0o700 })
    try {
      const [thumbnail, preview] = [join(folder, 'thumbnail'), join(folder, 'preview')]
      const facts = await images.run(ownerId, {
        kind: 'previews',
        file: await collected.file(folder),
        thumbnail,
        preview,
      })
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
