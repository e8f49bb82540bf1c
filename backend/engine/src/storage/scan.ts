import { serverError } from '../errors.ts'
import { asBuffer } from '../keys/raw.ts'
import type { Plan, Source } from '../planner/plan.ts'
import { WHOLE, type Range } from '../planner/ranges.ts'
import { matches, type Matcher } from '../query/match.ts'
import { ID_INDEX, type Collection, type Index } from './catalog.ts'
import type { Store } from './store.ts'

export interface Found {
  readonly rid: number
  readonly document: Buffer
}

/** The size of the first chunk of a scan that filters or has no known end. Each later chunk is twice as large. */
const FIRST_CHUNK = 64
const LARGEST_CHUNK = 512

/**
 * Reads the candidates of a plan in chunks and keeps those that match the filter. No statement is open between chunks:
 * each chunk continues after the last key. So a scan can pause, between the batches of a cursor or for other work,
 * without holding an old snapshot. As in MongoDB, it can see changes made during a pause.
 */
export class Scan {
  readonly #store: Store
  readonly #collection: Collection
  readonly #plan: Plan<Index>
  readonly #matcher: Matcher | undefined
  readonly #segments: Segment[]
  /** The documents that were already returned, if a document can have several keys. */
  readonly #met: Set<number> | undefined
  #at = 0
  #chunk: number
  #version: number
  /** The number of candidates that were read. */
  examined = 0

  /** `matcher` is undefined if the plan is exact. `wanted` is the number of needed documents, if known. */
  constructor(
    store: Store,
    collection: Collection,
    plan: Plan<Index>,
    matcher: Matcher | undefined,
    wanted = Infinity,
  ) {
    this.#store = store
    this.#collection = collection
    this.#plan = plan
    this.#matcher = plan.residual ? matcher : undefined
    this.#segments = segmentsOf(plan.source)
    this.#met = mayRepeat(plan.source) ? new Set() : undefined
    const exact = this.#matcher === undefined && this.#met === undefined && wanted !== Infinity
    this.#chunk = Math.min(Math.max(exact ? wanted : FIRST_CHUNK, 1), LARGEST_CHUNK)
    this.#version = store.catalog.version
  }

  get done(): boolean {
    return this.#at >= this.#segments.length
  }

  /** Returns whether the scan reads the whole collection. */
  get isFull(): boolean {
    const { source } = this.#plan
    return source.kind === 'scan' || (source.kind === 'index' && source.ranges[0] === WHOLE)
  }

  /** Reads one chunk. It can be empty before the scan is done. */
  next(): Found[] {
    const segment = this.#segments[this.#at]
    if (segment === undefined) return []
    this.#revalidate()
    const rows = this.#read(segment)
    if (segment.isSingle || rows.length < this.#chunk) this.#at++
    else this.#chunk = Math.min(this.#chunk * 2, LARGEST_CHUNK)
    this.examined += rows.length
    return this.#filter(rows)
  }

  #read(segment: Segment): Row[] {
    const { sqlite } = this.#store
    const sql = segment.sql(this.#collection, segment.resumed)
    const parameters = segment.parameters(segment.resumed)
    const rows = segment.isSingle
      ? [sqlite.row(sql, ...parameters) ?? []]
      : sqlite.rows(sql, ...parameters, this.#chunk)
    const read: Row[] = []
    for (const [key, rid, document] of rows) {
      if (document instanceof Uint8Array) read.push({ key, rid: Number(rid), document: asBuffer(document) })
    }
    const last = read[read.length - 1]
    if (last !== undefined)
      segment.resumed = { key: last.key instanceof Uint8Array ? asBuffer(last.key) : undefined, rid: last.rid }
    return read
  }

  #filter(rows: readonly Row[]): Found[] {
    const found: Found[] = []
    for (const row of rows) {
      if (this.#met?.has(row.rid)) continue
      if (this.#matcher !== undefined && !matches(this.#matcher, row.document)) continue
      this.#met?.add(row.rid)
      found.push(row)
    }
    return found
  }

  /** The collection or the index may have been dropped during a pause. */
  #revalidate(): void {
    const { catalog } = this.#store
    if (catalog.version === this.#version) return
    this.#version = catalog.version
    const collection = catalog.get(this.#collection.database, this.#collection.name)
    const needed = indexesOf(this.#plan.source)
    const there =
      collection?.id === this.#collection.id &&
      needed.every((id) => collection.indexes.some((index) => index.id === id))
    if (!there)
      throw serverError(175, 'QueryPlanKilled', 'The collection or index was dropped while the query was running')
  }
}

interface Row extends Found {
  readonly key: unknown
}

interface Resumed {
  key: Buffer | undefined
  rid: number
}

/** One range of a table. */
interface Segment {
  sql: (collection: Collection, resumed: Resumed | undefined) => string
  parameters: (resumed: Resumed | undefined) => (number | Buffer)[]
  /** Whether it has at most one row: a key of a unique index. */
  isSingle: boolean
  resumed: Resumed | undefined
}

function segmentsOf(source: Source<Index>): Segment[] {
  switch (source.kind) {
    case 'scan':
      return [tableSegment(source.reverse)]
    case 'union':
      return source.sources.flatMap(segmentsOf)
    case 'index': {
      const ranges = source.reverse ? source.ranges.toReversed() : source.ranges
      const make = source.index === ID_INDEX ? idSegment : keySegment
      return ranges.map((range) =>
        range.key !== undefined && source.index.unique
          ? singleSegment(range.key, source.index)
          : make(range, source.reverse, source.index),
      )
    }
  }
}

function tableSegment(reverse: boolean): Segment {
  const [compare, order] = reverse ? ['<', 'DESC'] : ['>', 'ASC']
  return {
    sql: ({ table }) => `SELECT NULL, rid, doc FROM ${table} WHERE rid ${compare} ? ORDER BY rid ${order} LIMIT ?`,
    parameters: (resumed) => [resumed?.rid ?? (reverse ? Number.MAX_SAFE_INTEGER : 0)],
    isSingle: false,
    resumed: undefined,
  }
}

function idSegment(range: Range, reverse: boolean): Segment {
  return {
    sql: ({ table }, resumed) =>
      reverse
        ? `SELECT id, rid, doc FROM ${table} WHERE id < ? AND id >= ? ORDER BY id DESC LIMIT ?`
        : `SELECT id, rid, doc FROM ${table} WHERE id ${resumed === undefined ? '>=' : '>'} ? AND id < ? ORDER BY id LIMIT ?`,
    parameters: (resumed) =>
      reverse ? [resumed?.key ?? range.high, range.low] : [resumed?.key ?? range.low, range.high],
    isSingle: false,
    resumed: undefined,
  }
}

function keySegment(range: Range, reverse: boolean, index: Index): Segment {
  const select = (table: string): string =>
    `SELECT i.k, i.rid, c.doc FROM ${index.table} i CROSS JOIN ${table} c ON c.rid = i.rid WHERE`
  return {
    sql: ({ table }) =>
      reverse
        ? `${select(table)} (i.k, i.rid) < (?, ?) AND i.k >= ? ORDER BY i.k DESC, i.rid DESC LIMIT ?`
        : `${select(table)} (i.k, i.rid) > (?, ?) AND i.k < ? ORDER BY i.k, i.rid LIMIT ?`,
    // Row ids begin at 1: (low, 0) is before and (high, 0) after every wanted row.
    parameters: (resumed) =>
      reverse
        ? [resumed?.key ?? range.high, resumed?.rid ?? 0, range.low]
        : [resumed?.key ?? range.low, resumed?.rid ?? 0, range.high],
    isSingle: false,
    resumed: undefined,
  }
}

function singleSegment(key: Buffer, index: Index): Segment {
  return {
    sql: ({ table }) =>
      index === ID_INDEX
        ? `SELECT id, rid, doc FROM ${table} WHERE id = ?`
        : `SELECT i.k, i.rid, c.doc FROM ${index.table} i CROSS JOIN ${table} c ON c.rid = i.rid WHERE i.k = ?`,
    parameters: () => [key],
    isSingle: true,
    resumed: undefined,
  }
}

function mayRepeat(source: Source<Index>): boolean {
  return source.kind === 'union' || (source.kind === 'index' && source.index.multikey !== 0)
}

function indexesOf(source: Source<Index>): number[] {
  if (source.kind === 'union') return source.sources.flatMap(indexesOf)
  return source.kind === 'index' && source.index !== ID_INDEX ? [source.index.id] : []
}
