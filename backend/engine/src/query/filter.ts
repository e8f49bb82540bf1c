import { badValue, unsupported } from '../errors.ts'
import { keyOf } from '../keys/encode.ts'
import { BSON_TYPE, elementName, elements, field, isTrue, type RawValue } from '../keys/raw.ts'
import { parsePath, type Path } from './path.ts'
import { parseCondition, type Condition } from './condition.ts'
import { parseTextSearch, type TextSearch } from './text.ts'

/** A parsed filter. `match` runs it and the planner analyses it. */
export type Filter =
  | { kind: 'and' | 'or' | 'nor'; parts: Filter[] }
  | { kind: 'leaf'; path: Path; test: Condition }
  | { kind: 'expr'; expression: RawValue }
  | { kind: 'never' }
  /** `$text`. The collection's text index supplies the paths. */
  | { kind: 'text'; search: TextSearch; paths?: readonly Path[] }

const MAX_NESTING = 100

/**
 * Parses a filter document.
 * @throws MongoDB's errors for invalid filters; `unsupported` for operators that only MongoDB has
 */
export function parseFilter(document: RawValue, nesting = 0): Filter {
  if (nesting > MAX_NESTING) throw badValue(`The filter is nested deeper than ${MAX_NESTING} levels`)
  const parts: Filter[] = []
  for (const element of elements(document)) {
    const name = elementName(element)
    // Inside $elemMatch, the parts of a DBRef are fields.
    if (name.startsWith('$') && !(nesting > 0 && DBREF_FIELDS.has(name)))
      parts.push(...parseTopLevel(name, element, nesting))
    else parts.push(...parseField(parsePath(name), element, nesting))
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'and', parts }
}

/** Parses the conditions on one path. `{$gte: 1, $lt: 5}` gives two. A value without operators gives an equality. */
export function parseField(path: Path, value: RawValue, nesting: number): Filter[] {
  if (!isOperatorObject(value)) return [leaf(path, equality(value))]
  const parts: Filter[] = []
  for (const element of elements(value)) {
    const operator = elementName(element)
    if (operator === '$options') continue
    parts.push(parseOperator(path, operator, element, value, nesting))
  }
  return parts
}

const DBREF_FIELDS = new Set(['$ref', '$id', '$db'])

/**
 * Returns whether an object is a set of operators, such as `{$gt: 1}`. Its first field decides, as in MongoDB; a DBRef
 * is a value.
 */
export function isOperatorObject(value: RawValue): boolean {
  if (value.type !== BSON_TYPE.object) return false
  for (const element of elements(value)) {
    const name = elementName(element)
    return name.startsWith('$') && !DBREF_FIELDS.has(name)
  }
  return false
}

function parseTopLevel(name: string, value: RawValue, nesting: number): Filter[] {
  switch (name) {
    case '$and':
    case '$or':
    case '$nor': {
      const kind = name === '$and' ? 'and' : name === '$or' ? 'or' : 'nor'
      return [{ kind, parts: parseList(name, value, nesting) }]
    }
    case '$expr':
      return [{ kind: 'expr', expression: value }]
    case '$comment':
      return []
    case '$alwaysFalse':
      return [{ kind: 'never' }]
    case '$alwaysTrue':
      return []
    case '$text':
      return [{ kind: 'text', search: parseTextSearch(value) }]
    case '$where':
    case '$jsonSchema':
    case '$sampleRate':
      throw unsupported(`The query operator ${name}`)
    default:
      throw badValue(`unknown top level operator: ${name}`)
  }
}

function parseList(name: string, value: RawValue, nesting: number): Filter[] {
  if (value.type !== BSON_TYPE.array) throw badValue(`${name} must be an array`)
  const parts: Filter[] = []
  for (const element of elements(value)) {
    if (element.type !== BSON_TYPE.object) throw badValue(`${name} entries need to be full objects`)
    parts.push(parseFilter(element, nesting + 1))
  }
  if (parts.length === 0) throw badValue(`${name} argument must be a non-empty array`)
  return parts
}

function parseOperator(path: Path, operator: string, value: RawValue, siblings: RawValue, nesting: number): Filter {
  switch (operator) {
    case '$ne':
      if (value.type === BSON_TYPE.regex) throw badValue("Can't have regex as arg to $ne.")
      return not([leaf(path, sameness(value))])
    case '$nin':
      return not([leaf(path, parseCondition('$in', value, siblings))])
    case '$not':
      return parseNot(path, value, nesting)
    case '$all':
      return parseAll(path, value, nesting)
    case '$elemMatch':
      return leaf(path, parseElemMatch(value, nesting))
    case '$exists':
      return isTrue(value) ? leaf(path, { op: '$exists' }) : not([leaf(path, { op: '$exists' })])
    case '$eq':
      return leaf(path, sameness(value))
    default:
      return leaf(path, parseCondition(operator, value, siblings))
  }
}

function parseNot(path: Path, value: RawValue, nesting: number): Filter {
  if (value.type === BSON_TYPE.regex) return not([leaf(path, parseCondition('$regex', value, value))])
  if (value.type !== BSON_TYPE.object) throw badValue('$not needs a regex or a document')
  if (!isOperatorObject(value)) throw badValue('$not needs a document of operators')
  return not([{ kind: 'and', parts: parseField(path, value, nesting + 1) }])
}

function parseAll(path: Path, value: RawValue, nesting: number): Filter {
  if (value.type !== BSON_TYPE.array) throw badValue('$all needs an array')
  const parts: Filter[] = []
  for (const element of elements(value)) {
    const wanted = element.type === BSON_TYPE.object ? field(element, ELEM_MATCH) : undefined
    parts.push(leaf(path, wanted === undefined ? equality(element) : parseElemMatch(wanted, nesting)))
  }
  return parts.length === 0 ? { kind: 'never' } : { kind: 'and', parts }
}

/**
 * Parses the argument of `$elemMatch`, which tests an element as a document or as a value. @throws EngineError
 * `server`, code 2
 */
export function parseElemMatch(value: RawValue, nesting: number): Extract<Condition, { op: '$elemMatch' }> {
  if (value.type !== BSON_TYPE.object) throw badValue('$elemMatch needs an Object')
  if (!isOperatorObject(value) || /^\$(?:and|or|nor|expr)$/.test(firstName(value))) {
    return { op: '$elemMatch', of: 'object', filter: parseFilter(value, nesting + 1) }
  }
  return { op: '$elemMatch', of: 'value', filter: { kind: 'and', parts: parseField(SELF, value, nesting + 1) } }
}

/** The path that `$elemMatch` uses for an element that it tests as a value. */
const SELF: Path = { text: '', parts: [] }

const ELEM_MATCH = Buffer.from('$elemMatch')

function firstName(value: RawValue): string {
  for (const element of elements(value)) return elementName(element)
  return ''
}

function leaf(path: Path, test: Condition): Filter {
  return { kind: 'leaf', path, test }
}

function not(parts: Filter[]): Filter {
  return { kind: 'nor', parts }
}

function equality(value: RawValue): Condition {
  return value.type === BSON_TYPE.regex ? parseCondition('$regex', value, value) : sameness(value)
}

/** Returns the test of `$eq`. A regular expression is a value here and not a pattern. */
function sameness(value: RawValue): Condition {
  return { op: '$eq', value, key: keyOf(value) }
}
