import { Types } from 'mongoose'
import { z } from 'zod'
import {
  LIMITS,
  REPORT_STATES,
  type AdminReport,
  type Page,
  type ReportChange,
  type ReportContext,
  type ReportedMessage,
  type ReportQuery,
  type User,
} from '../contract/index.ts'
import { decodeCursor, encodeCursor } from '../lib/cursor.ts'
import { AppError } from '../lib/errors.ts'
import type { Actor } from '../lib/delivery.ts'
import { fromRevisionSchema, storedRevision } from '../lib/schemas/revisionSchemas.ts'
import { idSchema, oneSchema, pageOf, validate } from '../lib/validate.ts'
import type { Models } from '../models/index.ts'
import { COPY_FIELDS, type MessageCopy } from '../models/message.model.ts'
import type { ReportRecord } from '../models/report.model.ts'
import { userText } from '../lib/schemas/textSchemas.ts'
import { usersById } from '../accounts/index.ts'
import type { RemoveMessage } from '../messages/index.ts'
import { toReport } from './report.controller.ts'
import { createMessageRepository } from '../messageLog/index.ts'

const state = z.enum(REPORT_STATES).optional()
const listSchema = z.strictObject({ state, ...pageOf }) satisfies z.ZodType<ReportQuery>
const changeSchema = z.strictObject({
  id: idSchema,
  state,
  note: userText(LIMITS.reportNoteMax).optional(),
  fromRevision: fromRevisionSchema,
}) satisfies z.ZodType<ReportChange & { id: string }>

/** The messages before and after the reported one that an admin sees, to understand it. */
const CONTEXT_MESSAGES = 5

export interface AdminReportController {
  /** Lists reports, the newest first. @throws AppError `invalid_input` */
  list(_actor: Actor, input: unknown): Promise<Page<AdminReport>>

  /**
   * Changes the state or the note of a report.
   * @throws AppError `invalid_input`, `not_found`, `outdated_revision` (the note was edited after `fromRevision`)
   */
  change(actor: Actor, input: unknown): Promise<AdminReport>

  /**
   * Deletes the reported message in any conversation. The report keeps its text. A repeat changes nothing.
   * @throws AppError `invalid_input`, `not_found` (also when the report is about a user, not a message)
   */
  deleteMessage(_actor: Actor, input: unknown): Promise<AdminReport>

  /**
   * Returns the messages around the reported one. An admin reaches them only by a report, and cannot read other
   * conversations.
   * @throws AppError `invalid_input`, `not_found` (also when the report is about a user, not a message)
   */
  context(_actor: Actor, input: unknown): Promise<ReportContext>
}

/** Creates the controller. The router lets only admins in. */
export function createAdminReportController({
  models,
  removeMessage,
}: {
  models: Models
  removeMessage: RemoveMessage
}): AdminReportController {
  const { Report } = models

  return {
    async list(_actor, input) {
      const { state, cursor, limit } = validate(listSchema, input)
      const before = cursor === undefined ? {} : { _id: { $lt: new Types.ObjectId(decodeCursor(idSchema, cursor)) } }
      const found = await Report.find({ ...(state !== undefined && { state }), ...before })
        .sort({ _id: -1 })
        .limit(limit + 1)
        .lean<ReportRecord[]>()
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return {
        items: await toViews(page),
        nextCursor: last && found.length > limit ? encodeCursor(last._id.toHexString()) : null,
      }
    },

    async change(actor, input) {
      const { id, state, note, fromRevision } = validate<z.output<typeof changeSchema>>(changeSchema, input)
      const noted = note === undefined ? null : await setNote(id, note, fromRevision)
      if (state !== undefined) {
        const settled = {
          resolvedBy: state === 'resolved' ? new Types.ObjectId(actor.userId) : null,
          resolvedAt: state === 'resolved' ? new Date() : null,
        }
        // A repeat is not another decision, so the first one keeps its admin and its time.
        await Report.updateOne({ _id: id, state: { $ne: state } }, { $set: { state, ...settled } })
      }
      return toView(state === undefined && noted ? noted : await Report.findById(id).lean<ReportRecord>())
    },

    async deleteMessage(_actor, input) {
      const { record, ...message } = await requireMessageReport(input)
      await removeMessage(message)
      return toView(record)
    },

    async context(_actor, input) {
      const { conversationId, seq } = await requireMessageReport(input)
      const found = await createMessageRepository(models).find<MessageCopy>({
        filter: { conversationId, seq: { $gte: seq - CONTEXT_MESSAGES, $lte: seq + CONTEXT_MESSAGES } },
        projection: COPY_FIELDS,
        sort: { by: 'seq', direction: 1 },
      })
      const senders = await usersById(
        models,
        found.map(({ senderId }) => senderId),
      )
      return { seq, items: found.map((record) => toReportedMessage(record, senders)) }
    },
  }

  /** Replaces the note. Returns null when there is no report. @throws AppError `outdated_revision` */
  async function setNote(id: string, note: string, fromRevision: number | undefined): Promise<ReportRecord | null> {
    const changed = await Report.findOneAndUpdate(
      {
        _id: id,
        note: { $ne: note },
        ...(fromRevision !== undefined && { noteRevision: storedRevision(fromRevision) }),
      },
      { $set: { note }, $inc: { noteRevision: 1 } },
      { returnDocument: 'after' },
    ).lean<ReportRecord>()
    const record = changed ?? (await Report.findById(id).lean<ReportRecord>())
    // A repeat finds its own note.
    if (record && record.note !== note)
      throw new AppError('note_edited', { text: record.note, revision: record.noteRevision ?? 0 })
    return record
  }

  /** Finds the report of a message. @throws AppError `invalid_input`, `not_found` */
  async function requireMessageReport(
    input: unknown,
  ): Promise<{ record: ReportRecord; conversationId: Types.ObjectId; seq: number }> {
    const record = await Report.findById(validate(oneSchema, input).id).lean<ReportRecord>()
    if (!record || record.conversationId === null || record.seq === null) throw new AppError('no_such_message_report')
    return { record, conversationId: record.conversationId, seq: record.seq }
  }

  async function toView(record: ReportRecord | null): Promise<AdminReport> {
    const [report] = record ? await toViews([record]) : []
    if (!report) throw new AppError('no_such_report')
    return report
  }

  async function toViews(records: ReportRecord[]): Promise<AdminReport[]> {
    const users = await usersById(
      models,
      records.flatMap(({ reporterId, userId, resolvedBy }) => [
        userId,
        ...(reporterId ? [reporterId] : []),
        ...(resolvedBy ? [resolvedBy] : []),
      ]),
    )
    const gone = await goneMessages(records)
    return records.flatMap((record) => {
      const report = toReport(record, users)
      const { _id, state, resolvedBy, resolvedAt, note, noteRevision = 0 } = record
      return report
        ? [
            {
              ...report,
              state,
              resolvedBy: users.get(resolvedBy?.toHexString() ?? '') ?? null,
              resolvedAt: resolvedAt?.toISOString() ?? null,
              note,
              noteRevision,
              isMessageGone: gone.has(_id),
            },
          ]
        : []
    })
  }

  /** Returns the reports whose message is deleted or gone: one look by index for each report of a page. */
  async function goneMessages(records: readonly ReportRecord[]): Promise<ReadonlySet<Types.ObjectId>> {
    const messages = createMessageRepository(models)
    const gone = await Promise.all(
      records.map(async ({ _id, conversationId, seq }) => {
        if (conversationId === null || seq === null) return []
        const found = await messages.findOne({ filter: { conversationId, seq }, projection: { deletedAt: 1 } })
        return found?.deletedAt === null ? [] : [_id]
      }),
    )
    return new Set(gone.flat())
  }
}

function toReportedMessage(record: MessageCopy, senders: ReadonlyMap<string, User>): ReportedMessage {
  const {
    seq,
    kind = 'user',
    event = null,
    senderId,
    title,
    text,
    attachments = [],
    createdAt,
    editedAt,
    deletedAt,
    archive,
    hiddenFrom,
    isTargeted,
  } = record
  return {
    seq,
    kind,
    event,
    sender: senders.get(senderId.toHexString()) ?? null,
    title,
    text,
    files: attachments.map(({ name }) => name),
    createdAt: createdAt.toISOString(),
    editedAt: editedAt?.toISOString() ?? null,
    deletedAt: deletedAt?.toISOString() ?? null,
    isArchived: typeof archive === 'string',
    isHiddenFromSome: hiddenFrom !== undefined || isTargeted === true,
  }
}
