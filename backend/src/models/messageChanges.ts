import type { Types } from 'mongoose'
import type { Logger } from '../lib/logger.ts'
import type { conversationSummary } from './conversationSummary.ts'
import { duplicateKeyAt } from './duplicateKey.ts'
import type { Models } from './index.ts'
import type { MessageRecord } from './message.model.ts'
import type { Changed, End } from './messageLog.ts'

/** What a change makes of a message. */
export type Revision = Partial<Pick<MessageRecord, 'title' | 'text' | 'editedAt' | 'deletedAt' | 'edits'>>

interface Change {
  conversationId: Types.ObjectId
  seq: number
  /** Null: nothing to change. */
  revise: (record: MessageRecord) => Revision | null
}

/** Each lost race means that another change of the conversation went through. */
const TRIES_MAX = 20
/** When the database refused the summary. */
const RETRY_MS = 1000

/**
 * Changes messages one at a time for a conversation. The update carries the message's last `rev` as its condition and the
 * conversation's next `rev` as its value: who loses a race, for the message or for the number, looks again.
 */
export function messageChanges({ Message, PendingChange }: Models, summary: ReturnType<typeof conversationSummary>, logger: Logger) {
  return { apply }

  async function apply(change: Change, known: End, endOf: (id: Types.ObjectId) => Promise<End>): Promise<{ outcome: Changed | null; end: End }> {
    const { conversationId, seq, revise } = change
    let end = known
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const before = await Message.findOne({ conversationId, seq }).lean()
      if (!before) return { outcome: null, end }
      const revision = revise(before)
      if (!revision) return { outcome: { record: before, changed: false }, end }
      // Another node's change of this very message may be the newest of all: giving it its own number again would tell nobody.
      const record: MessageRecord = { ...before, ...revision, rev: Math.max(end.rev, before.rev) + 1 }
      const pending = await PendingChange.create({ conversationId, seq })
      const won = await replace(before, record)
      // Also after a lost race: nothing was changed, and the summary follows whoever won.
      await followUp(record, won, pending._id)
      if (won) return { outcome: { record, changed: true }, end: { ...end, rev: record.rev } }
      end = await endOf(conversationId)
    }
    throw new Error('A message is being changed too often at once')
  }

  async function replace({ _id, rev }: MessageRecord, record: MessageRecord): Promise<boolean> {
    const { title, text, editedAt, deletedAt, edits } = record
    try {
      const { matchedCount } = await Message.updateOne({ _id, rev }, { $set: { title, text, editedAt, deletedAt, edits, rev: record.rev } })
      return matchedCount === 1
    } catch (error) {
      if (duplicateKeyAt(error) === null) throw error
      return false
    }
  }

  async function followUp(record: MessageRecord, won: boolean, pendingId: Types.ObjectId): Promise<void> {
    try {
      if (won) await summary.followChange(record)
      await PendingChange.deleteOne({ _id: pendingId })
    } catch (error) {
      logger.warn({ err: error }, 'a conversation is behind a change of its message, trying again')
      setTimeout(() => void followUp(record, won, pendingId), RETRY_MS).unref()
    }
  }
}
