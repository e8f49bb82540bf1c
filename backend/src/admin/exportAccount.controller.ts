import type { Model, Types } from 'mongoose'
import type { Actor } from '../lib/delivery.ts'
import { oneSchema, validate } from '../lib/validate.ts'
import type { Models } from '../models/index.ts'
import { createMessageRepository } from '../messageLog/index.ts'
import type { MessageRecord } from '../models/message.model.ts'
import { toAdminUser, type UserRecord } from '../models/user.model.ts'

const PAGE = 500

/** Exports an account. @throws AppError `invalid_input`, `not_found`, before the first part */
export type ExportAccount = (actor: Actor, input: unknown) => Promise<AsyncIterable<string>>

/**
 * Creates the export of all data of a user, as JSON Lines: each line is `{"type": ..., ...}` (profile, session,
 * contact, block, membership, report, attachment, message). It names attachments without their contents, and leaves out
 * secrets (password, tokens).
 */
export function createExportAccount(models: Models, existing: (id: string) => Promise<UserRecord>): ExportAccount {
  return async function exportAccount(_actor, input) {
    return lines(await existing(validate(oneSchema, input).id))
  }

  async function* lines(user: UserRecord): AsyncGenerator<string> {
    const { _id } = user
    yield line('profile', { ...toAdminUser(user), hidesReadReceipts: user.hidesReadReceipts })
    yield* rowsOf('session', models.Session, { userId: _id }, { tokens: 0, version: 0 })
    yield* rowsOf('contact', models.Contact, { ownerId: _id })
    yield* rowsOf('block', models.Block, { blockerId: _id })
    yield* rowsOf('membership', models.Participant, { userId: _id })
    yield* rowsOf('report', models.Report, { reporterId: _id }, { note: 0, requestKey: 0, requestHash: 0 })
    yield* rowsOf('attachment', models.Attachment, { ownerId: _id }, { blobId: 0 })
    yield* messages(_id)
  }

  /** Yields the user's messages by their index, a page at a time. */
  async function* messages(senderId: Types.ObjectId): AsyncGenerator<string> {
    let after: string | null = null
    for (;;) {
      const found: MessageRecord[] = await createMessageRepository(models).find({
        filter: { senderId, ...(after !== null && { clientMessageId: { $gt: after } }) },
        projection: { hiddenFrom: 0 },
        sort: { by: 'clientMessageId', direction: 1 },
        limit: PAGE,
      })
      if (found.length > 0) yield found.map((record) => line('message', record)).join('')
      after = found.at(-1)?.clientMessageId ?? null
      if (after === null || found.length < PAGE) return
    }
  }
}

async function* rowsOf<T>(
  type: string,
  model: Model<T>,
  condition: object,
  projection: object = {},
): AsyncGenerator<string> {
  let after: Types.ObjectId | null = null
  for (;;) {
    const found: { _id: Types.ObjectId }[] = await model
      .find({ ...condition, ...(after && { _id: { $gt: after } }) }, projection)
      .sort({ _id: 1 })
      .limit(PAGE)
      .lean<{ _id: Types.ObjectId }[]>()
    if (found.length > 0) yield found.map((record) => line(type, record)).join('')
    after = found.at(-1)?._id ?? null
    if (after === null || found.length < PAGE) return
  }
}

function line(type: string, value: object): string {
  return `${JSON.stringify({ type, ...value })}\n`
}
