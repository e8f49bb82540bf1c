import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'
import mongoose from 'mongoose'
import type { Place } from '../threads/executor.ts'
import type { CommandOptions, Commands } from './commands.ts'
import { decode, shown, type Doc } from './codec.ts'
import { notSupported } from './errors.ts'
import { isDoc } from './shapes.ts'

const { MongoAPIError } = mongoose.mongo

/** Flags that only affect a server. */
const HARMLESS_FLAGS = new Set(['noCursorTimeout', 'partial', 'slaveOk', 'secondaryOk', 'exhaust'])

/**
 * The common part of the driver's cursors. A cursor sends its command when the first document is needed, and it holds
 * at most one batch. Until then, the builder methods change `command`, a `find` or an `aggregate`.
 */
export abstract class EmbeddedCursor extends EventEmitter {
  protected readonly commands: Commands
  protected readonly options: CommandOptions
  protected readonly command: Doc
  #transform: ((document: unknown) => unknown) | undefined
  #batch: unknown[] = []
  /** The id and place of the open cursor in the engine. Its id is 0 when all documents were read. */
  #open: { id: number; place: Place } | undefined
  #started = false
  #closed = false

  constructor(commands: Commands, command: Doc, options: CommandOptions) {
    super()
    this.commands = commands
    this.command = { ...command }
    this.options = options
  }

  /** The name of the matching class of the driver. */
  protected abstract readonly kind: string

  get closed(): boolean {
    return this.#closed
  }

  get killed(): boolean {
    return this.#closed
  }

  get id(): number | undefined {
    return this.#open?.id
  }

  bufferedCount(): number {
    return this.#batch.length
  }

  readBufferedDocuments(count = this.#batch.length): unknown[] {
    return this.#batch.splice(0, count).map((document) => this.#shown(document))
  }

  async next(): Promise<unknown> {
    return (await this.#fill()) ? this.#shown(this.#batch.shift()) : null
  }

  tryNext(): Promise<unknown> {
    return this.next()
  }

  hasNext(): Promise<boolean> {
    return this.#fill()
  }

  async toArray(): Promise<unknown[]> {
    const documents: unknown[] = []
    while (await this.#fill()) {
      for (const document of this.#batch) documents.push(this.#shown(document))
      this.#batch = []
    }
    return documents
  }

  async forEach(visit: (document: unknown) => unknown): Promise<void> {
    for await (const document of this) if (visit(document) === false) return
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, void> {
    try {
      while (await this.#fill()) yield this.#shown(this.#batch.shift())
    } finally {
      await this.close()
    }
  }

  stream(): Readable {
    return Readable.from(this)
  }

  async close(): Promise<void> {
    const open = this.#open
    const wasClosed = this.#closed
    this.#closed = true
    this.#open = undefined
    this.#batch = []
    if (open !== undefined && open.id !== 0) await this.commands.killCursor(open.id, open.place)
    if (!wasClosed) this.emit('close')
  }

  /** Restarts the cursor with the same command. */
  rewind(): void {
    const open = this.#open
    if (open !== undefined && open.id !== 0) this.commands.killCursor(open.id, open.place).catch(() => undefined)
    this.#open = undefined
    this.#started = false
    this.#closed = false
    this.#batch = []
  }

  map(transform: (document: unknown) => unknown): this {
    const earlier = this.#transform
    this.#transform = earlier === undefined ? transform : (document) => transform(earlier(document))
    return this
  }

  batchSize(size: number): this {
    this.command['batchSize'] = size
    return this
  }

  addCursorFlag(flag: string, value: boolean): this {
    if (value && !HARMLESS_FLAGS.has(flag)) throw notSupported(`The cursor flag "${flag}"`)
    return this
  }

  /** These methods only affect a server, or are hints. */
  comment(): this {
    return this
  }

  maxTimeMS(): this {
    return this
  }

  maxAwaitTimeMS(): this {
    return this
  }

  withReadPreference(): this {
    return this
  }

  withReadConcern(): this {
    return this
  }

  /**
   * Returns the plan of the command without running it. `queryPlanner.winningPlan` names the index. The verbosity has
   * no effect.
   */
  async explain(): Promise<Doc> {
    const { op, ...rest } = this.command
    const { answer } = await this.commands.read({ ...rest, op: 'explain', of: op }, this.options)
    return decode(answer.header, {})
  }

  /** Changes the command. Throws if the command was already sent. */
  protected change(name: string, value: unknown): this {
    if (this.#started) throw new MongoAPIError('Cursor is already initialized')
    this.command[name] = value
    return this
  }

  #shown(document: unknown): unknown {
    return this.#transform === undefined ? document : this.#transform(document)
  }

  /** Loads a batch if none is loaded. Returns false at the end. */
  async #fill(): Promise<boolean> {
    while (this.#batch.length === 0) {
      if (this.#closed || (this.#started && (this.#open === undefined || this.#open.id === 0))) {
        await this.close()
        return false
      }
      await this.#ask()
    }
    return true
  }

  async #ask(): Promise<void> {
    const { batchSize } = this.command
    const command = this.#open === undefined ? this.command : { op: 'getMore', cursor: this.#open.id, batchSize }
    this.#started = true
    if (writes(command)) {
      // `$out` and `$merge` return no documents, so no cursor stays open.
      await this.commands.write({ ...command, op: 'aggregateInto' }, this.options)
      return
    }
    const { answer, place } = await this.commands.read(command, this.options, this.#open?.place)
    this.#open = { id: Number(decode(answer.header, {})['cursor']), place }
    this.#batch = answer.documents.map((document) => shown(document, this.options))
  }
}

/** Returns whether an aggregation ends with a stage that writes. */
function writes({ op, pipeline }: Doc): boolean {
  const last: unknown = op === 'aggregate' && Array.isArray(pipeline) ? pipeline.at(-1) : undefined
  return isDoc(last) && ('$out' in last || '$merge' in last)
}
