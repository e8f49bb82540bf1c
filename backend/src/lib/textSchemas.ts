import { z } from 'zod'
import { codePoints, LIMITS } from '../contract/index.ts'

/** Trims a text and checks its length in code points. */

export const trimmedText = (max: number) =>
  z
    .string({ error: 'must be a text' })
    .refine((text) => codePoints(text) <= max, `must have at most ${max} characters`)
    .refine((text) => text.isWellFormed(), 'must be valid Unicode')
    .transform((text) => text.trim())

/** Checks an idempotency key. @param what the thing that each key stands for, for the error text */
export const clientKey = (what: string) =>
  z
    .string({ error: `must be a text that is new for each ${what}, such as a UUID` })
    .min(1, 'must not be empty')
    .max(LIMITS.clientMessageIdMax, `must have at most ${LIMITS.clientMessageIdMax} characters`)

/** Checks a `seq` or a `rev` in a path or a query. */
export const place = z.coerce
  .number({ error: 'must be a number' })
  .int('must be a whole number')
  .min(0, 'must be at least 0')
