import type { PendingBroadcast } from '../contract/index.ts'
import { toMark, type BroadcastRecord } from '../models/broadcast.model.ts'
import { ANNOUNCEMENTS_OBJECT_ID } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import type { RecipientRecord } from '../models/recipient.model.ts'
import { createMessageRepository } from '../messageLog/index.ts'

const ORDER = ['urgent', 'important', 'normal']

/**
 * The most broadcasts in one answer. Each may have 8,000 characters and as many in each earlier text, and the page shows
 * them one by one.
 */
export const PENDING_MAX = 50

/**
 * Returns the broadcasts that wait for a user: urgent ones first, then the newest, `PENDING_MAX` at most. Expired and
 * deleted ones are left out.
 */
export async function pendingOf(
  models: Pick<Models, 'Broadcast' | 'Message' | 'ColdMessage'>,
  rows: RecipientRecord[],
): Promise<PendingBroadcast[]> {
  if (rows.length === 0) return []
  const rowOf = new Map(rows.map((row) => [row.broadcastId.toHexString(), row]))
  const records = await models.Broadcast.find(
    { _id: { $in: rows.map(({ broadcastId }) => broadcastId) }, state: 'sent' },
    { seq: 1, priority: 1, expiresAt: 1, needsAcknowledgement: 1 },
  ).lean()
  const deleted = await createMessageRepository(models).find({
    filter: {
      conversationId: ANNOUNCEMENTS_OBJECT_ID,
      seq: { $in: records.map(({ seq }) => seq) },
      deletedAt: { $ne: null },
    },
    projection: { seq: 1 },
  })
  const gone = new Set(deleted.map(({ seq }) => seq))
  const waiting = records
    .filter((record) => {
      const row = rowOf.get(record._id.toHexString())
      return row && !gone.has(record.seq ?? 0) && waitsFor(record, row)
    })
    .toSorted((a, b) => ORDER.indexOf(a.priority) - ORDER.indexOf(b.priority) || (b.seq ?? 0) - (a.seq ?? 0))
    .slice(0, PENDING_MAX)
  const whole = await models.Broadcast.find({ _id: { $in: waiting.map(({ _id }) => _id) } }).lean()
  const byId = new Map(whole.map((record) => [record._id.toHexString(), record]))
  return waiting.flatMap(({ _id }) => {
    const [record, row] = [byId.get(_id.toHexString()), rowOf.get(_id.toHexString())]
    return record && row ? [toPending(record, row)] : []
  })
}

/**
 * Tells whether a broadcast waits for the recipient. One that needs no acknowledgement is like any other message,
 * unless it is urgent or an admin has reminded the recipient.
 */
function waitsFor(
  {
    expiresAt,
    needsAcknowledgement,
    priority,
  }: Pick<BroadcastRecord, 'expiresAt' | 'needsAcknowledgement' | 'priority'>,
  { isDone, remindedAt }: RecipientRecord,
): boolean {
  return (
    !isDone &&
    (!expiresAt || expiresAt > new Date()) &&
    (needsAcknowledgement || priority === 'urgent' || remindedAt !== null)
  )
}

/** Makes the pending broadcast that the recipient gets. */
export function toPending(record: BroadcastRecord, row: RecipientRecord): PendingBroadcast {
  const { title, text, attachments, seq, earlier } = record
  const before = earlier.find(({ revision }) => revision === row.history.at(-1)?.revision)
  return {
    ...toMark(record),
    title,
    text,
    attachments,
    seq: seq ?? 0,
    sentAt: (record.sentAt ?? record.createdAt).toISOString(),
    acknowledged: before ? { revision: before.revision, title: before.title, text: before.text } : null,
    remindedAt: row.remindedAt?.toISOString() ?? null,
  }
}
