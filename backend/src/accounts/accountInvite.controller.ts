import { Types } from 'mongoose'
import type { AccountInvite, CreatedAccountInvite, Page } from '../contract/index.ts'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../lib/cursor.ts'
import { orderedId } from '../lib/orderClock.ts'
import { newLinkToken } from '../lib/auth/linkTokens.ts'
import type { Actor } from '../lib/delivery.ts'
import { idSchema, oneSchema, pageOf, validate } from '../lib/validate.ts'
import type { AccountInviteRecord } from '../models/accountInvite.model.ts'
import type { Models } from '../models/index.ts'
import { accountInviteSchema } from './accountInvite.schemas.ts'

const WITHOUT_LIMIT = Number.MAX_SAFE_INTEGER
const listSchema = z.strictObject(pageOf)

/** The links that let visitors sign up. */
export interface AccountInviteController {
  /** Creates a link. Its token is returned only here; the store keeps the hash. @throws AppError `invalid_input` */
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
      const { note, expiresInSeconds, maxUses } = validate(accountInviteSchema, input)
      const { token, tokenHash } = newLinkToken()
      const createdAt = new Date()
      const record: AccountInviteRecord = {
        _id: orderedId(),
        tokenHash,
        note,
        createdBy: new Types.ObjectId(actor.userId),
        createdAt,
        expiresAt: expiresInSeconds === null ? null : new Date(createdAt.getTime() + expiresInSeconds * 1000),
        maxUses,
        uses: 0,
        usesLeft: maxUses ?? WITHOUT_LIMIT,
      }
      await AccountInvite.collection.insertOne(record)
      return { ...toInvite(record), token }
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
