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
import { hasUnprintable } from '../lib/text.ts'
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

/** Long enough for a large file over a bad line, or for a laptop that sleeps over night. */
const EXPIRES_MS = 24 * 3600_000

const startSchema = z.strictObject({
  name: textSchema(LIMITS.fileNameMax)
    .refine((name) => name.isWellFormed(), fieldCode('must_be_unicode'))
    .transform(plainName),
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

export interface UploadController {
  /** What the actor may upload now. */
  allowance(actor: Actor): Promise<UploadAllowance>

  /**
   * Announces a content.
   * @throws AppError `invalid_input`, `too_large`, `quota_exceeded`, `storage_full`, `rate_limited`
   */
  start(actor: Actor, input: unknown): Promise<Upload>

  /** How much has arrived. @throws AppError `not_found` */
  offset(actor: Actor, input: unknown): Promise<{ offset: number; size: number }>

  /**
   * Takes in what comes next. `isExpected` false: the upload is elsewhere, and nothing was taken.
   * @param length how much comes, as far as that is known before
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
   * Makes an attachment of what has arrived; a repeat returns the same.
   * @throws AppError `invalid_input`, `not_found`, `upload_incomplete`
   */
  complete(actor: Actor, input: unknown): Promise<Attachment>

  /** Gives up an upload, or an attachment that was not sent. A repeat does no harm. @throws AppError `not_found` for one that was sent, or is another's */
  cancel(actor: Actor, input: unknown): Promise<void>

  /** Removes uploads that were never completed. */
  sweep(now?: Date): Promise<void>
}

export interface UploadControllerDeps {
  models: Pick<Models, 'Upload' | 'Attachment'>
  attachments: AttachmentRepository
  uploadTarget: UploadTargetService
  /** Null where contents do not come through the server. */
  tusUploads: TusUploadStore | null
  limits: StorageLimitService
  finalizeUpload: FinalizeUpload
  uploadLimit: RateLimit
}

/** From the announcement of a content to an attachment that can be sent. */
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

  /** @throws AppError `not_found`, also for another's */
  async function own(actor: Actor, id: string): Promise<UploadRecord> {
    const record = await Upload.findOne({
      _id: new Types.ObjectId(id),
      ownerId: new Types.ObjectId(actor.userId),
    }).lean()
    if (!record || record.expiresAt <= new Date()) throw noSuchUpload()
    return record
  }

  /** The row stays while its sender could still put something there, for the sweep to take that away too. */
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
        // Counted with this one in it, so that of many at once none slips through.
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
      const { id, ...said } = validate<z.output<typeof completeSchema>>(completeSchema, input)
      return runExclusive(id, async () => {
        const _id = new Types.ObjectId(id)
        const before = await Attachment.findOne({
          _id,
          ownerId: new Types.ObjectId(actor.userId),
          isReleased: false,
        }).lean()
        const attachment = before ? toAttachment(before) : await finalizeUpload(await own(actor, id), said)
        await end(_id)
        return attachment
      })
    },

    cancel(actor, input) {
      const { id } = validate(idOnly, input)
      return runExclusive(id, async () => {
        const theirs = { _id: new Types.ObjectId(id), ownerId: new Types.ObjectId(actor.userId) }
        if (await Upload.exists(theirs)) await end(theirs._id)
        const attachment = await Attachment.findOne(theirs).lean()
        if (attachment && attachment.clientMessageId !== null) throw noSuchUpload()
        if (attachment) await attachments.release(attachment)
      })
    },

    async sweep(now = new Date()) {
      for (const { _id } of await Upload.find({ expiresAt: { $lte: now } }, { _id: 1 }).lean()) {
        await runExclusive(_id.toHexString(), async () => {
          await uploadTarget.forget(_id.toHexString())
          // Killed in the middle of completing it, it may have left parts of a blob that has no attachment.
          if (!(await Attachment.exists({ blobId: _id }))) await finalizeUpload.undo(_id.toHexString())
          await Upload.deleteOne({ _id })
        })
      }
    },
  }
}

/** Without folders and without what cannot be shown; what comes from the right to the left stays. */
function plainName(name: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  return (
    [...last]
      .filter((character) => !hasUnprintable(character))
      .join('')
      .trim() || 'file'
  )
}

function noSuchUpload(): AppError {
  return new AppError('no_such_upload')
}
