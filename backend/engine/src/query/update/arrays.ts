import { badValue, failedToParse } from '../../errors.ts'
import { keyOf } from '../../keys/encode.ts'
import { documentValue, elements } from '../../keys/raw.ts'
import { parseField, parseFilter, type Filter } from '../filter.ts'
import { compileFilter } from '../match.ts'
import { parseSort, sortKey } from '../sort.ts'
import { encodeDocument, isPlainObject, toRaw } from '../values.ts'
import type { Operator, Target } from './target.ts'

/** `$push: value` or `{$each, $position, $slice, $sort}`. */
export function push(argument: unknown, path: string): Operator {
  const { values, position, slice, order } = parsePush(argument, path)
  return (target) => {
    const array = [...(requireArray(target, '$push') ?? [])]
    array.splice(position ?? array.length, 0, ...values)
    const sorted = order === undefined ? array : order(array)
    target.set(slice === undefined ? sorted : slice < 0 ? sorted.slice(slice) : sorted.slice(0, slice))
  }
}

/** Builds `$addToSet`, with one value or with `$each`. An element that the array has is not added again. */
export function addToSet(argument: unknown): Operator {
  const values = isPlainObject(argument) && '$each' in argument ? listOf(argument['$each'], '$each') : [argument]
  return (target) => {
    const array = [...(requireArray(target, '$addToSet') ?? [])]
    const known = new Set(array.map(identity))
    for (const value of values) {
      const id = identity(value)
      if (known.has(id)) continue
      known.add(id)
      array.push(value)
    }
    target.set(array)
  }
}

/** `$pull: value` removes equal elements, `$pull: condition` removes the elements that match it. */
export function pull(argument: unknown): Operator {
  const matcher = compileFilter(pullFilter(argument))
  return (target) => {
    const array = requireArray(target, '$pull')
    if (array === undefined) return
    const kept = array.filter((element) => {
      const raw = toRaw(element)
      return raw === undefined || !matcher(raw)
    })
    if (kept.length !== array.length) target.set(kept)
  }
}

/** Builds `$pullAll`: removes each element that equals one of the list. */
export function pullAll(argument: unknown): Operator {
  const unwanted = new Set(listOf(argument, '$pullAll').map(identity))
  return (target) => {
    const array = requireArray(target, '$pullAll')
    if (array !== undefined) target.set(array.filter((element) => !unwanted.has(identity(element))))
  }
}

/** `1` removes the last element, `-1` the first. */
export function pop(argument: unknown, path: string): Operator {
  const end = Number(argument)
  if (end !== 1 && end !== -1) throw failedToParse(`$pop expects 1 or -1: ${path}`)
  return (target) => {
    const array = requireArray(target, '$pop')
    if (array !== undefined) target.set(end === 1 ? array.slice(0, -1) : array.slice(1))
  }
}

interface Push {
  values: unknown[]
  position: number | undefined
  slice: number | undefined
  order: ((array: unknown[]) => unknown[]) | undefined
}

function parsePush(argument: unknown, path: string): Push {
  if (!isPlainObject(argument) || !('$each' in argument)) {
    return { values: [argument], position: undefined, slice: undefined, order: undefined }
  }
  refuseUnknown(argument, ['$each', '$position', '$slice', '$sort'], `$push on ${path}`)
  return {
    values: listOf(argument['$each'], '$each'),
    position: optionalWhole(argument['$position'], '$position'),
    slice: optionalWhole(argument['$slice'], '$slice'),
    order: argument['$sort'] === undefined ? undefined : orderBy(argument['$sort']),
  }
}

/** The `$sort` of `$push`: 1 or -1 for the elements themselves, a sort document for elements that are objects. */
function orderBy(sort: unknown): (array: unknown[]) => unknown[] {
  const wholeElement = !isPlainObject(sort)
  const spec = wholeElement ? { v: Number(sort) } : sort
  const { fields } = parseSort(documentValue(encodeDocument(spec)))
  const keyFor = (element: unknown): Buffer => {
    if (wholeElement) return sortKey(encodeDocument({ v: element }), fields)
    return sortKey(encodeDocument(isPlainObject(element) ? element : {}), fields)
  }
  return (array) =>
    array
      .map((element) => ({ element, key: keyFor(element) }))
      .sort((a, b) => a.key.compare(b.key))
      .map(({ element }) => element)
}

/**
 * A document with fields, $and, $or or $nor is a filter on elements that are objects. Any other argument is a condition
 * on the element.
 */
function pullFilter(argument: unknown): Filter {
  const self = { text: '', parts: [] }
  const raw = toRaw(argument)
  if (raw === undefined) return { kind: 'never' }
  const isFilter =
    isPlainObject(argument) && Object.keys(argument).every((key) => !key.startsWith('$') || LOGICAL.has(key))
  if (!isFilter) return { kind: 'and', parts: parseField(self, raw, 0) }
  for (const element of elements(documentValue(encodeDocument({ v: argument })))) {
    return { kind: 'and', parts: [OBJECTS_ONLY, parseFilter(element)] }
  }
  return { kind: 'never' }
}

const LOGICAL = new Set(['$and', '$or', '$nor'])

const OBJECTS_ONLY: Filter = { kind: 'leaf', path: { text: '', parts: [] }, test: { op: '$type', types: new Set([3]) } }

/** Returns a string that is the same for equal values, even of different numeric types. */
function identity(value: unknown): string {
  return keyOf(toRaw(value)).toString('latin1')
}

function listOf(value: unknown, operator: string): unknown[] {
  if (!Array.isArray(value))
    throw badValue(`The argument to ${operator} must be an array but it was of type ${typeof value}`)
  return value
}

function optionalWhole(value: unknown, operator: string): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (!Number.isInteger(number)) throw badValue(`The value for ${operator} must be a whole number`)
  return number
}

function requireArray(target: Target, operator: string): unknown[] | undefined {
  if (!target.exists) return undefined
  const current = target.get()
  if (!Array.isArray(current)) {
    throw badValue(`The field '${target.path}' must be an array but is of type ${typeof current}: ${operator}`)
  }
  return current
}

function refuseUnknown(options: object, known: readonly string[], operator: string): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key))
  if (unknown !== undefined) throw failedToParse(`Unrecognized clause in ${operator}: ${unknown}`)
}
