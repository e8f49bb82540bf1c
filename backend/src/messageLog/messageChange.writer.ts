import type { Types } from 'mongoose'
import type { Logger } from '../lib/logger.ts'
import type { ColdMessageRepository } from './coldMessage.repository.ts'
import type { ConversationSummaryWriter } from './conversationSummary.writer.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import type { Models } from '../models/index.ts'
import type { MessageRecord } from '../models/message.model.ts'
import type { Changed, End } from './messageLog.service.ts'

/** The fields that a change sets. */
export type Revision = Partial<
  Pick<
    MessageRecord,
    'title' | 'text' | 'attachments' | 'editedAt' | 'deletedAt' | 'edits' | 'hiddenFrom' | 'broadcast' | 'archive'
  >
>

interface Change {
  conversationId: Types.ObjectId
  seq: number
  /** Returns null when there is nothing to change. */
  revise: (record: MessageRecord) => Revision | null
}

interface ManyChanges {
  conversationId: Types.ObjectId
  seqs: number[]
  revise: (record: MessageRecord) => Revision | null
}

/**
 * Each lost race means that another node's change of the conversation was written, so the loop ends when those changes
 * do.
 */
const TRIES_MAX = 200
/** The pause after the database refused the summary. */
const RETRY_MS = 1000

/** Returns the end of a conversation by a look at the database. */
type FindEnd = (conversationId: Types.ObjectId) => Promise<End>

/**
 * Changes messages. The caller lets one change of a conversation run at a time on this node. The update has the
 * message's last `rev` as its condition and the conversation's next `rev` as its value. A change that loses a race with
 * another node, for the message or for the number, reads both again.
 */
export interface MessageChangeWriter {
  /**
   * Changes one message.
   * @param known the end of the conversation, as this node knows it
   * @returns the outcome, null when there is no such message; and the new end
   */
  apply(change: Change, known: End, endOf: FindEnd): Promise<{ outcome: Changed | null; end: End }>
  /**
   * Changes many messages of a conversation in one command. Each gets a `rev` of its own, as if it were changed alone,
   * so that the changes a client misses stay one index range. A message that another node changes meanwhile is tried
   * again.
   */
  applyMany(changes: ManyChanges, known: End, endOf: FindEnd): Promise<{ records: MessageRecord[]; end: End }>
}

/** Creates the writer of changes. */
export function createMessageChangeWriter(
  { Message, PendingChange }: Models,
  cold: ColdMessageRepository,
  summary: ConversationSummaryWriter,
  logger: Logger,
): MessageChangeWriter {
  return { apply, applyMany }

  async function apply(change: Change, known: End, endOf: FindEnd): Promise<{ outcome: Changed | null; end: End }> {
    const { conversationId, seq } = change
    const first = await cold.restore(conversationId, seq)
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
      await followUp(record ? [record] : [], record ? [record] : [], pending._id)
    }
  }

  /** Tries until the change is written or there is nothing left to change. */
  async function compete(
    change: Change,
    first: MessageRecord,
    known: End,
    endOf: FindEnd,
  ): Promise<{ outcome: Changed; end: End }> {
    const { conversationId, seq, revise } = change
    let [before, end] = [first, known]
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const revision = revise(before)
      if (!revision) return { outcome: { record: before, changed: false }, end }
      // Another node's change of this message may be the conversation's newest change. To assign its number again would
      // hide one of the two from every client.
      const rev = Math.max(end.rev, before.rev) + 1
      const record: MessageRecord = { ...before, ...revision, rev, revs: [...before.revs, rev] }
      if (await replace(before, record)) return { outcome: { record, changed: true }, end: { ...end, rev: record.rev } }
      const [now, newEnd] = await Promise.all([cold.restore(conversationId, seq), endOf(conversationId)])
      ;[before, end] = [now ?? before, newEnd]
    }
    throw new Error('Too many changes of one message at the same time')
  }

  async function applyMany(
    { conversationId, seqs, revise }: ManyChanges,
    known: End,
    endOf: FindEnd,
  ): Promise<{ records: MessageRecord[]; end: End }> {
    const done = new Map<number, MessageRecord>()
    let end = known
    let pending: Types.ObjectId | null = null
    try {
      for (let tries = 0; tries < TRIES_MAX; tries += 1) {
        const found = await cold.restoreMany(
          conversationId,
          seqs.filter((seq) => !done.has(seq)),
        )
        const { writes, rev } = revised(found, end.rev, revise)
        const last = writes.at(-1)
        if (!last) return { records: [...done.values()], end }
        pending ??= (await PendingChange.create({ conversationId, seq: last.record.seq }))._id
        const isComplete = await replaceMany(writes)
        const written = isComplete
          ? null
          : await revsOf(
              conversationId,
              writes.map(({ record }) => record._id),
            )
        for (const { record } of writes)
          if (!written || written.get(record._id.toHexString()) === record.rev) done.set(record.seq, record)
        end = isComplete ? { ...end, rev } : await endOf(conversationId)
      }
      throw new Error('Too many changes of the same messages at the same time')
    } finally {
      const records = [...done.values()]
      // Usually one record: the summary's copy follows the last place, the conversation's `lastRev` the last change.
      const ends = new Set([highest(records, ({ seq }) => seq), highest(records, ({ rev }) => rev)])
      if (pending)
        await followUp(
          [...ends].filter((record) => record !== null),
          records,
          pending,
        )
    }
  }

  // The filters name the conversation beside the id, so that a sharded MongoDB asks one shard.

  /** Writes all changes in one command; false when some may not be written. */
  async function replaceMany(writes: Write[]): Promise<boolean> {
    const updates = writes.map(({ before: { _id, conversationId, rev }, record }) => ({
      updateOne: { filter: { _id, conversationId, rev }, update: { $set: fieldsOf(record) } },
    }))
    try {
      const { matchedCount } = await Message.collection.bulkWrite(updates, { ordered: true })
      return matchedCount === writes.length
    } catch (error) {
      if (duplicateKeyAt(error) === null) throw error
      return false
    }
  }

  async function revsOf(conversationId: Types.ObjectId, ids: Types.ObjectId[]): Promise<Map<string, number>> {
    const found = await Message.find({ _id: { $in: ids }, conversationId }, { rev: 1 }).lean()
    return new Map(found.map(({ _id, rev }) => [_id.toHexString(), rev]))
  }

  async function replace({ _id, conversationId, rev }: MessageRecord, record: MessageRecord): Promise<boolean> {
    try {
      const { matchedCount } = await Message.updateOne({ _id, conversationId, rev }, { $set: fieldsOf(record) })
      return matchedCount === 1
    } catch (error) {
      if (duplicateKeyAt(error) === null) throw error
      return false
    }
  }

  /** Updates the cold copies and the conversation's summary. @param records empty when nothing was changed */
  async function followUp(
    records: MessageRecord[],
    changed: MessageRecord[],
    pendingId: Types.ObjectId,
  ): Promise<void> {
    try {
      for (const record of changed) await cold.updateCopy(record)
      await summary.writeCounted(changed)
      for (const record of records) await summary.writeChange(record)
      await PendingChange.deleteOne({ _id: pendingId })
    } catch (error) {
      logger.warn({ err: error }, 'the summary of a conversation could not be changed, trying again')
      setTimeout(() => void followUp(records, changed, pendingId), RETRY_MS).unref()
    }
  }
}

interface Write {
  before: MessageRecord
  record: MessageRecord
}

/** Returns the changes to write, in the order of their places, and the `rev` of the last one. */
function revised(
  found: MessageRecord[],
  lastRev: number,
  revise: ManyChanges['revise'],
): { writes: Write[]; rev: number } {
  let rev = found.reduce((highest, record) => Math.max(highest, record.rev), lastRev)
  const writes = found.flatMap((before) => {
    const revision = revise(before)
    if (!revision) return []
    rev += 1
    return [{ before, record: { ...before, ...revision, rev, revs: [...before.revs, rev] } }]
  })
  return { writes, rev }
}

/** Returns every field that a change may set. */
function fieldsOf({
  title,
  text,
  attachments = [],
  editedAt,
  deletedAt,
  edits,
  hiddenFrom,
  broadcast,
  archive,
  rev,
  revs,
}: MessageRecord) {
  return {
    title,
    text,
    attachments,
    editedAt,
    deletedAt,
    edits,
    rev,
    revs,
    ...(hiddenFrom && { hiddenFrom }),
    ...(broadcast && { broadcast }),
    ...(archive !== undefined && { archive }),
  }
}

function highest(records: MessageRecord[], by: (record: MessageRecord) => number): MessageRecord | null {
  return records.reduce<MessageRecord | null>(
    (first, record) => (first && by(first) > by(record) ? first : record),
    null,
  )
}
