import { Types } from 'mongoose'
import { z } from 'zod'
import { LIMITS, type Contact, type KeepContactInput, type Page } from '../contract/index.ts'
import { decodeCursor, encodeCursor } from '../lib/cursor.ts'
import type { Actor, Delivery, RateLimit } from '../lib/delivery.ts'
import { idSchema, limitSchema, validate } from '../lib/validate.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import type { Models } from '../models/index.ts'
import { NOT_DELETED, requireUsers, usersById } from '../accounts/user.repository.ts'

/** A list of people, in the order of their ids: the page has all of it before it puts it in order. */
export const userListSchema = z.strictObject({
  cursor: z.string({ error: 'must be the nextCursor of a page' }).max(100, 'is not a cursor of this list').optional(),
  limit: limitSchema(LIMITS.pageMax, LIMITS.pageDefault),
})
export const userIdInputSchema = z.strictObject({ userId: idSchema })

const keepSchema = z.strictObject({
  userId: idSchema,
  favourite: z.boolean({ error: 'must be true or false' }).optional(),
}) satisfies z.ZodType<KeepContactInput>

export type ContactController = ReturnType<typeof createContactController>

/** Whom one keeps in one's list; nobody else is told. */
export function createContactController({
  models,
  delivery,
  changeLimit,
}: {
  models: Models
  delivery: Delivery
  changeLimit: RateLimit
}) {
  const { Contact } = models

  return {
    /** @throws AppError `invalid_input` */
    async list(actor: Actor, input: unknown): Promise<Page<Contact>> {
      const { cursor, limit } = validate(userListSchema, input)
      const found = await Contact.find({ ownerId: new Types.ObjectId(actor.userId), ...afterUser('userId', cursor) })
        .sort({ userId: 1 })
        .limit(limit + 1)
        .lean()
      const page = found.slice(0, limit)
      const users = await usersById(
        models,
        page.map(({ userId }) => userId),
        NOT_DELETED,
      )
      return {
        items: page.flatMap(({ userId, favourite, createdAt }) => {
          const user = users.get(userId.toHexString())
          return user ? [{ user, favourite, since: createdAt.toISOString() }] : []
        }),
        nextCursor: found.length > limit ? cursorOf(page.at(-1)?.userId) : null,
      }
    },

    /**
     * Keeps somebody, or changes whether they are a favourite.
     * @throws AppError `invalid_input`, `not_found`, `rate_limited`
     */
    async keep(actor: Actor, input: unknown): Promise<Contact> {
      const { userId, favourite } = validate(keepSchema, input)
      await changeLimit.take(actor.userId)
      const key = { ownerId: new Types.ObjectId(actor.userId), userId: new Types.ObjectId(userId) }
      await requireUsers(models, [key.userId])
      const write = () =>
        Contact.findOneAndUpdate(
          key,
          {
            ...(favourite !== undefined && { $set: { favourite } }),
            $setOnInsert: { createdAt: new Date(), ...(favourite === undefined && { favourite: false }) },
          },
          { upsert: true, returnDocument: 'after' },
        ).lean()
      const record = await write().catch((error: unknown) => {
        // Two devices kept the same person at once.
        if (duplicateKeyAt(error) === null) throw error
        return write()
      })
      const user = (await usersById(models, [key.userId])).get(userId)
      if (!record || !user) throw new Error('A contact that was just kept is not there')
      const contact: Contact = { user, favourite: record.favourite, since: record.createdAt.toISOString() }
      delivery.contactChanged({ userId, contact }, [actor.userId])
      return contact
    },

    /** Also who is not kept. @throws AppError `invalid_input`, `rate_limited` */
    async remove(actor: Actor, input: unknown): Promise<void> {
      const { userId } = validate(userIdInputSchema, input)
      await changeLimit.take(actor.userId)
      const { deletedCount } = await Contact.deleteOne({
        ownerId: new Types.ObjectId(actor.userId),
        userId: new Types.ObjectId(userId),
      })
      if (deletedCount > 0) delivery.contactChanged({ userId, contact: null }, [actor.userId])
    },
  }
}

/** @throws AppError `invalid_input` for an invented cursor */
export function afterUser(field: string, cursor: string | undefined): Record<string, { $gt: Types.ObjectId }> {
  return cursor === undefined ? {} : { [field]: { $gt: new Types.ObjectId(decodeCursor(idSchema, cursor)) } }
}

export function cursorOf(last: Types.ObjectId | undefined): string | null {
  return last ? encodeCursor(last.toHexString()) : null
}
