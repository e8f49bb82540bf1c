import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { storageError } from '../errors.ts'
import { Catalog } from './catalog.ts'
import { bringUp, clearOld, hasOurHeader } from './format.ts'
import { createPrivate, lockDirectory, lockFile } from './lock.ts'
import { Sqlite } from './sqlite.ts'

/** One thread's connection to the data and its copy of the catalogue. */
export interface Store {
  readonly sqlite: Sqlite
  readonly catalog: Catalog
  /** Gives everything back. The writer first moves the write-ahead log into the file. */
  close: () => void
}

const PAGE_BYTES = 4096

/**
 * Opens a data directory for writing, making it at the first start, and locks it for this process.
 * @throws with a message for the person who runs the server
 */
export function openForWriting(directory: string): Store {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    createPrivate(lockFile(directory))
  } catch (error) {
    throw storageError(
      `The data directory ${directory} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  const unlock = lockDirectory(directory)
  let sqlite: Sqlite | undefined
  try {
    makeIfMissing(directory)
    sqlite = new Sqlite(databaseFile(directory), { readOnly: false })
    return ready(sqlite, directory, unlock)
  } catch (error) {
    sqlite?.close()
    unlock()
    throw error
  }
}

/**
 * Makes the file at the first start. It appears complete: an empty one, or a log without its file, is what is left of data, and SQLite
 * would begin anew in their place without a word. Of a page that is cut off it would take the rest to be zeros.
 */
function makeIfMissing(directory: string): void {
  const file = databaseFile(directory)
  const hasLog = existsSync(`${file}-wal`)
  if (existsSync(file)) {
    const { size } = statSync(file)
    // With a log, a crash may have come while the last page was written: the log still has it.
    const isWhole = size >= PAGE_BYTES && (hasLog || size % PAGE_BYTES === 0 || !beginsAsOurs(file))
    if (isWhole) return
    throw storageError(
      `The database file ${file} is damaged: it is ${size === 0 ? 'empty' : 'cut off'}. Restore it from a backup, or move it away to begin with nothing.`,
    )
  }
  if (hasLog) {
    throw storageError(
      `The database file ${file} is missing, but its log is there. Restore both from a backup, or move ${file}-wal away to begin with nothing.`,
    )
  }
  const draft = `${file}.new`
  for (const left of [draft, `${draft}-journal`]) rmSync(left, { force: true })
  createPrivate(draft)
  const sqlite = new Sqlite(draft, { readOnly: false })
  try {
    sqlite.exec(`PRAGMA page_size = ${PAGE_BYTES}`)
    bringUp(sqlite, directory)
  } finally {
    sqlite.close()
  }
  renameSync(draft, file)
  syncDirectory(directory)
}

/** Whether a file of more than a page is a Parley database at first sight; what others are is told when they are opened. */
function beginsAsOurs(file: string): boolean {
  const head = Buffer.alloc(PAGE_BYTES)
  const handle = openSync(file, 'r')
  try {
    readSync(handle, head)
  } finally {
    closeSync(handle)
  }
  return hasOurHeader(head)
}

/** Has the disk keep the names in a directory; Windows cannot. */
function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(directory, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function ready(sqlite: Sqlite, directory: string, unlock: () => void): Store {
  // FULL: a commit returns after the log is on disk. The cache is per connection; the system caches the file as well.
  // FILE: what savepoints keep to be undone goes to a temporary file from 64 KB on. In memory SQLite walks through all of it
  // whenever a savepoint within another ends, which makes the time of a long list of writes quadratic.
  // secure_delete: what is overwritten or deleted becomes zeros, also on the pages of long documents (FAST would leave those).
  sqlite.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8000;
    PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = FILE;
    PRAGMA secure_delete = ON;
  `)
  clearOld(sqlite, directory)
  bringUp(sqlite, directory)
  const catalog = new Catalog()
  catalog.load(sqlite)
  return {
    sqlite,
    catalog,
    close: () => {
      try {
        sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      } catch {
        // On a full disk, for example. Nothing is lost: the log is read at the next start.
      }
      sqlite.close()
      unlock()
    },
  }
}

/** Opens, for reading, a directory that the writer of this process has opened. */
export function openForReading(directory: string): Store {
  const sqlite = new Sqlite(databaseFile(directory), { readOnly: true })
  sqlite.exec('PRAGMA cache_size = -4000; PRAGMA temp_store = MEMORY')
  return { sqlite, catalog: new Catalog(), close: () => sqlite.close() }
}

/**
 * Runs work that leaves nothing behind when it throws, inside the running transaction. After an error that made
 * SQLite end the whole transaction, the error is passed on and the caller finds `inTransaction` false.
 */
export function piece<T>(store: Store, work: () => T): T {
  store.sqlite.run('SAVEPOINT piece')
  const version = store.catalog.version
  try {
    const result = work()
    store.sqlite.run('RELEASE piece')
    return result
  } catch (error) {
    if (store.sqlite.inTransaction) {
      store.sqlite.run('ROLLBACK TO piece')
      store.sqlite.run('RELEASE piece')
      if (store.catalog.version !== version) store.catalog.load(store.sqlite)
    }
    throw error
  }
}

/** Tells this thread and the readers that the catalogue has changed. */
export function catalogChanged(store: Store): void {
  store.sqlite.forget()
  store.sqlite.exec(`PRAGMA user_version = ${store.catalog.version + 1}`)
  store.catalog.load(store.sqlite)
}

/** The file in a data directory that holds everything. */
export function databaseFile(directory: string): string {
  return join(directory, 'parley.db')
}
