import type { Types } from 'mongoose'
import type { Delivery } from '../lib/delivery.ts'
import type { AttachmentRepository } from '../attachments/index.ts'
import type { Models } from '../models/index.ts'
import { toMessage, type MessageRecord } from '../models/message.model.ts'
import { createMessageRepository, type MessageLog, type Revision } from '../messageLog/index.ts'
import { audienceOfChange } from '../conversations/index.ts'

/**
 * Deletes a message for the server, without a check of access. It goes through the log like every change, so that no
 * client misses it. Resolves to false when the message is not there, was deleted before, or is a system message.
 */
export type RemoveMessage = (message: Pick<MessageRecord, 'conversationId' | 'seq'>) => Promise<boolean>

/** Returns the fields of a deleted message: its place stays, and nothing in it. */
const deletedFields = (): Revision => ({
  title: null,
  text: '',
  attachments: [],
  edits: [],
  editedAt: null,
  deletedAt: new Date(),
})
const NO_RECEIPTS: ReadonlyMap<string, { readSeq: number }> = new Map()

export interface MessageRemovalDeps {
  models: Models
  log: MessageLog
  delivery: Delivery
  attachments: AttachmentRepository
}

/** Creates the function that deletes a message and releases its files. */
export function createMessageRemoval({ models, log, delivery, attachments }: MessageRemovalDeps): RemoveMessage {
  return async ({ conversationId, seq }) => {
    const found = await createMessageRepository(models).findOne({
      filter: { conversationId, seq },
      projection: { senderId: 1, clientMessageId: 1, kind: 1, attachments: 1 },
    })
    if (!found || found.kind === 'system') return false
    const { senderId, clientMessageId } = found
    if (found.attachments?.length) await attachments.beforeDelete(senderId, clientMessageId)
    const outcome = await log.change(conversationId, seq, (record) => (record.deletedAt ? null : deletedFields()))
    await attachments.afterDelete(senderId, clientMessageId)
    if (!outcome?.changed) return false
    const conversation = await models.Conversation.findById(conversationId).lean()
    if (conversation) {
      const sender = { userId: senderId.toHexString(), role: 'member' as const, sessionId: '' }
      delivery.messageChanged(
        toMessage(outcome.record, sender.userId, NO_RECEIPTS),
        await audienceOfChange(models, sender, conversation, outcome.record),
      )
    }
    return true
  }
}

/** How many messages are removed at once. Each waits for the log of its conversation. */
const BATCH = 50

/**
 * Removes every message of a sender, `BATCH` at a time, and those that an archive file could restore. Deleted messages
 * are skipped, so it can run again after an interruption.
 */
export async function removeMessagesOfSender(
  models: Pick<Models, 'Message' | 'ColdMessage'>,
  senderId: Types.ObjectId,
  remove: RemoveMessage,
): Promise<void> {
  for (const model of [models.Message, models.ColdMessage])
    await model.updateMany({ senderId, archive: { $ne: null } }, { $set: { archive: null } })
  let after = ''
  for (;;) {
    const found: MessageRecord[] = await createMessageRepository(models).find({
      filter: { senderId, clientMessageId: { $gt: after }, deletedAt: null },
      projection: { conversationId: 1, seq: 1, clientMessageId: 1 },
      sort: { by: 'clientMessageId', direction: 1 },
      limit: BATCH,
    })
    await Promise.all(found.map(remove))
    const last = found.at(-1)
    if (!last) return
    after = last.clientMessageId
  }
}
