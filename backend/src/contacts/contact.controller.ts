import { Types } from 'mongoose'
import { z } from 'zod'
import { LIMITS, type Contact, type KeepContactInput, type Page } from '../contract/index.ts'
import { decodeCursor, encodeCursor } from '../lib/cursor.ts'
import type { Actor, Delivery, RateLimit } from '../lib/delivery.ts'
import { cursorSchema, idSchema, limitSchema, validate } from '../lib/validate.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import type { Models } from '../models/index.ts'
import { NOT_DELETED, requireUsers, usersById } from '../accounts/index.ts'

/** The input of a list of users in the order of their ids. The page loads the whole list before it sorts it. */
export const userListSchema = z.strictObject({
  cursor: cursorSchema(100).optional(),
  limit: limitSchema(LIMITS.pageMax, LIMITS.pageDefault),
})
export const userIdInputSchema = z.strictObject({ userId: idSchema })

const keepSchema = z.strictObject({
  userId: idSchema,
  favourite: z.boolean().optional(),
}) satisfies z.ZodType<KeepContactInput>

export interface ContactControllerDeps {
  models: Models
  delivery: Delivery
  changeLimit: RateLimit
}

/** A user's list of contacts. No other user is told about it. */
export interface ContactController {
  /** Lists the actor's contacts, by id. @throws AppError `invalid_input` */
  list(actor: Actor, input: unknown): Promise<Page<Contact>>
  /**
   * Adds a contact, or changes whether it is a favourite.
   * @throws AppError `invalid_input`, `not_found`, `rate_limited`
   */
  keep(actor: Actor, input: unknown): Promise<Contact>
  /** Removes a contact. Does nothing when there is none. @throws AppError `invalid_input`, `rate_limited` */
  remove(actor: Actor, input: unknown): Promise<void>
}

/** Creates the controller of contacts. `changeLimit` counts the changes of one user. */
export function createContactController({ models, delivery, changeLimit }: ContactControllerDeps): ContactController {
  const { Contact } = models

  return {
    async list(actor, input) {
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

    async keep(actor, input) {
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
        // Two devices of the user stored the same contact at the same time.
        if (duplicateKeyAt(error) === null) throw error
        return write()
      })
      const user = (await usersById(models, [key.userId])).get(userId)
      if (!record || !user) throw new Error('The contact or its user is gone')
      const contact: Contact = { user, favourite: record.favourite, since: record.createdAt.toISOString() }
      delivery.contactChanged({ userId, contact }, [actor.userId])
      return contact
    },

    async remove(actor, input) {
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

/** Returns the condition for the rows after a cursor. @throws AppError `invalid_input` for an invented cursor */
export function afterUser(field: string, cursor: string | undefined): Record<string, { $gt: Types.ObjectId }> {
  return cursor === undefined ? {} : { [field]: { $gt: new Types.ObjectId(decodeCursor(idSchema, cursor)) } }
}

/** Returns the cursor of the page after this id; null when the page was the last. */
export function cursorOf(last: Types.ObjectId | undefined): string | null {
  return last ? encodeCursor(last.toHexString()) : null
}
