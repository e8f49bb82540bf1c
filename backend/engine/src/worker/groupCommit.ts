import { answer, failure } from './answers.ts'
import { describeFailure, EngineError } from '../errors.ts'
import { withSavepoint, type Store } from '../storage/store.ts'
import type { ScanReporter } from '../commands/query.ts'
import { runWrite } from '../commands/writeCommands.ts'
import type { Answer, Commit, Request } from '../threads/protocol.ts'

/** The most commands in one group. A larger group only makes its first commands wait longer. */
export const MAX_GROUP = 1000

/**
 * Runs all waiting commands in one transaction (group commit), each in its own savepoint. It returns their answers
 * after the commit, when the log is on disk. A command that fails does not undo the others. `commit` is undefined if
 * nothing could be committed.
 */
export function commitGroup(
  store: Store,
  requests: readonly Request[],
  onScan: ScanReporter,
): { answers: Answer[]; commit?: Commit } {
  const { sqlite, catalog } = store
  const began = performance.now()
  try {
    sqlite.run('BEGIN IMMEDIATE')
    const answers = requests.map((request) => runOne(store, request, onScan))
    sqlite.run('COMMIT')
    return { answers, commit: { seconds: (performance.now() - began) / 1000, commands: requests.length } }
  } catch (error) {
    // Nothing of this group is on disk, so no command may be acknowledged.
    if (sqlite.inTransaction) sqlite.run('ROLLBACK')
    sqlite.forget()
    catalog.load(sqlite)
    const reason = describeFailure(error)
    return { answers: requests.map(({ id }) => failure(id, reason)) }
  }
}

function runOne(store: Store, { id, command }: Request, onScan: ScanReporter): Answer {
  try {
    const { header, documents } = withSavepoint(store, () => runWrite(store, command, onScan))
    return answer(id, header, documents)
  } catch (error) {
    // On a full disk or after a failed read, SQLite ends the whole transaction. Then the earlier commands are undone
    // too.
    if (!store.sqlite.inTransaction) throw new EngineError({ ...describeFailure(error), kind: 'storage' })
    return failure(id, describeFailure(error))
  }
}
