import { badValue, serverError, unsupported } from '../errors.ts'
import { ORDER } from '../keys/encode.ts'
import { impliesPartial } from '../planner/implies.ts'
import type { Plan, Source } from '../planner/plan.ts'
import { WHOLE } from '../planner/ranges.ts'
import type { Filter } from '../query/filter.ts'
import type { Sort } from '../query/sort.ts'
import { trigrams, type TextSearch } from '../query/text.ts'
import { ID_INDEX, type Collection, type Index } from './catalog.ts'
import type { Store } from './store.ts'
import { scopeWord, wordOf } from './textIndex.ts'
import type { TextIndex } from './textSpec.ts'

/** How a search reads candidates from its text index: by row id, in one direction, between two row ids. */
export interface TextPlan {
  readonly index: TextIndex
  /** The search expression of FTS5. */
  readonly match: string
  /** Both bounds are exclusive. */
  readonly above: number
  readonly below: number
  readonly reverse: boolean
  /** Whether candidates come in the order of the sort. */
  readonly sorted: boolean
  /** Whether the sort is by `_id`. Then candidates must be reordered within the disorder of the collection. */
  readonly byId: boolean
}

/** A filter with `$text` that knows the paths of the texts. */
export interface BoundText {
  readonly filter: Filter
  readonly index: TextIndex
  readonly search: TextSearch
  readonly conjuncts: readonly Filter[]
}

/**
 * Connects the `$text` of a filter with the collection's text index. Returns undefined if the filter has none.
 * @throws IndexNotFound (27) if there is no text index; NoQueryExecutionPlans (291) if a partial one does not cover the
 * query
 */
export function bindText({ text: index }: Collection, filter: Filter): BoundText | undefined {
  const conjuncts = flatten(filter)
  if (conjuncts.some((part) => part.kind !== 'text' && holdsText(part))) throw unsupported('$text inside $or or $nor')
  const found = conjuncts.filter((part) => part.kind === 'text')
  const [text] = found
  if (text === undefined) return undefined
  if (found.length > 1) throw badValue('Too many text expressions')
  if (index === undefined) throw serverError(27, 'IndexNotFound', 'text index required for $text query')
  if (index.partial !== undefined && !impliesPartial(conjuncts, index.partial)) {
    throw serverError(
      291,
      'NoQueryExecutionPlans',
      `The filter must contain the condition of the partial text index ${index.name}`,
    )
  }
  const bound: Filter = { ...text, paths: index.paths }
  return {
    filter: { kind: 'and', parts: conjuncts.map((part) => (part === text ? bound : part)) },
    index,
    search: text.search,
    conjuncts,
  }
}

/**
 * Decides how to search. Returns undefined if another index leaves so few documents that checking each text is cheaper.
 * `plan` is the plan for the rest of the filter.
 */
export function planText(
  store: Store,
  collection: Collection,
  text: BoundText,
  sort: Sort,
  plan: Plan<Index>,
): TextPlan | undefined {
  if (isNarrow(store, collection, plan.source)) return undefined
  const { index, search, conjuncts } = text
  const [first] = sort.fields
  const byId = first?.path.text === '_id' && sort.natural === undefined
  return {
    index,
    match: expressionOf(search, scopesOf(index, conjuncts)),
    ...boundsOf(store, collection, index, conjuncts),
    reverse: byId ? first.descending : sort.natural === -1,
    sorted: first === undefined || (byId && index.disorder !== Infinity),
    byId: byId && index.disorder > 0,
  }
}

/** Reading this many documents is faster than a search. */
const NARROW = 256

function isNarrow({ sqlite }: Store, collection: Collection, source: Source<Index>): boolean {
  let left = NARROW
  const take = (part: Source<Index>): void => {
    if (part.kind === 'union') return part.sources.forEach(take)
    if (part.kind === 'scan' || part.ranges[0] === WHOLE) left = 0
    if (part.kind === 'scan') return
    const [table, key] = part.index === ID_INDEX ? [collection.table, 'id'] : [part.index.table, 'k']
    for (const { low, high } of part.ranges) {
      if (left <= 0) return
      const count = sqlite.value(
        `SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE ${key} >= ? AND ${key} < ? LIMIT ?)`,
        low,
        high,
        left,
      )
      left -= Number(count)
    }
  }
  take(source)
  return left > 0
}

/** The limits of one expression. The check of each candidate covers the rest. */
const MAX_TERMS = 16
const MAX_GRAMS = 16
const MAX_SCOPES = 256

/**
 * Uses the longest terms, because they are the most selective. As in MongoDB, a search without a term finds nothing.
 */
function expressionOf({ terms }: TextSearch, scopes: readonly string[][]): string {
  const longest = terms.toSorted((a, b) => b.length - a.length).slice(0, MAX_TERMS)
  const parts = longest.flatMap(gramsOf)
  return [...new Set(parts), ...scopes.map((words) => `(${words.map((word) => `"${word}"`).join(' OR ')})`)].join(
    ' AND ',
  )
}

function gramsOf(term: string): string[] {
  const size = [...term].length
  if (size < 3) return [`"${wordOf(term)}"*`]
  const grams = [...trigrams(term)].filter((gram) => [...gram].length === 3)
  const step = Math.ceil(grams.length / MAX_GRAMS)
  return grams.filter((_, i) => i % step === 0).map((gram) => `"${wordOf(gram)}"`)
}

/** Returns, for each equality with a simple value on the fields after the texts, the words of its values. */
function scopesOf(index: TextIndex, conjuncts: readonly Filter[]): string[][] {
  return conjuncts.flatMap((part) => {
    if (part.kind !== 'leaf') return []
    const place = index.scopes.findIndex(({ text }) => text === part.path.text)
    const { test } = part
    if (place === -1 || (test.op !== '$eq' && test.op !== '$in')) return []
    if (test.op === '$in' && test.regexes.length > 0) return []
    const keys = test.op === '$eq' ? [test.key] : test.keys
    if (keys.length === 0 || keys.length > MAX_SCOPES || !keys.every(isScalar)) return []
    return [keys.map((key) => scopeWord(place, key))]
  })
}

/** Null also matches a missing value, and an array matches as a whole: neither has a word. */
function isScalar(key: Buffer): boolean {
  return key[0] !== ORDER.null && key[0] !== ORDER.undefined && key[0] !== ORDER.array
}

/**
 * Returns the row ids around the documents whose `_id` the filter compares. A page far back in the list starts there.
 */
function boundsOf(
  store: Store,
  { table }: Collection,
  { disorder }: TextIndex,
  conjuncts: readonly Filter[],
): { above: number; below: number } {
  let [above, below] = [0, Number.MAX_SAFE_INTEGER]
  if (disorder === Infinity) return { above, below }
  for (const part of conjuncts) {
    if (part.kind !== 'leaf' || part.path.text !== '_id' || !('key' in part.test)) continue
    const { op, key } = part.test
    if (op === '$lt' || op === '$lte') {
      const last = store.sqlite.value(
        `SELECT rid FROM ${table} WHERE id ${op === '$lt' ? '<' : '<='} ? ORDER BY id DESC LIMIT 1`,
        key,
      )
      below = Math.min(below, last === undefined ? 0 : Number(last) + disorder + 1)
    } else if (op === '$gt' || op === '$gte') {
      const next = store.sqlite.value(
        `SELECT rid FROM ${table} WHERE id ${op === '$gt' ? '>' : '>='} ? ORDER BY id LIMIT 1`,
        key,
      )
      above = Math.max(above, next === undefined ? Number.MAX_SAFE_INTEGER : Number(next) - disorder - 1)
    }
  }
  return { above, below }
}

function flatten(filter: Filter): Filter[] {
  return filter.kind === 'and' ? filter.parts.flatMap(flatten) : [filter]
}

function holdsText(filter: Filter): boolean {
  return filter.kind === 'text' || ('parts' in filter && filter.parts.some(holdsText))
}
