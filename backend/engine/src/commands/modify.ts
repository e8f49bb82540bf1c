import type { Document } from 'bson'
import { badValue, failedToParse } from '../errors.ts'
import { asBuffer, BSON_TYPE, documentValue, type RawValue } from '../keys/raw.ts'
import { compileLocator } from '../query/position.ts'
import { idFirst } from '../query/projection.ts'
import { parseReplacement, parseUpdate, type Update } from '../query/update/update.ts'
import { decode, encodeDocument, fromRaw, newObjectId } from '../query/values.ts'
import type { Collection } from '../storage/catalog.ts'
import { commandField, flag } from './commandFields.ts'
import { insertDocument, removeDocument, replaceDocument } from '../storage/documents.ts'
import { everything, prepareQuery, type Query, type ScanListener } from './query.ts'
import type { Found } from '../storage/scan.ts'
import type { Store } from '../storage/store.ts'
import { documentFromFilter, idFromFilter } from './upsert.ts'

export interface UpdateOutcome {
  matched: number
  modified: number
  upsertedId?: unknown
}

/** A document before and after a `findAndModify`. */
export interface ModifyOutcome {
  before: Buffer | undefined
  after: Buffer | undefined
  upsertedId?: unknown
}

/**
 * Handles `{q, u, replace?, multi?, upsert?, sort?}`. Without `multi`, it changes the first document in the order of
 * the sort.
 */
export function update(store: Store, collection: Collection, command: RawValue, onScan: ScanListener): UpdateOutcome {
  const change = updateOf(command)
  const query = prepareQuery(collection, commandField(command, 'q'), commandField(command, 'sort'))
  const multi = flag(command, 'multi')
  const changed = changer(store, query, change)
  // Finds all documents before it changes the first one. A change can move a document to a place that the scan has not
  // reached.
  const rids = multi ? [...everything(store, query, Infinity, onScan)].map(({ rid }) => rid) : undefined
  let [matched, modified] = [0, 0]
  for (const found of rids === undefined ? everything(store, query, 1, onScan) : reread(store, collection, rids)) {
    matched++
    if (changed(found) !== found.document) modified++
  }
  if (matched > 0 || !flag(command, 'upsert')) return { matched, modified }
  const { upsertedId } = upsert(store, query, change, flag(command, 'replace'))
  return { matched: 0, modified: 0, upsertedId }
}

/** Handles `{q, multi?}`. Returns the number of deleted documents. */
export function remove(store: Store, collection: Collection, command: RawValue, onScan: ScanListener): number {
  const query = prepareQuery(collection, commandField(command, 'q'), undefined)
  const doomed = [...everything(store, query, flag(command, 'multi') ? Infinity : 1, onScan)]
  for (const { rid, document } of doomed) removeDocument(store, collection, rid, document)
  return doomed.length
}

/** Handles `{q, sort?, remove?, u?, replace?, upsert?}`. */
export function findAndModify(
  store: Store,
  collection: Collection,
  command: RawValue,
  onScan: ScanListener,
): ModifyOutcome {
  const query = prepareQuery(collection, commandField(command, 'q'), commandField(command, 'sort'))
  const removing = flag(command, 'remove')
  const change = removing ? undefined : updateOf(command)
  const [found] = everything(store, query, 1, onScan)
  if (found === undefined) {
    if (change === undefined || !flag(command, 'upsert')) return { before: undefined, after: undefined }
    const { document, upsertedId } = upsert(store, query, change, flag(command, 'replace'))
    return { before: undefined, after: document, upsertedId }
  }
  if (change === undefined) {
    removeDocument(store, collection, found.rid, found.document)
    return { before: found.document, after: undefined }
  }
  return { before: found.document, after: changer(store, query, change)(found) }
}

/** Returns a function that changes one document. If the update has no effect, it returns the same bytes. */
function changer(store: Store, { collection, filter }: Query, change: Update): (found: Found) => Buffer {
  const locate = change.usesMatched ? compileLocator(filter) : undefined
  return ({ rid, document }) => {
    const situation = { inserting: false, matched: locate?.(documentValue(document)) }
    const changed = idFirst(encodeDocument(change.apply(decode(document), situation)))
    if (changed.equals(document)) return document
    replaceDocument(store, collection, rid, document, changed)
    return changed
  }
}

function upsert(
  store: Store,
  query: Query,
  change: Update,
  replacing: boolean,
): { document: Buffer; upsertedId: unknown } {
  const start: Document = replacing ? idFromFilter(query.filter) : documentFromFilter(query.filter)
  const made = change.apply(start, { inserting: true, matched: undefined })
  if (made['_id'] === undefined) made['_id'] = newObjectId()
  const document = idFirst(encodeDocument(made))
  insertDocument(store, query.collection, document)
  return { document, upsertedId: made['_id'] }
}

function* reread(store: Store, collection: Collection, rids: readonly number[]): Generator<Found, void, void> {
  for (const rid of rids) {
    const document = store.sqlite.value(`SELECT doc FROM ${collection.table} WHERE rid = ?`, rid)
    if (document instanceof Uint8Array) yield { rid, document: asBuffer(document) }
  }
}

function updateOf(command: RawValue): Update {
  const value = commandField(command, 'u')
  if (value === undefined) throw failedToParse('An update needs a document with the changes')
  const decoded = fromRaw(value)
  const filters = commandField(command, 'arrayFilters')
  if (filters !== undefined && filters.type !== BSON_TYPE.array) throw badValue('arrayFilters must be an array')
  if (!flag(command, 'replace')) return parseUpdate(decoded, filters === undefined ? undefined : fromRaw(filters))
  if (filters !== undefined) throw failedToParse('Cannot specify arrayFilters and a replacement')
  return parseReplacement(decoded)
}
