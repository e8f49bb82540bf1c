import type { Readable } from 'node:stream'
import { Types } from 'mongoose'
import { z } from 'zod'
import {
  LIMITS,
  type Attachment,
  type CompleteUploadInput,
  type StartUploadInput,
  type Upload,
  type UploadAllowance,
} from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import type { Actor, RateLimit } from '../lib/delivery.ts'
import { safeFileName } from '../lib/files/fileName.ts'
import { createKeyedMutex } from '../lib/keyedMutex.ts'
import { fieldCode, idSchema, textSchema, validate } from '../lib/validate.ts'
import type { TusUploadStore } from '../media/tusUploads.store.ts'
import type { UploadTargetService } from '../media/uploadTarget.service.ts'
import { toAttachment } from '../models/attachment.model.ts'
import type { AttachmentRepository } from './attachment.repository.ts'
import type { Models } from '../models/index.ts'
import type { UploadRecord } from '../models/upload.model.ts'
import type { FinalizeUpload } from './finalizeUpload.service.ts'
import type { StorageLimitService } from './storageLimit.service.ts'

/** Long enough for a large file over a slow connection, or for a laptop that sleeps at night. */
const EXPIRES_MS = 24 * 3600_000

const startSchema = z.strictObject({
  name: textSchema(LIMITS.fileNameMax)
    .refine((name) => name.isWellFormed(), fieldCode('must_be_unicode'))
    .transform(safeFileName),
  size: z.number().int().min(0),
}) satisfies z.ZodType<StartUploadInput>

const measure = (max: number) => z.number().min(0).max(max)
const completeSchema = z.strictObject({
  id: idSchema,
  width: measure(100_000).int().optional(),
  height: measure(100_000).int().optional(),
  durationSeconds: measure(1_000_000).optional(),
  waveform: z.array(measure(100).int()).max(LIMITS.waveformMax).optional(),
  isVoice: z.boolean().optional(),
}) satisfies z.ZodType<CompleteUploadInput & { id: string }>

const idOnly = z.strictObject({ id: idSchema })

/** Takes uploads from their announcement to the attachment. */
export interface UploadController {
  /** Returns what the actor may upload now. */
  allowance(actor: Actor): Promise<UploadAllowance>

  /**
   * Announces an upload, and returns where its content goes.
   * @throws AppError `invalid_input`, `too_large`, `quota_exceeded`, `storage_full`, `rate_limited`
   */
  start(actor: Actor, input: unknown): Promise<Upload>

  /** Returns how many bytes have arrived. @throws AppError `not_found` */
  offset(actor: Actor, input: unknown): Promise<{ offset: number; size: number }>

  /**
   * Appends the next part. `isExpected` is false when the upload has another offset; then nothing was written.
   * @param length the bytes of the part, or 0 when the request does not say
   * @throws AppError `not_found`, `too_large`, `storage_full`
   */
  append(
    actor: Actor,
    input: unknown,
    offset: number,
    length: number,
    content: Readable,
  ): Promise<{ offset: number; isExpected: boolean }>

  /**
   * Makes an attachment of the uploaded content. A repeat returns the same attachment.
   * @throws AppError `invalid_input`, `not_found`, `upload_incomplete`
   */
  complete(actor: Actor, input: unknown): Promise<Attachment>

  /**
   * Cancels an upload, or deletes an attachment that was not sent. A repeat changes nothing.
   * @throws AppError `not_found`, also for an attachment that was sent
   */
  cancel(actor: Actor, input: unknown): Promise<void>

  /** Removes the uploads that were not completed in time. */
  sweep(now?: Date): Promise<void>
}

export interface UploadControllerDeps {
  models: Pick<Models, 'Upload' | 'Attachment'>
  attachments: AttachmentRepository
  uploadTarget: UploadTargetService
  /** Null when clients upload to the bucket. */
  tusUploads: TusUploadStore | null
  limits: StorageLimitService
  finalizeUpload: FinalizeUpload
  uploadLimit: RateLimit
}

/** Creates the controller of uploads. */
export function createUploadController({
  models: { Upload, Attachment },
  attachments,
  uploadTarget,
  tusUploads,
  limits,
  finalizeUpload,
  uploadLimit,
}: UploadControllerDeps): UploadController {
  const runExclusive = createKeyedMutex()

  /** Finds an upload of the actor. @throws AppError `not_found` */
  async function own(actor: Actor, id: string): Promise<UploadRecord> {
    const record = await Upload.findOne({
      _id: new Types.ObjectId(id),
      ownerId: new Types.ObjectId(actor.userId),
    }).lean()
    if (!record || record.expiresAt <= new Date()) throw noSuchUpload()
    return record
  }

  /**
   * Ends an upload. The row stays while the client could still put bytes into the bucket, so that the sweep deletes
   * these too.
   */
  async function end(_id: Types.ObjectId): Promise<void> {
    await uploadTarget.forget(_id.toHexString())
    const expiresAt = new Date(Date.now() + uploadTarget.openSeconds * 1000)
    if (uploadTarget.openSeconds > 0) await Upload.updateOne({ _id }, { $set: { name: '', size: 0, expiresAt } })
    else await Upload.deleteOne({ _id })
  }

  return {
    allowance: (actor) => limits.allowance(new Types.ObjectId(actor.userId)),

    async start(actor, input) {
      const { name, size } = validate<z.output<typeof startSchema>>(startSchema, input)
      await uploadLimit.take(actor.userId)
      limits.refuseLarge(size)
      const record = {
        _id: new Types.ObjectId(),
        ownerId: new Types.ObjectId(actor.userId),
        name,
        size,
        expiresAt: new Date(Date.now() + EXPIRES_MS),
      }
      await Upload.create(record)
      try {
        // The sum includes this upload, so many at once cannot pass the limit together.
        await limits.refuseFull(record.ownerId, size)
        const target = await uploadTarget.begin(record._id.toHexString(), size)
        return { id: record._id.toHexString(), target, expiresAt: record.expiresAt.toISOString() }
      } catch (error) {
        await Upload.deleteOne({ _id: record._id })
        throw error
      }
    },

    async offset(actor, input) {
      const { id } = validate(idOnly, input)
      const { size } = await own(actor, id)
      const offset = (await tusUploads?.offset(id)) ?? null
      if (offset === null) throw noSuchUpload()
      return { offset, size }
    },

    async append(actor, input, offset, length, content) {
      const { id } = validate(idOnly, input)
      const { size } = await own(actor, id)
      if (!tusUploads) throw noSuchUpload()
      if (offset + length > size) throw new AppError('content_too_large', { limit: size })
      return tusUploads.append(id, offset, size, content)
    },

    complete(actor, input) {
      const { id, ...details } = validate<z.output<typeof completeSchema>>(completeSchema, input)
      return runExclusive(id, async () => {
        const _id = new Types.ObjectId(id)
        const before = await Attachment.findOne({
          _id,
          ownerId: new Types.ObjectId(actor.userId),
          isReleased: false,
        }).lean()
        const attachment = before ? toAttachment(before) : await finalizeUpload(await own(actor, id), details)
        await end(_id)
        return attachment
      })
    },

    cancel(actor, input) {
      const { id } = validate(idOnly, input)
      return runExclusive(id, async () => {
        const ownRow = { _id: new Types.ObjectId(id), ownerId: new Types.ObjectId(actor.userId) }
        if (await Upload.exists(ownRow)) await end(ownRow._id)
        const attachment = await Attachment.findOne(ownRow).lean()
        if (attachment && attachment.clientMessageId !== null) throw noSuchUpload()
        if (attachment) await attachments.release(attachment)
      })
    },

    async sweep(now = new Date()) {
      for (const { _id } of await Upload.find({ expiresAt: { $lte: now } }, { _id: 1 }).lean()) {
        await runExclusive(_id.toHexString(), async () => {
          await uploadTarget.forget(_id.toHexString())
          // A process that was killed while it completed the upload may have left parts of a blob that has no
          // attachment.
          if (!(await Attachment.exists({ blobId: _id }))) await finalizeUpload.undo(_id.toHexString())
          await Upload.deleteOne({ _id })
        })
      }
    },
  }
}

function noSuchUpload(): AppError {
  return new AppError('no_such_upload')
}
