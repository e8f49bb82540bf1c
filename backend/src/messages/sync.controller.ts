import { Types } from 'mongoose'
import { z } from 'zod'
import { LIMITS, type ConversationId, type Message, type SyncInput, type SyncPage } from '../contract/index.ts'
import { decodeCursor, encodeCursor, timePlace } from '../lib/cursor.ts'
import type { Actor, RateLimit } from '../lib/delivery.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import { orderNow } from '../lib/orderClock.ts'
import { fieldCode, idSchema, validate } from '../lib/validate.ts'
import { ANNOUNCEMENTS_OBJECT_ID, type ConversationRecord } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import { toMessage } from '../models/message.model.ts'
import { userChangesSince, type UserChanges } from '../accounts/index.ts'
import { announcementsVisibleTo, type MessageLog } from '../messageLog/index.ts'
import { IS_MEMBER, type ParticipantRecord } from '../models/participant.model.ts'
import { type OwnConversation, receiptsIn, receiptsVisibleTo, toConversationViews } from '../conversations/index.ts'
import { changesSince } from './message.controller.ts'
import type { ReceiptController } from './receipt.controller.ts'

/** The most conversations and messages of a page; the next page has the rest. */
const CONVERSATIONS_PAGE = 50
const MESSAGES_PAGE = 500
/**
 * How far a sync looks back before the end of the last one. A change carries the time of its beginning, by its node's
 * clock of order, and is visible a little later. To receive a change twice does no harm.
 */
const MARGIN_MS = 15_000
const NEVER = new Date(0)
const NO_USERS: UserChanges = { users: [], rev: 0, reload: false }

const placeSchema = z.tuple([timePlace, idSchema, timePlace])

const syncSchema = z.strictObject({
  since: z.iso.datetime({ error: fieldCode('must_be_sync_time') }).nullable(),
  held: z
    .record(idSchema, z.number().int().min(0))
    .refine(
      (held) => Object.keys(held).length <= LIMITS.conversationsMax,
      fieldCode('too_many', { max: LIMITS.conversationsMax }),
    ),
  usersRev: z.number().int().min(0).nullable().optional(),
  cursor: z.string().max(500, fieldCode('must_be_sync_cursor')).optional(),
}) satisfies z.ZodType<SyncInput>

export interface SyncControllerDeps {
  models: Models
  log: MessageLog
  receipts: ReceiptController
  syncLimit: RateLimit
  instrumentation: Pick<Instrumentation, 'syncRequested'>
}

/** Brings a client up to date after a gap. */
export interface SyncController {
  /**
   * Returns the changes of users and of the actor's conversations since the last sync. They count as delivered. The first sync
   * returns only the time from which the next one starts; the client then loads its lists.
   * @throws AppError `invalid_input`, `rate_limited`
   */
  sync(actor: Actor, input: unknown): Promise<SyncPage>
}

/** Creates the controller of sync. */
export function createSyncController({
  models,
  log,
  receipts,
  syncLimit,
  instrumentation: { syncRequested },
}: SyncControllerDeps): SyncController {
  return {
    async sync(actor, input) {
      if (syncRequested.hasSubscribers) syncRequested.publish({})
      const { since, held, cursor, usersRev } = validate(syncSchema, input)
      await syncLimit.take(actor.userId)
      await log.settled()
      const from = cursor === undefined ? null : decodeCursor(placeSchema, cursor)
      const until = from ? from[2] : orderNow()
      const after = since === null ? null : placeOf(since, until)
      if (since === null && !from) await receipts.delivered(actor, await undelivered(models, actor))
      const asksForUsers = usersRev !== undefined && cursor === undefined
      const changedUsers = asksForUsers ? await userChangesSince(models, usersRev) : NO_USERS
      const changed = after === null ? [] : await changedConversations(models, actor, { since: after, from })
      const { records, messages, reload } = await withChanges(models, actor, changed.slice(0, CONVERSATIONS_PAGE), held)
      await receipts.delivered(actor, records)
      const last = records.at(-1)
      const hasMore = changed.length > records.length
      return {
        conversations: await toConversationViews(models, actor, records),
        messages,
        reload,
        left: after === null || from ? [] : await groupsLeft(models, actor, after),
        users: changedUsers.users,
        reloadUsers: changedUsers.reload,
        usersRev: changedUsers.rev,
        nextCursor:
          hasMore && last ? encodeCursor([last.changedForActorAt.getTime(), last._id.toHexString(), until]) : null,
        until: new Date(until - MARGIN_MS).toISOString(),
      }
    },
  }
}

/**
 * Returns the place in the order of changes that a client sends. A place that the order has not reached is from another life of the
 * store, such as before a backup was restored, so everything counts as changed.
 */
function placeOf(since: string, until: number): Date {
  const place = new Date(since)
  return place.getTime() > until ? NEVER : place
}

interface Range {
  since: Date
  from: z.output<typeof placeSchema> | null
}

/** A conversation in a sync, and when it changed for the actor. */
interface ChangedConversation extends OwnConversation {
  changedForActorAt: Date
}

function changedFor(record: ConversationRecord, row?: ParticipantRecord): ChangedConversation {
  const changedForActorAt = row?.changedAt && row.changedAt > record.changedAt ? row.changedAt : record.changedAt
  return { ...record, firstSeq: row?.joinedSeq ?? 1, role: row?.role ?? null, changedForActorAt }
}

/**
 * Returns changed conversations in the order of their changes; one more than a page. The range has no end: a conversation that
 * changes while the sync runs, also by the sync of another tab, moves to the end and must not be left out.
 */
async function changedConversations(models: Models, actor: Actor, range: Range): Promise<ChangedConversation[]> {
  const [direct, others] = await Promise.all([changedDirect(models, actor, range), changedOthers(models, actor, range)])
  return [...direct, ...others]
    .toSorted(
      (a, b) =>
        a.changedForActorAt.getTime() - b.changedForActorAt.getTime() ||
        (a._id.toHexString() < b._id.toHexString() ? -1 : 1),
    )
    .slice(0, CONVERSATIONS_PAGE + 1)
}

async function changedDirect(
  { Conversation }: Models,
  actor: Actor,
  { since, from }: Range,
): Promise<ChangedConversation[]> {
  const after = from ? new Date(from[0]) : since
  const found = await Conversation.find({
    participantIds: new Types.ObjectId(actor.userId),
    changedAt: { $gte: after },
    ...(from && { $or: [{ changedAt: { $gt: after } }, { _id: { $gt: new Types.ObjectId(from[1]) } }] }),
  })
    .sort({ changedAt: 1, _id: 1 })
    .limit(CONVERSATIONS_PAGE + 1)
    .lean()
  return found.map((record) => changedFor(record))
}

/**
 * Returns changed groups and the announcements. These have no list of participants, so all conversations of the actor
 * are looked at.
 */
async function changedOthers(
  { Conversation, Participant }: Models,
  actor: Actor,
  { since, from }: Range,
): Promise<ChangedConversation[]> {
  const userId = new Types.ObjectId(actor.userId)
  const [groups, announcements] = await Promise.all([
    Participant.find({ userId, ...IS_MEMBER }).lean(),
    Participant.findOne({ userId, conversationId: ANNOUNCEMENTS_OBJECT_ID }).lean(),
  ])
  const rows = new Map(
    (announcements ? [announcements, ...groups] : groups).map((row) => [row.conversationId.toHexString(), row]),
  )
  const ids = [ANNOUNCEMENTS_OBJECT_ID, ...groups.map(({ conversationId }) => conversationId)]
  const touched = ids.filter((id) => (rows.get(id.toHexString())?.changedAt ?? NEVER) >= since)
  const found = await Conversation.find({
    _id: { $in: ids },
    $or: [{ changedAt: { $gte: since } }, { _id: { $in: touched } }],
  }).lean()
  return found
    .map((record) => changedFor(record, rows.get(record._id.toHexString())))
    .filter(
      ({ _id, changedForActorAt }) =>
        !from ||
        changedForActorAt.getTime() > from[0] ||
        (changedForActorAt.getTime() === from[0] && _id.toHexString() > from[1]),
    )
}

/** Returns the groups that the actor has left or was removed from. */
async function groupsLeft({ Participant }: Models, actor: Actor, since: Date): Promise<ConversationId[]> {
  const rows = await Participant.find(
    { userId: new Types.ObjectId(actor.userId), leftAt: { $gte: since } },
    { conversationId: 1 },
  ).lean()
  return rows.map(({ conversationId }) => conversationId.toHexString())
}

/** Returns the changes in the conversations that the client holds. It stops when the page is full. */
async function withChanges(models: Models, actor: Actor, changed: ChangedConversation[], held: Record<string, number>) {
  const seen = await receiptsVisibleTo(models, actor.userId, changed)
  const messages: Message[] = []
  const reload: string[] = []
  const records: ChangedConversation[] = []
  for (const record of changed) {
    if (messages.length >= MESSAGES_PAGE) break
    records.push(record)
    const id = record._id.toHexString()
    const rev = held[id]
    if (rev === undefined || rev >= record.lastRev) continue
    const found = await changesSince(models, record, rev, LIMITS.changesMax + 1)
    if (found.length > LIMITS.changesMax) {
      reload.push(id)
      continue
    }
    const visibleAnnouncements = await announcementsVisibleTo(models, actor.userId, found)
    messages.push(
      ...found.map((message) => toMessage(message, actor.userId, receiptsIn(seen, record._id), visibleAnnouncements)),
    )
  }
  return { records, messages, reload }
}

/**
 * Returns the conversations with messages that have not reached the actor yet. After an unknown absence it looks at all
 * of the actor's conversations, once a visit, as the list does.
 */
async function undelivered({ Participant, Conversation }: Models, actor: Actor): Promise<ConversationRecord[]> {
  const rows = await Participant.find(
    { userId: new Types.ObjectId(actor.userId), leftAt: null },
    { conversationId: 1, deliveredSeq: 1 },
  ).lean()
  const delivered = new Map(
    rows.map(({ conversationId, deliveredSeq }) => [conversationId.toHexString(), deliveredSeq]),
  )
  const ids = [ANNOUNCEMENTS_OBJECT_ID, ...rows.map(({ conversationId }) => conversationId)]
  const found = await Conversation.find({ _id: { $in: ids } }).lean()
  return found.filter(({ _id, lastSeq }) => lastSeq > (delivered.get(_id.toHexString()) ?? 0))
}
