import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads'
import { EngineError, storageError } from '../errors.ts'
import {
  packRequests,
  unpackAnswers,
  type Answer,
  type Commit,
  type MainMessage,
  type OpenMessage,
  type Request,
  type TransactionStep,
  type WorkerMessage,
  type WorkerOptions,
} from './protocol.ts'
import { releaseThread, takeThread } from './threadPool.ts'

/** The writer can receive a second batch while it works on the first. More batches would only make groups smaller. */
const MAX_BATCHES_IN_FLIGHT = 2

/** An empty document, for a step without parameters. */
const NOTHING = Buffer.from([5, 0, 0, 0, 0])

export interface WorkerListener {
  onScan: (shape: string, examined: number) => void
  onCommit: (commit: Commit) => void
  onLogIsLong: () => void
  onLogIsMoved: () => void
}

interface Waiting {
  kind: 'writes' | 'reads'
  resolve: (answer: Answer) => void
  reject: (error: Error) => void
}

/** The main thread's side of a worker thread. It sends commands and returns promises of their answers. */
export class WorkerThread {
  /** Resolves when the thread has started. Rejects with the reason if it cannot. */
  readonly ready: Promise<void>
  /** Resolves when the thread has ended unexpectedly. Its unanswered commands have failed, and it accepts no more. */
  readonly lost: Promise<Error>
  readonly #worker: Worker
  /** One for each database, so that no message of an earlier one arrives here. */
  readonly #port: MessagePort
  readonly #listener: WorkerListener
  readonly #waiting = new Map<number, Waiting>()
  readonly #outbox: Record<'writes' | 'reads', Request[]> = { writes: [], reads: [] }
  /** The id of the last command of each unanswered batch of writes. */
  #batches: number[] = []
  #flushing = false
  #lastId = 0
  #gone: Error | undefined
  #closed: (() => void) | undefined

  constructor(options: WorkerOptions, listener: WorkerListener) {
    this.#listener = listener
    this.#worker = takeThread()
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.ready = new Promise((resolve, reject) => {
      port1.on('message', (message: WorkerMessage) => {
        if (message.kind === 'ready') resolve()
        else if (message.kind === 'failed') {
          const error = new EngineError(message.failure)
          reject(error)
          void this.#release(error)
        } else this.#receive(message)
      })
      this.#worker.on('error', reject)
    })
    this.lost = new Promise((resolve) => {
      const end = (error: Error): void => {
        if (this.#lose(error)) resolve(error)
      }
      this.#worker.on('error', end)
      this.#worker.on('exit', () => end(storageError('The storage thread has ended')))
    })
    this.#worker.postMessage({ port: port2, options } satisfies OpenMessage, [port2])
    // The callers that need the thread await `ready`. Until then, its failure must not count as an unhandled rejection.
    this.ready.catch(() => undefined)
  }

  /** The number of unanswered commands. */
  get load(): number {
    return this.#waiting.size
  }

  ask(kind: 'writes' | 'reads', command: Buffer): Promise<Answer> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone)
    const id = this.#nextId()
    this.#outbox[kind].push({ id, command })
    this.#flushSoon()
    return new Promise((resolve, reject) => this.#waiting.set(id, { kind, resolve, reject }))
  }

  /** Sends a step of the writer's transaction. It comes after all earlier writes, however many are in flight. */
  step(step: TransactionStep, command: Buffer = NOTHING): Promise<Answer> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone)
    this.#flush(true)
    const id = this.#nextId()
    const frames = packRequests([{ id, command }])
    this.#post({ kind: 'transaction', step, frames }, [frames])
    return new Promise((resolve, reject) =>
      this.#waiting.set(id, { kind: step === 'read' ? 'reads' : 'writes', resolve, reject }),
    )
  }

  /** Makes the checkpointer move the log into the file. */
  moveLog(): void {
    if (this.#gone === undefined) this.#post({ kind: 'moveLog' })
  }

  /** Makes the writer empty a log that the checkpointer has moved. */
  truncateLog(): void {
    if (this.#gone === undefined) this.#post({ kind: 'truncateLog' })
  }

  /** Returns the number of unanswered commands of a kind. */
  waiting(kind: 'writes' | 'reads'): number {
    let count = 0
    for (const waiting of this.#waiting.values()) if (waiting.kind === kind) count++
    return count
  }

  /** Waits until the thread has finished its writes and closed its files. */
  async close(): Promise<void> {
    if (this.#gone !== undefined) return
    this.#flush(true)
    const closed = new Promise<void>((resolve) => {
      this.#closed = resolve
    })
    this.#post({ kind: 'close' })
    await closed
    await this.#release(storageError('The database is closed'))
  }

  /** Gives the thread back, unless it has ended. */
  async #release(reason: Error): Promise<void> {
    if (this.#gone !== undefined) return
    this.#lose(reason)
    this.#port.close()
    await releaseThread(this.#worker)
  }

  /** Sends at the end of the current turn of the event loop, so that its commands travel together. */
  #flushSoon(): void {
    if (this.#flushing) return
    this.#flushing = true
    process.nextTick(() => {
      this.#flushing = false
      this.#flush(false)
    })
  }

  #flush(force: boolean): void {
    const { reads, writes } = this.#outbox
    if (reads.length > 0) this.#send('reads')
    if (writes.length === 0 || (this.#batches.length >= MAX_BATCHES_IN_FLIGHT && !force)) return
    this.#batches.push(writes[writes.length - 1]?.id ?? 0)
    this.#send('writes')
  }

  #send(kind: 'writes' | 'reads'): void {
    const frames = packRequests(this.#outbox[kind])
    this.#outbox[kind] = []
    this.#post({ kind, frames }, [frames])
  }

  #post(message: MainMessage, moved: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, moved)
  }

  #receive(message: Exclude<WorkerMessage, { kind: 'ready' | 'failed' }>): void {
    switch (message.kind) {
      case 'answers':
        if (message.commit !== undefined) this.#listener.onCommit(message.commit)
        for (const answer of unpackAnswers(message.frames)) this.#settle(answer)
        if (this.#outbox.writes.length > 0) this.#flushSoon()
        break
      case 'scan':
        this.#listener.onScan(message.shape, message.examined)
        break
      case 'logIsLong':
        this.#listener.onLogIsLong()
        break
      case 'logIsMoved':
        this.#listener.onLogIsMoved()
        break
      case 'closed':
        this.#closed?.()
        break
    }
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (this.#batches.includes(answer.id)) this.#batches = this.#batches.filter((last) => last !== answer.id)
    waiting?.resolve(answer)
  }

  /** Returns whether the thread ended without a call of `close`. */
  #lose(error: Error): boolean {
    if (this.#gone !== undefined) return false
    // A read that was still running when the thread was closed gets no answer.
    this.#gone = this.#closed === undefined ? error : storageError('The database is closed')
    for (const { reject } of this.#waiting.values()) reject(this.#gone)
    this.#waiting.clear()
    this.#closed?.()
    return this.#closed === undefined
  }

  /** Ids have 32 bits. An id that still waits for its answer is skipped. */
  #nextId(): number {
    do this.#lastId = (this.#lastId + 1) >>> 0
    while (this.#waiting.has(this.#lastId))
    return this.#lastId
  }
}
