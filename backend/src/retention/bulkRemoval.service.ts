import type { Types } from 'mongoose'
import type { Delivery } from '../lib/delivery.ts'
import type { AttachmentRepository } from '../attachments/index.ts'
import { isRemovable } from './retentionScan.repository.ts'
import type { Models } from '../models/index.ts'
import { toMessage, type MessageRecord } from '../models/message.model.ts'
import type { MessageLog, Revision } from '../messageLog/index.ts'
import { audienceOfChange } from '../conversations/index.ts'

/** A message that is to go; `rev` where it may only go as it was then. */
export interface Removal extends Pick<MessageRecord, 'seq' | 'senderId' | 'clientMessageId'> {
  hasFiles: boolean
  rev?: number
}

export interface BulkRemovalService {
  /**
   * Leaves an empty message in the place of each, as a delete does, and resolves to those that it removed.
   * @param archive the file that has them; null: none
   */
  remove(conversationId: Types.ObjectId, removals: Removal[], archive: string | null): Promise<MessageRecord[]>

  /**
   * Tells the people of a conversation of the newest of many changes, once for all of them: who holds others that changed notices that it
   * missed some, and asks for them, or loads its newest page anew.
   */
  tell(newest: MessageRecord): Promise<void>

  /** Tells of changes of one conversation after the other. */
  news(): { changed(conversationId: Types.ObjectId, records: MessageRecord[]): Promise<void>; end: () => Promise<void> }
}

const NOBODYS: ReadonlyMap<string, { readSeq: number }> = new Map()

/** Removing and putting back many messages, a hundred or so of one conversation at a time. A repeat does no harm. */
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
      const byPlace = new Map(removals.map((removal) => [removal.seq, removal]))
      for (const { hasFiles, senderId, clientMessageId } of removals)
        if (hasFiles) await attachments.beforeDelete(senderId, clientMessageId)
      const removed = await log.changeMany(conversationId, [...byPlace.keys()], (record) => {
        const rev = byPlace.get(record.seq)?.rev ?? record.rev
        return isRemovable(record) && record.rev === rev ? { ...nothing(), ...(archive !== null && { archive }) } : null
      })
      for (const { seq, senderId, clientMessageId } of removed)
        if (byPlace.get(seq)?.hasFiles) await attachments.afterDelete(senderId, clientMessageId)
      return removed
    },

    tell,

    news() {
      let newest: MessageRecord | undefined
      const end = async (): Promise<void> => {
        if (newest) await tell(newest)
        newest = undefined
      }
      return {
        async changed(conversationId: Types.ObjectId, records: MessageRecord[]): Promise<void> {
          if (newest && !newest.conversationId.equals(conversationId)) await end()
          newest = records.at(-1) ?? newest
        },
        end,
      }
    },
  }

  async function tell(newest: MessageRecord): Promise<void> {
    const conversation = await models.Conversation.findById(newest.conversationId).lean()
    if (!conversation) return
    const sender = { userId: newest.senderId.toHexString(), role: 'member' as const, sessionId: '' }
    delivery.messageChanged(
      toMessage(newest, sender.userId, NOBODYS),
      await audienceOfChange(models, sender, conversation, newest),
    )
  }
}

const nothing = (): Revision => ({
  title: null,
  text: '',
  attachments: [],
  edits: [],
  editedAt: null,
  deletedAt: new Date(),
})
