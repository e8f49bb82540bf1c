import { serverError } from '../errors.ts'
import { asBuffer } from '../keys/raw.ts'
import { matches, type Matcher } from '../query/match.ts'
import type { Collection } from './catalog.ts'
import type { Found } from './scan.ts'
import type { Store } from './store.ts'
import type { TextPlan } from './textQuery.ts'

const FIRST_CHUNK = 64
const LARGEST_CHUNK = 512

interface Candidate extends Found {
  readonly id: Buffer
}

/**
 * Reads the candidates of a search in chunks and keeps those that match the filter. Like `Scan`, it has no open
 * statement between chunks.
 */
export class TextScan {
  readonly #store: Store
  readonly #collection: Collection
  readonly #plan: TextPlan
  readonly #matcher: Matcher
  readonly isFull = false
  #above: number
  #below: number
  #chunk = FIRST_CHUNK
  #version: number
  /** Matches that wait, because a later row may come before them in the order of `_id`. They are in that order. */
  #waiting: Candidate[] = []
  done: boolean
  /** The number of candidates that were read. */
  examined = 0

  constructor(store: Store, collection: Collection, plan: TextPlan, matcher: Matcher) {
    this.#store = store
    this.#collection = collection
    this.#plan = plan
    this.#matcher = matcher
    this.#above = plan.above
    this.#below = plan.below
    this.#version = store.catalog.version
    this.done = plan.match === ''
  }

  /** Reads one chunk. It can be empty before the scan is done. */
  next(): Found[] {
    this.#revalidate()
    const candidates = this.#read()
    if (candidates.length < this.#chunk) this.done = true
    this.#chunk = Math.min(this.#chunk * 2, LARGEST_CHUNK)
    this.examined += candidates.length
    const last = candidates.at(-1)
    if (last !== undefined) {
      if (this.#plan.reverse) this.#below = last.rid
      else this.#above = last.rid
    }
    const found = candidates.filter(({ document }) => matches(this.#matcher, document))
    return this.#plan.byId ? this.#inOrder(found) : found
  }

  #read(): Candidate[] {
    const { index, match, reverse } = this.#plan
    const rows = this.#store.sqlite.rows(
      `SELECT c.id, c.rid, c.doc FROM ${index.table} f CROSS JOIN ${this.#collection.table} c ON c.rid = f.rowid
        WHERE f.${index.table} MATCH ? AND f.rowid > ? AND f.rowid < ? ORDER BY f.rowid ${reverse ? 'DESC' : 'ASC'} LIMIT ?`,
      match,
      this.#above,
      this.#below,
      this.#chunk,
    )
    return rows.flatMap(([id, rid, document]) =>
      id instanceof Uint8Array && document instanceof Uint8Array
        ? [{ id: asBuffer(id), rid: Number(rid), document: asBuffer(document) }]
        : [],
    )
  }

  /** Holds back the documents that a later row could precede: those within the disorder of the collection. */
  #inOrder(found: readonly Candidate[]): Found[] {
    const { reverse, index } = this.#plan
    this.#waiting.push(...found)
    this.#waiting.sort((a, b) => (reverse ? b.id.compare(a.id) : a.id.compare(b.id)))
    if (this.done) return this.#waiting.splice(0)
    const isSettled = ({ rid }: Candidate): boolean =>
      reverse ? rid - this.#below >= index.disorder : this.#above - rid >= index.disorder
    const open = this.#waiting.findIndex((each) => !isSettled(each))
    return this.#waiting.splice(0, open === -1 ? this.#waiting.length : open)
  }

  /** The collection or the index may have been dropped during a pause. */
  #revalidate(): void {
    const { catalog } = this.#store
    if (catalog.version === this.#version) return
    this.#version = catalog.version
    const collection = catalog.get(this.#collection.database, this.#collection.name)
    if (collection?.id !== this.#collection.id || collection.text?.id !== this.#plan.index.id) {
      throw serverError(175, 'QueryPlanKilled', 'The collection or index was dropped while the query was running')
    }
  }
}
