import { serverError, unsupported } from '../errors.ts'
import {
  BSON_TYPE,
  documentValue,
  elementName,
  elements,
  field,
  isTrue,
  numberOf,
  type RawElement,
  type RawValue,
} from '../keys/raw.ts'
import { compileExpression } from './expressions/compile.ts'
import { location, type Expression } from './expressions/scope.ts'
import { isOperatorObject, type Filter } from './filter.ts'
import { compileLocator, type Locator } from './position.ts'
import { compute } from './projectFields.ts'
import { projectBytes } from './projectBytes.ts'
import { elemMatchOf, sliceOf, type Transform } from './projectTransforms.ts'
import { decode, encodeDocument, fromRaw } from './values.ts'

/** Returns the projected document. */
export type Projection = (document: Buffer) => Buffer

export type Mode = 'include' | 'exclude'

/** How a projection treats a field. */
export type Node =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'transform'; readonly transform: Transform }
  | { readonly kind: 'computed'; readonly expression: Expression }
  | Fields

export interface Fields {
  readonly kind: 'fields'
  readonly children: Map<string, Node>
}

/** A parsed projection: how to treat each field in it. All other fields follow `mode`. */
export interface Tree {
  readonly mode: Mode
  readonly root: Fields
  /** Whether it contains an expression, so that documents must be decoded. */
  readonly computes: boolean
  /** The path before `.$`. Of the first array on it, only the element that matched the filter is shown. */
  readonly positional: readonly string[] | undefined
}

/**
 * Parses the projection of a find: inclusion, exclusion, `$slice`, `$elemMatch`, `'path.$'` and expressions. Undefined
 * means the whole document. A projection without expressions works on the bytes, without decoding.
 * @param filter the filter of the find, for `'path.$'`
 * @throws if inclusion and exclusion are mixed or paths collide, as MongoDB does
 */
export function parseProjection(document: RawValue | undefined, filter?: Filter): Projection | undefined {
  const tree = document === undefined ? undefined : parseTree(document, 'find')
  if (tree === undefined) return undefined
  const locate: Locator | undefined = filter === undefined ? undefined : compileLocator(filter)
  const show = (bytes: Buffer): Buffer => projectBytes(bytes, tree, locate)
  if (!tree.computes) return show
  return (bytes) => {
    const root = decode(bytes)
    // Applies the parts that need bytes first. Expressions still see the whole document.
    return encodeDocument(compute(decode(show(bytes)), tree.root, { root, variables: { NOW: new Date() } }))
  }
}

/**
 * Parses a projection. Returns undefined if it is empty.
 * @param where `stage` means `$project`, whose operators are all expressions
 * @param names the variables that expressions can use
 */
export function parseTree(
  document: RawValue,
  where: 'find' | 'stage',
  names: readonly string[] = [],
): Tree | undefined {
  const reader = new Reader(where, names)
  for (const element of elements(document)) reader.read(elementName(element), element)
  return reader.tree()
}

class Reader {
  readonly #where: 'find' | 'stage'
  readonly #names: readonly string[]
  readonly #root: Fields = { kind: 'fields', children: new Map() }
  #mode: Mode | undefined
  #withId: boolean | undefined
  #computes = false
  #positional: readonly string[] | undefined
  #elemMatch = false

  constructor(where: 'find' | 'stage', names: readonly string[]) {
    this.#where = where
    this.#names = names
  }

  read(path: string, value: RawElement): void {
    if (path === '' || path.startsWith('.') || path.endsWith('.'))
      throw location(40353, "FieldPath must not be empty or end with '.'")
    if (value.type === BSON_TYPE.bool || numberOf(value) !== undefined || value.type === BSON_TYPE.decimal)
      return this.#readFlag(path, isTrue(value))
    if (isOperatorObject(value)) {
      if (this.#where === 'stage' || !this.#readOperator(path, value))
        this.#place(path, this.#computed(value), 'include')
    } else if (value.type === BSON_TYPE.object) {
      let empty = true
      for (const child of elements(value)) {
        this.read(`${path}.${elementName(child)}`, child)
        empty = false
      }
      if (empty) throw location(51270, 'An empty sub-projection is not a valid value. Found empty object at path')
    } else {
      this.#place(path, this.#computed(value), 'include')
    }
  }

  tree(): Tree | undefined {
    const { children } = this.#root
    // `{_id: 1}` alone includes no other field, `{_id: 0}` alone excludes no other field.
    const mode = this.#mode ?? (this.#withId === true ? 'include' : 'exclude')
    if (children.size === 0 && this.#withId === undefined) return undefined
    if (!children.has('_id') && (mode === 'include' ? this.#withId !== false : this.#withId === false))
      children.set('_id', LEAF)
    return { mode, root: this.#root, computes: this.#computes, positional: this.#positional }
  }

  #readFlag(path: string, wanted: boolean): void {
    if (path === '_id') {
      this.#withId = wanted
      return
    }
    if (path.split('.').includes('$')) return this.#readPositional(path, wanted)
    this.#place(path, LEAF, wanted ? 'include' : 'exclude')
  }

  #readPositional(path: string, wanted: boolean): void {
    const names = path.split('.')
    if (this.#where === 'stage') throw location(16410, `FieldPath field names may not start with '$': '${path}'`)
    if (names.indexOf('$') !== names.length - 1 || names.length === 1) {
      throw location(
        31394,
        "As of 4.4, it's illegal to specify positional operator in the middle of a path. Positional projection may only be used at the end",
      )
    }
    if (!wanted) throw location(31395, 'positional projection cannot be used with exclusion')
    if (this.#positional !== undefined)
      throw location(31276, 'Cannot specify more than one positional projection per query.')
    if (this.#elemMatch) throw location(31256, 'Cannot specify positional operator and $elemMatch.')
    this.#positional = names.slice(0, -1)
    this.#place(this.#positional.join('.'), LEAF, 'include')
  }

  /** Reads the operators that only a find has. Returns false for any other operator. */
  #readOperator(path: string, value: RawValue): boolean {
    const [operator] = elements(value)
    if (operator === undefined) return false
    switch (elementName(operator)) {
      case '$slice': {
        const transform = sliceOf(operator)
        if (transform === undefined) return false
        this.#place(path, { kind: 'transform', transform }, undefined)
        return true
      }
      case '$elemMatch':
        if (this.#positional !== undefined) throw location(31256, 'Cannot specify positional operator and $elemMatch.')
        if (path.includes('.')) throw location(31275, 'Cannot use $elemMatch projection on a nested field.')
        this.#elemMatch = true
        this.#place(path, { kind: 'transform', transform: elemMatchOf(operator) }, 'include')
        return true
      case '$meta':
        throw unsupported('The projection operator $meta')
      default:
        return false
    }
  }

  #computed(value: RawValue): Node {
    this.#computes = true
    return { kind: 'computed', expression: compileExpression(fromRaw(value), this.#names) }
  }

  #place(path: string, node: Node, mode: Mode | undefined): void {
    const names = path.split('.')
    if (names.some((name) => name.startsWith('$') && !['$ref', '$id', '$db'].includes(name))) {
      throw location(16410, `FieldPath field names may not start with '$': '${path}'`)
    }
    if (mode !== undefined) {
      if (this.#mode !== undefined && this.#mode !== mode) throw mixed(path, mode, node.kind === 'computed')
      this.#mode = mode
    }
    placeNode(this.#root, names, node)
  }
}

/**
 * Adds a node to a tree.
 * @throws if its path collides with another one
 */
export function placeNode(root: Fields, names: readonly string[], node: Node): void {
  let level = root
  for (const name of names.slice(0, -1)) {
    const next: Node = level.children.get(name) ?? { kind: 'fields', children: new Map() }
    if (next.kind !== 'fields') throw collision(names)
    level.children.set(name, next)
    level = next
  }
  const last = names.at(-1) ?? ''
  if (level.children.has(last)) throw collision(names)
  level.children.set(last, node)
}

const LEAF: Node = { kind: 'leaf' }

function mixed(name: string, wanted: Mode, computed: boolean): Error {
  if (computed) return location(31252, `Cannot use expression other than $meta in exclusion projection: ${name}`)
  const [code, codeName] =
    wanted === 'include' ? ([31253, 'Location31253'] as const) : ([31254, 'Location31254'] as const)
  const [does, other] = wanted === 'include' ? ['inclusion', 'exclusion'] : ['exclusion', 'inclusion']
  return serverError(code, codeName, `Cannot do ${does} on field ${name} in ${other} projection`)
}

function collision(names: readonly string[]): Error {
  return location(31249, `Path collision at ${names.join('.')}`)
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
