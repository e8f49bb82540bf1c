import { badValue, serverError, unsupported } from '../errors.ts'
import { ByteWriter } from '../keys/bytes.ts'
import {
  BSON_TYPE, documentValue, elementName, elements, field, isTrue, numberOf, type RawElement, type RawValue,
} from '../keys/raw.ts'
import { parseField } from './filter.ts'
import { compileFilter } from './match.ts'
import { parseFilter, isOperatorObject } from './filter.ts'

/** Makes the projected document. Works on the bytes, so the order of fields and the types stay. */
export type Projection = (document: Buffer) => Buffer

/**
 * Reads a projection: inclusion, exclusion, `$slice` and `$elemMatch`. Undefined means the whole document.
 * @throws when inclusion and exclusion are mixed or paths collide, as MongoDB does
 */
export function parseProjection(document: RawValue | undefined): Projection | undefined {
  if (document === undefined) return undefined
  const root = new Map<string, Node>()
  let mode: Mode | undefined
  let withId: boolean | undefined
  for (const element of elements(document)) {
    const name = elementName(element)
    const entry = parseEntry(name, element)
    if (name === '_id' && entry.kind !== 'transform') {
      withId = entry.kind === 'include'
      continue
    }
    const wanted = entry.kind === 'transform' ? entry.mode : entry.kind
    if (wanted !== undefined) {
      if (mode !== undefined && mode !== wanted) throw mixed(name, wanted)
      mode = wanted
    }
    place(root, name, entry.kind === 'transform' ? entry.transform : 'leaf')
  }
  // `{_id: 1}` alone includes nothing else; `{_id: 0}` alone excludes nothing else.
  const resolved = mode ?? (withId === true ? 'include' : 'exclude')
  if (root.size === 0 && withId === undefined) return undefined
  if (resolved === 'include' ? withId !== false : withId === false) root.set('_id', 'leaf')
  return (bytes) => {
    const out = new ByteWriter(bytes.length)
    writeProjected(out, documentValue(bytes), root, resolved)
    return out.buffer.subarray(0, out.length)
  }
}

type Mode = 'include' | 'exclude'
type Transform = (value: RawValue) => RawValue | undefined
type Node = Map<string, Node> | 'leaf' | Transform
type Entry = { kind: Mode } | { kind: 'transform'; mode: Mode | undefined; transform: Transform }

function parseEntry(name: string, value: RawElement): Entry {
  if (name === '' || name.startsWith('.') || name.endsWith('.')) throw badValue('FieldPath must not be empty or end with "."')
  if (name.split('.').includes('$')) throw unsupported('The positional projection "$"')
  if (value.type === BSON_TYPE.bool || numberOf(value) !== undefined || value.type === BSON_TYPE.decimal) {
    return { kind: isTrue(value) ? 'include' : 'exclude' }
  }
  if (isOperatorObject(value)) {
    for (const operator of elements(value)) {
      switch (elementName(operator)) {
        case '$slice':
          return { kind: 'transform', mode: undefined, transform: sliceOf(operator) }
        case '$elemMatch':
          return { kind: 'transform', mode: 'include', transform: elemMatchOf(operator) }
        default:
          throw unsupported(`The projection operator ${elementName(operator)}`)
      }
    }
  }
  throw unsupported(`A computed field in a projection ("${name}")`)
}

function mixed(name: string, wanted: Mode): Error {
  const [code, codeName] = wanted === 'include' ? [31253, 'Location31253'] as const : [31254, 'Location31254'] as const
  const [does, other] = wanted === 'include' ? ['inclusion', 'exclusion'] : ['exclusion', 'inclusion']
  return serverError(code, codeName, `Cannot do ${does} on field ${name} in ${other} projection`)
}

function place(root: Map<string, Node>, path: string, node: Node): void {
  const names = path.split('.')
  const last = names.pop() ?? ''
  let level = root
  for (const name of names) {
    const next = level.get(name) ?? new Map<string, Node>()
    if (!(next instanceof Map)) throw collision(path)
    level.set(name, next)
    level = next
  }
  if (level.get(last) instanceof Map) throw collision(path)
  level.set(last, node)
}

function collision(path: string): Error {
  return serverError(31249, 'Location31249', `Path collision at ${path}`)
}

function writeProjected(out: ByteWriter, container: RawValue, tree: Map<string, Node>, mode: Mode): void {
  const start = out.reserve(4)
  let index = 0
  const isArray = container.type === BSON_TYPE.array
  for (const element of elements(container)) {
    const node: Node | undefined = isArray ? tree : tree.get(elementName(element))
    const name = isArray ? String(index) : undefined
    if (writeNode(out, element, node, mode, name)) index++
  }
  out.byte(0)
  out.buffer.writeInt32LE(out.length - start, start)
}

/** Writes one element as its node wants it; returns whether anything was written. */
function writeNode(out: ByteWriter, element: RawElement, node: Node | undefined, mode: Mode, name?: string): boolean {
  const isContainer = element.type === BSON_TYPE.object || element.type === BSON_TYPE.array
  if (node instanceof Map && isContainer) {
    writeHead(out, element.type, element, name)
    writeProjected(out, element, node, mode)
    return true
  }
  if (typeof node === 'function') {
    const value = node(element)
    if (value === undefined) return false
    writeHead(out, value.type, element, name)
    out.bytes(value.buffer, value.start, value.end)
    return true
  }
  const kept = mode === 'include' ? node === 'leaf' : node !== 'leaf'
  if (!kept) return false
  writeHead(out, element.type, element, name)
  out.bytes(element.buffer, element.start, element.end)
  return true
}

function writeHead(out: ByteWriter, type: number, element: RawElement, name: string | undefined): void {
  out.byte(type)
  if (name === undefined) out.bytes(element.buffer, element.nameStart, element.nameEnd)
  else out.bytes(Buffer.from(name))
  out.byte(0)
}

/** `$slice: n` (the first, or the last of a negative n) or `$slice: [skip, n]`. */
function sliceOf(argument: RawValue): Transform {
  const numbers = argument.type === BSON_TYPE.array ? [...elements(argument)].map(numberOf) : [numberOf(argument)]
  const [first, second] = numbers
  if (first === undefined || (numbers.length === 2 && (second === undefined || second <= 0)) || numbers.length > 2) {
    throw badValue('$slice takes a number, or an array of a skip and a positive limit')
  }
  return (value) => {
    if (value.type !== BSON_TYPE.array) return value
    const all = [...elements(value)]
    const from = second === undefined ? (first < 0 ? first : 0) : first
    const begin = from < 0 ? Math.max(0, all.length + from) : from
    const count = second ?? Math.abs(first)
    return arrayOf(all.slice(begin, begin + count))
  }
}

/** The first element that matches, in an array of its own; nothing when none does. */
function elemMatchOf(argument: RawValue): Transform {
  if (argument.type !== BSON_TYPE.object) throw badValue('$elemMatch needs an Object')
  const byValue = isOperatorObject(argument)
  const filter = byValue
    ? { kind: 'and' as const, parts: parseField({ text: '', parts: [] }, argument, 0) }
    : parseFilter(argument)
  const matcher = compileFilter(filter)
  return (value) => {
    if (value.type !== BSON_TYPE.array) return undefined
    for (const element of elements(value)) {
      if ((byValue || element.type === BSON_TYPE.object) && matcher(element)) return arrayOf([element])
    }
    return undefined
  }
}

function arrayOf(values: readonly RawValue[]): RawValue {
  const out = new ByteWriter()
  out.reserve(4)
  values.forEach((value, i) => {
    out.byte(value.type)
    out.bytes(Buffer.from(String(i)))
    out.byte(0)
    out.bytes(value.buffer, value.start, value.end)
  })
  out.byte(0)
  out.buffer.writeInt32LE(out.length, 0)
  return { type: BSON_TYPE.array, buffer: out.buffer, start: 0, end: out.length }
}

/** Moves `_id` to the front, where MongoDB stores it. */
export function idFirst(document: Buffer): Buffer {
  const root = documentValue(document)
  const id = field(root, ID)
  if (id === undefined || id.elementStart === 4) return document
  const { elementStart, end } = id
  return Buffer.concat([
    document.subarray(0, 4),
    document.subarray(elementStart, end),
    document.subarray(4, elementStart),
    document.subarray(end),
  ])
}

const ID = Buffer.from('_id')
