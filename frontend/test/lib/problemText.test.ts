import { FIELD_CODES, PROBLEM_REASONS } from 'backend/contract'
import type { FieldError, ParamKinds, Params, Problem, ProblemReason } from 'backend/contract'
import { describe, expect, test } from 'vitest'
import { fieldErrorText } from '../../src/lib/fieldErrorText.ts'
import { problemText } from '../../src/lib/problemText.ts'
import { problem } from '../generators/index.ts'

describe('the text of a problem', () => {
  test.each(keysOf(PROBLEM_REASONS))('words the reason %s with its parameters', (reason) => {
    const text = problemText(problem({ reason, params: samples(PROBLEM_REASONS[reason].params), detail: SERVER }))
    expect(text).toMatch(SENTENCE)
  })

  test('shows counts, sizes, times and durations as the page shows them elsewhere', () => {
    expect(textOf('group_full', { max: 1000 })).toBe('A group has at most 1,000 members.')
    expect(textOf('file_too_large', { limit: 100 * 1024 ** 2, size: 1.5 * 1024 ** 3 })).toBe(
      'A file can have 100 MB; this one has 1.5 GB.',
    )
    expect(textOf('too_many_requests', { name: 'searches', retryAfter: 100 })).toBe(
      'Too many searches. Try again in 2 minutes.',
    )
    expect(textOf('signup_needs_invite_or_domain', { domains: ['a.org', 'b.org'] })).toMatch(/a\.org or b\.org/)
    expect(textOf('muted', { until: '2020-01-02T12:00:00Z' })).toMatch(/until .*2020/)
  })

  test('of refused fields is the text of the first one', () => {
    const errors: FieldError[] = [
      { field: 'name', code: 'too_long', params: { max: 80 }, message: SERVER },
      { field: 'text', code: 'must_not_be_empty', params: {}, message: SERVER },
    ]
    expect(problemText(problem({ reason: 'fields_not_valid', params: {}, detail: SERVER, errors }))).toBe(
      'Use at most 80 characters.',
    )
    expect(textOf('fields_not_valid', {})).toBe('Some entries are not valid.')
  })

  test('is that of the server for a reason or a limit that only a newer server knows', () => {
    expect(problemText(ofNewerServer({ reason: 'too_late_at_night', params: {} }))).toBe(SERVER)
    expect(problemText(ofNewerServer({ reason: 'toString', params: {} }))).toBe(SERVER)
    expect(problemText(ofNewerServer({ reason: 'too_many_requests', params: { name: 'sighs', retryAfter: 3 } }))).toBe(
      SERVER,
    )
  })

  test('is that of the page for a problem that the page made', () => {
    expect(problemText(problem({ detail: 'No connection to the server.' }))).toBe('No connection to the server.')
  })
})

describe('the text of a refused field', () => {
  test.each(keysOf(FIELD_CODES))('is a sentence for the code %s', (code) => {
    expect(fieldErrorText({ field: 'name', code, params: samples(FIELD_CODES[code]), message: SERVER })).toMatch(
      SENTENCE,
    )
  })

  test('counts in the words of the page', () => {
    const error = { field: 'name', code: 'too_short', message: SERVER } as const
    expect(fieldErrorText({ ...error, params: { min: 1 } })).toBe('Use at least 1 character.')
    expect(fieldErrorText({ ...error, params: { min: 3 } })).toBe('Use at least 3 characters.')
  })

  test('is made of the words of the server for a code that only a newer server knows', () => {
    const error: object = { field: 'name', code: 'is_too_common', params: {}, message: 'is too common' }
    expect(fieldErrorText(error as FieldError)).toBe('This is too common.')
  })
})

/** The English text of the server, which the page shows only when it has none of its own. */
const SERVER = 'The server says no.'
/** A whole sentence of the page: no value is missing in it. */
const SENTENCE = /^(?!.*(?:undefined|NaN|\[object|The server says no)).+\.$/u

const textOf = (reason: ProblemReason, params: Params) => problemText(problem({ reason, params, detail: SERVER }))

const ofNewerServer = (given: { reason: string; params: object }) =>
  ({ ...problem({ detail: SERVER }), ...given }) as Problem

const SAMPLES: { [K in keyof ParamKinds]: ParamKinds[K] } = {
  count: 12,
  bytes: 1024 ** 2,
  seconds: 90_000,
  time: '2026-11-21T09:00:00.000Z',
  text: 'word',
  list: ['one', 'two'],
  rateLimit: 'messages',
}

function samples(kinds: Readonly<Record<string, keyof ParamKinds>>): Params {
  return Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, SAMPLES[kind]]))
}

function keysOf<T extends object>(value: T): (keyof T)[] {
  return Object.keys(value) as (keyof T)[]
}
