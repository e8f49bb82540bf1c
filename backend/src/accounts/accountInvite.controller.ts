import { Types } from 'mongoose'
import type { AccountInvite, CreatedAccountInvite, Page } from '../contract/index.ts'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../lib/cursor.ts'
import { orderedId } from '../lib/orderClock.ts'
import { linkTokenAgain, newLinkUses, newRepeatableLinkToken } from '../lib/auth/linkTokens.ts'
import type { Actor } from '../lib/delivery.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import { requestFields, requireSameRequest, type RequestFields } from '../lib/idempotency.ts'
import { idSchema, oneSchema, pageOf, validate } from '../lib/validate.ts'
import type { AccountInviteRecord } from '../models/accountInvite.model.ts'
import type { Models } from '../models/index.ts'
import { accountInviteSchema } from './accountInvite.schemas.ts'

const listSchema = z.strictObject(pageOf)

/** The links that let visitors sign up. */
export interface AccountInviteController {
  /**
   * Creates a link. Its token is returned only here; the store keeps the hash. A repeat with the same key returns the same link.
   * @throws AppError `invalid_input`, `idempotency_key_reused`
   */
  create(actor: Actor, input: unknown): Promise<CreatedAccountInvite>
  /** Lists the links, newest first, expired ones too. @throws AppError `invalid_input` */
  list(actor: Actor, input: unknown): Promise<Page<AccountInvite>>
  /** Removes a link. Does nothing when it is gone. @throws AppError `invalid_input` */
  revoke(actor: Actor, input: unknown): Promise<void>
}

/** Creates the controller of account invites. */
export function createAccountInviteController({
  AccountInvite,
}: Pick<Models, 'AccountInvite'>): AccountInviteController {
  return {
    async create(actor, input) {
      const { idempotencyKey, ...fields } = validate(accountInviteSchema, input)
      const { note, expiresInSeconds, maxUses } = fields
      const request = requestFields(['accountInvite', actor.userId], idempotencyKey, fields)
      const first = await findFirst(request)
      if (first) return { ...toInvite(first), token: linkTokenAgain(first, idempotencyKey) }
      const link = newRepeatableLinkToken(request, idempotencyKey)
      const record: AccountInviteRecord = {
        _id: orderedId(),
        tokenHash: link.tokenHash,
        note,
        createdBy: new Types.ObjectId(actor.userId),
        ...newLinkUses(expiresInSeconds, maxUses),
        ...link.fields,
      }
      try {
        await AccountInvite.collection.insertOne(record)
      } catch (error) {
        const winner = duplicateKeyAt(error) === null ? null : await findFirst(request)
        if (!winner) throw error
        return { ...toInvite(winner), token: linkTokenAgain(winner, idempotencyKey) }
      }
      return { ...toInvite(record), token: link.token }
    },

    async list(_actor, input) {
      const { cursor, limit } = validate(listSchema, input)
      const before = cursor === undefined ? {} : { _id: { $lt: new Types.ObjectId(decodeCursor(idSchema, cursor)) } }
      const found = await AccountInvite.find(before)
        .sort({ _id: -1 })
        .limit(limit + 1)
        .lean()
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return {
        items: page.map(toInvite),
        nextCursor: last && found.length > limit ? encodeCursor(last._id.toHexString()) : null,
      }
    },

    async revoke(_actor, input) {
      await AccountInvite.deleteOne({ _id: new Types.ObjectId(validate(oneSchema, input).id) })
    },
  }

  /** Returns the link of an earlier request with the same key. @throws AppError `idempotency_key_reused` */
  async function findFirst({ requestKey, requestHash }: RequestFields): Promise<AccountInviteRecord | null> {
    const found = requestKey === undefined ? null : await AccountInvite.findOne({ requestKey }).lean()
    if (found) requireSameRequest(found.requestHash === requestHash)
    return found
  }
}

function toInvite({ _id, note, createdBy, createdAt, expiresAt, maxUses, uses }: AccountInviteRecord): AccountInvite {
  return {
    id: _id.toHexString(),
    note,
    createdBy: createdBy.toHexString(),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    maxUses,
    uses,
  }
}
