import { BSON_TYPE, elements, field, type RawValue } from '../keys/raw.ts'
import { badValue } from '../errors.ts'

/** A dotted path, split once and used for many documents. */
export interface Path {
  readonly text: string
  readonly parts: readonly PathPart[]
}

interface PathPart {
  readonly name: Buffer
  /** Whether the part can also be a position in an array. */
  readonly numeric: boolean
}

/** A path deeper than documents can be nested is an error or an attack. */
const MAX_DEPTH = 100

/** Parses a path such as `a.0.b`. @throws EngineError `server`, code 2, for a path with too many levels */
export function parsePath(text: string): Path {
  const names = text.split('.')
  if (names.length > MAX_DEPTH) throw badValue(`The path is deeper than ${MAX_DEPTH} levels: ${text.slice(0, 80)}`)
  return { text, parts: names.map((name) => ({ name: Buffer.from(name), numeric: /^(?:0|[1-9]\d*)$/.test(name) })) }
}

/** Receives a value at the end of a path, or undefined if it is missing. Returning true ends the walk. */
export type Visitor = (value: RawValue | undefined) => boolean

/**
 * Visits the values of a path as MongoDB's filters do. It enters the elements of arrays on the way, but not of an array
 * at the end. If a part is a number, it also enters an array by position. A scalar element of an array on the way has
 * no value, not even a missing one. Returns whether a visitor ended the walk.
 */
export function visitPath(container: RawValue, path: Path, visit: Visitor, depth = 0): boolean {
  const part = path.parts[depth]
  if (part === undefined) return visit(container)
  const value = field(container, part.name)
  if (depth === path.parts.length - 1 || value === undefined) return visit(value)
  if (value.type === BSON_TYPE.object) return visitPath(value, path, visit, depth + 1)
  if (value.type === BSON_TYPE.array) return visitArray(value, path, visit, depth + 1)
  return visit(undefined)
}

/** Returns the value at a path, or undefined. It enters arrays by position only. */
export function valueAt(container: RawValue, path: Path): RawValue | undefined {
  let value: RawValue | undefined = container
  for (const part of path.parts) {
    if (value.type !== BSON_TYPE.object && value.type !== BSON_TYPE.array) return undefined
    value = field(value, part.name)
    if (value === undefined) return undefined
  }
  return value
}

function visitArray(array: RawValue, path: Path, visit: Visitor, depth: number): boolean {
  const part = path.parts[depth]
  if (part?.numeric) {
    const value = field(array, part.name)
    if (value !== undefined && visitFrom(value, path, visit, depth + 1)) return true
  }
  for (const element of elements(array)) {
    if (element.type === BSON_TYPE.object && visitPath(element, path, visit, depth)) return true
  }
  return false
}

function visitFrom(value: RawValue, path: Path, visit: Visitor, depth: number): boolean {
  if (depth === path.parts.length) return visit(value)
  if (value.type === BSON_TYPE.object) return visitPath(value, path, visit, depth)
  if (value.type === BSON_TYPE.array) return visitArray(value, path, visit, depth)
  return visit(undefined)
}
