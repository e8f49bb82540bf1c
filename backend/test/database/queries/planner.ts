import type { AskedQuery } from './record.ts'
import { isDoc } from './record.ts'

type Doc = Record<string, unknown>

/** Fields and directions in their order. */
export type IndexKey = [string, number][]

/** How MongoDB would find what is asked for. */
export interface Served {
  /** The indexes that it would use; several where a `$or` has one for each of its branches. */
  indexes: IndexKey[]
  /** The order is the index's; otherwise what was found is sorted in memory. */
  isSorted: boolean
}

/** What a filter says of each field. */
interface Bounds {
  /** One value, or some. */
  points: Set<string>
  /** One value alone: the order of what follows in an index holds. */
  values: Set<string>
  ranges: Set<string>
}

const NO_BOUNDS: Bounds = { points: new Set(), values: new Set(), ranges: new Set() }

/**
 * How indexes serve a query, by the rules of MongoDB's planner (equality, then sort, then range): the fields at an index's beginning are compared
 * with values, so that it is read between bounds; or each branch of a `$or` is; or a page is read in the index's order. Null: every
 * document is looked at, or every key of an index.
 */
export function servedBy(
  query: Pick<AskedQuery, 'filter' | 'sort' | 'limit'>,
  indexes: readonly IndexKey[],
): Served | null {
  const conditions = conditionsOf(query.filter)
  const bounds = boundsOf(conditions)
  const ways = [
    ...byBounds(query, bounds, indexes),
    ...byBranches(query, conditions, indexes),
    ...byOrder(query, conditions, indexes),
  ]
  return ways.find(({ isSorted }) => isSorted) ?? ways[0] ?? null
}

function byBounds({ sort }: Pick<AskedQuery, 'sort'>, bounds: Bounds, indexes: readonly IndexKey[]): Served[] {
  return indexes
    .filter((key) => depthOf(key, bounds) > 0)
    .toSorted((a, b) => depthOf(b, bounds) - depthOf(a, bounds))
    .map((key) => ({ indexes: [key], isSorted: isInOrder(key, sort, bounds) }))
}

/** Branches that are in order each are merged. */
function byBranches(
  { sort }: Pick<AskedQuery, 'sort'>,
  conditions: readonly Doc[],
  indexes: readonly IndexKey[],
): Served[] {
  return conditions.flatMap(({ $or }) => {
    if (!Array.isArray($or)) return []
    const branches = $or.filter(isDoc).map((filter) => servedBy({ filter, sort, limit: null }, indexes))
    const served = branches.filter((branch) => branch !== null)
    return served.length < branches.length
      ? []
      : [{ indexes: served.flatMap((branch) => branch.indexes), isSorted: served.every((branch) => branch.isSorted) }]
  })
}

/** As many keys as the page has, and those few that the filter leaves out. */
function byOrder(
  { sort, limit }: Pick<AskedQuery, 'sort' | 'limit'>,
  conditions: readonly Doc[],
  indexes: readonly IndexKey[],
): Served[] {
  if (limit === null || !conditions.every((condition) => Object.values(condition).every(isNegation))) return []
  return indexes.filter((key) => isInOrder(key, sort, NO_BOUNDS)).map((key) => ({ indexes: [key], isSorted: true }))
}

function isNegation(value: unknown): boolean {
  return isDoc(value) && Object.keys(value).every((operator) => operator === '$ne' || operator === '$nin')
}

/** What must all hold, without the nesting. */
function conditionsOf(filter: Doc): Doc[] {
  return Object.entries(filter).flatMap(([name, value]) =>
    name === '$and' && Array.isArray(value) ? value.filter(isDoc).flatMap(conditionsOf) : [{ [name]: value }],
  )
}

function boundsOf(conditions: readonly Doc[]): Bounds {
  const bounds: Bounds = { points: new Set(), values: new Set(), ranges: new Set() }
  for (const [name, value] of conditions.flatMap((condition) => Object.entries(condition))) {
    if (name.startsWith('$')) continue
    if (!isDoc(value)) {
      bounds.points.add(name)
      bounds.values.add(name)
    } else if ('$in' in value) {
      bounds.points.add(name)
    } else if (
      value['$ne'] === null ||
      ['$gt', '$gte', '$lt', '$lte'].some((operator) => operator in value) ||
      startsAnchored(value['$regex'])
    ) {
      bounds.ranges.add(name)
    }
  }
  return bounds
}

function startsAnchored(pattern: unknown): boolean {
  const source = pattern instanceof RegExp ? pattern.source : pattern
  return typeof source === 'string' && source.startsWith('^')
}

/** How many fields of the index narrow what is read. */
function depthOf(key: IndexKey, bounds: Bounds): number {
  const end = key.findIndex(([name]) => !bounds.points.has(name))
  const equal = end === -1 ? key.length : end
  const next = key[equal]
  return equal + (next && bounds.ranges.has(next[0]) ? 0.5 : 0)
}

/** After fields of one value each, the index goes on in the order that is wanted, forward or backward. */
function isInOrder(key: IndexKey, sort: readonly [string, number][], { values }: Bounds): boolean {
  const wanted = sort.filter(([name]) => !values.has(name))
  if (wanted.length === 0) return true
  const rest = key.slice(leadingValues(key, values))
  const [first] = wanted
  if (!first || rest.length < wanted.length) return false
  const turn = first[1] === rest[0]?.[1] ? 1 : -1
  return wanted.every(([name, direction], index) => rest[index]?.[0] === name && rest[index][1] * turn === direction)
}

function leadingValues(key: IndexKey, values: ReadonlySet<string>): number {
  const end = key.findIndex(([name]) => !values.has(name))
  return end === -1 ? key.length : end
}
