import type { Worker } from 'node:worker_threads'
import { EngineError, storageError } from './errors.ts'
import {
  packRequests,
  unpackAnswers,
  type Answer,
  type Commit,
  type MainMessage,
  type Request,
  type TransactionStep,
  type WorkerMessage,
  type WorkerOptions,
} from './protocol.ts'
import { startWorker } from './startWorker.ts'

/** A second batch may travel while the first is being worked on; more would only make groups smaller. */
const MAX_BATCHES_UNDER_WAY = 2

/** A thread's young generation: small, because documents pass through as bytes, not as objects. */
const YOUNG_GENERATION_MB = 8

/** An empty document, for steps that say nothing more. */
const NOTHING = Buffer.from([5, 0, 0, 0, 0])

export interface ThreadListener {
  onScan: (shape: string, examined: number) => void
  onCommit: (commit: Commit) => void
}

interface Waiting {
  kind: 'writes' | 'reads'
  resolve: (answer: Answer) => void
  reject: (error: Error) => void
}

/** A worker thread as the main thread sees it: commands go in, promises of answers come out. */
export class Thread {
  /** Resolves when the thread can work; rejects with the reason why it cannot. */
  readonly ready: Promise<void>
  /** Resolves when the thread has ended by itself: what it had is lost, and nothing more can be asked of it. */
  readonly lost: Promise<Error>
  readonly #worker: Worker
  readonly #listener: ThreadListener
  readonly #waiting = new Map<number, Waiting>()
  readonly #outbox: Record<'writes' | 'reads', Request[]> = { writes: [], reads: [] }
  /** The last command of each batch of writes that has not been answered. */
  #batches: number[] = []
  #flushing = false
  #lastId = 0
  #gone: Error | undefined
  #closed: (() => void) | undefined

  constructor(options: WorkerOptions, listener: ThreadListener) {
    this.#listener = listener
    this.#worker = startWorker({
      workerData: options,
      name: `storage-${options.role}`,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    this.ready = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'ready') resolve()
        else if (message.kind === 'failed') reject(new EngineError(message.failure))
        else this.#receive(message)
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
    // Whoever needs the thread awaits `ready`; until then its failure is not an unhandled one.
    this.ready.catch(() => undefined)
  }

  /** How many commands have not been answered yet. */
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

  /** A step of the writer's transaction. It comes after every write that was asked before, however many are under way. */
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

  /** How many commands of a kind have not been answered yet. */
  waiting(kind: 'writes' | 'reads'): number {
    let count = 0
    for (const waiting of this.#waiting.values()) if (waiting.kind === kind) count++
    return count
  }

  /** Lets the thread finish what it was asked to write, and give its files back. */
  async close(): Promise<void> {
    if (this.#gone !== undefined) return
    this.#flush(true)
    const closed = new Promise<void>((resolve) => {
      this.#closed = resolve
    })
    this.#post({ kind: 'close' })
    await closed
    await this.#worker.terminate()
  }

  /** After everything that the current turn still has to say, so that its commands travel together. */
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
    if (writes.length === 0 || (this.#batches.length >= MAX_BATCHES_UNDER_WAY && !force)) return
    this.#batches.push(writes[writes.length - 1]?.id ?? 0)
    this.#send('writes')
  }

  #send(kind: 'writes' | 'reads'): void {
    const frames = packRequests(this.#outbox[kind])
    this.#outbox[kind] = []
    this.#post({ kind, frames }, [frames])
  }

  #post(message: MainMessage, moved: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, moved)
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

  /** Returns whether nobody had asked it to end. */
  #lose(error: Error): boolean {
    if (this.#gone !== undefined) return false
    // What was still being read when the thread was closed has no answer any more.
    this.#gone = this.#closed === undefined ? error : storageError('The database is closed')
    for (const { reject } of this.#waiting.values()) reject(this.#gone)
    this.#waiting.clear()
    this.#closed?.()
    return this.#closed === undefined
  }

  /** Ids fit into 32 bits; one that still waits is not given again. */
  #nextId(): number {
    do this.#lastId = (this.#lastId + 1) >>> 0
    while (this.#waiting.has(this.#lastId))
    return this.#lastId
  }
}
