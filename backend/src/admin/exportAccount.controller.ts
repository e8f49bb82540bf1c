import type { Model, Types } from 'mongoose'
import type { Actor } from '../lib/delivery.ts'
import { oneSchema, validate } from '../lib/validate.ts'
import type { Models } from '../models/index.ts'
import { createMessageRepository } from '../messageLog/index.ts'
import type { MessageRecord } from '../models/message.model.ts'
import { toAdminUser, type UserRecord } from '../models/user.model.ts'

const PAGE = 500

/**
 * All that is kept of a person, as JSON Lines: each line `{"type": ..., ...}` (profile, session, contact, block, membership, report,
 * attachment, message). Contents of attachments are named, not contained. Secrets (password, tokens) are left out.
 */
export function createExportAccount(models: Models, existing: (id: string) => Promise<UserRecord>) {
  /** @throws AppError `invalid_input`, `not_found`, before the first piece */
  return async function exported(_actor: Actor, input: unknown): Promise<AsyncIterable<string>> {
    return lines(await existing(validate(oneSchema, input).id))
  }

  async function* lines(user: UserRecord): AsyncGenerator<string> {
    const { _id } = user
    yield line('profile', { ...toAdminUser(user), hidesReadReceipts: user.hidesReadReceipts })
    yield* all('session', models.Session, { userId: _id }, { tokens: 0, version: 0 })
    yield* all('contact', models.Contact, { ownerId: _id })
    yield* all('block', models.Block, { blockerId: _id })
    yield* all('membership', models.Participant, { userId: _id })
    yield* all('report', models.Report, { reporterId: _id }, { note: 0 })
    yield* all('attachment', models.Attachment, { ownerId: _id }, { blobId: 0 })
    yield* messages(_id)
  }

  /** By the index that there is for a person's messages, a page at a time. */
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

async function* all<T>(
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
