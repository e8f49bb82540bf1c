import type { Document } from 'bson'
import { badValue, serverError } from '../../errors.ts'
import { isPlainObject } from '../values.ts'

export interface UpdatePath {
  readonly text: string
  readonly parts: readonly string[]
  /** Whether a part is `$`, `$[]` or `$[identifier]`, so that the document decides the position. */
  readonly dynamic: boolean
}

/** The place that an operator changes. `set` creates missing objects on the path. */
export interface Target {
  readonly path: string
  readonly document: Document
  readonly exists: boolean
  /** Whether the path goes through an array. */
  readonly inArray: boolean
  get: () => unknown
  set: (value: unknown) => void
  remove: () => void
}

/** Changes one place of a document. */
export type Operator = (target: Target, argument: unknown) => void

/** A greater index in a path would fill the document with nulls. MongoDB has the same limit. */
const MAX_PADDING = 1_500_000

/**
 * Parses the path of an operator.
 * @throws MongoDB's errors for invalid paths
 */
export function parseUpdatePath(text: string): UpdatePath {
  const parts = text.split('.')
  if (parts.includes(''))
    throw serverError(56, 'EmptyFieldName', `The update path '${text}' contains an empty field name`)
  if (parts.includes('__proto__')) throw badValue(`The update path '${text}' is not allowed`)
  const [first = ''] = parts
  if (first === '$') throw badValue(`Cannot have positional (i.e. '$') element in the first position in path '${text}'`)
  if (isDynamic(first))
    throw badValue(
      `Cannot have array filter identifier (i.e. '$[<id>]') element in the first position in path '${text}'`,
    )
  if (parts.filter((part) => part === '$').length > 1)
    throw badValue(`Too many positional (i.e. '$') elements found in path '${text}'`)
  return { text, parts, dynamic: parts.some(isDynamic) }
}

/** Returns a field of an object or an element of an array by name, or undefined. */
export function readChild(container: unknown, name: string): unknown {
  return isContainer(container) ? read(container, name) : undefined
}

function isDynamic(part: string): boolean {
  return part === '$' || /^\$\[.*\]$/.test(part)
}

type Container = Document | unknown[]

/** Finds a path in a document. For an operator that writes, a scalar on the path is an error. */
export function resolveTarget(document: Document, path: UpdatePath, operator: string): Target {
  const { parts, text } = path
  let container: Container = document
  let inArray = false
  let depth = 0
  while (depth < parts.length - 1) {
    const next: unknown = read(container, parts[depth] ?? '')
    if (next === undefined && !has(container, parts[depth] ?? '')) break
    if (!isContainer(next)) return blocked(document, path, parts[depth] ?? '', next, operator)
    container = next
    inArray ||= Array.isArray(next)
    depth++
  }
  const holder = container
  const rest = parts.slice(depth)
  const last = rest[rest.length - 1] ?? ''
  const reached = rest.length === 1
  return {
    path: text,
    document,
    exists: reached && has(holder, last),
    inArray,
    get: () => (reached ? read(holder, last) : undefined),
    set: (value) => write(grow(holder, rest, text), last, value, text),
    remove: () => {
      if (reached) remove(holder, last)
    },
  }
}

/** Reading or removing below a scalar finds nothing. Writing there is an error. */
function blocked(document: Document, path: UpdatePath, part: string, value: unknown, operator: string): Target {
  const refuse = (): never => {
    const shown = value === null ? 'null' : typeof value
    throw serverError(
      28,
      'PathNotViable',
      `Cannot create field under '${part}' (${shown}) on the path '${path.text}' of ${operator}`,
    )
  }
  return {
    path: path.text,
    document,
    exists: false,
    inArray: false,
    get: () => undefined,
    set: refuse,
    remove: () => undefined,
  }
}

function grow(holder: Container, rest: readonly string[], text: string): Container {
  let container = holder
  for (const part of rest.slice(0, -1)) {
    const made: Document = {}
    write(container, part, made, text)
    container = made
  }
  return container
}

function isContainer(value: unknown): value is Container {
  return Array.isArray(value) || isPlainObject(value)
}

function has(container: Container, name: string): boolean {
  return Object.hasOwn(container, name)
}

function read(container: Container, name: string): unknown {
  if (Array.isArray(container)) return isPlace(name) ? container[Number(name)] : undefined
  return has(container, name) ? container[name] : undefined
}

function write(container: Container, name: string, value: unknown, text: string): void {
  if (!Array.isArray(container)) {
    container[name] = value
    return
  }
  if (!isPlace(name)) {
    throw serverError(28, 'PathNotViable', `Cannot create field '${name}' in an array, on the path '${text}'`)
  }
  const place = Number(name)
  if (place - container.length > MAX_PADDING)
    throw badValue(`The index of the path '${text}' is too far behind the array's end`)
  while (container.length < place) container.push(null)
  container[place] = value
}

/** Sets an array element to null instead of removing it, so that the other elements keep their positions. */
function remove(container: Container, name: string): void {
  if (!Array.isArray(container)) delete container[name]
  else if (isPlace(name) && Number(name) < container.length) container[Number(name)] = null
}

function isPlace(name: string): boolean {
  return /^(?:0|[1-9]\d*)$/.test(name)
}
