import { Types } from 'mongoose'
import { EVERYBODY } from '../contract/index.ts'
import type { Logger } from '../lib/logger.ts'
import { orderOf, orderTime } from '../lib/orderClock.ts'
import { createColdMessageRepository } from './coldMessage.repository.ts'
import type { Models } from '../models/index.ts'
import { isCounted, toCopy, type MessageRecord } from '../models/message.model.ts'
import { createUncountedPlaceRepository } from './uncountedPlace.repository.ts'

interface DueSummary {
  newest: MessageRecord
  /** The last message of each sender, who has read up to there. An event of a group is no message of its sender. */
  senders: Map<string, number>
  /** The places that do not count as unread. */
  uncounted: number[]
  /** When the newest message was written that moves the conversation in the lists, by the clock of order; null when none does. */
  activeAt: Date | null
}

/**
 * How far before the newest message `repair` looks. A summary is late by milliseconds, on an overloaded disk by
 * seconds.
 */
const MEND_WINDOW_MS = 2 * 60_000
/** The most conversations of one command: more would hold up the commits of new messages. */
const WRITTEN_AT_ONCE = 50
/** The most messages that one command changes. */
const CHANGED_AT_ONCE = 100
/**
 * The delay of a summary. In a busy conversation many messages share one write. A list that is asked for meanwhile ends
 * the delay, so that it is never behind.
 */
const WRITE_BEHIND_MS = 300
/** The pause after the database refused a write, as MongoDB does while it elects a new primary. */
const RETRY_MS = 1000

/**
 * Writes the summary of a conversation: the copy of its newest message, and the senders' watermarks. For new messages
 * it runs later, so that an acknowledgement waits for one commit only, and a burst in one conversation costs few
 * writes.
 */
export interface ConversationSummaryWriter {
  /** Notes appended messages of one conversation, in the order of their places. The summary is written soon. */
  noteAppended(records: readonly MessageRecord[]): void
  /** Writes a changed message. Resolves when the summary has it. */
  writeChange(record: MessageRecord): Promise<void>
  /** Writes which of these changed messages count as unread. */
  writeCounted(records: readonly MessageRecord[]): Promise<void>
  /** Repairs the summaries that a crash left due. It does not disturb the writes of other nodes. */
  repair(): Promise<void>
  /** Writes the noted messages of a conversation, or of all, at once. Resolves when each of them is summarized. */
  settled(conversationId?: Types.ObjectId): Promise<void>
}

/** Creates the writer of summaries. */
export function createConversationSummaryWriter(models: Models, logger: Logger): ConversationSummaryWriter {
  const { Message, Conversation, Participant, PendingChange } = models
  const cold = createColdMessageRepository(models)
  const uncountedPlaces = createUncountedPlaceRepository(models)
  const due = new Map<string, DueSummary>()
  /** The latest place that a message got while the clock of order was ahead of the server's, ms since 1970. */
  let latestActivity = 0
  /** Ends the delay of the summaries that are due. */
  let timer: NodeJS.Timeout | undefined
  /** Resolves when the running write ends, and the one after it if one is queued. */
  let written: Promise<void> = Promise.resolve()
  let isQueued = false
  /** The conversations that the running write has not finished. */
  const inWriting = new Set<string>()

  function noteAppended(records: readonly MessageRecord[]): void {
    const newest = records.at(-1)
    if (!newest) return
    const messages = records.filter(({ kind }) => kind !== 'system')
    note({
      newest,
      senders: new Map(messages.map(({ senderId, seq }) => [senderId.toHexString(), seq])),
      uncounted: records.filter((record) => !isCounted(record)).map(({ seq }) => seq),
      activeAt: activityOf(messages),
    })
  }

  /** Returns the place in the order of the newest message; null when there is none. */
  function activityOf(messages: readonly MessageRecord[]): Date | null {
    const newest = messages.at(-1)
    if (!newest) return null
    const place = orderOf(newest.createdAt)
    if (place.getTime() === newest.createdAt.getTime()) return place
    // The server's clock was set back. Until both clocks agree, the lead of the order shrinks from message to message.
    latestActivity = Math.max(latestActivity + 1, place.getTime())
    return new Date(latestActivity)
  }

  function note(summary: DueSummary): void {
    timer ??= setTimeout(() => void settled(), WRITE_BEHIND_MS)
    const key = summary.newest.conversationId.toHexString()
    const known = due.get(key)
    due.set(key, known ? joined(known, summary) : summary)
  }

  async function settled(conversationId?: Types.ObjectId): Promise<void> {
    const key = conversationId?.toHexString()
    if (key !== undefined && !due.has(key) && !inWriting.has(key)) return
    if (due.size > 0 && !isQueued) {
      isQueued = true
      written = written.then(writeBehind)
    }
    await written
  }

  /**
   * Writes all summaries that are due. Messages that come during one write wait for the next. Each command has a few
   * conversations only: the commits of new messages come in between.
   */
  async function writeBehind(): Promise<void> {
    const batch = [...due.values()]
    for (const key of due.keys()) inWriting.add(key)
    due.clear()
    isQueued = false
    clearTimeout(timer)
    timer = undefined
    for (let from = 0; from < batch.length; from += WRITTEN_AT_ONCE) {
      const piece = batch.slice(from, from + WRITTEN_AT_ONCE)
      try {
        await write(piece)
      } catch (error) {
        logger.warn(
          { err: error, conversations: piece.length },
          'summaries of conversations could not be written, trying again',
        )
        setTimeout(() => piece.forEach(noteAgain), RETRY_MS).unref()
      }
    }
    inWriting.clear()
  }

  /** Notes a summary that was not written, under what came since. */
  function noteAgain(summary: DueSummary): void {
    const key = summary.newest.conversationId.toHexString()
    const since = due.get(key)
    if (since) due.set(key, joined(summary, since))
    else note(summary)
  }

  /**
   * Writes through the collections, which take plain documents: casting each one by the schema would cost more than
   * storing it.
   */
  async function write(batch: DueSummary[]): Promise<void> {
    const changedAt = orderTime()
    // Before the places are in the conversation, so that no list counts them.
    await uncountedPlaces.add(
      batch.flatMap(({ newest: { conversationId }, uncounted }) => uncounted.map((seq) => ({ conversationId, seq }))),
    )
    const conversations = batch.flatMap(({ newest, uncounted, activeAt }) => {
      const { conversationId, seq, rev, createdAt } = newest
      // Another node may have written a newer message, so a summary only moves forward.
      const filter = { _id: conversationId, lastSeq: { $lt: seq } }
      const update = {
        $set: { lastSeq: seq, lastMessage: toCopy(newest) },
        $max: { lastRev: rev, changedAt, ...(activeAt && { lastActivityAt: activeAt }) },
      }
      const mark = {
        updateOne: {
          filter: { _id: conversationId },
          update: { $max: { lastUncountedSeq: Math.max(...uncounted) } },
        },
      }
      // The event that begins a group puts it into the lists. Later events move it nowhere.
      const begin = {
        updateOne: {
          filter: { _id: conversationId, lastActivityAt: null },
          update: { $set: { lastActivityAt: orderOf(createdAt) } },
        },
      }
      return [...(uncounted.length > 0 ? [mark] : []), { updateOne: { filter, update } }, ...(activeAt ? [] : [begin])]
    })
    const participants = batch.flatMap(({ newest: { conversationId, receiverId }, senders }) =>
      [...senders].map(([userId, seq]) => {
        const filter = { conversationId, userId: new Types.ObjectId(userId) }
        // Every user is in the broadcast conversation, with a document or without.
        return {
          updateOne: {
            filter,
            update: { $max: { readSeq: seq, deliveredSeq: seq } },
            upsert: receiverId === EVERYBODY,
          },
        }
      }),
    )
    await Promise.all([
      Conversation.collection.bulkWrite(conversations, { ordered: false }),
      // Events of groups have no sender who has read them.
      participants.length > 0 && Participant.collection.bulkWrite(participants, { ordered: false }),
    ])
  }

  async function writeChange(record: MessageRecord): Promise<void> {
    const { conversationId, seq, rev, kind, createdAt } = record
    // The append of this message may not be summarized yet. That write will find this newer copy and leave it.
    const isNewest = { $or: [{ lastSeq: { $lt: seq } }, { lastSeq: seq, 'lastMessage.rev': { $lt: rev } }] }
    await Conversation.collection.bulkWrite([
      { updateOne: { filter: { _id: conversationId }, update: { $max: { lastRev: rev, changedAt: orderTime() } } } },
      {
        updateOne: {
          filter: { _id: conversationId, ...isNewest },
          update: {
            $set: { lastSeq: seq, lastMessage: toCopy(record) },
            ...(kind !== 'system' && { $max: { lastActivityAt: createdAt } }),
          },
        },
      },
    ])
  }

  async function writeCounted(records: readonly MessageRecord[]): Promise<void> {
    const uncounted = records.filter((record) => !isCounted(record))
    await uncountedPlaces.add(uncounted)
    // Only a message from an archive counts again.
    await uncountedPlaces.remove(records.filter((record) => isCounted(record) && record.archive !== undefined))
    const highest = uncounted.toSorted((a, b) => b.seq - a.seq)[0]
    if (highest)
      await Conversation.collection.updateOne(
        { _id: highest.conversationId },
        { $max: { lastUncountedSeq: highest.seq } },
      )
  }

  async function repair(): Promise<void> {
    const [newest] = await Message.find({}, { _id: 1 }).sort({ _id: -1 }).limit(1).lean()
    if (!newest) return
    const since = Types.ObjectId.createFromTime((newest._id.getTimestamp().getTime() - MEND_WINDOW_MS) / 1000)
    // One after the other, because a busy server has many.
    for await (const record of Message.find({ _id: { $gte: since } })
      .sort({ _id: 1 })
      .lean()
      .cursor())
      noteAppended([record])
    await settled()
    for (const { _id, conversationId, seq } of await PendingChange.find().lean()) {
      // A command that changed many messages may have stopped before the noted one.
      const lastChanged = await Message.findOne({ conversationId }).sort({ rev: -1 }).lean()
      const record = await Message.findOne({ conversationId, seq }).lean()
      // Removes earlier texts from the copies of old messages.
      const changed = await Message.find({ conversationId })
        .sort({ rev: -1 })
        .limit(CHANGED_AT_ONCE)
        .lean<MessageRecord[]>()
      for (const each of changed) await cold.updateCopy(each)
      await writeCounted(changed)
      if (lastChanged) await writeChange(lastChanged)
      if (record) await writeChange(record)
      await PendingChange.deleteOne({ _id })
    }
  }

  return { noteAppended, writeChange, writeCounted, repair, settled }
}

/** Joins what is due of one conversation. @param later the later messages */
function joined(earlier: DueSummary, later: DueSummary): DueSummary {
  return {
    newest: later.newest.seq > earlier.newest.seq ? later.newest : earlier.newest,
    senders: new Map([...earlier.senders, ...later.senders]),
    uncounted: [...earlier.uncounted, ...later.uncounted],
    activeAt: later.activeAt ?? earlier.activeAt,
  }
}
