import type { Types } from 'mongoose'
import type { Logger } from '../lib/logger.ts'
import type { createColdMessageRepository } from './coldMessage.repository.ts'
import type { createConversationSummaryWriter } from './conversationSummary.writer.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import type { Models } from '../models/index.ts'
import type { MessageRecord } from '../models/message.model.ts'
import type { Changed, End } from './messageLog.service.ts'

/** What a change makes of a message. */
export type Revision = Partial<
  Pick<
    MessageRecord,
    'title' | 'text' | 'attachments' | 'editedAt' | 'deletedAt' | 'edits' | 'hiddenFrom' | 'broadcast' | 'archive'
  >
>

interface Change {
  conversationId: Types.ObjectId
  seq: number
  /** Null: nothing to change. */
  revise: (record: MessageRecord) => Revision | null
}

interface ManyChanges {
  conversationId: Types.ObjectId
  seqs: number[]
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
export function createMessageChangeWriter(
  { Message, PendingChange }: Models,
  cold: ReturnType<typeof createColdMessageRepository>,
  summary: ReturnType<typeof createConversationSummaryWriter>,
  logger: Logger,
) {
  return { apply, applyMany }

  async function apply(
    change: Change,
    known: End,
    endOf: (id: Types.ObjectId) => Promise<End>,
  ): Promise<{ outcome: Changed | null; end: End }> {
    const { conversationId, seq } = change
    const first = await cold.hot(conversationId, seq)
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

  /** Tries until the change is made or there is nothing to change any more. */
  async function compete(
    change: Change,
    first: MessageRecord,
    known: End,
    endOf: (id: Types.ObjectId) => Promise<End>,
  ): Promise<{ outcome: Changed; end: End }> {
    const { conversationId, seq, revise } = change
    let [before, end] = [first, known]
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const revision = revise(before)
      if (!revision) return { outcome: { record: before, changed: false }, end }
      // Another node's change of this very message may be the newest of all: giving it its own number again would tell nobody.
      const rev = Math.max(end.rev, before.rev) + 1
      const record: MessageRecord = { ...before, ...revision, rev, revs: [...before.revs, rev] }
      if (await replace(before, record)) return { outcome: { record, changed: true }, end: { ...end, rev: record.rev } }
      const [now, newEnd] = await Promise.all([cold.hot(conversationId, seq), endOf(conversationId)])
      ;[before, end] = [now ?? before, newEnd]
    }
    throw new Error('A message is being changed too often at once')
  }

  /**
   * Changes many messages of a conversation by one command, each with a `rev` of its own as if it were changed alone: what a client
   * misses stays an index range. Those that another node changes at this moment are looked at again.
   */
  async function applyMany(
    { conversationId, seqs, revise }: ManyChanges,
    known: End,
    endOf: (id: Types.ObjectId) => Promise<End>,
  ): Promise<{ records: MessageRecord[]; end: End }> {
    const done = new Map<number, MessageRecord>()
    let end = known
    let pending: Types.ObjectId | null = null
    try {
      for (let tries = 0; tries < TRIES_MAX; tries += 1) {
        const found = await cold.hotMany(
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
      throw new Error('Messages are being changed too often at once')
    } finally {
      const records = [...done.values()]
      // Mostly one and the same: the copy follows the last place, the conversation's number the last change.
      const ends = new Set([highest(records, ({ seq }) => seq), highest(records, ({ rev }) => rev)])
      if (pending)
        await followUp(
          [...ends].filter((record) => record !== null),
          records,
          pending,
        )
    }
  }

  // The conversation is named beside the id: by it a sharded MongoDB knows whom to ask.

  /** False: some of them may not be written. */
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

  /** @param records none: nothing was changed */
  async function followUp(
    records: MessageRecord[],
    changed: MessageRecord[],
    pendingId: Types.ObjectId,
  ): Promise<void> {
    try {
      for (const record of changed) await cold.follow(record)
      for (const record of records) await summary.followChange(record)
      await PendingChange.deleteOne({ _id: pendingId })
    } catch (error) {
      logger.warn({ err: error }, 'a conversation is behind a change of its message, trying again')
      setTimeout(() => void followUp(records, changed, pendingId), RETRY_MS).unref()
    }
  }
}

interface Write {
  before: MessageRecord
  record: MessageRecord
}

/** What is to be written of these, in the order of their places, and the `rev` of the last. */
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

/** All that a change may change. */
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
