import { answer, failure } from './answers.ts'
import { describeFailure, EngineError } from '../errors.ts'
import { rollBack, withSavepoint, type Store } from '../storage/store.ts'
import type { ScanReporter } from '../commands/query.ts'
import { runWrite } from '../commands/writeCommands.ts'
import type { Answer, Commit, Request } from '../threads/protocol.ts'

/**
 * After a group that had to run twice, this many groups have savepoints at once. So commands that often fail cost at
 * most one repeat in this many groups.
 */
const CAREFUL_GROUPS = 16

/**
 * Runs all waiting commands in one transaction (group commit). A command that fails does not undo the others.
 *
 * Savepoints would cost more than the writes of a small command: SQLite copies each page that a savepoint changes. So
 * a group runs without savepoints first. Most commands that fail, such as the insert of an existing `_id`, fail before
 * they change anything. Only if a command fails after a change, the whole group is undone and runs again, each part of
 * it in a savepoint.
 */
export class GroupCommitter {
  readonly #store: Store
  readonly #onScan: ScanReporter
  /** The number of next groups that have savepoints at once. */
  #careful: number

  constructor(store: Store, onScan: ScanReporter, careful = 0) {
    this.#store = store
    this.#onScan = onScan
    this.#careful = careful
  }

  /**
   * Returns the answers of the commands after the commit, when the log is on disk. `commit` is undefined if nothing
   * could be committed.
   */
  commit(requests: readonly Request[]): { answers: Answer[]; commit?: Commit } {
    const { sqlite } = this.#store
    const began = performance.now()
    try {
      const answers = this.#runAll(requests)
      sqlite.run('COMMIT')
      return { answers, commit: { seconds: (performance.now() - began) / 1000, commands: requests.length } }
    } catch (error) {
      // Nothing of this group is on disk, so no command may be acknowledged.
      rollBack(this.#store)
      const reason = describeFailure(error)
      return { answers: requests.map(({ id }) => failure(id, reason)) }
    }
  }

  #runAll(requests: readonly Request[]): Answer[] {
    const { sqlite } = this.#store
    sqlite.run('BEGIN IMMEDIATE')
    if (this.#careful > 0) {
      this.#careful--
      return requests.map((request) => this.#runOne(request))
    }
    const answers = this.#tryAll(requests)
    if (answers !== undefined) return answers
    rollBack(this.#store)
    this.#careful = CAREFUL_GROUPS
    sqlite.run('BEGIN IMMEDIATE')
    return requests.map((request) => this.#runOne(request))
  }

  /** Runs the commands without savepoints. Returns undefined if one failed after a change. */
  #tryAll(requests: readonly Request[]): Answer[] | undefined {
    const { sqlite } = this.#store
    const answers: Answer[] = []
    sqlite.usesSavepoints = false
    try {
      for (const request of requests) {
        answers.push(this.#runOne(request))
        if (sqlite.isSpoiled) return undefined
      }
      return answers
    } finally {
      sqlite.usesSavepoints = true
    }
  }

  #runOne({ id, command }: Request): Answer {
    const store = this.#store
    try {
      const { header, documents } = withSavepoint(store, () => runWrite(store, command, this.#onScan))
      return answer(id, header, documents)
    } catch (error) {
      // On a full disk or after a failed read, SQLite ends the whole transaction. Then the earlier commands are undone
      // too.
      if (!store.sqlite.inTransaction) throw new EngineError({ ...describeFailure(error), kind: 'storage' })
      return failure(id, describeFailure(error))
    }
  }
}
