import { listOf } from './arrays.ts'
import { identity, isTruthy } from './compare.ts'
import { isNothing, withArguments, type Operators } from './scope.ts'

/** Operators that treat arrays as sets: order and repetition do not matter. */
export const SETS: Operators = {
  $setEquals: withArguments(2, Infinity, (arrays, name) => {
    const [first, ...others] = arrays.map((array) => identities(listOf(array, name, 17044)))
    return others.every((other) => other.size === first?.size && [...other].every((each) => first.has(each)))
  }),
  $setIsSubset: withArguments(2, 2, ([part, whole], name) => {
    const known = identities(listOf(whole, name, 17042))
    return listOf(part, name, 17046).every((each) => known.has(identity(each)))
  }),
  $setUnion: withArguments(0, Infinity, (arrays, name) =>
    arrays.some(isNothing) ? null : distinct(arrays.flatMap((array) => listOf(array, name, 17043))),
  ),
  $setIntersection: withArguments(0, Infinity, (arrays, name) => {
    if (arrays.some(isNothing)) return null
    const [first = [], ...others] = arrays.map((array) => listOf(array, name, 17047))
    const known = others.map(identities)
    return distinct(first).filter((each) => known.every((other) => other.has(identity(each))))
  }),
  $setDifference: withArguments(2, 2, ([from, taken], name) => {
    if (isNothing(from) || isNothing(taken)) return null
    const gone = identities(listOf(taken, name, 17049))
    return distinct(listOf(from, name, 17048)).filter((each) => !gone.has(identity(each)))
  }),
  $allElementsTrue: withArguments(1, 1, ([array], name) => listOf(array, name, 17040).every(isTruthy)),
  $anyElementTrue: withArguments(1, 1, ([array], name) => listOf(array, name, 17041).some(isTruthy)),
}

/** Returns the first of each group of equal values. */
export function distinct(values: readonly unknown[]): unknown[] {
  const known = new Map<string, unknown>()
  for (const value of values) {
    const id = identity(value)
    if (!known.has(id)) known.set(id, value)
  }
  return [...known.values()]
}

function identities(values: readonly unknown[]): Set<string> {
  return new Set(values.map(identity))
}
