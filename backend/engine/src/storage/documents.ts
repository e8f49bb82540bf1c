import { EngineError, serverError } from '../errors.ts'
import { keyOf } from '../keys/encode.ts'
import { BSON_TYPE, documentValue, field, identical } from '../keys/raw.ts'
import { idFirst } from '../query/projection.ts'
import { matches } from '../query/match.ts'
import { valueAt } from '../query/path.ts'
import { fromRaw } from '../query/values.ts'
import { ID_INDEX, type Collection, type Index } from './catalog.ts'
import { indexKeys, type IndexKeys } from './indexKeys.ts'
import { catalogChanged, withSavepoint, type Store } from './store.ts'
import { addText, noteOrder, removeText, replaceText } from './textIndex.ts'

/** MongoDB's limit for the size of a document, in bytes. */
const MAX_DOCUMENT = 16 * 1024 * 1024

const ID = Buffer.from('_id')

/** Returns the collection with that name, and creates it if necessary. */
export function ensureCollection(store: Store, database: string, name: string): Collection {
  const known = store.catalog.get(database, name)
  if (known !== undefined) return known
  if (name === '' || name.includes('\0') || name.startsWith('system.')) {
    throw serverError(73, 'InvalidNamespace', `Invalid collection name: '${name}'`)
  }
  const id = store.sqlite.insert('INSERT INTO collections (db, name) VALUES (?, ?)', database, name)
  store.sqlite.exec(`CREATE TABLE c${id} (rid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, doc BLOB NOT NULL)`)
  catalogChanged(store)
  return ensureCollection(store, database, name)
}

/**
 * Stores a document with its keys in every index, or nothing. The document must have an `_id`.
 * @throws DuplicateKey (11000) if a unique index already has one of its keys
 */
export function insertDocument(store: Store, collection: Collection, document: Buffer): void {
  const stored = idFirst(document)
  refuseTooLarge(stored)
  const id = idKey(stored)
  withSavepoint(store, () => {
    const { sqlite } = store
    const rid = sqlite.tryInsert(`INSERT OR IGNORE INTO ${collection.table} (id, doc) VALUES (?, ?)`, id, stored)
    if (rid === undefined) throw duplicateKey(collection, ID_INDEX, stored)
    for (const index of collection.indexes) addKeys(store, collection, index, rid, stored, keysIn(index, stored))
    const { text } = collection
    if (text === undefined) return
    addText(store, text, rid, stored)
    noteOrder(store, collection, text, rid, id)
  })
}

/** Replaces a document. It only changes the index keys that differ. */
export function replaceDocument(
  store: Store,
  collection: Collection,
  rid: number,
  before: Buffer,
  after: Buffer,
): void {
  refuseTooLarge(after)
  withSavepoint(store, () => {
    const changed = collection.indexes
      .filter((index) => !isUntouched(index, before, after))
      .map((index) => ({ index, keys: differing(keysIn(index, before), keysIn(index, after)) }))
    for (const { index, keys } of changed) removeKeys(store, index, rid, keys.gone)
    for (const { index, keys } of changed) addKeys(store, collection, index, rid, after, keys.come)
    if (collection.text !== undefined) replaceText(store, collection.text, rid, before, after)
    store.sqlite.run(`UPDATE ${collection.table} SET doc = ? WHERE rid = ?`, after, rid)
  })
}

/** Deletes a document and its keys in all indexes. */
export function removeDocument(store: Store, collection: Collection, rid: number, document: Buffer): void {
  for (const index of collection.indexes) removeKeys(store, index, rid, keysIn(index, document).keys)
  if (collection.text !== undefined) removeText(store, collection.text, rid, document)
  store.sqlite.run(`DELETE FROM ${collection.table} WHERE rid = ?`, rid)
}

/** Adds the keys of a document to an index, and records each field that contains an array for the first time. */
export function addKeys(
  store: Store,
  collection: Collection,
  index: Index,
  rid: number,
  document: Buffer,
  { keys, multikey }: IndexKeys,
): void {
  for (const key of keys) {
    const added = store.sqlite.run(`INSERT OR IGNORE INTO ${index.table} (k, rid) VALUES (?, ?)`, key, rid)
    if (added === 0) throw duplicateKey(collection, index, document)
  }
  if ((multikey & ~index.multikey) !== 0) noteMultikey(store, index, multikey)
}

/**
 * Returns the keys of a document in an index, and none if a sparse or partial index leaves the document out. It records
 * arrays in `multikey`.
 */
export function keysIn(index: Index, document: Buffer): IndexKeys {
  if (index.inPartial !== undefined && !matches(index.inPartial, document)) return { keys: [], multikey: 0 }
  return indexKeys(document, index.fields, index.sparse)
}

function duplicateKey(collection: Collection, index: Index, document: Buffer): EngineError {
  const root = documentValue(document)
  const keyPattern: Record<string, unknown> = {}
  const keyValue: Record<string, unknown> = {}
  for (const { path, descending } of index.fields) {
    const value = valueAt(root, path)
    keyPattern[path.text] = descending ? -1 : 1
    keyValue[path.text] = value === undefined ? null : fromRaw(value)
  }
  const shown = Object.entries(keyValue).map(([name, value]) => `${name}: ${JSON.stringify(value) ?? 'null'}`)
  return new EngineError({
    kind: 'server',
    code: 11000,
    codeName: 'DuplicateKey',
    message:
      `E11000 duplicate key error collection: ${collection.database}.${collection.name} ` +
      `index: ${index.name} dup key: { ${shown.join(', ')} }`,
    keyPattern,
    keyValue,
  })
}

function idKey(document: Buffer): Buffer {
  const id = field(documentValue(document), ID)
  if (id === undefined) throw serverError(2, 'BadValue', 'The document has no _id')
  if (id.type === BSON_TYPE.array || id.type === BSON_TYPE.regex || id.type === BSON_TYPE.undefined) {
    const name = Object.entries(BSON_TYPE).find(([, type]) => type === id.type)?.[0] ?? 'such'
    throw serverError(53, 'InvalidIdField', `The '_id' value cannot be of type ${name}`)
  }
  return keyOf(id)
}

function refuseTooLarge(document: Buffer): void {
  if (document.length > MAX_DOCUMENT) {
    throw serverError(
      10334,
      'BSONObjectTooLarge',
      `The document has ${document.length} bytes; the limit is ${MAX_DOCUMENT}`,
    )
  }
}

function removeKeys(store: Store, index: Index, rid: number, keys: readonly Buffer[]): void {
  for (const key of keys) store.sqlite.run(`DELETE FROM ${index.table} WHERE k = ? AND rid = ?`, key, rid)
}

/**
 * From now on, plans must not assume one key per document. This function changes the index object itself, because
 * callers hold references to it.
 */
function noteMultikey(store: Store, index: Index, multikey: number): void {
  index.multikey |= multikey
  store.sqlite.run('UPDATE indexes SET multikey = ? WHERE id = ?', index.multikey, index.id)
  store.catalog.version++
  store.sqlite.exec(`PRAGMA user_version = ${store.catalog.version}`)
}

/** Returns whether the fields of an index are the same in both documents, so that its keys need not be compared. */
function isUntouched(index: Index, before: Buffer, after: Buffer): boolean {
  if (index.partial !== undefined) return false
  const [old, fresh] = [documentValue(before), documentValue(after)]
  return index.fields.every(({ path: { parts } }) => {
    const [first] = parts
    if (first === undefined) return false
    const [a, b] = [field(old, first.name), field(fresh, first.name)]
    return a === undefined || b === undefined ? a === b : identical(a, b)
  })
}

function differing(before: IndexKeys, after: IndexKeys): { gone: Buffer[]; come: IndexKeys } {
  const [old, fresh] = [before, after].map(({ keys }) => new Set(keys.map(text)))
  return {
    gone: before.keys.filter((key) => fresh?.has(text(key)) !== true),
    come: { keys: after.keys.filter((key) => old?.has(text(key)) !== true), multikey: after.multikey },
  }
}

function text(key: Buffer): string {
  return key.toString('latin1')
}
