import { Types } from 'mongoose'
import { AppError } from '../lib/errors.ts'
import type { Actor } from '../lib/delivery.ts'
import type { AttachmentRecord } from '../models/attachment.model.ts'
import type { Models } from '../models/index.ts'
import { createMessageRepository } from '../messageLog/index.ts'
import { requireConversation, requireMessage } from '../conversations/index.ts'
import { broadcastOfAttachment } from '../models/broadcast.model.ts'

/** The models that decide whether a user may read an attachment. */
export type AccessModels = Pick<
  Models,
  'Attachment' | 'Message' | 'ColdMessage' | 'Conversation' | 'Participant' | 'Recipient' | 'Broadcast' | 'User'
>

/**
 * Returns an attachment that the actor may read: of a message that the actor may see now, of the actor's own unsent
 * message, or for an admin of a broadcast in any state. The check runs at each request, so a removed user is out at
 * once, and a deleted file is gone at once.
 * @throws AppError `not_found`, also when the attachment exists and the actor may not read it
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
    // The attachment is not sent yet, or is being sent at this moment.
    if (ownerId.toHexString() === actor.userId || (await isAdministered(models, actor, record))) return record
    throw noSuchAttachment()
  }
  const message = await messageFor(models, actor, place.conversationId, place.seq).catch(async (error: unknown) => {
    // The admin is no recipient of this broadcast, but may look at it.
    const sent = (await isAdministered(models, actor, record))
      ? await createMessageRepository(models).findOne({
          filter: { conversationId: place.conversationId, seq: place.seq },
        })
      : null
    if (sent) return sent
    throw error
  })
  // A repeat of the clientMessageId named this attachment. The first send counts, so no message shows it.
  if (message.deletedAt || !(message.attachments ?? []).some((attachment) => attachment.id === id))
    throw noSuchAttachment()
  return record
}

/**
 * Tells whether the attachment is in a broadcast and the actor is an admin now. A signed address may outlive the role
 * of its user.
 */
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
    // The answer is that of an attachment that does not exist, so it reveals nothing.
    if (error instanceof AppError && error.code === 'not_found') throw noSuchAttachment()
    throw error
  }
}

/** Makes the error for an attachment that does not exist or that the actor may not read. */
export function noSuchAttachment(): AppError {
  return new AppError('no_such_attachment')
}
