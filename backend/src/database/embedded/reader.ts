import { Cursors } from './engine/cursors.ts'
import { runRead, type ReadContext, type ReadJob } from './engine/read-commands.ts'
import type { Store } from './engine/store.ts'
import { describeFailure } from './errors.ts'
import { answer, failure, type Answer, type Request } from './protocol.ts'

/** How long a job may work before another gets its turn: a long scan must not hold up a short look-up. */
const TURN_MS = 4

interface Running {
  readonly id: number
  readonly job: ReadJob
}

/**
 * Serves reading commands in turns. Each turn is a transaction of its own, so it sees all that was acknowledged before
 * it began, and the write-ahead log is never held back by a long query.
 */
export class Reader {
  readonly #open: () => Store
  readonly #reply: (answer: Answer) => void
  readonly #onScan: ReadContext['onScan']
  readonly #cursors = new Cursors()
  readonly #waiting: Running[] = []
  #store: Store | undefined
  #scheduled = false

  /** `open` is called with the first command: by then the writer has made the file. */
  constructor(open: () => Store, reply: (answer: Answer) => void, onScan: ReadContext['onScan']) {
    this.#open = open
    this.#reply = reply
    this.#onScan = onScan
  }

  accept({ id, command }: Request): void {
    try {
      this.#store ??= this.#open()
      const context = { store: this.#store, cursors: this.#cursors, onScan: this.#onScan }
      this.#turn({ id, job: runRead(context, command) }, this.#store)
    } catch (error) {
      this.#reply(failure(id, describeFailure(error)))
    }
  }

  close(): void {
    this.#waiting.length = 0
    this.#store?.close()
  }

  #turn(running: Running, store: Store): void {
    const { id, job } = running
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
        this.#schedule(store)
      }
    } catch (error) {
      if (store.sqlite.inTransaction) store.sqlite.run('ROLLBACK')
      this.#reply(failure(id, describeFailure(error)))
    }
  }

  /** Goes on after what has arrived meanwhile. */
  #schedule(store: Store): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      const next = this.#waiting.shift()
      if (next !== undefined) this.#turn(next, store)
      if (this.#waiting.length > 0) this.#schedule(store)
    })
  }
}
