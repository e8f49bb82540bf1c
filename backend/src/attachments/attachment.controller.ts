import { Types } from 'mongoose'
import { z } from 'zod'
import { MEDIA_VARIANTS, type Attachment, type MediaUrl, type MediaVariant } from '../contract/index.ts'
import type { FindSession } from '../lib/auth/access.ts'
import type { Actor, RateLimit } from '../lib/delivery.ts'
import type { MediaUrlSigner } from './mediaUrl.signature.ts'
import { idSchema, validate } from '../lib/validate.ts'
import { blobKey } from '../media/media.keys.ts'
import { contentHeaders } from '../media/contentType.detector.ts'
import type { Content, MediaStore } from '../media/media.store.ts'
import { toAttachment, type AttachmentRecord } from '../models/attachment.model.ts'
import type { AttachmentRepository } from './attachment.repository.ts'
import { noSuchAttachment, readableAttachment, type AccessModels } from './attachmentAccess.service.ts'
import type { StorageLimitService } from './storageLimit.service.ts'

/** The time for which a signed address of this server is valid. */
const SIGNED_SECONDS = 300
/**
 * The time for which an address of the bucket or the CDN is valid. They know no sessions, so it works until then also for
 * a user whose account was disabled. It is longer than the time for which a browser keeps the redirect
 * (http/content.response.ts).
 */
const BUCKET_SECONDS = 120
/** A player asks for a video or a recording part by part, always at the first address. */
const PLAYED_SECONDS = 4 * 3600

const variant = z.enum(MEDIA_VARIANTS)
const openSchema = z.strictObject({ id: idSchema, variant, download: z.string().optional() })
const urlSchema = z.strictObject({ id: idSchema, variant: variant.default('original') })
const signedSchema = z.strictObject({
  id: idSchema,
  variant,
  user: idSchema,
  session: idSchema,
  expires: z.string().regex(/^\d{1,15}$/),
  signature: z.string().max(100),
  download: z.string().optional(),
})
const copySchema = z.strictObject({ id: idSchema })

interface AttachmentControllerDeps {
  models: AccessModels
  attachments: AttachmentRepository
  store: Pick<MediaStore, 'locate'>
  urlSigner: MediaUrlSigner
  findSession: FindSession
  limits: StorageLimitService
  uploadLimit: RateLimit
}

/** Reads and copies attachments. */
export interface AttachmentController {
  /** Opens the content of an attachment. @throws AppError `not_found` */
  open(actor: Actor, input: unknown): Promise<Content>

  /**
   * Opens a content by a signed address, without cookies. The session that asked for the address must not have ended, as
   * it does when the account is disabled, and its user must still be allowed to read the content.
   * @throws AppError `not_found`, also when the signature is wrong or has expired
   */
  openSigned(input: unknown): Promise<Content>

  /**
   * Returns a signed address for a program that can send neither cookies nor headers.
   * @throws AppError `invalid_input`, `not_found`
   */
  url(actor: Actor, input: unknown): Promise<MediaUrl>

  /**
   * Creates an attachment of the actor with the content of an attachment that the actor may read. Nothing is uploaded
   * again.
   * @throws AppError `not_found`, `quota_exceeded`, `rate_limited`
   */
  copy(actor: Actor, input: unknown): Promise<Attachment>
}

/** Creates the controller that reads and copies attachments. */
export function createAttachmentController({
  models,
  attachments,
  store,
  urlSigner,
  findSession,
  limits,
  uploadLimit,
}: AttachmentControllerDeps): AttachmentController {
  async function contentOf(record: AttachmentRecord, variant: MediaVariant, isDownload = false): Promise<Content> {
    if (variant !== 'original' && !record.hasThumbnail) throw noSuchAttachment()
    const headers = contentHeaders(
      variant === 'original' ? record : { mimeType: 'image/webp', name: `${record.name}.webp` },
    )
    if (isDownload) headers.disposition = headers.disposition.replace(/^inline/, 'attachment')
    const blobId = record.blobId.toHexString()
    const seconds = record.kind === 'video' || record.kind === 'audio' ? PLAYED_SECONDS : BUCKET_SECONDS
    return {
      ...headers,
      location: await store.locate(blobKey(blobId, variant), headers, seconds),
      etag: `"${blobId}-${variant}"`,
    }
  }

  return {
    async open(actor, input) {
      const { id, variant, download } = validate(openSchema, input)
      return contentOf(await readableAttachment(models, actor, id), variant, download !== undefined)
    },

    async openSigned(input) {
      const parsed = signedSchema.safeParse(input)
      if (!parsed.success) throw noSuchAttachment()
      const { id, variant, user, session, expires, signature, download } = parsed.data
      if (!urlSigner.isGood(signedText(id, variant, user, session, expires), signature)) throw noSuchAttachment()
      if (Number(expires) <= Date.now() || (await findSession(session, user)) === null) throw noSuchAttachment()
      return contentOf(
        await readableAttachment(models, { userId: user, role: 'member', sessionId: session }, id),
        variant,
        download !== undefined,
      )
    },

    async url(actor, input) {
      const { id, variant } = validate<z.output<typeof urlSchema>>(urlSchema, input)
      await readableAttachment(models, actor, id)
      const expires = String(Date.now() + SIGNED_SECONDS * 1000)
      const { userId: user, sessionId: session } = actor
      const signature = urlSigner.sign(signedText(id, variant, user, session, expires))
      const query = new URLSearchParams({ user, session, expires, signature })
      const url = `/api/media/${id}/${variant}?${query.toString()}`
      return { url, expiresAt: new Date(Number(expires)).toISOString() }
    },

    async copy(actor, input) {
      const { id } = validate(copySchema, input)
      await uploadLimit.take(actor.userId)
      const {
        clientMessageId: _1,
        createdAt: _2,
        sweepAt: _3,
        isReleased: _4,
        ...found
      } = await readableAttachment(models, actor, id)
      const record = { ...found, _id: new Types.ObjectId(), ownerId: new Types.ObjectId(actor.userId) }
      if (!(await attachments.add(record))) throw noSuchAttachment()
      try {
        await limits.refuseFull(record.ownerId, 0)
      } catch (error) {
        await attachments.release(record)
        throw error
      }
      return toAttachment({ ...record, clientMessageId: null, createdAt: new Date(), sweepAt: null, isReleased: false })
    },
  }
}

function signedText(id: string, variant: MediaVariant, user: string, session: string, expires: string): string {
  return [id, variant, user, session, expires].join(' ')
}
