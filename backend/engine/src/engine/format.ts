import { storageError } from '../errors.ts'
import type { Sqlite } from './sqlite.ts'

/**
 * Changes a file from one format to the next. It runs inside a transaction, which ends with the new number: a crash leaves the
 * old format or the new one. It may take long, but must not end the transaction, nor use tables that later steps may change
 * through the engine's own functions: write SQL.
 */
export type FormatStep = (sqlite: Sqlite) => void

/** `PARL`: tells a Parley database from any other SQLite file. */
const APPLICATION_ID = 0x5041524c

/**
 * The step at index n leads from format n to n + 1; an empty file has format 0, so new files and old ones take the same
 * way. Steps are only ever appended: files that took one are out there.
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
  // Text indexes: an older program would not keep them.
  (sqlite) => sqlite.exec('ALTER TABLE indexes ADD COLUMN disorder INTEGER NOT NULL DEFAULT 0'),
  // From here on nothing that is overwritten or deleted stays in the file: an older program would leave it there.
  () => {},
]
const CLEAN_FORMAT = 3

/**
 * Brings a file to the format that this program knows, making it if it is empty. Call it with the directory locked.
 * @throws when the file is not ours, or was written by a newer program; it is untouched then
 */
export function bringUp(sqlite: Sqlite, directory: string, steps: readonly FormatStep[] = STEPS): void {
  const from = formatOf(sqlite, directory, steps.length)
  for (const [format, step] of steps.entries()) if (format >= from) take(sqlite, step, format + 1)
}

/**
 * Writes a file of an older program anew, without what that has overwritten and deleted. It comes before `bringUp`, which notes
 * that it is done. Takes as long as copying the file twice, and as much space.
 */
export function clearOld(sqlite: Sqlite, directory: string): void {
  const format = formatOf(sqlite, directory)
  if (format > 0 && format < CLEAN_FORMAT) sqlite.exec('VACUUM')
}

/**
 * The format of a file; 0 when it is empty.
 * @throws when it is not ours, or newer than `known`
 */
export function formatOf(sqlite: Sqlite, directory: string, known = STEPS.length): number {
  const application = Number(sqlite.value('PRAGMA application_id'))
  if (application === 0 && Number(sqlite.value('SELECT count(*) FROM sqlite_master')) === 0) return 0
  if (application !== APPLICATION_ID) throw storageError(`The file parley.db in ${directory} is not a Parley database.`)
  const format = Number(sqlite.value("SELECT value FROM meta WHERE name = 'format'"))
  if (format <= known) return format
  throw storageError(
    `The data in ${directory} was written by a newer Parley (format ${format}, this one knows ${known}). Install that version.`,
  )
}

/** Whether a file begins like one of ours (https://www.sqlite.org/fileformat.html#the_database_header). */
export function hasOurHeader(head: Buffer): boolean {
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
    // Compiled for the tables as they were.
    sqlite.forget()
  }
}
