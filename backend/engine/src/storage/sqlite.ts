import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { backup, DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from '@photostructure/sqlite'
import { diskFullError, EngineError, fileError, storageError } from '../errors.ts'

type Parameter = string | number | Buffer

/** The number of compiled statements that are kept for reuse. */
const MAX_STATEMENTS = 400

/** One megabyte: other processes get the disk between two portions, and progress is reported often enough. */
const PAGES_AT_ONCE = 256

/** How long a statement waits for a lock of another connection. */
export const BUSY_TIMEOUT_MS = 5000

const READ_ONLY = 8
const IO_ERROR = 10
const DISK_FULL = 13
/** With less, SQLite cannot extend its log or the index of the log, which it may report as a failed write. */
const FULL_BELOW_BYTES = 128 * 1024

/** A connection to the file with its compiled statements. It turns SQLite's errors into messages for an operator. */
export class Sqlite {
  readonly #database: DatabaseSyncInstance
  readonly #file: string
  readonly #statements = new Map<string, StatementSyncInstance>()
  /** Grows with each change of the database. While it stays the same, there is nothing to undo. */
  changes = 0
  /** Whether `withSavepoint` makes savepoints in the running transaction. */
  usesSavepoints = true
  /** A part of the running transaction failed after it changed something and had no savepoint. Only ROLLBACK undoes it. */
  isSpoiled = false

  constructor(file: string, options: { readOnly: boolean }) {
    this.#file = file
    this.#database = this.#guard(() => new DatabaseSync(file, { readOnly: options.readOnly, timeout: BUSY_TIMEOUT_MS }))
  }

  exec(sql: string): void {
    this.#guard(() => {
      this.#database.exec(sql)
      this.changes++
    })
  }

  /** Runs a writing statement. Returns the number of changed rows. */
  run(sql: string, ...parameters: Parameter[]): number {
    return this.#guard(() => this.#write(sql, parameters).changes)
  }

  /** Inserts a row. Returns its id. */
  insert(sql: string, ...parameters: Parameter[]): number {
    return this.#guard(() => Number(this.#write(sql, parameters).lastInsertRowid))
  }

  /** Inserts a row with `INSERT OR IGNORE`. Returns its id, or undefined if another row was in the way. */
  tryInsert(sql: string, ...parameters: Parameter[]): number | undefined {
    return this.#guard(() => {
      const { changes, lastInsertRowid } = this.#write(sql, parameters)
      return changes === 0 ? undefined : Number(lastInsertRowid)
    })
  }

  rows(sql: string, ...parameters: Parameter[]): unknown[][] {
    return this.#guard(() => this.#prepare(sql).all(...parameters))
  }

  row(sql: string, ...parameters: Parameter[]): unknown[] | undefined {
    return this.#guard((): unknown[] | undefined => this.#prepare(sql).get(...parameters))
  }

  /** Returns the first column of the first row. */
  value(sql: string, ...parameters: Parameter[]): unknown {
    return this.row(sql, ...parameters)?.[0]
  }

  /**
   * Copies the database to a file, in the state of one moment. Others can write during the copy: one read transaction
   * covers the whole copy, so a writer does not wait for it, and the copy does not restart.
   * @param onProgress receives the finished part, from 0 to 1
   */
  async copyTo(file: string, onProgress: (part: number) => void): Promise<void> {
    this.run('BEGIN')
    try {
      // A transaction sees the state of its first read.
      this.value('SELECT count(*) FROM sqlite_master')
      await backup(this.#database, file, {
        rate: PAGES_AT_ONCE,
        progress: ({ totalPages, remainingPages }) => onProgress(1 - remainingPages / Math.max(1, totalPages)),
      })
    } catch (error) {
      throw error instanceof EngineError ? error : failure(error, codeOf(error) === DISK_FULL ? file : this.#file)
    } finally {
      if (this.inTransaction) this.run('COMMIT')
    }
  }

  /** SQLite itself ends a transaction after some errors, such as a full disk or a failed read. */
  get inTransaction(): boolean {
    return this.#database.isTransaction
  }

  /** Discards the compiled statements: those of dropped tables, and those planned before an index existed. */
  forget(): void {
    this.#statements.clear()
  }

  close(): void {
    this.#statements.clear()
    if (this.#database.isOpen) this.#database.close()
  }

  #write(sql: string, parameters: Parameter[]): ReturnType<StatementSyncInstance['run']> {
    const result = this.#prepare(sql).run(...parameters)
    this.changes += result.changes
    return result
  }

  #prepare(sql: string): StatementSyncInstance {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    if (this.#statements.size >= MAX_STATEMENTS) this.#statements.clear()
    const statement = this.#database.prepare(sql)
    statement.setReturnArrays(true)
    this.#statements.set(sql, statement)
    return statement
  }

  #guard<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw failure(error, this.#file)
    }
  }
}

/** The codes are listed at https://www.sqlite.org/rescode.html. */
const EXPLANATIONS: Readonly<Record<number, (file: string) => string>> = {
  5: (file) => `The database file ${file} is in use by another process.`,
  8: (file) => `The database file ${file} cannot be written, because the file, its directory or its disk is read-only.`,
  10: (file) =>
    `Reading or writing the database file ${file} failed. Check whether the disk or this user's quota is full, and whether the disk is defective.`,
  11: (file) =>
    `The database file ${file} is damaged. Restore it from a backup. The command .recover of sqlite3 may save the rest.`,
  13: (file) => `The disk is full: the database file ${file} cannot grow. Nothing was changed. Free some space.`,
  14: (file) => `The database file ${file} cannot be opened. Check that its directory exists and belongs to this user.`,
  26: (file) =>
    `The file ${file} is not a Parley database, or its beginning is damaged. Restore it from a backup or move it away.`,
}

function failure(error: unknown, file: string): EngineError {
  const message = error instanceof Error ? error.message : String(error)
  const code = codeOf(error)
  const primary = code === undefined ? undefined : code & 0xff
  const isFull = primary === DISK_FULL || (primary === IO_ERROR && isDiskFull(file))
  const explanation = isFull ? EXPLANATIONS[DISK_FULL] : EXPLANATIONS[primary ?? 0]
  const text = explanation === undefined ? message : `${explanation(file)} (SQLite: ${message})`
  if (isFull) return diskFullError(text)
  return primary === IO_ERROR || primary === READ_ONLY ? fileError(text) : storageError(text)
}

function isDiskFull(file: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(file))
    return bavail * bsize < FULL_BELOW_BYTES
  } catch {
    return false
  }
}

function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined
  const code: unknown = Reflect.get(error, 'errcode')
  if (typeof code === 'number') return code
  // The all() of the binding returns only the text of an error.
  return Object.entries(TEXTS).find(([text]) => error.message.includes(text))?.[1]
}

/** The texts of `sqlite3_errstr`. */
const TEXTS: Readonly<Record<string, number>> = {
  'database is locked': 5,
  'attempt to write a readonly database': 8,
  'disk I/O error': 10,
  'database disk image is malformed': 11,
  'database or disk is full': 13,
  'unable to open database file': 14,
  'file is not a database': 26,
}
