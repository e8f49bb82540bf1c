import { z } from 'zod'
import {
  codePoints,
  LIMITS,
  type FieldCode,
  type FieldError,
  type FieldParams,
  type Params,
} from '../contract/index.ts'
import { AppError, fieldError } from './errors.ts'

/**
 * Checks input from the wire and returns it in the schema's type.
 * @throws AppError `invalid_input`, naming each refused field
 */
export function validate<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw new AppError('fields_not_valid', {}, { errors: result.error.issues.flatMap(fieldErrors) })
}

/**
 * Gives the refusal of a schema a code: `z.string().regex(PATTERN, fieldCode('must_be_id'))`. A schema without it gets
 * the code that follows from the kind of zod's issue. Zod carries nothing but a text from a schema to its issue, so the
 * text is a key.
 */
export function fieldCode<C extends FieldCode>(
  code: C,
  ...params: keyof FieldParams<C> extends never ? [] : [FieldParams<C>]
): string
export function fieldCode(code: FieldCode, params: Params = {}): string {
  const key = `${code} ${JSON.stringify(params)}`
  declared.set(key, [code, params])
  return key
}

const declared = new Map<string, [FieldCode, Params?]>()

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const field = issue.path.join('.')
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => fieldError([field, key].filter(Boolean).join('.'), 'unknown_field'))
  const [code, params] = declared.get(issue.message) ?? impliedCode(issue)
  return [fieldError(field, code, params)]
}

function impliedCode(issue: z.core.$ZodIssue): [FieldCode, Params?] {
  if (issue.code === 'invalid_type') return [TYPES[issue.expected] ?? 'not_valid']
  if (issue.code === 'invalid_value') return ['must_be_one_of', { values: issue.values.map(String) }]
  if (issue.code === 'too_big') {
    const max = Number(issue.maximum)
    return [SIZES[issue.origin]?.tooBig ?? 'must_be_at_most', { max }]
  }
  if (issue.code === 'too_small') {
    const min = Number(issue.minimum)
    const size = SIZES[issue.origin]
    return size && min === 1 ? ['must_not_be_empty'] : [size?.tooSmall ?? 'must_be_at_least', { min }]
  }
  return ['not_valid']
}

const TYPES: Readonly<Record<string, FieldCode>> = {
  string: 'must_be_text',
  number: 'must_be_number',
  int: 'must_be_whole_number',
  boolean: 'must_be_boolean',
  array: 'must_be_list',
  object: 'must_be_object',
  record: 'must_be_object',
}
/** Of texts and lists; all other limits are those of numbers. */
const SIZES: Readonly<Record<string, { tooBig: FieldCode; tooSmall: FieldCode }>> = {
  string: { tooBig: 'too_long', tooSmall: 'too_short' },
  array: { tooBig: 'too_many', tooSmall: 'too_few' },
}

/** 24 hexadecimal digits in lower case, so that a thing has one id. */
export const idSchema = z
  .string({ error: fieldCode('must_be_id') })
  .regex(/^[0-9a-f]{24}$/i, fieldCode('must_be_id'))
  .toLowerCase()

/** Reads `?ids=` of a list: ids separated by commas, `max` at most. */
export function idListSchema(max: number) {
  return z
    .string({ error: fieldCode('must_be_id_list') })
    .transform((ids) => ids.split(','))
    .pipe(z.array(idSchema).max(max))
}

/** Reads `?limit=` of a list: a whole number, `max` at most. */
export function limitSchema(max: number, fallback: number) {
  return z.coerce.number().int().min(1).max(max).default(fallback)
}

/** Reads `?cursor=` of a list, which is `nextCursor` of a page: `max` characters at most. */
export function cursorSchema(max: number) {
  return z.string({ error: fieldCode('must_be_cursor') }).max(max, fieldCode('must_be_cursor'))
}

/** Checks a text of `max` code points at most. */
export function textSchema(max: number) {
  return z.string().refine((text) => codePoints(text) <= max, fieldCode('too_long', { max }))
}

/** The fields of a request for one page of a list. */
export const pageOf = {
  cursor: cursorSchema(1000).optional(),
  limit: limitSchema(LIMITS.pageMax, LIMITS.pageDefault),
}

export const oneSchema = z.strictObject({ id: idSchema })
