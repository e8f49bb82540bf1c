import type { Types } from 'mongoose'
import type { Delivery } from '../lib/delivery.ts'
import type { AttachmentRepository } from '../attachments/index.ts'
import { isRemovable } from './retentionScan.repository.ts'
import type { Models } from '../models/index.ts'
import { toMessage, type MessageRecord } from '../models/message.model.ts'
import type { MessageLog, Revision } from '../messageLog/index.ts'
import { audienceOfChange } from '../conversations/index.ts'

/** A message to remove. With `rev`, the message is removed only if it is unchanged since. */
export interface Removal extends Pick<MessageRecord, 'seq' | 'senderId' | 'clientMessageId'> {
  hasFiles: boolean
  rev?: number
}

/** Removes many messages of a conversation. */
export interface BulkRemovalService {
  /**
   * Replaces each message by an empty one, as a delete does, and returns the messages that it removed.
   * @param archive the file that contains them, or null
   */
  remove(conversationId: Types.ObjectId, removals: Removal[], archive: string | null): Promise<MessageRecord[]>

  /**
   * Sends the newest of many changes to the users of a conversation, once for all changes. A client that holds other
   * messages that changed notices a gap in `rev`, and asks for the changes or loads the newest page again.
   */
  notify(newest: MessageRecord): Promise<void>

  /** Collects changes, and sends the newest one of each conversation when the next conversation begins. */
  createNotifier(): {
    add(conversationId: Types.ObjectId, records: MessageRecord[]): Promise<void>
    flush: () => Promise<void>
  }
}

const NO_RECEIPTS: ReadonlyMap<string, { readSeq: number }> = new Map()

/** Creates the service. Call it for about a hundred messages at a time. A repeat changes emptyRevision. */
export function createBulkRemovalService({
  models,
  log,
  delivery,
  attachments,
}: {
  models: Models
  log: MessageLog
  delivery: Delivery
  attachments: AttachmentRepository
}): BulkRemovalService {
  return {
    async remove(conversationId, removals, archive) {
      const bySeq = new Map(removals.map((removal) => [removal.seq, removal]))
      for (const { hasFiles, senderId, clientMessageId } of removals)
        if (hasFiles) await attachments.beforeDelete(senderId, clientMessageId)
      const removed = await log.changeMany(conversationId, [...bySeq.keys()], (record) => {
        const rev = bySeq.get(record.seq)?.rev ?? record.rev
        return isRemovable(record) && record.rev === rev
          ? { ...emptyRevision(), ...(archive !== null && { archive }) }
          : null
      })
      for (const { seq, senderId, clientMessageId } of removed)
        if (bySeq.get(seq)?.hasFiles) await attachments.afterDelete(senderId, clientMessageId)
      return removed
    },

    notify,

    createNotifier() {
      let newest: MessageRecord | undefined
      const flush = async (): Promise<void> => {
        if (newest) await notify(newest)
        newest = undefined
      }
      return {
        async add(conversationId: Types.ObjectId, records: MessageRecord[]): Promise<void> {
          if (newest && !newest.conversationId.equals(conversationId)) await flush()
          newest = records.at(-1) ?? newest
        },
        flush,
      }
    },
  }

  async function notify(newest: MessageRecord): Promise<void> {
    const conversation = await models.Conversation.findById(newest.conversationId).lean()
    if (!conversation) return
    const sender = { userId: newest.senderId.toHexString(), role: 'member' as const, sessionId: '' }
    delivery.messageChanged(
      toMessage(newest, sender.userId, NO_RECEIPTS),
      await audienceOfChange(models, sender, conversation, newest),
    )
  }
}

const emptyRevision = (): Revision => ({
  title: null,
  text: '',
  attachments: [],
  edits: [],
  editedAt: null,
  deletedAt: new Date(),
})
