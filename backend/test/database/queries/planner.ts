import type { AskedQuery } from './record.ts'
import { isDoc } from './record.ts'

type Doc = Record<string, unknown>

/** The fields with their directions, in order. */
export type IndexKey = [string, number][]

/** How MongoDB would run the query. */
export interface Served {
  /** The indexes that it would use: several when each branch of a `$or` has one. */
  indexes: IndexKey[]
  /** Whether the index gives the order. Otherwise the result is sorted in memory. */
  isSorted: boolean
}

/** The conditions of a filter by field. */
interface Bounds {
  /** One value or several. */
  points: Set<string>
  /** One value only, so the order of the following fields of an index holds. */
  values: Set<string>
  ranges: Set<string>
}

const NO_BOUNDS: Bounds = { points: new Set(), values: new Set(), ranges: new Set() }

/**
 * Returns how indexes serve a query by the rules of MongoDB's planner (equality, sort, range): the query compares
 * leading fields of an index with values, so that the index is read between bounds; or each branch of a `$or` does; or
 * a page is read in the order of the index. Null: every document or every key is read.
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

/** Branches that are each in order can be merged. */
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

/** As many keys as the page has, and the few that the filter excludes. */
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

/** Returns all conditions that must hold, without nesting. */
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

/** Returns how many fields of the index bound the read range. */
function depthOf(key: IndexKey, bounds: Bounds): number {
  const end = key.findIndex(([name]) => !bounds.points.has(name))
  const equal = end === -1 ? key.length : end
  const next = key[equal]
  return equal + (next && bounds.ranges.has(next[0]) ? 0.5 : 0)
}

/** Tells whether the index continues in the sort order after fields with one value, forward or backward. */
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
