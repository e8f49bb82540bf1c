import { Long, type Document } from 'bson'
import { unsupported } from '../../errors.ts'
import { parseFilter } from '../filter.ts'
import { compileFilter, type Matcher } from '../match.ts'
import { numericType, toDouble } from '../numbers.ts'
import { compute, projectFields } from '../projectFields.ts'
import { parseTree, placeNode, type Fields, type Tree } from '../projection.ts'
import { parseSort, sortKey } from '../sort.ts'
import { location, optionsOf, type Expression, type Variables } from '../expressions/scope.ts'
import { encodeDocument, isPlainObject, setField } from '../values.ts'
import {
  collect,
  each,
  objectOf,
  rawOf,
  type Documents,
  type Stage,
  type StageMaker,
  type StageMakers,
} from './stage.ts'

const setFields: StageMaker = (argument, { compile }, name) => {
  const root: Fields = { kind: 'fields', children: new Map() }
  place(objectOf(argument, name), [])
  return each((document, { variables }) => compute(document, root, { root: document, variables }))

  function place(fields: Document, names: readonly string[]): void {
    for (const [path, value] of Object.entries(fields) as [string, unknown][]) {
      const parts = [...names, ...path.split('.')]
      if (parts.includes('')) throw location(40353, `FieldPath must not be empty or end with a '.': '${path}'`)
      if (parts.some((part) => part.startsWith('$')))
        throw location(16410, `FieldPath field names may not start with '$': '${path}'`)
      const isNested =
        isPlainObject(value) && Object.keys(value).length > 0 && Object.keys(value)[0]?.startsWith('$') !== true
      if (isNested) place(value, parts)
      else placeNode(root, parts, { kind: 'computed', expression: compile(value) })
    }
  }
}

const newRoot = (expression: Expression): Stage =>
  each((document, { variables }) => {
    const made = expression({ root: document, variables })
    if (!isPlainObject(made))
      throw location(40228, "'newRoot' expression must evaluate to an object, but resulting value was none")
    return made
  })

/** Stages that filter, order and change documents one by one. */
export const RESHAPING: StageMakers = {
  $match: (argument, { names }, name) => {
    const filter = parseFilter(rawOf(objectOf(argument, name)))
    // Refuses an invalid filter before any document is read.
    compileFilter(filter, Object.fromEntries(names.map((known) => [known, null])))
    return (input, run) => matching(input, compileFilter(filter, run.variables))
  },
  $project: (argument, { names }, name) => {
    const tree = parseTree(rawOf(objectOf(argument, name)), 'stage', names)
    if (tree === undefined)
      throw location(51272, 'Invalid $project :: caused by :: projection specification must have at least one field')
    return each((document, { variables }) => projectFields(document, tree, { root: document, variables }))
  },
  $set: setFields,
  $addFields: setFields,
  $unset: (argument) => {
    const paths: readonly unknown[] = Array.isArray(argument) ? argument : [argument]
    if (paths.length === 0)
      throw location(31119, '$unset specification must be a string or an array with at least one field')
    const root: Fields = { kind: 'fields', children: new Map() }
    for (const path of paths) {
      if (typeof path !== 'string')
        throw location(31120, '$unset specification must be a string or an array containing only string values')
      placeNode(root, path.split('.'), { kind: 'leaf' })
    }
    const tree: Tree = { mode: 'exclude', root, computes: false, positional: undefined }
    return each((document, { variables }) => projectFields(document, tree, { root: document, variables }))
  },
  $replaceRoot: (argument, { compile }, name) =>
    newRoot(compile(optionsOf(argument, ['newRoot'], [], name)['newRoot'])),
  $replaceWith: (argument, { compile }) => newRoot(compile(argument)),
  $skip: (argument) => {
    const skip = wholeOf(argument, 0, 15956, '$skip')
    return function* (input) {
      let left = skip
      for (const document of input) yield document !== undefined && left-- > 0 ? undefined : document
    }
  },
  $limit: (argument) => {
    const limit = wholeOf(argument, 1, 15958, '$limit')
    return function* (input) {
      let left = limit
      for (const document of input) {
        yield document
        if (document !== undefined && --left === 0) return
      }
    }
  },
  $sort: (argument, _, name) => {
    const { fields } = parseSort(rawOf(objectOf(argument, name)))
    if (fields.length === 0) throw location(15976, '$sort stage must have at least one sort key')
    return function* (input) {
      const documents = yield* collect(input)
      const keyed = documents.map((document) => ({ document, key: sortKey(encodeDocument(document), fields) }))
      for (const { document } of keyed.sort((a, b) => a.key.compare(b.key))) yield document
    }
  },
  $sample: (argument, _, name) => {
    const size = wholeOf(optionsOf(argument, ['size'], [], name)['size'], 1, 28747, '$sample')
    return function* (input) {
      const documents = yield* collect(input)
      for (let i = 0; i < Math.min(size, documents.length); i++) {
        const chosen = i + Math.floor(Math.random() * (documents.length - i))
        const document = documents[chosen]
        documents[chosen] = documents[i] ?? {}
        yield document
      }
    }
  },
  $unwind: (argument, _, name) => unwind(argument, name),
  $redact: (argument, { compile }) => {
    const decide = compile(argument)
    return each((document, { variables }) => redacted(document, decide, { ...variables, KEEP, PRUNE, DESCEND }))
  },
  $documents: () => {
    throw unsupported('The stage $documents')
  },
}

const [KEEP, PRUNE, DESCEND] = [Symbol('keep'), Symbol('prune'), Symbol('descend')]

function* matching(input: Documents, matcher: Matcher): Generator<Document | undefined, void, void> {
  for (const document of input) yield document !== undefined && matcher(rawOf(document)) ? document : undefined
}

function redacted(document: Document, decide: Expression, variables: Variables): Document | undefined {
  const decision = decide({ root: document, variables })
  if (decision === KEEP) return document
  if (decision === PRUNE) return undefined
  if (decision !== DESCEND) throw location(17053, '$redact must return one of $$KEEP, $$PRUNE or $$DESCEND')
  const made: Document = {}
  for (const [name, value] of Object.entries(document) as [string, unknown][]) {
    const shown = descend(value)
    if (shown !== undefined) setField(made, name, shown)
  }
  return made

  function descend(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(descend).filter((element) => element !== undefined)
    return isPlainObject(value) ? redacted(value, decide, variables) : value
  }
}

function unwind(argument: unknown, name: string): Stage {
  const options =
    typeof argument === 'string'
      ? { path: argument }
      : optionsOf(argument, ['path'], ['includeArrayIndex', 'preserveNullAndEmptyArrays'], name)
  const { path, includeArrayIndex, preserveNullAndEmptyArrays }: Readonly<Record<string, unknown>> = options
  if (typeof path !== 'string' || !path.startsWith('$') || path.length < 2)
    throw location(28818, `path option to ${name} stage should be prefixed with a '$': ${String(path)}`)
  if (
    includeArrayIndex !== undefined &&
    (typeof includeArrayIndex !== 'string' || includeArrayIndex === '' || includeArrayIndex.startsWith('$'))
  ) {
    throw location(28822, `includeArrayIndex option to ${name} stage must be the name of a field`)
  }
  const parts = path.slice(1).split('.')
  const preserve = preserveNullAndEmptyArrays === true
  const numbered = (document: Document, index: Long | null): Document =>
    typeof includeArrayIndex === 'string' ? withValue(document, includeArrayIndex.split('.'), index) : document
  return function* (input) {
    for (const document of input) {
      if (document === undefined) {
        yield undefined
        continue
      }
      const value = parts.reduce<unknown>(
        (at, part) => (isPlainObject(at) && Object.hasOwn(at, part) ? at[part] : undefined),
        document,
      )
      if (Array.isArray(value) && value.length > 0) {
        for (const [i, element] of (value as unknown[]).entries())
          yield numbered(withValue(document, parts, element), Long.fromNumber(i))
      } else if (Array.isArray(value)) {
        yield preserve ? numbered(withValue(document, parts, undefined), null) : undefined
      } else if (value === null || value === undefined) {
        yield preserve ? numbered(document, null) : undefined
      } else {
        yield numbered(document, null)
      }
    }
  }
}

/** Returns a copy of a document with another value at a path. Undefined removes the field. */
export function withValue(document: Document, [name = '', ...rest]: readonly string[], value: unknown): Document {
  const made: Document = { ...document }
  const inner: unknown = Object.hasOwn(document, name) ? document[name] : undefined
  const placed = rest.length === 0 ? value : withValue(isPlainObject(inner) ? inner : {}, rest, value)
  if (placed === undefined) delete made[name]
  else setField(made, name, placed)
  return made
}

/** Returns a whole number for a stage. */
function wholeOf(value: unknown, least: number, code: number, name: string): number {
  const number = numericType(value) === undefined ? NaN : toDouble(value)
  if (Number.isNaN(number)) throw location(code, `invalid argument to ${name} stage: Expected a number`)
  if (!Number.isInteger(number) || number < least)
    throw location(code, `invalid argument to ${name} stage: Expected a whole number of ${least} or more`)
  return number
}
