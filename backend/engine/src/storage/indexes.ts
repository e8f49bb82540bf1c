import { EngineError, serverError, unsupported } from '../errors.ts'
import { BSON_TYPE, documentValue, elementName, elements, field, identical, numberOf, stringOf } from '../keys/raw.ts'
import { asBuffer } from '../keys/raw.ts'
import { ID_INDEX_NAME, indexOf, type Collection, type Index } from './catalog.ts'
import { addKeys, ensureCollection, keysIn } from './documents.ts'
import { catalogChanged, type Store } from './store.ts'
import { addText, createTextTable, noteOrderOfAll } from './textIndex.ts'
import { isTextSpec, listedTextSpec, textIndexOf, type TextIndex } from './textSpec.ts'

/** The supported options of an index. Any other option would change the meaning of the index, so it is refused. */
const KNOWN_OPTIONS = new Set([
  'v',
  'key',
  'name',
  'unique',
  'sparse',
  'partialFilterExpression',
  'expireAfterSeconds',
  'background',
  'hidden',
])

/** MongoDB's limit. The bits of `multikey` also fit into a number because of it. */
const MAX_FIELDS = 31

/** The number of documents that are read at once while an index is built. */
const CHUNK = 500

/**
 * Creates indexes from their descriptions, with the keys of all existing documents.
 * @throws IndexOptionsConflict (85) and IndexKeySpecsConflict (86) as MongoDB does; DuplicateKey if existing documents
 * break a unique index
 */
export function createIndexes(store: Store, database: string, name: string, specs: readonly Buffer[]): void {
  for (const spec of specs) {
    const collection = ensureCollection(store, database, name)
    if (isTextSpec(spec)) {
      const index = textIndexOf(0, listedTextSpec(spec), 0)
      if (!isTextThere(collection, index)) buildText(store, collection, index)
      continue
    }
    const wanted = indexOf(0, spec, 0)
    refuseUnknown(spec)
    if (wanted.fields.length === 1 && wanted.fields[0]?.path.text === '_id') continue
    if (!isThere(collection, wanted)) build(store, collection, wanted)
  }
}

/** Drops an index by name. `*` drops every index except the `_id` index. */
export function dropIndexes(store: Store, collection: Collection, name: string): void {
  if (name === ID_INDEX_NAME) throw serverError(72, 'InvalidOptions', 'cannot drop _id index')
  const doomed = allIndexes(collection).filter((index) => name === '*' || index.name === name)
  if (doomed.length === 0 && name !== '*') {
    throw serverError(27, 'IndexNotFound', `index not found with name [${name}]`)
  }
  for (const index of doomed) removeIndex(store, index)
  catalogChanged(store)
}

/** Deletes a collection with its documents and indexes. */
export function dropCollection(store: Store, collection: Collection): void {
  for (const index of allIndexes(collection)) removeIndex(store, index)
  store.sqlite.forget()
  store.sqlite.exec(`DROP TABLE ${collection.table}`)
  store.sqlite.run('DELETE FROM collections WHERE id = ?', collection.id)
  catalogChanged(store)
}

/** Returns the indexes in the order of their creation, without the `_id` index. */
export function allIndexes({ indexes, text }: Collection): (Index | TextIndex)[] {
  return text === undefined ? [...indexes] : [...indexes, text].sort((a, b) => a.id - b.id)
}

function removeIndex(store: Store, index: Index | TextIndex): void {
  store.sqlite.forget()
  store.sqlite.exec(`DROP TABLE ${index.table}`)
  store.sqlite.run('DELETE FROM indexes WHERE id = ?', index.id)
}

function build(store: Store, collection: Collection, wanted: Index): void {
  const { sqlite } = store
  const id = sqlite.insert(
    'INSERT INTO indexes (collection, name, spec) VALUES (?, ?, ?)',
    collection.id,
    wanted.name,
    wanted.spec,
  )
  // The index key is the primary key of a unique index's table, so SQLite itself refuses a second document.
  sqlite.exec(
    `CREATE TABLE i${id} (k BLOB NOT NULL, rid INTEGER NOT NULL, PRIMARY KEY (${wanted.unique ? 'k' : 'k, rid'})) WITHOUT ROWID`,
  )
  catalogChanged(store)
  const index = indexOf(id, wanted.spec, 0)
  for (const { rid, document } of allDocuments(store, collection)) {
    addKeys(store, collection, index, rid, document, keysIn(index, document))
  }
  // Building the index recorded `multikey` in the file. Load it into the catalogue.
  store.catalog.load(sqlite)
}

function buildText(store: Store, collection: Collection, wanted: TextIndex): void {
  const { sqlite } = store
  const id = sqlite.insert(
    'INSERT INTO indexes (collection, name, spec) VALUES (?, ?, ?)',
    collection.id,
    wanted.name,
    wanted.spec,
  )
  const index = textIndexOf(id, wanted.spec, 0)
  createTextTable(store, index.table)
  catalogChanged(store)
  for (const { rid, document } of allDocuments(store, collection)) addText(store, index, rid, document)
  noteOrderOfAll(store, collection, index)
  store.catalog.load(sqlite)
}

function* allDocuments(store: Store, collection: Collection): Generator<{ rid: number; document: Buffer }, void, void> {
  let last = 0
  for (;;) {
    const rows = store.sqlite.rows(
      `SELECT rid, doc FROM ${collection.table} WHERE rid > ? ORDER BY rid LIMIT ${CHUNK}`,
      last,
    )
    for (const [rid, doc] of rows) {
      last = Number(rid)
      if (doc instanceof Uint8Array) yield { rid: last, document: asBuffer(doc) }
    }
    if (rows.length < CHUNK) return
  }
}

/** Returns whether the same text index exists. A collection has at most one. */
function isTextThere(collection: Collection, wanted: TextIndex): boolean {
  const { text } = collection
  const options = ['key', 'weights', 'partialFilterExpression', 'default_language']
  if (
    text !== undefined &&
    text.name === wanted.name &&
    options.every((option) => sameOption(text.spec, wanted.spec, option))
  )
    return true
  const rival = text ?? collection.indexes.find(({ name }) => name === wanted.name)
  if (rival === undefined) return false
  throw serverError(
    85,
    'IndexOptionsConflict',
    `An equivalent index already exists with a different name or options: ${rival.name}`,
  )
}

/** Returns whether the same index exists. */
function isThere(collection: Collection, wanted: Index): boolean {
  if (collection.text?.name === wanted.name) {
    throw serverError(
      86,
      'IndexKeySpecsConflict',
      `A text index has the same name as the requested index: ${wanted.name}`,
    )
  }
  for (const index of collection.indexes) {
    const sameKey = sameOption(index.spec, wanted.spec, 'key')
    const sameOptions = ['unique', 'sparse', 'partialFilterExpression', 'expireAfterSeconds'].every((option) =>
      sameOption(index.spec, wanted.spec, option),
    )
    if (index.name === wanted.name) {
      if (sameKey && sameOptions) return true
      throw serverError(
        sameKey ? 85 : 86,
        sameKey ? 'IndexOptionsConflict' : 'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index: ${wanted.name}, but is different`,
      )
    }
    if (sameKey && sameOption(index.spec, wanted.spec, 'partialFilterExpression')) {
      throw serverError(85, 'IndexOptionsConflict', `Index already exists with a different name: ${index.name}`)
    }
  }
  return false
}

function sameOption(a: Buffer, b: Buffer, name: string): boolean {
  const [x, y] = [a, b].map((spec) => field(documentValue(spec), Buffer.from(name)))
  if (x === undefined || y === undefined) return isOff(x) && isOff(y)
  const [m, n] = [numberOf(x), numberOf(y)]
  return m !== undefined && n !== undefined ? m === n : identical(x, y)
}

/** An option with the value false is the same as a missing one. */
function isOff(value: ReturnType<typeof field>): boolean {
  return value === undefined || (value.type === BSON_TYPE.bool && value.buffer[value.start] === 0)
}

function refuseUnknown(spec: Buffer): void {
  const root = documentValue(spec)
  for (const option of elements(root)) {
    if (!KNOWN_OPTIONS.has(elementName(option))) throw unsupported(`The index option "${elementName(option)}"`)
  }
  const key = field(root, Buffer.from('key'))
  const fields = key === undefined ? [] : [...elements(key)]
  if (fields.length === 0 || fields.length > MAX_FIELDS) {
    throw serverError(67, 'CannotCreateIndex', `An index has between 1 and ${MAX_FIELDS} fields`)
  }
  for (const each of fields) {
    const name = elementName(each)
    if (each.type === BSON_TYPE.string) throw unsupported(`An index of type "${stringOf(each)}"`)
    if (name.includes('$**')) throw unsupported('A wildcard index')
    const direction = numberOf(each)
    if (direction === undefined || direction === 0 || Number.isNaN(direction)) {
      throw new EngineError({
        kind: 'server',
        code: 67,
        codeName: 'CannotCreateIndex',
        message: `Values in an index key must be 1 or -1: ${name}`,
      })
    }
    if (name === '' || name.split('.').includes('')) {
      throw serverError(67, 'CannotCreateIndex', `Index keys cannot contain an empty field: '${name}'`)
    }
  }
}
