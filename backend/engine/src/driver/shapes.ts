import mongoose from 'mongoose'
import type { Doc } from './codec.ts'

const { MongoInvalidArgumentError } = mongoose.mongo

/** The accepted forms of a sort and of an index key. */
export type KeySpec = string | readonly unknown[] | ReadonlyMap<string, unknown> | Doc

/**
 * Returns the fields and directions in order. As in the driver, the input is a name, a list of names or of pairs, a Map
 * or an object. A direction is 1, -1, `asc`, `desc` or a long form of these.
 */
export function keyEntries(spec: KeySpec): [string, unknown][] {
  if (typeof spec === 'string') return [[spec, 1]]
  if (spec instanceof Map)
    return [...spec].map(([name, direction]): [string, unknown] => [String(name), directionOf(direction)])
  if (Array.isArray(spec)) {
    const [first, second] = spec
    if (spec.length === 2 && typeof first === 'string' && isDirection(second)) return [[first, directionOf(second)]]
    return spec.flatMap((each: unknown) => (isKeySpec(each) ? keyEntries(each) : []))
  }
  return Object.entries(spec).map(([name, direction]) => [name, directionOf(direction)])
}

/** Returns a sort in the engine's form. A Map keeps the order of names that look like numbers; an object does not. */
export function sortMap(sort: unknown): Map<string, unknown> | undefined {
  if (!isKeySpec(sort)) return undefined
  const entries = keyEntries(sort)
  return entries.length === 0 ? undefined : new Map(entries)
}

/** A negative limit means: one batch with at most that many documents. */
export function limitFields(limit: unknown): { limit: unknown; singleBatch?: true } {
  return typeof limit === 'number' && limit < 0 ? { limit: -limit, singleBatch: true } : { limit }
}

/**
 * Refuses an update without operators, which would replace the document. The driver also checks this before it sends a
 * command.
 */
export function requireOperators(update: unknown): void {
  const isPipeline = Array.isArray(update)
  const keys = isDoc(update) ? Object.keys(update) : []
  if (!isPipeline && (keys.length === 0 || !keys.every((key) => key.startsWith('$')))) {
    throw new MongoInvalidArgumentError('Update document requires atomic operators')
  }
}

/** Refuses a replacement whose first field is an operator, as the driver does. @throws MongoInvalidArgumentError */
export function refuseOperators(replacement: unknown): void {
  if (!isDoc(replacement) || Object.keys(replacement)[0]?.startsWith('$') === true) {
    throw new MongoInvalidArgumentError('Replacement document must not contain atomic operators')
  }
}

/** Returns whether the value is an object and no array. */
export function isDoc(value: unknown): value is Doc {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns a document in its stored form. The input may be a Mongoose document. */
export function plain(document: unknown): Doc {
  if (!isDoc(document)) throw new MongoInvalidArgumentError('A document must be an object')
  const { toBSON } = document
  const made: unknown = typeof toBSON === 'function' ? toBSON.call(document) : document
  return isDoc(made) ? made : document
}

function isKeySpec(value: unknown): value is KeySpec {
  return typeof value === 'string' || (typeof value === 'object' && value !== null)
}

function isDirection(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && DIRECTIONS.has(value.toLowerCase()))
}

function directionOf(direction: unknown): unknown {
  return typeof direction === 'string' ? (DIRECTIONS.get(direction.toLowerCase()) ?? direction) : direction
}

const DIRECTIONS = new Map<string, number>([
  ['1', 1],
  ['-1', -1],
  ['asc', 1],
  ['ascending', 1],
  ['desc', -1],
  ['descending', -1],
])
