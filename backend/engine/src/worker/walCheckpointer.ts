import { statSync } from 'node:fs'
import { BUSY_TIMEOUT_MS } from '../storage/sqlite.ts'
import { logFile, type Store } from '../storage/store.ts'

/**
 * The delay between a write and the emptying of the log. After that, no file contains what the write overwrote or
 * deleted.
 */
const CHECKPOINT_AFTER_MS = 2000
/** A longer log is emptied at once. */
const LONG_LOG_BYTES = 32 * 1024 * 1024
/** The size of the log is looked up after this many writes. */
const WRITES_PER_LOOK = 16
/** Moving a shorter log takes a few milliseconds, and the writer does it itself. */
const SHORT_LOG_BYTES = 2 * 1024 * 1024
/** After this time, the writer does not wait for the other thread any more. */
const HELP_MS = 1000
/** A read that still needs the log has ended after this time, unless it is the backup of another process. */
const READER_WAIT_MS = 10
const FIRST_RETRY_MS = 50
const LAST_RETRY_MS = 500

/**
 * Empties the write-ahead log soon after each write. The log contains every page in its state at each commit, including
 * data that was deleted since. So its pages are moved into the file and the log is truncated, even while more writes
 * come. Under load, another thread moves most pages first, so the writer only stops for the last ones. A transaction of
 * many commands and a backup delay this until they end.
 */
export class WalCheckpointer {
  readonly #store: Store
  readonly #log: string
  readonly #askForHelp: () => void
  #timer: NodeJS.Timeout | undefined
  #isHelped = false
  #retryMs = FIRST_RETRY_MS
  #writes = 0

  /** `askForHelp` makes another thread move the log into the file. Afterwards, call `truncate`. */
  constructor(store: Store, directory: string, askForHelp: () => void) {
    this.#store = store
    this.#log = logFile(directory)
    this.#askForHelp = askForHelp
    // SQLite's own checkpoints would stop the writer after every four megabytes.
    store.sqlite.exec('PRAGMA wal_autocheckpoint = 0')
  }

  /** Call it after a write to the log. */
  schedule(): void {
    this.#timer ??= setTimeout(() => this.#begin(), CHECKPOINT_AFTER_MS)
    if (++this.#writes % WRITES_PER_LOOK === 0 && !this.#isHelped && this.#logBytes() > LONG_LOG_BYTES) this.#begin()
  }

  /** Moves the rest of the log into the file, and truncates the log. */
  truncate(): void {
    this.stop()
    if (this.#checkpoint()) {
      this.#retryMs = FIRST_RETRY_MS
      return
    }
    this.#timer = setTimeout(() => this.truncate(), this.#retryMs)
    this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isHelped = false
  }

  #begin(): void {
    if (this.#logBytes() <= SHORT_LOG_BYTES) return this.truncate()
    this.stop()
    this.#isHelped = true
    this.#timer = setTimeout(() => this.truncate(), HELP_MS)
    this.#askForHelp()
  }

  #logBytes(): number {
    return statSync(this.#log, { throwIfNoEntry: false })?.size ?? 0
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
