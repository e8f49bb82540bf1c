import { serverError } from '../errors.ts'
import type { Projection } from '../query/projection.ts'
import type { ReadAnswer } from './readCommands.ts'

/** MongoDB's size of the first batch. Later batches are limited by bytes. */
const FIRST_BATCH = 101
const LATER_BATCH = 1000
const MAX_BATCH_BYTES = 4 * 1024 * 1024

/** A cursor that is not used for this long is closed, after the same time as in MongoDB. */
const IDLE_MS = 10 * 60 * 1000

/** Returns the documents of one query in batches. It reads nothing before a batch is requested. */
export class Cursor {
  readonly #chunks: Iterator<Buffer[]>
  readonly #projection: Projection | undefined
  #waiting: Buffer[] = []
  #ended = false
  usedAt = Date.now()

  constructor(chunks: Iterator<Buffer[]>, projection: Projection | undefined) {
    this.#chunks = chunks
    this.#projection = projection
  }

  get exhausted(): boolean {
    return this.#ended && this.#waiting.length === 0
  }

  /** Returns up to `size` documents. It returns fewer at the end, or when the batch has many bytes. */
  *batch(size: number): Generator<void, Buffer[], void> {
    const batch: Buffer[] = []
    let bytes = 0
    while (batch.length < size && bytes < MAX_BATCH_BYTES) {
      const document = this.#waiting.shift()
      if (document !== undefined) {
        const shown = this.#projection === undefined ? document : this.#projection(document)
        batch.push(shown)
        bytes += shown.length
        continue
      }
      if (this.#ended) break
      const { value, done } = this.#chunks.next()
      if (done === true) this.#ended = true
      else this.#waiting = value
      yield
    }
    this.usedAt = Date.now()
    return batch
  }
}

/** The open cursors of one reader. */
export class Cursors {
  readonly #open = new Map<number, Cursor>()
  #last = 0

  kill(id: number): void {
    this.#open.delete(id)
  }

  *firstBatch(cursor: Cursor, size: number | undefined, single: boolean): Generator<void, ReadAnswer, void> {
    this.#forgetIdle()
    const documents = yield* cursor.batch(size ?? FIRST_BATCH)
    if (single || cursor.exhausted) return { header: { cursor: 0 }, documents }
    const id = ++this.#last
    this.#open.set(id, cursor)
    return { header: { cursor: id }, documents }
  }

  *nextBatch(id: number, size: number | undefined): Generator<void, ReadAnswer, void> {
    const cursor = this.#open.get(id)
    if (cursor === undefined) throw serverError(43, 'CursorNotFound', `cursor id ${id} not found`)
    const documents = yield* cursor.batch(size === undefined || size === 0 ? LATER_BATCH : size)
    if (!cursor.exhausted) return { header: { cursor: id }, documents }
    this.#open.delete(id)
    return { header: { cursor: 0 }, documents }
  }

  #forgetIdle(): void {
    const before = Date.now() - IDLE_MS
    for (const [id, { usedAt }] of this.#open) if (usedAt < before) this.#open.delete(id)
  }
}
