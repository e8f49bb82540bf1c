import { Types } from 'mongoose'
import { AppError } from '../lib/errors.ts'
import type { Actor } from '../lib/delivery.ts'
import type { AttachmentRecord } from '../models/attachment.model.ts'
import type { Models } from '../models/index.ts'
import { createMessageRepository } from '../messageLog/index.ts'
import { requireConversation, requireMessage } from '../conversations/index.ts'
import { broadcastOfAttachment } from '../models/broadcast.model.ts'

/** What is asked before an attachment is read. */
export type AccessModels = Pick<
  Models,
  'Attachment' | 'Message' | 'ColdMessage' | 'Conversation' | 'Participant' | 'Recipient' | 'Broadcast' | 'User'
>

/**
 * An attachment that the actor may read: of a message that they may see now, in whatever conversation, or their own that is not sent yet;
 * for admins also of a broadcast, sent or not. Asked at each request, so that who was removed is out at once, and what was deleted is gone.
 * @throws AppError `not_found` both when there is none and when it is not for them
 */
export async function readableAttachment(models: AccessModels, actor: Actor, id: string): Promise<AttachmentRecord> {
  const record = await models.Attachment.findOne({ _id: new Types.ObjectId(id), isReleased: false }).lean()
  if (!record) throw noSuchAttachment()
  const { ownerId, clientMessageId } = record
  const place =
    clientMessageId === null
      ? null
      : await createMessageRepository(models).findOne({
          filter: { senderId: ownerId, clientMessageId },
          projection: { conversationId: 1, seq: 1 },
        })
  if (!place) {
    // Not sent yet, or being sent at this moment.
    if (ownerId.toHexString() === actor.userId || (await isAdministered(models, actor, record))) return record
    throw noSuchAttachment()
  }
  const message = await messageFor(models, actor, place.conversationId, place.seq).catch(async (error: unknown) => {
    // A broadcast that is not for this admin, who may look at it all the same.
    const sent = (await isAdministered(models, actor, record))
      ? await createMessageRepository(models).findOne({
          filter: { conversationId: place.conversationId, seq: place.seq },
        })
      : null
    if (sent) return sent
    throw error
  })
  // Another than the first send of this clientMessageId named it: no message shows it.
  if (message.deletedAt || !(message.attachments ?? []).some((attachment) => attachment.id === id))
    throw noSuchAttachment()
  return record
}

/** Whether it is in a broadcast, and the actor an admin now: a signed address outlives the role that it was made with. */
async function isAdministered(
  { Broadcast, User }: AccessModels,
  { userId }: Actor,
  { _id, ownerId, clientMessageId }: AttachmentRecord,
): Promise<boolean> {
  if (clientMessageId === null) return false
  const isIn = await Broadcast.exists(broadcastOfAttachment(_id, ownerId, clientMessageId))
  return isIn !== null && (await User.exists({ _id: userId, role: 'admin', state: 'active' })) !== null
}

async function messageFor(models: AccessModels, actor: Actor, conversationId: Types.ObjectId, seq: number) {
  try {
    return await requireMessage(
      models,
      actor,
      await requireConversation(models, actor, conversationId.toHexString()),
      seq,
    )
  } catch (error) {
    // In the words of an attachment that does not exist.
    if (error instanceof AppError && error.code === 'not_found') throw noSuchAttachment()
    throw error
  }
}

export function noSuchAttachment(): AppError {
  return new AppError('no_such_attachment')
}
