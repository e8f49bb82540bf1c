import { answer, failure } from './answers.ts'
import { describeFailure, storageError } from './errors.ts'
import { piece, type Store } from './engine/store.ts'
import type { ScanReporter } from './engine/query.ts'
import { runWrite } from './engine/write-commands.ts'
import type { Answer, Commit, Request } from './protocol.ts'

/** Beyond this many a group only makes the first ones wait. */
export const MAX_GROUP = 1000

/**
 * Group commit: runs all the commands that are waiting in one transaction, each in a savepoint of its own, and answers them
 * after the commit, when the log is on disk. A command that fails takes nothing of the others with it. `commit` is missing
 * when nothing could be committed.
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
    // Nothing of the group is on disk, so nobody may be told that it is.
    if (sqlite.inTransaction) sqlite.run('ROLLBACK')
    sqlite.forget()
    catalog.load(sqlite)
    const reason = describeFailure(error)
    return { answers: requests.map(({ id }) => failure(id, reason)) }
  }
}

function runOne(store: Store, { id, command }: Request, onScan: ScanReporter): Answer {
  try {
    const { header, documents } = piece(store, () => runWrite(store, command, onScan))
    return answer(id, header, documents)
  } catch (error) {
    // A full disk or a failed read made SQLite end the transaction: the commands before this one are undone as well.
    if (!store.sqlite.inTransaction) throw storageError(describeFailure(error).message)
    return failure(id, describeFailure(error))
  }
}
