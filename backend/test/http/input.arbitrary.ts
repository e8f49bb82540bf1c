import fc from 'fast-check'
import { z } from 'zod'
import { encodeCursor } from '../../src/lib/cursor.ts'

type JsonSchema = z.core.JSONSchema.JSONSchema

/** Values that programs have failed on: the ends of each type, other types, and texts that are not texts. */
const HOSTILE: readonly unknown[] = [
  null, true, 0, -1, 1.5, 1e308, -1e308, Number.MAX_SAFE_INTEGER + 2, '', ' ', '0', '-1', '1e308', 'NaN', 'null', 'undefined', '\u0000',
  '\ud800', '\udfff\ud800', '\u202e', '\ufeff', '\u3164', '=1+1', '../../etc/passwd', '%00', '%', '$where', "' OR 1=1 --", '<script>',
  'constructor', '__proto__', 'all', '9999-12-31T23:59:59.999Z', '-271821-04-20T00:00:00Z', '+275760-09-13T00:00:00.001Z', '1970-01-01',
  'f'.repeat(24), 'F'.repeat(24), 'x'.repeat(10_000), '👩‍👩‍👧‍👦'.repeat(500), 'Z\u0315'.repeat(2000), [], {}, [[]], [null], [{}], { $gt: '' }, { $ne: null },
  { length: 1e9 }, { toString: 1 }, ] // prettier-ignore

/** A mark that stands for a value nested 5,000 deep: neither fast-check nor JSON.stringify can hold one. `jsonOf` writes it out. */
const DEEP_MARKS = { '@@deep list': ['[', ']'], '@@deep object': ['{"a":', '}'] } as const
const DEPTH = 5000

/** Returns the JSON of an input. */
export function jsonOf(value: unknown): string | undefined {
  let text: string | undefined = JSON.stringify(value)
  for (const [mark, [open, close]] of Object.entries(DEEP_MARKS))
    text = text?.replaceAll(JSON.stringify(mark), `${open.repeat(DEPTH)}1${close.repeat(DEPTH)}`)
  return text
}

const hostile = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 2, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: fc.constantFrom(...Object.keys(DEEP_MARKS), nested()) },
)

function nested(): unknown {
  let value: unknown = 1
  for (let depth = 0; depth < 500; depth += 1) value = depth % 2 === 0 ? [value] : { a: value }
  return value
}

/**
 * Returns an arbitrary of inputs for a schema: most are valid, and in the others one or more parts are hostile.
 * @param ids real ids, which every text may be
 */
export function inputOf(schema: z.ZodType, ids: readonly string[]): fc.Arbitrary<unknown> {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return fc.oneof(
    { weight: 6, arbitrary: arbitraryOf(json, ids, 0) },
    { weight: 6, arbitrary: arbitraryOf(json, ids, 1) },
    { weight: 1, arbitrary: hostile },
  )
}

/** @param hostility the weight of hostile values, of 5 */
function arbitraryOf(schema: JsonSchema | boolean, ids: readonly string[], hostility: 0 | 1): fc.Arbitrary<unknown> {
  const valid = typeof schema === 'boolean' ? fc.jsonValue() : validOf(schema, ids, hostility)
  return hostility === 0
    ? valid
    : fc.oneof({ weight: 5 - hostility, arbitrary: valid }, { weight: hostility, arbitrary: hostile })
}

function validOf(schema: JsonSchema, ids: readonly string[], hostility: 0 | 1): fc.Arbitrary<unknown> {
  const inner = (part: JsonSchema | boolean) => arbitraryOf(part, ids, hostility)
  const options = schema.anyOf ?? schema.oneOf
  if (options) return fc.oneof(...options.map(inner))
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  switch (schema.type) {
    case 'object': {
      const { properties = {}, required = [] } = schema
      const known = Object.fromEntries(
        Object.entries(properties).map(([key, part]) => [key, key === 'cursor' ? cursorOf(ids) : inner(part)]),
      )
      const record = fc.record(known, { requiredKeys: required })
      if (hostility === 0) return record
      return fc
        .tuple(record, fc.dictionary(fc.constantFrom('extra', '$set', 'constructor', ...ids.slice(0, 3)), hostile))
        .map(([fields, more]) => ({ ...more, ...fields }))
    }
    case 'array':
      return fc.array(inner(typeof schema.items === 'object' && !Array.isArray(schema.items) ? schema.items : true), {
        maxLength: Math.min(5, schema.maxItems ?? 5),
      })
    case 'integer':
    case 'number': {
      const [min, max] = [schema.minimum ?? 0, schema.maximum ?? 1000].map((bound) => Math.trunc(bound))
      return fc.oneof(fc.integer({ min: clamp(min), max: clamp(max) }), fc.constantFrom(min, max))
    }
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'string':
      return fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...ids) },
        { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
        { weight: 1, arbitrary: fc.constantFrom('a word', 'name', 'someone@example.org', 'correct horse', tomorrow()) },
      )
    case undefined:
    default:
      return fc.oneof(fc.constantFrom<unknown>(...ids, 0, 1, 20, true), fc.jsonValue())
  }
}

/** The places that cursors hold: an id, or a value and an id. */
function cursorOf(ids: readonly string[]): fc.Arbitrary<string> {
  const id = fc.constantFrom(...ids)
  const value = fc.oneof(fc.constantFrom('a word', tomorrow(), 0, 20, Date.now()), hostile)
  return fc.oneof(id, fc.tuple(value, id), fc.tuple(value, id, id), value).map(encodeCursor)
}

const clamp = (bound = 0) => Math.max(-0x80000000, Math.min(0x7fffffff, bound))
const tomorrow = () => new Date(Date.now() + 24 * 3600 * 1000).toISOString()
