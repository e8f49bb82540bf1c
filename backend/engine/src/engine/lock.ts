import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { storageError } from '../errors.ts'

/**
 * Takes a data directory for this process. The lock is SQLite's own on a file beside the data: the system drops it when the
 * process ends, however it ends, so a killed server never leaves its directory locked.
 * @returns what gives the lock back
 * @throws when another process (or another server of this one) has it
 */
export function lockDirectory(directory: string): () => void {
  const file = lockFile(directory)
  createPrivate(file)
  let lock: DatabaseSyncInstance | undefined
  try {
    lock = new DatabaseSync(file)
    // Of a file that may only be read, SQLite makes no lock and says nothing: a change, never committed, tells.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE; PRAGMA user_version = 1')
  } catch (error) {
    lock?.close()
    const reason = error instanceof Error ? error.message : String(error)
    if (!reason.includes('locked'))
      throw storageError(
        `The data directory ${directory} cannot be used: parley.lock in it cannot be locked (${reason}).`,
      )
    throw storageError(
      `The data directory ${directory} is already in use by another Parley server. ` +
        'Stop that one first, or give this one a DATA_DIR of its own.',
    )
  }
  const held = lock
  return () => held.close()
}

/** The file whose lock stands for the directory. */
export function lockFile(directory: string): string {
  return join(directory, 'parley.lock')
}

/**
 * Makes an empty file that only its owner can read, if it is not there; SQLite gives its side files the same rights. One that is
 * there is not even opened: closing it again would drop this process's POSIX locks on it.
 */
export function createPrivate(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
}
