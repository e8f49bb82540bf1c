import { existsSync } from 'node:fs'
import { storageError } from '../errors.ts'
import { createIndexes } from '../storage/indexes.ts'
import { ensureCollection, insertDocument } from '../storage/documents.ts'
import { formatOf } from '../storage/format.ts'
import { createPrivate } from '../storage/lock.ts'
import { Sqlite } from '../storage/sqlite.ts'
import { databaseFile, openForWriting } from '../storage/store.ts'
import { asBuffer } from '../keys/raw.ts'

/*
 * Access to the engine's file without its threads, for programs that copy whole stores. Documents stay bytes. The
 * tables that this module reads exist since the first format, so it can also read files of older versions.
 */

export { lockDirectory } from '../storage/lock.ts'

export interface StoredCollection {
  database: string
  name: string
  count: number
  /** The index descriptions in BSON, without the `_id` index. */
  indexes: Buffer[]
}

export interface StoreReader {
  readonly format: number
  collections(): StoredCollection[]
  /** Yields whole documents in the order of their `_id`, in batches. */
  documents(database: string, name: string): Iterable<Buffer[]>
  close(): void
}

export interface StoreFiller {
  create(database: string, name: string): void
  /** Inserts all documents or none. */
  insert(database: string, name: string, documents: readonly Buffer[]): void
  createIndexes(database: string, name: string, specs: readonly Uint8Array[]): void
  close(): void
}

/** The most documents in memory at once. */
const BATCH = 100

/**
 * Copies the database of a directory into a file, in the state of one moment, even while a server writes to it.
 * @param onProgress receives the finished part, from 0 to 1
 * @throws if there is no database or it cannot be read
 */
export async function copyDatabase(directory: string, file: string, onProgress: (part: number) => void): Promise<void> {
  const sqlite = openFile(databaseFile(directory))
  try {
    formatOf(sqlite, directory)
    createPrivate(file)
    await sqlite.copyTo(file, onProgress)
  } finally {
    sqlite.close()
  }
}

/**
 * Makes SQLite check every page and every key of a file.
 * @throws an error that names the first damage
 */
export function verifyDatabase(directory: string): void {
  const sqlite = openFile(databaseFile(directory))
  try {
    const found = String(sqlite.value('PRAGMA integrity_check(1)'))
    if (found !== 'ok') throw storageError(`The database file ${databaseFile(directory)} is damaged: ${found}`)
  } finally {
    sqlite.close()
  }
}

/**
 * Opens the database of a directory for reading.
 * @throws if there is none, or this version cannot read it
 */
export function openStoreReader(directory: string): StoreReader {
  const sqlite = openFile(databaseFile(directory))
  try {
    const format = formatOf(sqlite, directory)
    return {
      format,
      collections: () => collectionsOf(sqlite),
      documents: (...which) => documentsOf(sqlite, ...which),
      close: () => sqlite.close(),
    }
  } catch (error) {
    sqlite.close()
    throw error
  }
}

/** Creates a database in an empty directory, to fill it with the documents of another store. */
export function openStoreFiller(directory: string): StoreFiller {
  const store = openForWriting(directory)
  // The caller syncs the file at the end, or discards it.
  store.sqlite.exec('PRAGMA synchronous = OFF')
  const transaction = (work: () => void): void => {
    store.sqlite.exec('BEGIN IMMEDIATE')
    try {
      work()
      store.sqlite.exec('COMMIT')
    } catch (error) {
      if (store.sqlite.inTransaction) store.sqlite.exec('ROLLBACK')
      throw error
    }
  }
  return {
    create: (database, name) => transaction(() => void ensureCollection(store, database, name)),
    insert: (database, name, documents) =>
      transaction(() => {
        const collection = ensureCollection(store, database, name)
        for (const document of documents) insertDocument(store, collection, document)
      }),
    createIndexes: (database, name, specs) =>
      transaction(() => createIndexes(store, database, name, specs.map(asBuffer))),
    close: store.close,
  }
}

function openFile(file: string): Sqlite {
  if (!existsSync(file)) throw storageError(`There is no database at ${file}.`)
  return new Sqlite(file, { readOnly: true })
}

function collectionsOf(sqlite: Sqlite): StoredCollection[] {
  return sqlite.rows('SELECT id, db, name FROM collections ORDER BY db, name').map(([id, database, name]) => ({
    database: String(database),
    name: String(name),
    count: Number(sqlite.value(`SELECT count(*) FROM c${Number(id)}`)),
    indexes: sqlite
      .rows('SELECT spec FROM indexes WHERE collection = ? ORDER BY id', Number(id))
      .flatMap(([spec]) => bytes(spec)),
  }))
}

function* documentsOf(sqlite: Sqlite, database: string, name: string): Generator<Buffer[], void, undefined> {
  const id = sqlite.value('SELECT id FROM collections WHERE db = ? AND name = ?', database, name)
  if (id === undefined) return
  let last: Buffer = Buffer.alloc(0)
  for (;;) {
    const rows = sqlite.rows(`SELECT id, doc FROM c${Number(id)} WHERE id > ? ORDER BY id LIMIT ${BATCH}`, last)
    if (rows.length === 0) return
    yield rows.flatMap(([, doc]) => bytes(doc))
    last = bytes(rows.at(-1)?.[0])[0] ?? last
  }
}

function bytes(value: unknown): Buffer[] {
  return value instanceof Uint8Array ? [asBuffer(value)] : []
}
