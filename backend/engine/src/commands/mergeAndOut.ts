import type { Document } from 'bson'
import { badValue, serverError } from '../errors.ts'
import { BSON_TYPE, documentValue, elements, type RawValue } from '../keys/raw.ts'
import { compileExpression } from '../query/expressions/compile.ts'
import { location, optionsOf, type Variables } from '../query/expressions/scope.ts'
import { compilePipeline, stageOf } from '../query/pipeline/pipeline.ts'
import { arrayOf } from '../query/projectTransforms.ts'
import { idFirst } from '../query/projection.ts'
import { decode, encodeDocument, fromRaw, isPlainObject, newObjectId } from '../query/values.ts'
import { aggregate } from './aggregate.ts'
import type { Collection } from '../storage/catalog.ts'
import { commandField, text } from './commandFields.ts'
import { ensureCollection, insertDocument, removeDocument, replaceDocument } from '../storage/documents.ts'
import { everything, prepareQuery, type ScanListener } from './query.ts'
import type { Store } from '../storage/store.ts'

/**
 * Handles `{db, c, pipeline}`: runs an aggregation whose last stage is `$out` or `$merge`. All its writes succeed or
 * none does. A failed `$merge` in MongoDB keeps the earlier writes.
 */
export function aggregateInto(store: Store, command: RawValue, onScan: ScanListener): void {
  const pipeline = commandField(command, 'pipeline')
  const last = pipeline?.type === BSON_TYPE.array ? [...elements(pipeline)].at(-1) : undefined
  if (pipeline === undefined || last === undefined) throw badValue("'pipeline' must be an array")
  const [name, argument] = stageOf(fromRaw(last))
  const write = name === '$out' ? replacing(store, command, argument) : merging(store, command, argument)
  // Reads everything before the first write, because the target can be the source.
  const results = [
    ...aggregate(store, text(command, 'db'), text(command, 'c'), arrayOf([...elements(pipeline)].slice(0, -1)), onScan),
  ].flat()
  write(results.map((bytes) => decode(bytes)))
}

type Write = (results: readonly Document[]) => void

/** `$out: name` or `{db, coll}`: the results replace all documents of the target. Its indexes stay. */
function replacing(store: Store, command: RawValue, argument: unknown): Write {
  const target = targetOf(command, argument, '$out')
  return (results) => {
    const collection = ensureCollection(store, target.database, target.name)
    const old = [...everything(store, prepareQuery(collection, undefined, undefined))]
    for (const { rid, document } of old) removeDocument(store, collection, rid, document)
    for (const result of results) insertDocument(store, collection, withId(result))
  }
}

const MATCHED = new Set(['replace', 'keepExisting', 'merge', 'fail'])
const NOT_MATCHED = new Set(['insert', 'discard', 'fail'])

/** `$merge`: each result changes the document with the same values in the fields `on`, or is inserted. */
function merging(store: Store, command: RawValue, argument: unknown): Write {
  const options =
    typeof argument === 'string'
      ? { into: argument }
      : optionsOf(argument, ['into'], ['on', 'let', 'whenMatched', 'whenNotMatched'], '$merge')
  const {
    into,
    on = '_id',
    let: bindings = {},
    whenMatched = 'merge',
    whenNotMatched = 'insert',
  }: Readonly<Record<string, unknown>> = options
  const target = targetOf(command, into, '$merge')
  const fields: unknown[] = Array.isArray(on) ? on : [on]
  if (fields.length === 0 || !fields.every((field) => typeof field === 'string'))
    throw location(51186, "$merge: 'on' must name fields")
  const names = fields.map(String)
  if (!Array.isArray(whenMatched) && !MATCHED.has(String(whenMatched)))
    throw badValue(`Enumeration value '${String(whenMatched)}' for field '$merge.whenMatched' is not a valid value.`)
  if (!NOT_MATCHED.has(String(whenNotMatched)))
    throw badValue(
      `Enumeration value '${String(whenNotMatched)}' for field '$merge.whenNotMatched' is not a valid value.`,
    )
  const bound = Object.entries(isPlainObject(bindings) ? bindings : {}).map(
    ([key, value]: [string, unknown]) => [key, compileExpression(value)] as const,
  )
  const change = Array.isArray(whenMatched)
    ? compilePipeline(whenMatched, ['new', ...bound.map(([key]) => key)])
    : undefined
  return (results) => {
    const collection = ensureCollection(store, target.database, target.name)
    requireUnique(collection, names)
    for (const result of results) {
      const [found] = everything(store, prepareQuery(collection, wantedBy(result, names), undefined), 1)
      if (found === undefined) {
        if (whenNotMatched === 'fail')
          throw location(
            13113,
            '$merge could not find a matching document in the target collection for at least one document in the source collection',
          )
        if (whenNotMatched === 'insert') insertDocument(store, collection, withId(result))
        continue
      }
      if (whenMatched === 'fail')
        throw serverError(
          11000,
          'DuplicateKey',
          '$merge found a document that is there already, and whenMatched is "fail"',
        )
      if (whenMatched === 'keepExisting') continue
      const before = decode(found.document)
      const variables: Variables = {
        new: result,
        ...Object.fromEntries(bound.map(([key, part]) => [key, part({ root: result, variables: {} })])),
      }
      const [changed] = change === undefined ? [] : change([before], { variables, foreign: () => [] })
      const after: Document =
        changed ?? (whenMatched === 'replace' ? { _id: before['_id'] as unknown, ...result } : { ...before, ...result })
      replace(store, collection, found.rid, found.document, after)
    }
  }
}

function replace(store: Store, collection: Collection, rid: number, before: Buffer, after: Document): void {
  const id: unknown = decode(before)['_id']
  const bytes = idFirst(encodeDocument({ _id: id, ...after }))
  if (!encodeDocument({ id }).equals(encodeDocument({ id: after['_id'] ?? id }))) {
    throw serverError(
      66,
      'ImmutableField',
      '$merge failed to update the matching document: the _id of a document cannot change',
    )
  }
  if (!bytes.equals(before)) replaceDocument(store, collection, rid, before, bytes)
}

/**
 * Requires a unique index. Otherwise two documents could have the same values, and the target of a result would be
 * ambiguous.
 */
function requireUnique(collection: Collection, names: readonly string[]): void {
  if (names.length === 1 && names[0] === '_id') return
  const isUnique = collection.indexes.some(
    ({ unique, partial, fields }) =>
      unique &&
      partial === undefined &&
      fields.length === names.length &&
      fields.every(({ path }) => names.includes(path.text)),
  )
  if (!isUnique) throw location(51183, 'Cannot find index to verify that join fields will be unique')
}

function wantedBy(result: Document, names: readonly string[]): RawValue {
  const wanted: Document = {}
  for (const name of names) {
    const value = name.split('.').reduce<unknown>((at, part) => (isPlainObject(at) ? at[part] : undefined), result)
    if (name === '_id' && value === undefined) wanted[name] = newObjectId()
    else if (value === undefined || value === null || Array.isArray(value))
      throw location(51132, `$merge write error: 'on' field '${name}' cannot be missing, null, undefined or an array`)
    else wanted[name] = { $eq: value }
  }
  return documentValue(encodeDocument(wanted))
}

function targetOf(command: RawValue, argument: unknown, stage: string): { database: string; name: string } {
  if (typeof argument === 'string') return { database: text(command, 'db'), name: argument }
  const { db, coll }: Readonly<Record<string, unknown>> = isPlainObject(argument) ? argument : {}
  if (typeof coll !== 'string' || (db !== undefined && typeof db !== 'string'))
    throw location(51178, `${stage} needs the name of a collection, or {db, coll}`)
  return { database: db ?? text(command, 'db'), name: coll }
}

function withId(document: Document): Buffer {
  return encodeDocument(document['_id'] === undefined ? { _id: newObjectId(), ...document } : document)
}
