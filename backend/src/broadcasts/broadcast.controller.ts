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
import { orderedId } from '../lib/orderClock.ts'
import type { Actor } from '../lib/delivery.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import { requestFields, requestKey, requireSameRequest, type RequestFields } from '../lib/idempotency.ts'
import { storedRevision } from '../lib/schemas/revisionSchemas.ts'
import { validate } from '../lib/validate.ts'
import { toAttachment } from '../models/attachment.model.ts'
import type { AttachmentRepository } from '../attachments/index.ts'
import { countUsers } from './broadcastAudience.repository.ts'
import { announcementKey, BROADCAST_DEFAULTS, toBroadcast, type BroadcastRecord } from '../models/broadcast.model.ts'
import type { Models } from '../models/index.ts'
import { draftSchema, editDraftSchema, idOnlySchema, reviseSchema, sendSchema } from './broadcast.schemas.ts'
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

const UNSENT: BroadcastState[] = ['draft', 'held', 'cancelled']

/** Writes, changes and sends broadcasts. The router lets only admins in. */
export interface BroadcastController {
  /** Returns a broadcast. @throws AppError `invalid_input`, `not_found` */
  get(_actor: Actor, input: unknown): Promise<Broadcast>

  /**
   * Creates a draft. A repeat with the same key returns the first one as it is now.
   * @throws AppError `invalid_input`, `attachment_unavailable`, `idempotency_key_reused`
   */
  create(actor: Actor, input: unknown): Promise<Broadcast>

  /**
   * Changes a draft. A cancelled broadcast becomes a draft again. With `isMaterial` it changes the text of a sent
   * broadcast, as `revise`.
   * @throws AppError `invalid_input`, `not_found`, `broadcast_state`, `outdated_revision` (edited after `fromRevision`),
   * `attachment_unavailable`, `forbidden` (changed too often)
   */
  edit(actor: Actor, input: unknown): Promise<Broadcast>

  /**
   * Changes the text of a sent broadcast. A material change asks for new acknowledgements. @throws AppError as `edit`
   */
  revise(_actor: Actor, input: unknown): Promise<Broadcast>

  /** Returns the texts that were sent, the oldest first. @throws AppError `invalid_input`, `not_found` */
  revisions(_actor: Actor, input: unknown): Promise<{ items: BroadcastRevision[] }>

  /** Deletes a draft, a held or a cancelled broadcast. Does nothing when it is gone. @throws AppError `invalid_input`, `broadcast_state` */
  remove(_actor: Actor, input: unknown): Promise<void>

  /** Counts the users who would get the broadcast now. @throws AppError `invalid_input`, `not_found` */
  previewCount(_actor: Actor, input: unknown): Promise<BroadcastPreview>

  /**
   * Sends a broadcast, or schedules it when `sendAt` is in the future. When the call resolves, a broadcast that is due
   * was sent. The state of the broadcast refuses a repeat, unless it has the key of the request that sent it.
   * @throws AppError `invalid_input` (it has no text, reaches no user, `sendAt` is in the past, or it expires before it is sent), `not_found`, `broadcast_state`, `outdated_revision` (edited after `fromRevision`)
   */
  send(actor: Actor, input: unknown): Promise<Broadcast>

  /** Cancels a scheduled broadcast. A cancelled one stays cancelled. @throws AppError `invalid_input`, `not_found`, `broadcast_state` */
  cancel(_actor: Actor, input: unknown): Promise<Broadcast>
}

/** Creates the controller. */
export function createBroadcastController({
  models,
  attachments,
  sending,
}: {
  models: Models
  attachments: AttachmentRepository
  sending: BroadcastSendingService
}): BroadcastController {
  const { Broadcast } = models

  /** Finds a broadcast. @throws AppError `not_found` */
  async function find(id: string): Promise<BroadcastRecord> {
    const record = await Broadcast.findById(id).lean()
    if (!record) throw noSuchBroadcast()
    return record
  }

  /** Updates a broadcast that is in one of the states `from`. @throws AppError `not_found`, `broadcast_state` */
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
   * Claims attachments for a broadcast. They belong to its author from now on, because the announcement is the
   * author's.
   * @throws AppError `attachment_unavailable`
   */
  async function claimAttachments(
    actor: Actor,
    authorId: Types.ObjectId,
    key: string,
    ids: string[],
  ): Promise<Attachment[]> {
    if (ids.length === 0) return []
    const records = await attachments.claim(authorId, key, ids, new Types.ObjectId(actor.userId))
    if (!records) throw new AppError('attachment_unavailable')
    return records.map(toAttachment)
  }

  /** Returns the draft of an earlier request with the same key. @throws AppError `idempotency_key_reused` */
  async function findFirst({ requestKey, requestHash }: RequestFields): Promise<BroadcastRecord | null> {
    const found = requestKey === undefined ? null : await Broadcast.findOne({ requestKey }).lean()
    if (found) requireSameRequest(found.requestHash === requestHash)
    return found
  }

  async function insertDraft(
    actor: Actor,
    { attachmentIds = [], ...draft }: DraftInput,
    request: RequestFields,
  ): Promise<BroadcastRecord> {
    try {
      const record = await Broadcast.create({
        _id: orderedId(),
        createdBy: new Types.ObjectId(actor.userId),
        ...BROADCAST_DEFAULTS,
        ...contentOf(draft),
        ...request,
        state: 'draft',
        createdAt: new Date(),
        ...(attachmentIds.length > 0 && { isUnfinished: true }),
      })
      return record.toObject()
    } catch (error) {
      const winner = duplicateKeyAt(error) === null ? null : await findFirst(request)
      if (!winner) throw error
      return winner
    }
  }

  /**
   * Claims the attachments of a new draft. The draft is stored before, so that a repeat after a crash claims them under the
   * same id.
   * @throws AppError `attachment_unavailable`; then the draft is gone
   */
  async function finishDraft(
    actor: Actor,
    { _id, createdBy }: BroadcastRecord,
    { attachmentIds = [] }: DraftInput,
  ): Promise<BroadcastRecord> {
    const key = _id.toHexString()
    const attachments = await claimAttachments(actor, createdBy, key, attachmentIds).catch(async (error: unknown) => {
      if (error instanceof AppError) await Broadcast.deleteOne({ _id, isUnfinished: true })
      throw error
    })
    await Broadcast.updateOne({ _id, isUnfinished: true }, { $set: { attachments }, $unset: { isUnfinished: '' } })
    return find(key)
  }

  return {
    async get(_actor, input) {
      return toBroadcast(await find(validate(idOnlySchema, input).id))
    },

    async create(actor, input) {
      const { idempotencyKey, ...draft } = validate<DraftInput>(draftSchema, input)
      const request = requestFields(['draft', actor.userId], idempotencyKey, draft)
      const first = (await findFirst(request)) ?? (await insertDraft(actor, draft, request))
      return toBroadcast(first.isUnfinished ? await finishDraft(actor, first, draft) : first)
    },

    async edit(actor, input) {
      if (typeof input === 'object' && input !== null && 'isMaterial' in input) return this.revise(actor, input)
      const { id, attachmentIds, fromRevision, ...draft } = validate<z.output<typeof editDraftSchema>>(
        editDraftSchema,
        input,
      )
      const before = await find(id)
      // Checked before the attachments are claimed, and again by the update.
      requireDraftRevision(before, fromRevision)
      const $set: Content & { attachments?: Attachment[]; state: BroadcastState } = {
        ...contentOf(draft),
        state: 'draft',
      }
      if (attachmentIds) {
        if (!UNSENT.includes(before.state)) throw new AppError('broadcast_not_editable')
        $set.attachments = await claimAttachments(actor, before.createdBy, announcementKey(before), attachmentIds)
        // A sweep looks at all attachments again, and deletes those that this edit removed.
        await attachments.beforeDelete(before.createdBy, announcementKey(before))
      }
      const record = await Broadcast.findOneAndUpdate(
        {
          _id: before._id,
          state: { $in: UNSENT },
          ...(fromRevision !== undefined && { draftRevision: storedRevision(fromRevision) }),
        },
        { $set, $inc: { draftRevision: 1 } },
        { returnDocument: 'after' },
      ).lean()
      if (record) return toBroadcast(record)
      requireDraftRevision(await find(id), fromRevision)
      throw new AppError('broadcast_not_editable')
    },

    async revise(_actor, input) {
      const { id, title, text, isMaterial, fromRevision } = validate<z.output<typeof reviseSchema>>(reviseSchema, input)
      const before = await find(id)
      if (before.state !== 'sent') throw new AppError('broadcast_not_sent')
      if (before.earlier.length >= LIMITS.broadcastRevisionsMax)
        throw new AppError('too_many_revisions', { max: LIMITS.broadcastRevisionsMax })
      const next = { title: title ?? before.title, text: text ?? before.text }
      refuseEmpty(next, before.attachments)
      if (next.title === before.title && next.text === before.text) return toBroadcast(before)
      if (fromRevision !== undefined && fromRevision !== before.revision) throw broadcastEdited(before, before.revision)
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
      if (!record && fromRevision !== undefined) {
        const now = await find(id)
        throw broadcastEdited(now, now.revision)
      }
      if (!record) throw new AppError('broadcast_changed')
      await sending.runOrSchedule(id, now)
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
      const before = await Broadcast.findById(id).lean()
      if (!before) return
      const key = announcementKey(before)
      // A sweep looks at the attachments again, in case the server stops before `afterDelete`. It keeps those of a
      // broadcast that is being sent.
      await attachments.beforeDelete(before.createdBy, key)
      const { deletedCount } = await Broadcast.deleteOne({ _id: new Types.ObjectId(id), state: { $in: UNSENT } })
      if (deletedCount === 0 && (await Broadcast.exists({ _id: id }))) throw new AppError('broadcast_not_removable')
      await attachments.afterDelete(before.createdBy, key)
    },

    async previewCount(_actor, input) {
      const { audience, createdBy } = await find(validate(idOnlySchema, input).id)
      return { recipients: await countUsers(models, audience, createdBy) }
    },

    async send(actor, input) {
      const { id, fromRevision, idempotencyKey } = validate<z.output<typeof sendSchema>>(sendSchema, input)
      const sendRequestKey =
        idempotencyKey === undefined ? undefined : requestKey(['send', actor.userId, id], idempotencyKey)
      const before = await find(id)
      if (sendRequestKey !== undefined && isSentBy(before, sendRequestKey)) return toBroadcast(before)
      requireDraftRevision(before, fromRevision)
      const { sendAt, expiresAt, ...content } = before
      refuseEmpty(content, content.attachments)
      const now = new Date()
      // A held broadcast is one whose time has passed. Sending it means now.
      if (sendAt && sendAt <= now && content.state !== 'held') throw invalidField('sendAt', 'must_be_in_future')
      const dueAt = sendAt && sendAt > now ? sendAt : now
      if (expiresAt && expiresAt <= dueAt) throw invalidField('expiresAt', 'must_be_after_sending')
      const { audience, createdBy } = content
      if (audience.kind !== 'everybody' && (await countUsers(models, audience, createdBy)) === 0)
        throw invalidField('audience', 'reaches_no_user')
      // The broadcast is sent only as it was checked: an edit at this moment must be checked too.
      const unchanged = {
        _id: new Types.ObjectId(id),
        state: { $in: UNSENT },
        sendAt,
        expiresAt,
        title: content.title,
        text: content.text,
        draftRevision: storedRevision(content.draftRevision ?? 0),
      }
      const { matchedCount } = await Broadcast.updateOne(unchanged, {
        $set: { state: 'scheduled', dueAt, ...(sendRequestKey !== undefined && { sendRequestKey }) },
      })
      if (matchedCount === 0) {
        // A repeat at the same time may have been faster.
        const now = await find(id)
        if (sendRequestKey !== undefined && isSentBy(now, sendRequestKey)) return toBroadcast(now)
        requireDraftRevision(now, fromRevision)
        throw new AppError('broadcast_not_sendable')
      }
      await sending.runOrSchedule(id, dueAt)
      return toBroadcast(await find(id))
    },

    async cancel(_actor, input) {
      const { id } = validate(idOnlySchema, input)
      return toBroadcast(
        await move(
          id,
          ['scheduled', 'cancelled'],
          { $set: { state: 'cancelled', dueAt: null } },
          'broadcast_not_scheduled',
        ),
      )
    },
  }
}

/** Tells whether a request with this key has sent or scheduled the broadcast, and no later change took that back. */
function isSentBy({ state, sendRequestKey }: BroadcastRecord, key: string): boolean {
  return sendRequestKey === key && !UNSENT.includes(state)
}

/** Converts the times to dates, and leaves absent fields out. */
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

/** Checks that an unsent broadcast is at the revision that an edit began with. @throws AppError `outdated_revision` */
function requireDraftRevision(record: BroadcastRecord, fromRevision: number | undefined): void {
  const { state, draftRevision = 0 } = record
  if (fromRevision !== undefined && fromRevision !== draftRevision && UNSENT.includes(state))
    throw broadcastEdited(record, draftRevision)
}

function broadcastEdited({ title, text }: BroadcastRecord, revision: number): AppError {
  return new AppError('broadcast_edited', { title, text, revision })
}

/** Refuses a broadcast without text and attachments. @throws AppError `invalid_input` */
function refuseEmpty({ text }: { text: string }, attachments: Attachment[]): void {
  if (text === '' && attachments.length === 0) throw invalidField('text', 'must_not_be_empty')
}

/** Makes the error for a broadcast that does not exist or that the user may not see. */
export function noSuchBroadcast(): AppError {
  return new AppError('no_such_broadcast')
}
