import { BUSY_TIMEOUT_MS } from './engine/sqlite.ts'
import type { Store } from './engine/store.ts'

/** How long after a write the log is emptied: what the write has overwritten or deleted is in no file then. */
const EMPTY_AFTER_MS = 2000
/** After this a read that needs the log has ended, unless it is another process's backup. */
const PATIENCE_MS = 50
const AGAIN_MS = 500

/**
 * The write-ahead log holds every page as it was at each commit, also what was deleted since, until it is overwritten by chance.
 * So after writes it is moved into the file and cut to nothing, soon, also while more is written. A transaction of many commands
 * and a backup put that off until they end.
 */
export class LogEmptier {
  readonly #store: Store
  #timer: NodeJS.Timeout | undefined

  constructor(store: Store) {
    this.#store = store
  }

  /** Something may be in the log. */
  wrote(): void {
    this.#timer ??= setTimeout(() => this.#empty(), EMPTY_AFTER_MS)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #empty(): void {
    this.#timer = this.#tryToEmpty() ? undefined : setTimeout(() => this.#empty(), AGAIN_MS)
  }

  #tryToEmpty(): boolean {
    const { sqlite } = this.#store
    if (sqlite.inTransaction) return false
    try {
      sqlite.exec(`PRAGMA busy_timeout = ${PATIENCE_MS}`)
      return sqlite.value('PRAGMA wal_checkpoint(TRUNCATE)') === 0
    } catch {
      // A full disk, for example. What is in the log stays there, and is read.
      return false
    } finally {
      sqlite.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`)
    }
  }
}
