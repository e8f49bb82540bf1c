import { Binary, Timestamp, Long } from 'bson'
import { unsupported } from '../../errors.ts'
import { encodeDocument, isPlainObject, setField } from '../values.ts'
import { listOf } from './arrays.ts'
import { isNothing, location, optionsOf, withArguments, withOptions, type Operators } from './scope.ts'

export const OBJECTS: Operators = {
  $mergeObjects: withArguments(0, Infinity, (values) =>
    merged(values.length === 1 && Array.isArray(values[0]) ? (values[0] as readonly unknown[]) : values),
  ),
  $objectToArray: withArguments(1, 1, ([value], name) => {
    if (isNothing(value)) return null
    if (!isPlainObject(value)) throw location(40390, `${name} requires a document input`)
    return Object.entries(value).map(([k, v]: [string, unknown]) => ({ k, v }))
  }),
  $arrayToObject: withArguments(1, 1, ([value], name) => {
    if (isNothing(value)) return null
    const made: Record<string, unknown> = {}
    for (const pair of listOf(value, name, 40386)) {
      const [key, field]: readonly unknown[] =
        Array.isArray(pair) && pair.length === 2 ? pair : isPlainObject(pair) ? [pair['k'], pair['v']] : []
      if (typeof key !== 'string') throw location(40395, `${name} requires pairs of a name and a value`)
      setField(made, key, field ?? null)
    }
    return made
  }),
  $getField: (argument, compile, name) => {
    const isShort = !isPlainObject(argument) || Object.keys(argument)[0]?.startsWith('$') === true
    const given = isShort ? { field: argument } : optionsOf(argument, ['field'], ['input'], name)
    const { field, input = '$$CURRENT' }: Readonly<Record<string, unknown>> = given
    // The name may contain dots and dollars: a string is taken literally.
    const [named, source] = [
      typeof field === 'string' && !field.startsWith('$$') ? () => field : compile(field),
      compile(input),
    ]
    return (scope) => {
      const object = source(scope)
      return isPlainObject(object) ? own(object, String(named(scope))) : isNothing(object) ? object : undefined
    }
  },
  $setField: withOptions(['field', 'input', 'value'], [], ({ field, input, value }) => withField(input, field, value)),
  $unsetField: withOptions(['field', 'input'], [], ({ field, input }) => withField(input, field, undefined)),
  $bsonSize: withArguments(1, 1, ([value], name) => {
    if (isNothing(value)) return null
    if (!isPlainObject(value)) throw location(31393, `${name} requires a document input`)
    return encodeDocument(value).length
  }),
  $binarySize: withArguments(1, 1, ([value], name) => {
    if (isNothing(value)) return null
    if (typeof value === 'string') return Buffer.byteLength(value)
    if (value instanceof Binary) return value.length()
    throw location(51276, `${name} requires a string or BinData argument`)
  }),
  $tsSecond: withArguments(1, 1, ([value], name) =>
    isNothing(value) ? null : Long.fromNumber(timestamp(value, name).t),
  ),
  $tsIncrement: withArguments(1, 1, ([value], name) =>
    isNothing(value) ? null : Long.fromNumber(timestamp(value, name).i),
  ),
  $sampleRate: () => {
    throw unsupported('The operator $sampleRate')
  },
}

/** Returns all fields of all documents. Later documents win, and null counts as an empty document. */
export function merged(documents: readonly unknown[]): Record<string, unknown> {
  const made: Record<string, unknown> = {}
  for (const document of documents) {
    if (isNothing(document)) continue
    if (!isPlainObject(document)) throw location(40400, '$mergeObjects requires object inputs')
    for (const [name, value] of Object.entries(document)) setField(made, name, value)
  }
  return made
}

function withField(input: unknown, field: unknown, value: unknown): unknown {
  if (isNothing(input)) return null
  if (!isPlainObject(input) || typeof field !== 'string')
    throw location(4161105, '$setField requires a document and the name of a field')
  const made = merged([input])
  if (value === undefined) delete made[field]
  else setField(made, field, value)
  return made
}

function own(object: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function timestamp(value: unknown, name: string): Timestamp {
  if (!(value instanceof Timestamp)) throw location(5687301, `${name} requires a timestamp argument`)
  return value
}
