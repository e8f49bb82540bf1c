import { Types } from 'mongoose'
import type { z } from 'zod'
import {
  LIMITS,
  type Attachment,
  type Broadcast,
  type BroadcastPreview,
  type BroadcastState,
  type EditDraftInput,
  type BroadcastRevision,
} from '../contract/index.ts'
import { AppError, invalidField } from '../lib/errors.ts'
import type { Actor } from '../lib/delivery.ts'
import { validate } from '../lib/validate.ts'
import { toAttachment } from '../models/attachment.model.ts'
import type { AttachmentRepository } from '../attachments/index.ts'
import { countPeople } from './broadcastAudience.repository.ts'
import { announcementKey, BROADCAST_DEFAULTS, toBroadcast, type BroadcastRecord } from '../models/broadcast.model.ts'
import type { Models } from '../models/index.ts'
import { draftSchema, editDraftSchema, idOnlySchema, reviseSchema } from './broadcast.schemas.ts'
import type { BroadcastSendingService } from './broadcastSending.service.ts'

type DraftInput = z.output<typeof draftSchema>
type Content = Partial<
  Pick<
    BroadcastRecord,
    'title' | 'text' | 'priority' | 'audience' | 'needsAcknowledgement' | 'timeZone' | 'sendAt' | 'expiresAt'
  >
>

/** The refusals of a change that the broadcast's state does not allow. */
type BroadcastStateReason = 'broadcast_not_editable' | 'broadcast_not_scheduled'

const UNSENT: BroadcastState[] = ['draft', 'cancelled']

export interface BroadcastController {
  /** @throws AppError `invalid_input`, `not_found` */
  get(_actor: Actor, input: unknown): Promise<Broadcast>

  /** Begins a draft. @throws AppError `invalid_input`, `attachment_unavailable` */
  create(actor: Actor, input: unknown): Promise<Broadcast>

  /**
   * Changes a draft, or one that was cancelled, which is a draft again; or the text of one that was sent, by `isMaterial`.
   * @throws AppError `invalid_input`, `not_found`, `broadcast_state`, `attachment_unavailable`, `forbidden` (changed too often)
   */
  edit(actor: Actor, input: unknown): Promise<Broadcast>

  /** @throws AppError as `edit` */
  revise(_actor: Actor, input: unknown): Promise<Broadcast>

  /** Texts that were sent, oldest first, the newest last. @throws AppError `invalid_input`, `not_found` */
  revisions(_actor: Actor, input: unknown): Promise<{ items: BroadcastRevision[] }>

  /** @throws AppError `invalid_input`, `not_found`, `broadcast_state` */
  remove(_actor: Actor, input: unknown): Promise<void>

  /** How many would get it now. @throws AppError `invalid_input`, `not_found` */
  previewCount(_actor: Actor, input: unknown): Promise<BroadcastPreview>

  /**
   * Sends it, or schedules it when `sendAt` lies ahead. When it resolves, what is due was sent. A repeat is refused by its state.
   * @throws AppError `invalid_input` (it has no text, or expires before it is sent), `not_found`, `broadcast_state`
   */
  send(_actor: Actor, input: unknown): Promise<Broadcast>

  /** Of one that is scheduled. @throws AppError `invalid_input`, `not_found`, `broadcast_state` */
  cancel(_actor: Actor, input: unknown): Promise<Broadcast>
}

/** Writing broadcasts and sending them; for admins, which the router sees to. */
export function createBroadcastController({
  models,
  attachments,
  sender,
}: {
  models: Models
  attachments: AttachmentRepository
  sender: BroadcastSendingService
}): BroadcastController {
  const { Broadcast } = models

  /** @throws AppError `not_found` */
  async function find(id: string): Promise<BroadcastRecord> {
    const record = await Broadcast.findById(id).lean()
    if (!record) throw noSuchBroadcast()
    return record
  }

  /** @throws AppError `not_found`, `broadcast_state` when it is in none of these states any more */
  async function move(
    id: string,
    from: BroadcastState[],
    update: { $set: Partial<BroadcastRecord> },
    reason: BroadcastStateReason,
  ): Promise<BroadcastRecord> {
    const record = await Broadcast.findOneAndUpdate({ _id: new Types.ObjectId(id), state: { $in: from } }, update, {
      returnDocument: 'after',
    }).lean()
    if (record) return record
    await find(id)
    throw new AppError(reason)
  }

  /**
   * What goes with a broadcast: its author's from now on, in whose name it is sent.
   * @throws AppError `attachment_unavailable`
   */
  async function claimed(actor: Actor, authorId: Types.ObjectId, key: string, ids: string[]): Promise<Attachment[]> {
    if (ids.length === 0) return []
    const records = await attachments.claim(authorId, key, ids, new Types.ObjectId(actor.userId))
    if (!records) throw new AppError('attachment_unavailable')
    return records.map(toAttachment)
  }

  return {
    async get(_actor, input) {
      return toBroadcast(await find(validate(idOnlySchema, input).id))
    },

    async create(actor, input) {
      const draft = validate<DraftInput>(draftSchema, input)
      const [_id, createdBy] = [new Types.ObjectId(), new Types.ObjectId(actor.userId)]
      const content = {
        ...BROADCAST_DEFAULTS,
        ...contentOf(draft),
      }
      const record = await Broadcast.create({
        _id,
        createdBy,
        ...content,
        attachments: await claimed(actor, createdBy, _id.toHexString(), draft.attachmentIds ?? []),
        state: 'draft',
        createdAt: new Date(),
      })
      return toBroadcast(record.toObject())
    },

    async edit(actor, input) {
      if (typeof input === 'object' && input !== null && 'isMaterial' in input) return this.revise(actor, input)
      const { id, attachmentIds, ...draft } = validate<z.output<typeof editDraftSchema>>(editDraftSchema, input)
      const before = await find(id)
      const $set: Content & { attachments?: Attachment[]; state: BroadcastState } = {
        ...contentOf(draft),
        state: 'draft',
      }
      if (attachmentIds) {
        if (!UNSENT.includes(before.state)) throw new AppError('broadcast_not_editable')
        $set.attachments = await claimed(actor, before.createdBy, announcementKey(before), attachmentIds)
        // All are looked at again, whatever happens now: what is in it no more goes then.
        await attachments.beforeDelete(before.createdBy, announcementKey(before))
      }
      return toBroadcast(await move(id, UNSENT, { $set }, 'broadcast_not_editable'))
    },

    async revise(_actor, input) {
      const { id, title, text, isMaterial } = validate<z.output<typeof reviseSchema>>(reviseSchema, input)
      const before = await find(id)
      if (before.state !== 'sent') throw new AppError('broadcast_not_sent')
      if (before.earlier.length >= LIMITS.broadcastRevisionsMax)
        throw new AppError('too_many_revisions', { max: LIMITS.broadcastRevisionsMax })
      const next = { title: title ?? before.title, text: text ?? before.text }
      refuseEmpty(next, before.attachments)
      if (next.title === before.title && next.text === before.text) return toBroadcast(before)
      const [revision, now] = [before.revision + 1, new Date()]
      const earlier = {
        revision: before.revision,
        isMaterial: before.isMaterial,
        title: before.title,
        text: before.text,
        at: before.revisedAt ?? before.sentAt ?? before.createdAt,
      }
      const record = await Broadcast.findOneAndUpdate(
        { _id: new Types.ObjectId(id), revision: before.revision },
        {
          $set: {
            ...next,
            revision,
            isMaterial,
            revisedAt: now,
            isApplied: false,
            dueAt: now,
            ...(isMaterial && { materialRevision: revision }),
          },
          $push: { earlier },
        },
        { returnDocument: 'after' },
      ).lean()
      if (!record) throw new AppError('broadcast_changed')
      await sender.due(id, now)
      return toBroadcast(record)
    },

    async revisions(_actor, input) {
      const { revision, isMaterial, title, text, revisedAt, sentAt, createdAt, earlier } = await find(
        validate(idOnlySchema, input).id,
      )
      const all = [...earlier, { revision, isMaterial, title, text, at: revisedAt ?? sentAt ?? createdAt }]
      return {
        items: all.map(({ revision, isMaterial, title, text, at }) => ({
          revision,
          isMaterial,
          title,
          text,
          at: at.toISOString(),
        })),
      }
    },

    async remove(_actor, input) {
      const { id } = validate(idOnlySchema, input)
      const before = await find(id)
      const key = announcementKey(before)
      // Looked at again, so that a stop in between leaves nothing; those of one that is sent at this moment stay.
      await attachments.beforeDelete(before.createdBy, key)
      const { deletedCount } = await Broadcast.deleteOne({ _id: new Types.ObjectId(id), state: { $in: UNSENT } })
      if (deletedCount === 0) throw new AppError('broadcast_not_removable')
      await attachments.afterDelete(before.createdBy, key)
    },

    async previewCount(_actor, input) {
      const { audience, createdBy } = await find(validate(idOnlySchema, input).id)
      return { recipients: await countPeople(models, audience, createdBy) }
    },

    async send(_actor, input) {
      const { id } = validate(idOnlySchema, input)
      const { sendAt, expiresAt, ...content } = await find(id)
      refuseEmpty(content, content.attachments)
      const now = new Date()
      const dueAt = sendAt && sendAt > now ? sendAt : now
      if (expiresAt && expiresAt <= dueAt) throw invalidField('expiresAt', 'must_be_after_sending')
      // As it was looked at: an edit of this moment must be looked at too.
      const unchanged = {
        _id: new Types.ObjectId(id),
        state: { $in: UNSENT },
        sendAt,
        expiresAt,
        title: content.title,
        text: content.text,
      }
      const { matchedCount } = await Broadcast.updateOne(unchanged, { $set: { state: 'scheduled', dueAt } })
      if (matchedCount === 0) throw new AppError('broadcast_not_sendable')
      await sender.due(id, dueAt)
      return toBroadcast(await find(id))
    },

    async cancel(_actor, input) {
      const { id } = validate(idOnlySchema, input)
      return toBroadcast(
        await move(id, ['scheduled'], { $set: { state: 'cancelled', dueAt: null } }, 'broadcast_not_scheduled'),
      )
    },
  }
}

/** Times as dates; what is absent stays absent. */
function contentOf({
  sendAt,
  expiresAt,
  title,
  text,
  priority,
  audience,
  needsAcknowledgement,
  timeZone,
}: EditDraftInput): Content {
  return {
    ...(title !== undefined && { title }),
    ...(text !== undefined && { text }),
    ...(priority && { priority }),
    ...(audience && { audience }),
    ...(needsAcknowledgement !== undefined && { needsAcknowledgement }),
    ...(timeZone !== undefined && { timeZone }),
    ...(sendAt !== undefined && { sendAt: sendAt === null ? null : new Date(sendAt) }),
    ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? null : new Date(expiresAt) }),
  }
}

/** @throws AppError `invalid_input` */
function refuseEmpty({ text }: { text: string }, attachments: Attachment[]): void {
  if (text === '' && attachments.length === 0) throw invalidField('text', 'must_not_be_empty')
}

export function noSuchBroadcast(): AppError {
  return new AppError('no_such_broadcast')
}
