import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  FIELD_CODES,
  PROBLEM_REASONS,
  RATE_LIMIT_NAMES,
  type FieldCode,
  type ParamKinds,
  type Params,
  type ProblemReason,
} from '../../src/contract/index.ts'
import { AppError, invalidField, toProblem } from '../../src/lib/errors.ts'
import { fieldText, problemText } from '../../src/lib/problemTexts.ts'
import { fieldCode, textSchema, validate } from '../../src/lib/validate.ts'

const SAMPLES: ParamKinds = {
  count: 3,
  bytes: 2048,
  seconds: 86_400,
  time: '2026-11-30T10:00:00.000Z',
  text: 'grace',
  list: ['a', 'b'],
  rateLimit: 'messages',
}

const samplesOf = (declared: Readonly<Record<string, keyof ParamKinds>>): Params =>
  Object.fromEntries(Object.entries(declared).map(([name, kind]) => [name, SAMPLES[kind]]))

/** Object.keys knows nothing of the names' type. */
const namesOf = <N extends string>(table: Readonly<Record<N, unknown>>): N[] => Object.keys(table) as N[]

describe('English texts', () => {
  it.each(namesOf<ProblemReason>(PROBLEM_REASONS))('word the reason %s as sentences', (reason) => {
    expect(problemText(reason, samplesOf(PROBLEM_REASONS[reason].params))).toMatch(/^["\p{L}\p{N}].*\.$/u)
  })

  it.each(namesOf<FieldCode>(FIELD_CODES))('word the field code %s', (code) => {
    expect(fieldText(code, samplesOf(FIELD_CODES[code]))).toMatch(/^[a-z].*[^.]$/)
  })

  it.each(RATE_LIMIT_NAMES)('name the limited action %s', (name) => {
    expect(problemText('too_many_requests', { name, retryAfter: 120 })).toMatch(
      /^Too many [a-z ]+\. Try again in 2 minutes\.$/,
    )
  })
})

describe('a problem', () => {
  it('[ERR1] says code, reason and parameters, and repeats the parameters that have a member of their own', () => {
    expect(toProblem(new AppError('muted', { until: SAMPLES.time }), 'request-1')).toEqual({
      type: '/problems/muted',
      title: 'You cannot write for now',
      status: 403,
      code: 'muted',
      reason: 'muted',
      params: { until: SAMPLES.time },
      detail: `You cannot write until ${SAMPLES.time}.`,
      until: SAMPLES.time,
      requestId: 'request-1',
    })
    expect(toProblem(new AppError('file_too_large', { limit: 1024, size: 2048 }))).toMatchObject({
      code: 'too_large',
      limit: 1024,
      params: { limit: 1024, size: 2048 },
      detail: 'A file may have 1 KB; this one has 2 KB.',
    })
  })

  it('hides every other error', () => {
    expect(toProblem(new Error('secret'))).toMatchObject({ code: 'internal', reason: 'internal', params: {} })
  })

  it('of one field names it in the detail', () => {
    expect(toProblem(invalidField('title', 'too_long', { max: 5 }))).toMatchObject({
      reason: 'fields_not_valid',
      detail: 'title: must have at most 5 characters',
      errors: [{ field: 'title', code: 'too_long', params: { max: 5 }, message: 'must have at most 5 characters' }],
    })
  })
})

describe('validate', () => {
  it.each<[string, z.ZodType, unknown, FieldCode, Params]>([
    ['a text', z.string(), 1, 'must_be_text', {}],
    ['a number', z.number(), 'x', 'must_be_number', {}],
    ['a query number', z.coerce.number(), 'x', 'must_be_number', {}],
    ['a whole number', z.number().int(), 1.5, 'must_be_whole_number', {}],
    ['a boolean', z.boolean(), 'yes', 'must_be_boolean', {}],
    ['a list', z.array(z.string()), {}, 'must_be_list', {}],
    ['an object', z.strictObject({}), [], 'must_be_object', {}],
    ['a record', z.record(z.string(), z.number()), 1, 'must_be_object', {}],
    ['one of some', z.enum(['a', 'b']), 'c', 'must_be_one_of', { values: ['a', 'b'] }],
    ['a literal', z.literal('true'), 'no', 'must_be_one_of', { values: ['true'] }],
    ['a short text', z.string().max(2), 'abc', 'too_long', { max: 2 }],
    ['a long text', z.string().min(2), 'a', 'too_short', { min: 2 }],
    ['any text', z.string().min(1), '', 'must_not_be_empty', {}],
    ['a text in code points', textSchema(2), '😀😀😀', 'too_long', { max: 2 }],
    ['a short list', z.array(z.number()).max(1), [1, 2], 'too_many', { max: 1 }],
    ['a long list', z.array(z.number()).min(2), [1], 'too_few', { min: 2 }],
    ['any list', z.array(z.number()).min(1), [], 'must_not_be_empty', {}],
    ['a small number', z.number().max(4), 5, 'must_be_at_most', { max: 4 }],
    ['a large number', z.number().min(1), 0, 'must_be_at_least', { min: 1 }],
    ['a declared code', z.string({ error: fieldCode('must_be_id') }), 1, 'must_be_id', {}],
    [
      'a declared code with parameters',
      z.string().refine(() => false, fieldCode('too_long', { max: 9 })),
      'a',
      'too_long',
      { max: 9 },
    ],
    ['a rule of its own without a code', z.string().refine(() => false, 'wrong'), 'a', 'not_valid', {}],
  ])('gives the refusal of %s a code', (_name, schema, input, code, params) => {
    expect(refused(z.object({ value: schema }), { value: input })).toEqual([['value', code, params]])
  })

  it('names each unknown field', () => {
    expect(refused(z.strictObject({ a: z.strictObject({}) }), { a: { b: 1, c: 2 } })).toEqual([
      ['a.b', 'unknown_field', {}],
      ['a.c', 'unknown_field', {}],
    ])
  })
})

/** The field, code and parameters of each refusal. */
function refused(schema: z.ZodType, input: unknown): unknown[] {
  try {
    validate(schema, input)
  } catch (error) {
    if (error instanceof AppError) return (error.errors ?? []).map(({ field, code, params }) => [field, code, params])
  }
  return []
}
