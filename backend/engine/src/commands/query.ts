import { serverError } from '../errors.ts'
import { makePlan, type Plan } from '../planner/plan.ts'
import type { Variables } from '../query/expressions/scope.ts'
import { parseFilter, type Filter } from '../query/filter.ts'
import { withImplied } from '../query/implied.ts'
import { compileFilter, type Matcher } from '../query/match.ts'
import { parseSort, sortKey, type Sort } from '../query/sort.ts'
import type { RawValue } from '../keys/raw.ts'
import { ID_INDEX, type Collection, type Index } from '../storage/catalog.ts'
import { Scan, type Found } from '../storage/scan.ts'
import type { Store } from '../storage/store.ts'
import { bindText, planText, type BoundText } from '../storage/textQuery.ts'
import { TextScan } from '../storage/textScan.ts'

/** A filter and a sort on one collection, with their plan. */
export interface Query {
  readonly collection: Collection
  readonly filter: Filter
  readonly sort: Sort
  readonly plan: Plan<Index>
  readonly matcher: Matcher
  /** Present if the filter has `$text`. Then `plan` is the plan without the text index. */
  readonly text: BoundText | undefined
}

/** The most bytes of documents in a sort without an index. MongoDB has the same limit. */
const MAX_SORT_BYTES = 100 * 1024 * 1024

/** A scan without an index is reported if it reads more documents than this. */
const SCAN_WORTH_TELLING = 100

const NO_FILTER: Filter = { kind: 'and', parts: [] }

/** `variables` are the variables that `$expr` in the filter can use. */
export function prepareQuery(
  collection: Collection,
  filter: RawValue | undefined,
  sort: RawValue | undefined,
  variables: Variables = { NOW: new Date() },
): Query {
  const given = filter === undefined ? NO_FILTER : parseFilter(filter)
  const text = bindText(collection, given)
  const parsed = text?.filter ?? given
  const order = parseSort(sort)
  const plan = makePlan(withImplied(parsed, variables), order, [ID_INDEX, ...collection.indexes])
  return { collection, filter: parsed, sort: order, plan, matcher: compileFilter(parsed, variables), text }
}

/** Receives each query without an index: the collection, the command and the number of documents that it read. */
export type ScanReporter = (collection: string, command: RawValue, examined: number) => void

/** Receives the number of documents that a query read without an index. */
export type ScanListener = (examined: number) => void

/**
 * Yields the documents of a query in order, in chunks. An empty chunk is a point where other work can run.
 * @param limit the most documents that are needed, including skipped ones
 */
export function* run(
  store: Store,
  query: Query,
  limit = Infinity,
  onScan?: ScanListener,
): Generator<Found[], void, void> {
  const { plan, collection, matcher } = query
  const text = query.text === undefined ? undefined : planText(store, collection, query.text, query.sort, plan)
  const isSorted = text?.sorted ?? plan.sorted
  const scan =
    text === undefined
      ? new Scan(store, collection, plan, matcher, isSorted ? limit : Infinity)
      : new TextScan(store, collection, text, matcher)
  let told = onScan === undefined || !scan.isFull || (!plan.residual && isSorted)
  let given = 0
  const sorter = isSorted ? undefined : new Sorter(query.sort, limit)
  while (!scan.done && given < limit) {
    const found = scan.next()
    if (!told && scan.examined > SCAN_WORTH_TELLING) {
      told = true
      onScan?.(scan.examined)
    }
    if (sorter !== undefined) {
      sorter.add(found)
      yield []
    } else {
      const wanted = found.length > limit - given ? found.slice(0, limit - given) : found
      given += wanted.length
      yield wanted
    }
  }
  if (sorter !== undefined) yield sorter.sorted()
}

/**
 * Runs a query to its end without pauses. The writer uses it, because no other command may run inside its transaction.
 */
export function* everything(
  store: Store,
  query: Query,
  limit = Infinity,
  onScan?: ScanListener,
): Generator<Found, void, void> {
  for (const chunk of run(store, query, limit, onScan)) yield* chunk
}

class Sorter {
  readonly #sort: Sort
  readonly #limit: number
  #kept: { key: Buffer; found: Found }[] = []
  #bytes = 0

  constructor(sort: Sort, limit: number) {
    this.#sort = sort
    this.#limit = limit
  }

  add(found: readonly Found[]): void {
    for (const each of found) {
      const key = sortKey(each.document, this.#sort.fields)
      this.#kept.push({ key, found: each })
      this.#bytes += key.length + each.document.length
    }
    if (this.#kept.length > 2 * this.#limit + 1000) this.#prune()
    if (this.#bytes > MAX_SORT_BYTES) {
      throw serverError(
        292,
        'QueryExceededMemoryLimitNoDiskUseAllowed',
        `Sort exceeded memory limit of ${MAX_SORT_BYTES} bytes: add an index that gives this order, or a limit`,
      )
    }
  }

  sorted(): Found[] {
    this.#prune()
    return this.#kept.map(({ found }) => found)
  }

  #prune(): void {
    this.#kept.sort((a, b) => a.key.compare(b.key))
    this.#kept = this.#kept.slice(0, this.#limit)
    this.#bytes = this.#kept.reduce((sum, { key, found }) => sum + key.length + found.document.length, 0)
  }
}
