import { serverError, unsupported } from '../errors.ts'
import {
  BSON_TYPE,
  documentValue,
  elementName,
  elements,
  field,
  numberOf,
  stringOf,
  type RawValue,
} from '../keys/raw.ts'
import { parseFilter, type Filter } from '../query/filter.ts'
import { compileFilter, type Matcher } from '../query/match.ts'
import { parsePath, type Path } from '../query/path.ts'
import { decode, encodeDocument } from '../query/values.ts'

/** A text index over the texts at some paths, divided by the values at other paths. */
export interface TextIndex {
  readonly id: number
  readonly name: string
  /** The FTS5 table of the index. */
  readonly table: string
  /** The index description as `listIndexes` gives it, in BSON. */
  readonly spec: Buffer
  readonly paths: readonly Path[]
  /** The fields after the texts. An equality on them narrows a search. */
  readonly scopes: readonly Path[]
  readonly partial: Filter | undefined
  readonly inPartial: Matcher | undefined
  /**
   * The greatest distance, in row ids, by which a document was inserted after one with a greater `_id`; Infinity if it
   * is large. It lets a search read rows in their order and still return the order of `_id`.
   */
  disorder: number
}

/** The stored value of Infinity. */
const FAR = -1

/** Options that a text index supports or can ignore. Weights only affect scores, and the engine computes none. */
const KNOWN_OPTIONS = new Set([
  'v',
  'key',
  'name',
  'partialFilterExpression',
  'background',
  'hidden',
  'sparse',
  'weights',
  'default_language',
  'language_override',
  'textIndexVersion',
])

/** Returns whether an index description, as given or as listed, describes a text index. */
export function isTextSpec(spec: Buffer): boolean {
  const key = option(spec, 'key')
  return (
    key?.type === BSON_TYPE.object &&
    [...elements(key)].some((each) => each.type === BSON_TYPE.string && stringOf(each) === 'text')
  )
}

/** Reads a description in the form that `listIndexes` returns. */
export function textIndexOf(id: number, spec: Buffer, disorder: number): TextIndex {
  const expression = option(spec, 'partialFilterExpression')
  const partial = expression === undefined ? undefined : parseFilter(expression)
  const name = option(spec, 'name')
  return {
    id,
    name: name === undefined ? '' : stringOf(name),
    table: `f${id}`,
    spec,
    paths: namesIn(option(spec, 'weights')).map(parsePath),
    scopes: namesIn(option(spec, 'key'))
      .filter((each) => !FTS_KEYS.has(each))
      .map(parsePath),
    partial,
    inPartial: partial === undefined ? undefined : compileFilter(partial),
    disorder: disorder === FAR ? Infinity : disorder,
  }
}

/** Returns the form in which the disorder is stored. */
export function storedDisorder(disorder: number): number {
  return disorder === Infinity ? FAR : disorder
}

/**
 * Returns the description in the form that MongoDB's `listIndexes` returns: `{key: {_fts: 'text', _ftsx: 1, …},
 * weights: {text: 1}, …}`.
 * @throws CannotCreateIndex (67); `unsupported` for features that only MongoDB's text indexes have
 */
export function listedTextSpec(spec: Buffer): Buffer {
  const { weights, ...options } = decode(spec)
  const refused = Object.entries(options).find(([name, value]) => !KNOWN_OPTIONS.has(name) && value !== false)
  if (refused !== undefined)
    throw serverError(67, 'CannotCreateIndex', `A text index cannot have the option "${refused[0]}"`)
  const fields = fieldsOf(spec)
  const given = namesIn(option(spec, 'weights'))
  const texts = fields.texts.includes('_fts') ? given : [...new Set([...fields.texts, ...given])]
  if (texts.length === 0) throw serverError(67, 'CannotCreateIndex', 'A text index needs a field')
  const named = new Map<string, unknown>(Object.entries(typeof weights === 'object' && weights !== null ? weights : {}))
  return encodeDocument({
    default_language: 'english',
    language_override: 'language',
    ...options,
    v: 2,
    key: { _fts: 'text', _ftsx: 1, ...Object.fromEntries(fields.others.map((name) => [name, 1])) },
    weights: Object.fromEntries(texts.toSorted().map((name) => [name, named.get(name) ?? 1])),
    textIndexVersion: 3,
  })
}

const FTS_KEYS: ReadonlySet<string> = new Set(['_fts', '_ftsx'])

function fieldsOf(spec: Buffer): { texts: string[]; others: string[] } {
  const key = option(spec, 'key')
  const [texts, others]: [string[], string[]] = [[], []]
  for (const each of key === undefined ? [] : elements(key)) {
    const name = elementName(each)
    if (name.includes('$**')) throw unsupported('A wildcard text index')
    if (name === '' || name.split('.').includes('')) {
      throw serverError(67, 'CannotCreateIndex', `Index keys cannot contain an empty field: '${name}'`)
    }
    if (each.type === BSON_TYPE.string) {
      if (stringOf(each) !== 'text') throw unsupported(`An index of type "${stringOf(each)}"`)
      if (others.length > 0) throw unsupported('A text index with other fields before its texts')
      texts.push(name)
    } else if (name !== '_ftsx') {
      if (Math.abs(numberOf(each) ?? 0) !== 1)
        throw serverError(67, 'CannotCreateIndex', `Values in an index key must be 1 or -1: ${name}`)
      if (texts.length === 0) throw unsupported('A text index with other fields before its texts')
      others.push(name)
    }
  }
  return { texts, others }
}

function option(spec: Buffer, name: string): RawValue | undefined {
  return field(documentValue(spec), Buffer.from(name))
}

function namesIn(object: RawValue | undefined): string[] {
  return object?.type === BSON_TYPE.object ? [...elements(object)].map(elementName) : []
}
