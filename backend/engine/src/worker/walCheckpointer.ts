import { BUSY_TIMEOUT_MS } from '../storage/sqlite.ts'
import type { Store } from '../storage/store.ts'

/**
 * The delay between a write and the emptying of the log. After that, no file contains what the write overwrote or
 * deleted.
 */
const CHECKPOINT_AFTER_MS = 2000
/** A read that still needs the log has ended after this time, unless it is the backup of another process. */
const READER_WAIT_MS = 50
const RETRY_MS = 500

/**
 * Empties the write-ahead log soon after each write. The log contains every page in its state at each commit, including
 * data that was deleted since. So its pages are moved into the file and the log is truncated, even while more writes
 * come. A transaction of many commands and a backup delay this until they end.
 */
export class WalCheckpointer {
  readonly #store: Store
  #timer: NodeJS.Timeout | undefined

  constructor(store: Store) {
    this.#store = store
  }

  /** Call it after a write to the log. */
  schedule(): void {
    this.#timer ??= setTimeout(() => this.#run(), CHECKPOINT_AFTER_MS)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #run(): void {
    this.#timer = this.#checkpoint() ? undefined : setTimeout(() => this.#run(), RETRY_MS)
  }

  #checkpoint(): boolean {
    const { sqlite } = this.#store
    if (sqlite.inTransaction) return false
    try {
      sqlite.exec(`PRAGMA busy_timeout = ${READER_WAIT_MS}`)
      return sqlite.value('PRAGMA wal_checkpoint(TRUNCATE)') === 0
    } catch {
      // For example on a full disk. The log keeps its pages, and reads use them.
      return false
    } finally {
      sqlite.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`)
    }
  }
}
