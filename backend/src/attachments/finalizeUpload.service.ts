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

/** Makes an attachment of a content that has arrived. Every step can be done again after a crash in the middle. */
export interface FinalizeUpload {
  /** @throws AppError `upload_incomplete` */
  (upload: UploadRecord, said: CompleteUploadInput): Promise<Attachment>
  /** Takes away what it may have left in the store. */
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

export function createFinalizeUpload(deps: Deps): FinalizeUpload {
  const { Blob, attachments, store, uploadTarget, images, workFolder } = deps
  const { uploadFinished } = deps.instrumentation

  async function keep({ _id, ownerId, name, size }: UploadRecord, said: CompleteUploadInput): Promise<Attachment> {
    const id = _id.toHexString()
    const collected = await uploadTarget.collect(id, size)
    if (!collected) throw new AppError('upload_incomplete')
    const shown = await describe(id, collected, said)
    await collected.keep(contentHeaders({ ...shown, name }))
    await Blob.updateOne({ _id }, { $setOnInsert: { size, isClosing: false } }, { upsert: true })
    await attachments.add({ _id, ownerId, blobId: _id, name, size, ...shown })
    if (uploadFinished.hasSubscribers) uploadFinished.publish({ bytes: size })
    return { id, name, size, ...shown }
  }

  /** Finds out what it is, and keeps smaller images of an image. */
  async function describe(id: string, collected: Collected, said: CompleteUploadInput): Promise<Shown> {
    const type = await sniff(collected.head, said.isVoice ?? false)
    if (type.kind !== 'image') return told(type, said)
    const folder = join(workFolder, randomBytes(8).toString('hex'))
    await mkdir(folder, { recursive: true, mode: 0o700 })
    try {
      const [thumbnail, preview] = [join(folder, 'thumbnail'), join(folder, 'preview')]
      const facts = await images.run({ kind: 'previews', file: await collected.file(folder), thumbnail, preview })
      // It begins like an image and is none, or none that can be shown here.
      if (!facts) return told({ kind: 'file', mimeType: UNKNOWN_TYPE }, said)
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

  return Object.assign(keep, {
    async undo(id: string) {
      await store.delete(blobKeys(id))
      await Blob.deleteOne({ _id: new Types.ObjectId(id) })
    },
  })
}

/** What the sender says counts where it can: it is only shown, and only of what has a length or a size. */
function told({ kind, mimeType }: ContentType, said: CompleteUploadInput): Shown {
  const isPlayed = kind === 'audio' || kind === 'video'
  const isVoice = kind === 'audio' && said.isVoice === true
  return {
    kind,
    mimeType,
    width: kind === 'video' ? (said.width ?? null) : null,
    height: kind === 'video' ? (said.height ?? null) : null,
    durationSeconds: isPlayed ? (said.durationSeconds ?? null) : null,
    waveform: isVoice ? (said.waveform ?? null) : null,
    isVoice,
    placeholder: null,
    hasThumbnail: false,
    isAnimated: false,
  }
}
