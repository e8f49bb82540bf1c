import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { storageError } from '../errors.ts'

/**
 * Locks a data directory for this process. The lock is a lock of SQLite on a separate file. The operating system drops
 * it when the process ends, so a killed process never leaves its directory locked.
 * @returns a function that unlocks the directory
 * @throws if another process, or another database of this process, has locked it
 */
export function lockDirectory(directory: string): () => void {
  const file = lockFile(directory)
  createPrivate(file)
  let lock: DatabaseSyncInstance | undefined
  try {
    lock = new DatabaseSync(file)
    // SQLite does not lock a read-only file and reports no error. A change that is never committed detects that.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE; PRAGMA user_version = 1')
  } catch (error) {
    lock?.close()
    const reason = error instanceof Error ? error.message : String(error)
    if (!reason.includes('locked'))
      throw storageError(
        `The data directory ${directory} cannot be used: parley.lock in it cannot be locked (${reason}).`,
      )
    throw storageError(
      `The data directory ${directory} is already in use by another process. ` +
        'Stop that process first, or use another directory.',
    )
  }
  const held = lock
  return () => held.close()
}

/** Returns the path of the file that is locked instead of the directory. */
export function lockFile(directory: string): string {
  return join(directory, 'parley.lock')
}

/**
 * Creates an empty file that only its owner can read. SQLite gives its other files the same rights. An existing file is
 * not even opened, because closing it would drop this process's POSIX locks on it.
 */
export function createPrivate(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
}
