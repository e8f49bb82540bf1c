import { Types } from 'mongoose'
import type { AccountInvite, CreatedAccountInvite, Page } from '../contract/index.ts'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../lib/cursor.ts'
import { newLinkToken } from '../lib/linkTokens.ts'
import type { Actor } from '../lib/delivery.ts'
import { idSchema, oneSchema, pageOf, validate } from '../lib/validate.ts'
import type { AccountInviteRecord } from '../models/accountInvite.model.ts'
import type { Models } from '../models/index.ts'
import { accountInviteSchema } from './accountInvite.schemas.ts'

const WITHOUT_LIMIT = Number.MAX_SAFE_INTEGER
const listSchema = z.strictObject(pageOf)

export type AccountInviteController = ReturnType<typeof createAccountInviteController>

/** Links that let people sign up. */
export function createAccountInviteController({ AccountInvite }: Pick<Models, 'AccountInvite'>) {
  return {
    /** @throws AppError `invalid_input` */
    async create(actor: Actor, input: unknown): Promise<CreatedAccountInvite> {
      const { note, expiresInSeconds, maxUses } = validate(accountInviteSchema, input)
      const { token, tokenHash } = newLinkToken()
      const createdAt = new Date()
      const record: AccountInviteRecord = {
        _id: new Types.ObjectId(),
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

    /** Newest first, also those that have run out. @throws AppError `invalid_input` */
    async list(_actor: Actor, input: unknown): Promise<Page<AccountInvite>> {
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

    /** Also when it is gone. @throws AppError `invalid_input` */
    async revoke(_actor: Actor, input: unknown): Promise<void> {
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
