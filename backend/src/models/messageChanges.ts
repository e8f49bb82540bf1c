import type { Types } from 'mongoose'
import type { Logger } from '../lib/logger.ts'
import type { conversationSummary } from './conversationSummary.ts'
import { duplicateKeyAt } from './duplicateKey.ts'
import type { Models } from './index.ts'
import type { MessageRecord } from './message.model.ts'
import type { Changed, End } from './messageLog.ts'

/** What a change makes of a message. */
export type Revision = Partial<Pick<MessageRecord, 'title' | 'text' | 'attachments' | 'editedAt' | 'deletedAt' | 'edits' | 'hiddenFrom' | 'broadcast'>>

interface Change {
  conversationId: Types.ObjectId
  seq: number
  /** Null: nothing to change. */
  revise: (record: MessageRecord) => Revision | null
}

/** Each lost race means that another node's change of the conversation went through, so it ends when they do. */
const TRIES_MAX = 200
/** When the database refused the summary. */
const RETRY_MS = 1000

/**
 * Changes messages one at a time for a conversation. The update carries the message's last `rev` as its condition and the
 * conversation's next `rev` as its value: who loses a race, for the message or for the number, looks again.
 */
export function messageChanges({ Message, PendingChange }: Models, summary: ReturnType<typeof conversationSummary>, logger: Logger) {
  return { apply }

  async function apply(change: Change, known: End, endOf: (id: Types.ObjectId) => Promise<End>): Promise<{ outcome: Changed | null; end: End }> {
    const { conversationId, seq } = change
    const first = await Message.findOne({ conversationId, seq }).lean()
    if (!first) return { outcome: null, end: known }
    // Asked once before anything is written: most refusals and repeats end here.
    if (!change.revise(first)) return { outcome: { record: first, changed: false }, end: known }
    const pending = await PendingChange.create({ conversationId, seq })
    let record: MessageRecord | null = null
    try {
      const { outcome, end } = await compete(change, first, known, endOf)
      if (outcome.changed) ({ record } = outcome)
      return { outcome, end }
    } finally {
      await followUp(record, pending._id)
    }
  }

  /** Tries until the change is made or there is nothing to change any more. */
  async function compete(change: Change, first: MessageRecord, known: End, endOf: (id: Types.ObjectId) => Promise<End>): Promise<{ outcome: Changed; end: End }> {
    const { conversationId, seq, revise } = change
    let [before, end] = [first, known]
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const revision = revise(before)
      if (!revision) return { outcome: { record: before, changed: false }, end }
      // Another node's change of this very message may be the newest of all: giving it its own number again would tell nobody.
      const rev = Math.max(end.rev, before.rev) + 1
      const record: MessageRecord = { ...before, ...revision, rev, revs: [...before.revs, rev] }
      if (await replace(before, record)) return { outcome: { record, changed: true }, end: { ...end, rev: record.rev } }
      const [now, newEnd] = await Promise.all([Message.findOne({ conversationId, seq }).lean(), endOf(conversationId)])
      ;[before, end] = [now ?? before, newEnd]
    }
    throw new Error('A message is being changed too often at once')
  }

  async function replace({ _id, rev }: MessageRecord, record: MessageRecord): Promise<boolean> {
    const { title, text, attachments = [], editedAt, deletedAt, edits, revs, hiddenFrom, broadcast } = record
    try {
      const { matchedCount } = await Message.updateOne({ _id, rev }, { $set: { title, text, attachments, editedAt, deletedAt, edits, ...(hiddenFrom && { hiddenFrom }), ...(broadcast && { broadcast }), rev: record.rev, revs } })
      return matchedCount === 1
    } catch (error) {
      if (duplicateKeyAt(error) === null) throw error
      return false
    }
  }

  /** @param record null: nothing was changed */
  async function followUp(record: MessageRecord | null, pendingId: Types.ObjectId): Promise<void> {
    try {
      if (record) await summary.followChange(record)
      await PendingChange.deleteOne({ _id: pendingId })
    } catch (error) {
      logger.warn({ err: error }, 'a conversation is behind a change of its message, trying again')
      setTimeout(() => void followUp(record, pendingId), RETRY_MS).unref()
    }
  }
}
