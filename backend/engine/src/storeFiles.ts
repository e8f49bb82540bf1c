import { existsSync } from 'node:fs'
import { storageError } from './errors.ts'
import { createIndexes } from './engine/indexes.ts'
import { ensureCollection, insertDocument } from './engine/documents.ts'
import { formatOf } from './engine/format.ts'
import { createPrivate } from './engine/lock.ts'
import { Sqlite } from './engine/sqlite.ts'
import { databaseFile, openForWriting } from './engine/store.ts'
import { asBuffer } from './keys/raw.ts'

/*
 * The engine's file without its threads, for whoever copies whole stores: documents as the bytes they are. What is read here has
 * stood in the file since its first format, so the files of older programs are read as well.
 */

export { lockDirectory } from './engine/lock.ts'

export interface StoredCollection {
  database: string
  name: string
  count: number
  /** Index descriptions in BSON, without the one of `_id`. */
  indexes: Buffer[]
}

export interface StoreReader {
  readonly format: number
  collections(): StoredCollection[]
  /** Whole documents in the order of their `_id`, a batch at a time. */
  documents(database: string, name: string): Iterable<Buffer[]>
  close(): void
}

export interface StoreFiller {
  create(database: string, name: string): void
  /** All of them or none. */
  insert(database: string, name: string, documents: readonly Buffer[]): void
  createIndexes(database: string, name: string, specs: readonly Uint8Array[]): void
  close(): void
}

/** How many documents, at most, are in memory at once. */
const BATCH = 100

/**
 * Copies the database of a directory into a file, as it is at this moment, also while a server writes to it.
 * @param onProgress is told which part, from 0 to 1, is done
 * @throws when there is none, or it cannot be read
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
 * Has SQLite check every page and every key of a file.
 * @throws with what is wrong
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
 * @throws when there is none, or it is not one that this program can read
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

/** Makes a database in an empty directory, to be filled with documents that are another store's. */
export function openStoreFiller(directory: string): StoreFiller {
  const store = openForWriting(directory)
  // Whoever fills it syncs the file at the end, or throws it away.
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
