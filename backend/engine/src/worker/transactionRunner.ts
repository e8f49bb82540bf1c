import { answer, failure } from './answers.ts'
import { text } from '../commands/commandFields.ts'
import { Cursors } from '../commands/cursors.ts'
import type { ScanReporter } from '../commands/query.ts'
import { runRead, type ReadContext } from '../commands/readCommands.ts'
import { rollBack, type Store } from '../storage/store.ts'
import { runWrite } from '../commands/writeCommands.ts'
import { describeFailure, noSuchTransaction, serverError } from '../errors.ts'
import { documentValue } from '../keys/raw.ts'
import type { Answer, Commit, Request, TransactionStep } from '../threads/protocol.ts'

export interface TransactionRunnerOptions {
  /** The store of the writer. */
  store: Store
  onScan: ScanReporter
  /** Makes all other reads see only committed data. Called before a transaction begins. */
  separateReads: () => void
}

/**
 * The writer's side of a transaction of many commands. Only one is open at a time. It is a transaction of SQLite: its
 * reads see its writes, no other read does, and the file has nothing of it before its commit. As in MongoDB, every
 * error ends it.
 */
export class TransactionRunner {
  readonly #options: TransactionRunnerOptions
  /** The reading context of the open transaction. Its cursors end with it. */
  #open: ReadContext | undefined
  #commands = 0

  constructor(options: TransactionRunnerOptions) {
    this.#options = options
  }

  step(step: TransactionStep, { id, command }: Request): { answer: Answer; commit?: Commit } {
    try {
      if (step === 'begin') return { answer: this.#begin(id) }
      if (step === 'commit') return this.#commit(id)
      if (step === 'read') return { answer: this.#read(id, command) }
      if (step === 'write') return { answer: this.#write(id, command) }
      this.end()
      return { answer: answer(id, {}) }
    } catch (error) {
      this.end()
      return { answer: failure(id, describeFailure(error), true) }
    }
  }

  /** Undoes the open transaction, if there is one. */
  end(): void {
    if (this.#open === undefined) return
    this.#open = undefined
    rollBack(this.#options.store)
  }

  #begin(id: number): Answer {
    const { store, onScan, separateReads } = this.#options
    separateReads()
    store.sqlite.run('BEGIN IMMEDIATE')
    this.#open = { store, cursors: new Cursors(), onScan }
    this.#commands = 0
    return answer(id, {})
  }

  #read(id: number, command: Buffer): Answer {
    const job = runRead(this.#context(command, READS), command)
    let step = job.next()
    while (step.done !== true) step = job.next()
    return answer(id, step.value.header, step.value.documents)
  }

  #write(id: number, command: Buffer): Answer {
    const { store, onScan } = this.#context(command, WRITES)
    const { header, documents } = runWrite(store, command, onScan, true)
    const done = answer(id, header, documents)
    // Errors of single documents are part of the answer, but they end the transaction too.
    const errors: unknown = header['writeErrors']
    if (!Array.isArray(errors) || errors.length === 0) return done
    this.end()
    return { ...done, aborted: true }
  }

  #commit(id: number): { answer: Answer; commit: Commit } {
    const { store } = this.#opened()
    const began = performance.now()
    store.sqlite.run('COMMIT')
    this.#open = undefined
    return { answer: answer(id, {}), commit: { seconds: (performance.now() - began) / 1000, commands: this.#commands } }
  }

  #context(command: Buffer, allowed: ReadonlySet<string>): ReadContext {
    const context = this.#opened()
    const operation = text(documentValue(command), 'op')
    if (!allowed.has(operation)) {
      throw serverError(
        263,
        'OperationNotSupportedInTransaction',
        `Cannot run '${operation}' in a multi-document transaction.`,
      )
    }
    this.#commands++
    return context
  }

  #opened(): ReadContext {
    const { sqlite } = this.#options.store
    if (this.#open === undefined || !sqlite.inTransaction) throw noSuchTransaction()
    return this.#open
  }
}

/**
 * The commands that MongoDB allows in a transaction: https://www.mongodb.com/docs/manual/core/transactions-operations/
 */
const READS = new Set(['find', 'getMore', 'killCursor', 'count', 'distinct', 'aggregate'])
const WRITES = new Set(['write', 'findAndModify', 'create', 'createIndexes'])
