import { z } from 'zod'
import { LIMITS, type FieldError } from '../contract/index.ts'
import { AppError } from './errors.ts'

/**
 * Checks input from the wire and returns it in the schema's type.
 * @throws AppError `invalid_input`, naming each refused field
 */
export function validate<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const errors = result.error.issues.flatMap(fieldErrors)
  const first = errors[0]
  throw new AppError('invalid_input', first ? `${first.field || 'body'}: ${first.message}` : 'The input is not valid', {
    errors,
  })
}

/** 24 hexadecimal digits in lower case, so that a thing has one id. */
export const idSchema = z
  .string({ error: 'must be an id' })
  .regex(/^[0-9a-f]{24}$/i, 'must be an id of 24 hexadecimal digits')
  .toLowerCase()

/** Reads `?ids=` of a list: ids separated by commas, `max` at most. */
export function idListSchema(max: number) {
  return z
    .string({ error: 'must be ids with commas between them' })
    .transform((ids) => ids.split(','))
    .pipe(z.array(idSchema).max(max, `must have at most ${max} entries`))
}

/** Reads `?limit=` of a list: a whole number, `max` at most. */
export function limitSchema(max: number, fallback: number) {
  return z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(max, `must be at most ${max}`)
    .default(fallback)
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const field = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: [field, key].filter(Boolean).join('.'), message: 'is not known here' }))
  }
  return [{ field, message: issue.message }]
}

/** The fields of a request for one page of a list. */
export const pageOf = {
  cursor: z.string({ error: 'must be the nextCursor of a page' }).max(1000, 'is not a cursor of this list').optional(),
  limit: limitSchema(LIMITS.pageMax, LIMITS.pageDefault),
}

export const oneSchema = z.strictObject({ id: idSchema })
