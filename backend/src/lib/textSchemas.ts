import { z } from 'zod'
import { codePoints, LIMITS } from '../contract/index.ts'

/** Rules that several requests about messages share. */

export const trimmedText = (max: number) =>
  z
    .string({ error: 'must be a text' })
    .refine((text) => codePoints(text) <= max, `must have at most ${max} characters`)
    .refine((text) => text.isWellFormed(), 'must be valid Unicode')
    .transform((text) => text.trim())

/** An idempotency key. @param what it is new for each of */
export const clientKey = (what: string) =>
  z
    .string({ error: `must be a text that is new for each ${what}, such as a UUID` })
    .min(1, 'must not be empty')
    .max(LIMITS.clientMessageIdMax, `must have at most ${LIMITS.clientMessageIdMax} characters`)

/** A `seq` or a `rev`, in a path or a query. */
export const place = z.coerce
  .number({ error: 'must be a number' })
  .int('must be a whole number')
  .min(0, 'must be at least 0')
