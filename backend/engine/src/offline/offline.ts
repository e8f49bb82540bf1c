import type { StoreFiller, StoreReader } from './storeFiles.ts'

/*
 * The public functions that work on a store's files without a running engine. Each loads SQLite and the engine's code only when it is
 * called, because a process that only opens a connection needs them in its worker threads and not in the main thread.
 */

const load = () => import('./storeFiles.ts')

/**
 * Copies the database of a directory into a file, in the state of one moment, even while a server writes to it.
 * @param onProgress receives the finished part, from 0 to 1
 * @throws EngineError if there is no database or it cannot be read
 */
export async function copyDatabase(directory: string, file: string, onProgress: (part: number) => void): Promise<void> {
  await (await load()).copyDatabase(directory, file, onProgress)
}

/**
 * Makes SQLite check every page and every key of a directory's database.
 * @throws EngineError that names the first damage
 */
export async function verifyDatabase(directory: string): Promise<void> {
  ;(await load()).verifyDatabase(directory)
}

/**
 * Opens the database of a directory for reading, without locking it.
 * @throws EngineError if there is no database or this version cannot read it
 */
export async function openStoreReader(directory: string): Promise<StoreReader> {
  return (await load()).openStoreReader(directory)
}

/** Creates a database in an empty directory, to fill it with the documents of another store. */
export async function openStoreFiller(directory: string): Promise<StoreFiller> {
  return (await load()).openStoreFiller(directory)
}

/**
 * Locks a data directory for this process, as a running engine does. The operating system drops the lock when the process ends.
 * @returns a function that unlocks the directory
 * @throws EngineError if another process has locked it
 */
export async function lockDirectory(directory: string): Promise<() => void> {
  return (await load()).lockDirectory(directory)
}
