import type { Filter } from '../query/filter.ts'
import type { Path } from '../query/path.ts'
import type { Sort } from '../query/sort.ts'
import type { Condition } from '../query/condition.ts'
import { impliesPartial } from './implies.ts'
import { boundsOf, EVERYTHING, holdsNull, intersect, type Interval } from './intervals.ts'
import { rangesOf, WHOLE, type FieldIntervals, type Range } from './ranges.ts'

/** The properties of an index that the planner needs. The `_id` index has them too. */
export interface PlannableIndex {
  readonly name: string
  readonly fields: readonly { readonly path: Path; readonly descending: boolean }[]
  readonly unique: boolean
  readonly sparse: boolean
  readonly partial: Filter | undefined
  /** Bit n is set if field n contains an array in some document. */
  readonly multikey: number
}

/** The source of the candidates. */
export type Source<I extends PlannableIndex = PlannableIndex> =
  | { kind: 'scan'; reverse: boolean }
  | { kind: 'index'; index: I; ranges: readonly Range[]; reverse: boolean }
  | { kind: 'union'; sources: readonly Source<I>[] }

export interface Plan<I extends PlannableIndex = PlannableIndex> {
  readonly source: Source<I>
  /** Whether candidates must be checked against the filter. */
  readonly residual: boolean
  /** Whether candidates come in the order of the sort. */
  readonly sorted: boolean
}

interface FieldCondition {
  readonly path: string
  readonly test: Condition
}

interface Scored<I extends PlannableIndex> extends Plan<I> {
  readonly score: number
}

/**
 * Chooses a plan for a filter and a sort. Equalities on the leading fields of an index count most, then a range, then
 * an order that saves the sort. The engine keeps no statistics: only the form of the query decides.
 */
export function makePlan<I extends PlannableIndex>(filter: Filter, sort: Sort, indexes: readonly I[]): Plan<I> {
  if (sort.natural !== undefined) {
    return { source: { kind: 'scan', reverse: sort.natural === -1 }, residual: !isEmpty(filter), sorted: true }
  }
  const best = bestIndex(filter, sort, indexes)
  if (best !== undefined && best.score >= BOUNDED) return best
  const union = planUnion(filter, indexes)
  if (union !== undefined) return { source: union, residual: true, sorted: sort.fields.length === 0 }
  return (
    best ?? { source: { kind: 'scan', reverse: false }, residual: !isEmpty(filter), sorted: sort.fields.length === 0 }
  )
}

/**
 * A score of at least this comes from bounds (one range on a multikey index has 29). A lower one comes from an order
 * alone (20).
 */
const BOUNDED = 29
/** Added to the score if every field of a unique index has points. */
const UNIQUE = 1000

function bestIndex<I extends PlannableIndex>(filter: Filter, sort: Sort, indexes: readonly I[]): Scored<I> | undefined {
  const conjuncts = flatten(filter)
  let best: Scored<I> | undefined
  for (const index of indexes) {
    const plan = planIndex(index, conjuncts, sort)
    if (plan !== undefined && (best === undefined || plan.score > best.score)) best = plan
    if (best !== undefined && findsOne(best)) return best
  }
  return best
}

/** Returns whether a plan looks up one key of a unique index. No index is better. */
function findsOne<I extends PlannableIndex>({ source, score }: Scored<I>): boolean {
  return score >= UNIQUE && source.kind === 'index' && source.ranges.length === 1
}

function planIndex<I extends PlannableIndex>(
  index: I,
  conjuncts: readonly Filter[],
  sort: Sort,
): Scored<I> | undefined {
  if (index.partial !== undefined && !impliesPartial(conjuncts, index.partial)) return undefined
  const conditions = conjuncts.flatMap((part): FieldCondition[] =>
    part.kind === 'leaf' ? [{ path: part.path.text, test: part.test }] : [],
  )
  const fields = boundFields(index, conditions)
  const firstOpen = fields.findIndex(({ bound }) => !bound)
  const leading = firstOpen === -1 ? fields : fields.slice(0, firstOpen)
  const { ranges, used } = leading.length === 0 ? { ranges: [WHOLE], used: 0 } : rangesOf(leading, index.fields.length)
  const usedFields = leading.slice(0, used)
  if (index.sparse && !provesPresence(index, usedFields, conditions)) return undefined
  const order = sortedBy(index, usedFields, sort)
  if (used === 0 && (order === undefined || sort.fields.length === 0)) return undefined

  const consumed = usedFields.reduce((sum, { consumed: count }) => sum + count, 0)
  const exact = usedFields.every((each) => each.exact) && consumed === conjuncts.length
  return {
    source: { kind: 'index', index, ranges, reverse: order === 'reverse' },
    residual: !exact,
    sorted: order !== undefined,
    score: score(index, usedFields, order !== undefined && sort.fields.length > 0),
  }
}

interface BoundField extends FieldIntervals {
  readonly bound: boolean
  readonly exact: boolean
  /** The number of conditions that the intervals cover. */
  readonly consumed: number
}

function boundFields(index: PlannableIndex, conditions: readonly FieldCondition[]): BoundField[] {
  const bound: BoundField[] = []
  for (const [i, { path, descending }] of index.fields.entries()) {
    const multikey = (index.multikey & (1 << i)) !== 0
    // Fields below the same array have one key per element, but a filter can match two different elements.
    const entangled = index.fields.some(
      (other, j) =>
        j < i &&
        bound[j]?.bound === true &&
        (index.multikey & ((1 << i) | (1 << j))) !== 0 &&
        other.path.text.split('.')[0] === path.text.split('.')[0],
    )
    const own =
      entangled || path.parts.some(({ numeric }) => numeric) ? [] : conditions.filter((each) => each.path === path.text)
    bound.push({
      ...combine(
        own.map(({ test }) => test),
        multikey,
      ),
      descending,
    })
  }
  return bound
}

function combine(tests: readonly Condition[], multikey: boolean): Omit<BoundField, 'descending'> {
  let result: Omit<BoundField, 'descending'> | undefined
  for (const test of tests) {
    const bounds = boundsOf(test)
    if (bounds === undefined) continue
    if (result === undefined) {
      result = { ...bounds, bound: true, consumed: 1 }
    } else if (!multikey) {
      result = {
        intervals: intersect(result.intervals, bounds.intervals),
        exact: result.exact && bounds.exact,
        bound: true,
        consumed: result.consumed + 1,
      }
    } else if (width(bounds.intervals) < width(result.intervals)) {
      // Different elements can match different conditions, so only one condition may narrow the search.
      result = { ...bounds, bound: true, consumed: 1 }
    }
  }
  return result ?? { intervals: [EVERYTHING], bound: false, exact: true, consumed: 0 }
}

/** Points are narrower than intervals. Among each kind, fewer are narrower. */
function width(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, { point }) => sum + (point === undefined ? 1000 : 1), 0)
}

/** A sparse index lacks the documents without its fields, so one bound must exclude those. */
function provesPresence(
  index: PlannableIndex,
  used: readonly BoundField[],
  conditions: readonly FieldCondition[],
): boolean {
  return index.fields.some(({ path }, i) => {
    const field = used[i]
    if (field !== undefined && !holdsNull(field.intervals)) return true
    return conditions.some(({ path: text, test }) => text === path.text && test.op === '$exists')
  })
}

/** Returns whether reading the index forwards or backwards gives the order of the sort. */
function sortedBy(index: PlannableIndex, used: readonly BoundField[], sort: Sort): 'forward' | 'reverse' | undefined {
  let direction: 'forward' | 'reverse' | undefined
  let i = 0
  for (const { path, descending } of sort.fields) {
    while (index.fields[i] !== undefined && index.fields[i]?.path.text !== path.text && isFixed(used[i])) i++
    const field = index.fields[i]
    if (field === undefined || field.path.text !== path.text || (index.multikey & (1 << i)) !== 0) return undefined
    const wanted = field.descending === descending ? 'forward' : 'reverse'
    if (!isFixed(used[i])) {
      if (direction !== undefined && direction !== wanted) return undefined
      direction = wanted
    }
    i++
  }
  return direction ?? 'forward'
}

function isFixed(field: BoundField | undefined): boolean {
  return field?.intervals.length === 1 && field.intervals[0]?.point !== undefined
}

function score(index: PlannableIndex, used: readonly BoundField[], sorted: boolean): number {
  let total = sorted ? 20 : 0
  let points = 0
  for (const { intervals } of used) {
    if (intervals.every(({ point }) => point !== undefined)) {
      total += intervals.length <= 1 ? 100 : 90
      points++
    } else {
      total += 30
    }
  }
  if (index.unique && points === index.fields.length) total += UNIQUE
  return index.multikey === 0 ? total : total - 1
}

/** Plans an `$or` whose every branch has an index. Each branch is read separately. */
function planUnion<I extends PlannableIndex>(filter: Filter, indexes: readonly I[]): Source<I> | undefined {
  for (const part of flatten(filter)) {
    if (part.kind !== 'or') continue
    const plans = part.parts.map((branch) => bestIndex(branch, { fields: [] }, indexes))
    const sources = plans.flatMap((plan) => (plan !== undefined && plan.score >= BOUNDED ? [plan.source] : []))
    if (sources.length === plans.length) return { kind: 'union', sources }
  }
  return undefined
}

function flatten(filter: Filter): Filter[] {
  return filter.kind === 'and' ? filter.parts.flatMap(flatten) : [filter]
}

function isEmpty(filter: Filter): boolean {
  return filter.kind === 'and' && filter.parts.every(isEmpty)
}
