import type { Types } from 'mongoose'
import type { LedgerCounts, RecipientState, SeenRange } from '../contract/index.ts'
import type { BroadcastRecord } from '../models/broadcast.model.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import type { Models } from '../models/index.ts'
import type { ReceiptKind } from '../models/receipt.model.ts'
import { recipientId, type RecipientRecord } from '../models/recipient.model.ts'
import { createMessageRepository } from '../messageLog/index.ts'
import { announcementKey } from '../models/broadcast.model.ts'

/** Stores a row for each recipient of a broadcast. A row is in one state, and each move is one conditional update. */
export interface LedgerRepository {
  /** Adds rows for users. A user who has a row keeps it. */
  add(broadcast: BroadcastRecord, userIds: Types.ObjectId[]): Promise<void>

  /** Stores the place of the announcement in the rows, so that moves of watermarks need not look for it. */
  place(broadcastId: Types.ObjectId, seq: number): Promise<void>

  /**
   * Moves the rows of a user who received or opened the announcements of a range. Call it before the watermark moves:
   * then a repeat after a crash finds the rows that are missing. Returns the broadcasts whose ledger moved.
   */
  advance(userId: Types.ObjectId, kind: ReceiptKind, range: SeenRange): Promise<Types.ObjectId[]>

  /** Records an acknowledgement. Returns null when the user is not a recipient. A repeat changes nothing. */
  acknowledge(broadcastId: Types.ObjectId, userId: Types.ObjectId, revision: number): Promise<{ moved: boolean } | null>

  /** Sets the rows that acknowledge an earlier text back to `opened`. Their history stays. */
  reopen(broadcastId: Types.ObjectId, materialRevision: number): Promise<void>

  /** Marks a broadcast as settled when every recipient is done. Returns whether it is. */
  settle(broadcastId: Types.ObjectId): Promise<boolean>

  /**
   * Counts the rows in each state by an index. It counts the rows that are at least in a state, the last state first.
   * Rows move forward meanwhile, so none is missed or counted twice in the differences, which always add up. Reopening
   * moves a row back by one state, which the second count includes.
   */
  counts(broadcastId: Types.ObjectId): Promise<LedgerCounts>

  /**
   * Notes the reminder in the rows that are not done, and returns them. A row that is acknowledged meanwhile is not
   * among them.
   */
  remind(broadcast: BroadcastRecord, remindedAt: Date): Promise<RecipientRecord[]>
}

/** Creates the repository. */
export function createLedgerRepository(
  models: Pick<Models, 'Recipient' | 'Broadcast' | 'Message' | 'ColdMessage'>,
): LedgerRepository {
  const { Recipient, Broadcast } = models
  return {
    async add({ _id, needsAcknowledgement }, userIds) {
      if (userIds.length === 0) return
      try {
        await Recipient.insertMany(
          userIds.map((userId) => queued(_id, userId, needsAcknowledgement)),
          { ordered: false, lean: true },
        )
      } catch (error) {
        // A repeat after a crash, or a member of two of the groups, has a row.
        if (duplicateKeyAt(error) === null) throw error
      }
    },

    async place(broadcastId, seq) {
      await Recipient.collection.updateMany({ broadcastId }, { $set: { seq } })
    },

    async advance(userId, kind, range) {
      const waiting = await Recipient.find({ userId, isDone: false }).lean()
      const before: RecipientState[] = kind === 'read' ? ['queued', 'delivered'] : ['queued']
      const rows = await rowsWithin(
        waiting.filter(({ state }) => before.includes(state)),
        range,
      )
      const at = new Date()
      const moved = await Promise.all(
        rows.map(async ({ _id, broadcastId, deliveredAt, needsAcknowledgement }) => {
          const opened = {
            state: 'opened',
            openedAt: at,
            deliveredAt: deliveredAt ?? at,
            isDone: !needsAcknowledgement,
          } as const
          const update = kind === 'read' ? opened : ({ state: 'delivered', deliveredAt: at } as const)
          const { modifiedCount } = await Recipient.updateOne({ _id, state: { $in: before } }, { $set: update })
          return modifiedCount === 1 ? [broadcastId] : []
        }),
      )
      return moved.flat()
    },

    async acknowledge(broadcastId, userId, revision) {
      const _id = recipientId(broadcastId, userId)
      const row = await Recipient.findOne({ _id }).lean()
      if (!row) return null
      if (row.state === 'acknowledged') return { moved: false }
      const at = new Date()
      const { modifiedCount } = await Recipient.updateOne(
        { _id, state: { $ne: 'acknowledged' } },
        {
          $set: {
            state: 'acknowledged',
            isDone: true,
            acknowledgedAt: at,
            acknowledgedRevision: revision,
            openedAt: row.openedAt ?? at,
            deliveredAt: row.deliveredAt ?? at,
          },
          $push: { history: { revision, at } },
        },
      )
      return { moved: modifiedCount === 1 }
    },

    async reopen(broadcastId, materialRevision) {
      await Recipient.updateMany(
        { broadcastId, state: 'acknowledged', acknowledgedRevision: { $lt: materialRevision } },
        { $set: { state: 'opened', isDone: false, acknowledgedAt: null } },
      )
      // This comes last: a settle that read the rows before must not write after it.
      await Broadcast.updateOne({ _id: broadcastId }, { $set: { isSettled: false }, $inc: { reopenings: 1 } })
    },

    async settle(broadcastId) {
      // `reopenings` tells whether a material change took rows back since the rows were read.
      const before = await Broadcast.findOne(
        { _id: broadcastId, state: 'sent', isApplied: true },
        { reopenings: 1 },
      ).lean()
      if (!before || (await Recipient.exists({ broadcastId, isDone: false }))) return false
      const { matchedCount } = await Broadcast.updateOne(
        { _id: broadcastId, state: 'sent', reopenings: before.reopenings },
        { $set: { isSettled: true } },
      )
      return matchedCount === 1
    },

    async counts(broadcastId) {
      const inStates = (states: RecipientState[]) => Recipient.countDocuments({ broadcastId, state: { $in: states } })
      const acknowledged = await inStates(['acknowledged'])
      const opened = await inStates(['opened', 'acknowledged'])
      const delivered = await inStates(['delivered', 'opened', 'acknowledged'])
      const recipients = await Recipient.countDocuments({ broadcastId })
      return {
        recipients,
        queued: recipients - delivered,
        delivered: delivered - opened,
        opened: opened - acknowledged,
        acknowledged,
      }
    },

    async remind({ _id: broadcastId, needsAcknowledgement }, remindedAt) {
      const missing: RecipientState[] = needsAcknowledgement
        ? ['queued', 'delivered', 'opened']
        : ['queued', 'delivered']
      await Recipient.updateMany({ broadcastId, state: { $in: missing } }, { $set: { remindedAt } })
      return Recipient.find({ broadcastId, state: { $in: missing }, remindedAt }).lean()
    },
  }

  /**
   * Returns the rows whose announcement is in a range. An announcement that is being sent may have its place before its
   * rows have it.
   */
  async function rowsWithin(rows: RecipientRecord[], { from, to }: SeenRange): Promise<RecipientRecord[]> {
    const isWithin = (seq: number) => from <= seq && seq <= to
    const unplaced = rows.flatMap((row) => (row.seq === null ? [row.broadcastId] : []))
    const broadcasts =
      unplaced.length === 0
        ? []
        : await Broadcast.find({ _id: { $in: unplaced } }, { createdBy: 1, clientMessageId: 1 }).lean()
    const placed = new Set<string>()
    for (const broadcast of broadcasts) {
      const message = await createMessageRepository(models).findOne({
        filter: { senderId: broadcast.createdBy, clientMessageId: announcementKey(broadcast) },
        projection: { seq: 1 },
      })
      if (message && isWithin(message.seq)) placed.add(broadcast._id.toHexString())
    }
    return rows.filter((row) => (row.seq === null ? placed.has(row.broadcastId.toHexString()) : isWithin(row.seq)))
  }
}

function queued(broadcastId: Types.ObjectId, userId: Types.ObjectId, needsAcknowledgement: boolean): RecipientRecord {
  return {
    _id: recipientId(broadcastId, userId),
    broadcastId,
    userId,
    needsAcknowledgement,
    seq: null,
    state: 'queued',
    isDone: false,
    deliveredAt: null,
    openedAt: null,
    acknowledgedAt: null,
    acknowledgedRevision: null,
    remindedAt: null,
    history: [],
  }
}
