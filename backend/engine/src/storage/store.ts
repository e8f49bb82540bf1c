import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { storageError } from '../errors.ts'
import { Catalog } from './catalog.ts'
import { upgradeFormat, vacuumOldFormat, isEngineHeader } from './format.ts'
import { createPrivate, lockDirectory, lockFile } from './lock.ts'
import { Sqlite } from './sqlite.ts'

/** One thread's connection to the data, with its copy of the catalogue. */
export interface Store {
  readonly sqlite: Sqlite
  readonly catalog: Catalog
  /** Closes the connection and unlocks the directory. The writer first moves the write-ahead log into the file. */
  close: () => void
}

const PAGE_BYTES = 4096

/**
 * Opens a data directory for writing and locks it for this process. The first call creates the files.
 * @throws an error whose message tells the operator what to do
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
    createIfMissing(directory)
    sqlite = new Sqlite(databaseFile(directory), { readOnly: false })
    return ready(sqlite, directory, unlock)
  } catch (error) {
    sqlite?.close()
    unlock()
    throw error
  }
}

/**
 * Creates the file at the first start, under another name until it is complete. An empty file, or a log without its
 * file, is a sign of lost data, so it is refused: SQLite would create a new database without a warning. SQLite would
 * also read the missing part of a truncated page as zeros.
 */
function createIfMissing(directory: string): void {
  const file = databaseFile(directory)
  const hasLog = existsSync(`${file}-wal`)
  if (existsSync(file)) {
    const { size } = statSync(file)
    // With a log, a crash may have interrupted the write of the last page. The log still has that page.
    const isWhole = size >= PAGE_BYTES && (hasLog || size % PAGE_BYTES === 0 || !hasEngineHeader(file))
    if (isWhole) return
    throw storageError(
      `The database file ${file} is damaged: it is ${size === 0 ? 'empty' : 'truncated'}. Restore it from a backup, or move it away to start with an empty database.`,
    )
  }
  if (hasLog) {
    throw storageError(
      `The database file ${file} is missing, but its log is there. Restore both from a backup, or move ${file}-wal away to start with an empty database.`,
    )
  }
  const draft = `${file}.new`
  for (const left of [draft, `${draft}-journal`]) rmSync(left, { force: true })
  createPrivate(draft)
  const sqlite = new Sqlite(draft, { readOnly: false })
  try {
    sqlite.exec(`PRAGMA page_size = ${PAGE_BYTES}`)
    upgradeFormat(sqlite, directory)
  } finally {
    sqlite.close()
  }
  renameSync(draft, file)
  syncDirectory(directory)
}

/** Returns whether the header of a file is this engine's. Other files get their error message when they are opened. */
function hasEngineHeader(file: string): boolean {
  const head = Buffer.alloc(PAGE_BYTES)
  const handle = openSync(file, 'r')
  try {
    readSync(handle, head)
  } finally {
    closeSync(handle)
  }
  return isEngineHeader(head)
}

/** Syncs the names in a directory to disk. Windows cannot do that. */
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
  // FULL: a commit returns after the log is on disk. The cache is small because each connection has one, and the
  // operating system caches the file too.
  // FILE: from 64 KB on, SQLite keeps the undo data of savepoints in a temporary file. In memory it would scan all of
  // it whenever a nested savepoint ends, and a long list of writes would take quadratic time.
  // secure_delete: overwritten and deleted data become zeros, also on overflow pages (FAST would skip those).
  sqlite.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8000;
    PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = FILE;
    PRAGMA secure_delete = ON;
  `)
  vacuumOldFormat(sqlite, directory)
  upgradeFormat(sqlite, directory)
  const catalog = new Catalog()
  catalog.load(sqlite)
  return {
    sqlite,
    catalog,
    close: () => {
      try {
        sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      } catch {
        // For example on a full disk. Nothing is lost: the next start reads the log.
      }
      sqlite.close()
      unlock()
    },
  }
}

/** Opens a directory for reading. The writer of this process must have opened it before. */
export function openForReading(directory: string): Store {
  const sqlite = new Sqlite(databaseFile(directory), { readOnly: true })
  sqlite.exec('PRAGMA cache_size = -4000; PRAGMA temp_store = MEMORY')
  return { sqlite, catalog: new Catalog(), close: () => sqlite.close() }
}

/**
 * Runs work inside the running transaction and undoes its changes if it throws. If the error made SQLite end the whole
 * transaction, this function rethrows it, and `inTransaction` is false. In a transaction without savepoints, it marks
 * the transaction as spoiled instead, unless the work changed nothing.
 */
export function withSavepoint<T>(store: Store, work: () => T): T {
  const { sqlite, catalog } = store
  if (!sqlite.usesSavepoints) return unlessSpoiled(sqlite, work)
  sqlite.run('SAVEPOINT piece')
  const version = catalog.version
  try {
    const result = work()
    sqlite.run('RELEASE piece')
    return result
  } catch (error) {
    if (sqlite.inTransaction) {
      sqlite.run('ROLLBACK TO piece')
      sqlite.run('RELEASE piece')
      if (catalog.version !== version) catalog.load(sqlite)
    }
    throw error
  }
}

function unlessSpoiled<T>(sqlite: Sqlite, work: () => T): T {
  const before = sqlite.changes
  try {
    return work()
  } catch (error) {
    if (sqlite.changes !== before) sqlite.isSpoiled = true
    throw error
  }
}

/** Undoes the running transaction, if SQLite has not ended it itself, also in the catalogue. */
export function rollBack({ sqlite, catalog }: Store): void {
  if (sqlite.inTransaction) sqlite.run('ROLLBACK')
  sqlite.isSpoiled = false
  if (catalog.refresh(sqlite)) sqlite.forget()
}

/** Tells this thread and the readers that the catalogue changed. */
export function catalogChanged(store: Store): void {
  store.sqlite.forget()
  store.sqlite.exec(`PRAGMA user_version = ${store.catalog.version + 1}`)
  store.catalog.load(store.sqlite)
}

/**
 * Opens a directory for moving the log into the file, beside its writer. The checkpoints are passive: they wait for
 * nothing, and nothing waits for them.
 */
export function openForCheckpoints(directory: string): { checkpoint: () => void; close: () => void } {
  const sqlite = new Sqlite(databaseFile(directory), { readOnly: false })
  sqlite.exec('PRAGMA synchronous = FULL; PRAGMA cache_size = -500; PRAGMA wal_autocheckpoint = 0')
  return { checkpoint: () => void sqlite.value('PRAGMA wal_checkpoint(PASSIVE)'), close: () => sqlite.close() }
}

/** Returns the path of the write-ahead log. */
export function logFile(directory: string): string {
  return `${databaseFile(directory)}-wal`
}

/** Returns the path of the file that holds all data of a directory. */
export function databaseFile(directory: string): string {
  return join(directory, 'parley.db')
}
