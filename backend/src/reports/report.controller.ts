import { Types } from 'mongoose'
import { z } from 'zod'
import { LIMITS, type Report, type ReportInput, type User } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import { orderedId } from '../lib/orderClock.ts'
import type { Actor, RateLimit } from '../lib/delivery.ts'
import { idSchema, fieldCode, validate } from '../lib/validate.ts'
import type { Models } from '../models/index.ts'
import type { MessageRecord } from '../models/message.model.ts'
import type { ReportRecord } from '../models/report.model.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import {
  idempotent,
  requestFields,
  requireSameRequest,
  type Idempotent,
  type RequestFields,
} from '../lib/idempotency.ts'
import { requireConversation, requireMessage } from '../conversations/index.ts'
import { userText } from '../lib/schemas/textSchemas.ts'
import { INCLUDING_DELETED, requireUsers, usersById } from '../accounts/index.ts'

const reportSchema = z
  .strictObject({
    userId: idSchema,
    conversationId: idSchema.optional(),
    seq: z.number().int().min(1).optional(),
    ...idempotent,
    reason: userText(LIMITS.reportReasonMax).refine((text) => text !== '', fieldCode('must_not_be_empty')),
  })
  .refine(({ conversationId, seq }) => (conversationId === undefined) === (seq === undefined), {
    path: ['seq'],
    message: fieldCode('all_or_none_of', { fields: ['conversationId', 'seq'] }),
  }) satisfies z.ZodType<ReportInput & Idempotent>

export interface ReportController {
  /**
   * Reports a user, or a message of the user that the actor can see. A repeat with the same key returns the first report.
   * @throws AppError `invalid_input`, `not_found` (also for a message of another user), `idempotency_key_reused`, `rate_limited`
   */
  report(actor: Actor, input: unknown): Promise<Report>
}

/** Creates the controller. */
export function createReportController({
  models,
  reportLimit,
}: {
  models: Models
  reportLimit: RateLimit
}): ReportController {
  return {
    async report(actor, input) {
      const { idempotencyKey, userId, conversationId, seq, reason } = validate<z.output<typeof reportSchema>>(
        reportSchema,
        input,
      )
      const request = requestFields(['report', actor.userId], idempotencyKey, { userId, conversationId, seq, reason })
      const first = await findFirst(request)
      if (first) return toView(first)
      await reportLimit.take(actor.userId)
      const reportedId = new Types.ObjectId(userId)
      await requireUsers(models, [reportedId], INCLUDING_DELETED)
      const message =
        conversationId === undefined || seq === undefined
          ? null
          : await messageOf(actor, conversationId, seq, reportedId)
      const record: ReportRecord = {
        _id: orderedId(),
        reporterId: new Types.ObjectId(actor.userId),
        userId: reportedId,
        conversationId: message?.conversationId ?? null,
        seq: message?.seq ?? null,
        text: message?.text ?? null,
        reason,
        createdAt: new Date(),
        state: 'open',
        resolvedBy: null,
        resolvedAt: null,
        note: '',
        ...request,
      }
      try {
        await models.Report.collection.insertOne(record)
      } catch (error) {
        const winner = duplicateKeyAt(error) === null ? null : await findFirst(request)
        if (!winner) throw error
        return toView(winner)
      }
      return toView(record)
    },
  }

  /** Returns the report of an earlier request with the same key. @throws AppError `idempotency_key_reused` */
  async function findFirst({ requestKey, requestHash }: RequestFields): Promise<ReportRecord | null> {
    const found = requestKey === undefined ? null : await models.Report.findOne({ requestKey }).lean()
    if (found) requireSameRequest(found.requestHash === requestHash)
    return found
  }

  async function toView(record: ReportRecord): Promise<Report> {
    const ids = [record.userId, ...(record.reporterId ? [record.reporterId] : [])]
    const report = toReport(record, await usersById(models, ids))
    if (!report) throw new AppError('no_such_user')
    return report
  }

  /** Finds the reported message. @throws AppError `not_found` */
  async function messageOf(
    actor: Actor,
    conversationId: string,
    seq: number,
    senderId: Types.ObjectId,
  ): Promise<MessageRecord> {
    const message = await requireMessage(models, actor, await requireConversation(models, actor, conversationId), seq)
    if (!message.senderId.equals(senderId)) throw new AppError('no_such_message_of_user')
    return message
  }
}

/** Makes the report that clients see, or null when the reported user does not exist. */
export function toReport(record: ReportRecord, users: ReadonlyMap<string, User>): Report | null {
  const { _id, reporterId, userId, conversationId, seq, text, reason, createdAt } = record
  const user = users.get(userId.toHexString())
  return user
    ? {
        id: _id.toHexString(),
        reporter: users.get(reporterId?.toHexString() ?? '') ?? null,
        user,
        conversationId: conversationId?.toHexString() ?? null,
        seq,
        text,
        reason,
        createdAt: createdAt.toISOString(),
      }
    : null
}
