import { answer, failure } from './answers.ts'
import { Cursors } from '../commands/cursors.ts'
import { runRead, type ReadContext, type ReadJob } from '../commands/readCommands.ts'
import type { Store } from '../storage/store.ts'
import { describeFailure } from '../errors.ts'
import type { Answer, Request } from '../threads/protocol.ts'

/** How long a job may run before the next one runs, so that a long scan does not delay a short query. */
const TURN_MS = 4

interface Running {
  readonly id: number
  readonly job: ReadJob
}

/**
 * Runs read commands in time slices. Each slice is its own transaction: it sees everything that was acknowledged before
 * it, and a long query does not keep the write-ahead log from being emptied.
 */
export class ReadScheduler {
  readonly #store: Store
  readonly #reply: (answer: Answer) => void
  readonly #context: ReadContext
  readonly #waiting: Running[] = []
  #scheduled = false

  constructor(store: Store, reply: (answer: Answer) => void, onScan: ReadContext['onScan']) {
    this.#store = store
    this.#reply = reply
    this.#context = { store, cursors: new Cursors(), onScan }
  }

  accept({ id, command }: Request): void {
    this.#turn({ id, job: runRead(this.#context, command) })
  }

  /** Discards unfinished jobs. */
  stop(): void {
    this.#waiting.length = 0
  }

  #turn(running: Running): void {
    const { id, job } = running
    const store = this.#store
    const end = performance.now() + TURN_MS
    try {
      store.sqlite.run('BEGIN')
      if (store.catalog.refresh(store.sqlite)) store.sqlite.forget()
      let step = job.next()
      while (step.done !== true && performance.now() < end) step = job.next()
      store.sqlite.run('COMMIT')
      if (step.done === true) {
        this.#reply(answer(id, step.value.header, step.value.documents))
      } else {
        this.#waiting.push(running)
        this.#schedule()
      }
    } catch (error) {
      if (store.sqlite.inTransaction) store.sqlite.run('ROLLBACK')
      this.#reply(failure(id, describeFailure(error)))
    }
  }

  /** Continues after the messages that arrived meanwhile. */
  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      const next = this.#waiting.shift()
      if (next !== undefined) this.#turn(next)
      if (this.#waiting.length > 0) this.#schedule()
    })
  }
}
