import { z } from 'zod'
import { LIMITS } from '../../contract/index.ts'
import { idSchema, fieldCode, textSchema } from '../validate.ts'

/** Trims a text and checks its length in code points. */

export const trimmedText = (max: number) =>
  textSchema(max)
    .refine((text) => text.isWellFormed(), fieldCode('must_be_unicode'))
    .transform((text) => text.trim())

/** Checks an idempotency key of the client: new for each action, the same for a repeat of it. */
export const clientKey = z
  .string({ error: fieldCode('must_be_unique_key') })
  .min(1)
  .max(LIMITS.clientMessageIdMax)
  // The database stores lone surrogates as one and the same character, so two keys would be one.
  .refine((key) => key.isWellFormed(), fieldCode('must_be_unicode'))

/** Checks the ids of the uploads that go with a message. */
export const attachmentIds = z
  .array(idSchema)
  .max(LIMITS.attachmentsMax)
  .refine((ids) => new Set(ids).size === ids.length, fieldCode('has_duplicates'))

/** Checks a `seq` or a `rev` in a path or a query. */
export const place = z.coerce.number().int().min(0)
