import { storageError } from '../errors.ts'
import type { Sqlite } from './sqlite.ts'

/**
 * Changes a file from one format to the next. It runs inside a transaction that ends with the new format number, so
 * after a crash the file has the old format or the new one. A step may take long. It must not end the transaction. It
 * must use SQL and not the engine's functions, because later steps can change the tables that those functions expect.
 */
export type FormatStep = (sqlite: Sqlite) => void

/** `PARL`: distinguishes this engine's database from any other SQLite file. */
const APPLICATION_ID = 0x5041524c

/**
 * The step at index n converts format n to n + 1. An empty file has format 0, so new and old files use the same steps.
 * Only append steps: existing files already ran the earlier ones.
 */
const STEPS: readonly FormatStep[] = [
  (sqlite) =>
    sqlite.exec(`
    CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
    CREATE TABLE collections (id INTEGER PRIMARY KEY, db TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (db, name));
    CREATE TABLE indexes (
      id INTEGER PRIMARY KEY, collection INTEGER NOT NULL, name TEXT NOT NULL, spec BLOB NOT NULL,
      multikey INTEGER NOT NULL DEFAULT 0, UNIQUE (collection, name)
    );
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = 1;
  `),
  // Adds text indexes. An older program would not update them.
  (sqlite) => sqlite.exec('ALTER TABLE indexes ADD COLUMN disorder INTEGER NOT NULL DEFAULT 0'),
  // From this format on, the file keeps nothing that was overwritten or deleted. An older program would keep it.
  () => {},
]
const CLEAN_FORMAT = 3

/**
 * Converts a file to the newest format, and creates the tables if it is empty. Call it with the directory locked.
 * @throws if another program made the file, or a newer version of this one; the file stays unchanged
 */
export function upgradeFormat(sqlite: Sqlite, directory: string, steps: readonly FormatStep[] = STEPS): void {
  const from = formatOf(sqlite, directory, steps.length)
  for (const [format, step] of steps.entries()) if (format >= from) take(sqlite, step, format + 1)
}

/**
 * Rewrites a file of an older format without overwritten and deleted data. Call it before `upgradeFormat`, which records the
 * new format. It takes the time of two copies of the file, and as much space.
 */
export function vacuumOldFormat(sqlite: Sqlite, directory: string): void {
  const format = formatOf(sqlite, directory)
  if (format > 0 && format < CLEAN_FORMAT) sqlite.exec('VACUUM')
}

/**
 * Returns the format of a file, and 0 if it is empty.
 * @throws if another program made the file, or if its format is newer than `known`
 */
export function formatOf(sqlite: Sqlite, directory: string, known = STEPS.length): number {
  const application = Number(sqlite.value('PRAGMA application_id'))
  if (application === 0 && Number(sqlite.value('SELECT count(*) FROM sqlite_master')) === 0) return 0
  if (application !== APPLICATION_ID) throw storageError(`The file parley.db in ${directory} is not a Parley database.`)
  const format = Number(sqlite.value("SELECT value FROM meta WHERE name = 'format'"))
  if (format <= known) return format
  throw storageError(
    `The data in ${directory} was written by a newer Parley (format ${format}, this version supports up to ${known}). Install that version.`,
  )
}

/**
 * Returns whether the header of a file has this engine's application id
 * (https://www.sqlite.org/fileformat.html#the_database_header).
 */
export function isEngineHeader(head: Buffer): boolean {
  return head.toString('latin1', 0, 16) === 'SQLite format 3\0' && head.readUInt32BE(68) === APPLICATION_ID
}

function take(sqlite: Sqlite, step: FormatStep, format: number): void {
  sqlite.exec('BEGIN IMMEDIATE')
  try {
    step(sqlite)
    sqlite.run("INSERT OR REPLACE INTO meta VALUES ('format', ?)", format)
    sqlite.exec('COMMIT')
  } catch (error) {
    if (sqlite.inTransaction) sqlite.exec('ROLLBACK')
    throw error
  } finally {
    // The compiled statements belong to the old tables.
    sqlite.forget()
  }
}
