import { documentValue } from '../../keys/raw.ts'
import { numericType, toDouble } from '../numbers.ts'
import { parseSort, sortKey } from '../sort.ts'
import { encodeDocument, isPlainObject } from '../values.ts'
import { smallWhole } from './arithmetic.ts'
import { compare, isEqual, isTruthy } from './compare.ts'
import { variable } from './logic.ts'
import { isNothing, location, optionsOf, withArguments, withOptions, type Operators } from './scope.ts'

export const ARRAYS: Operators = {
  $arrayElemAt: withArguments(2, 2, ([array, place], name) => {
    if (isNothing(array) || isNothing(place)) return null
    return listOf(array, name, 28689).at(smallWhole(place, `The second argument of ${name}`))
  }),
  $first: withArguments(1, 1, ([array], name) => (isNothing(array) ? null : listOf(array, name, 28689)[0])),
  $last: withArguments(1, 1, ([array], name) => (isNothing(array) ? null : listOf(array, name, 28689).at(-1))),
  $size: withArguments(1, 1, ([array], name) => listOf(array, name, 17124).length),
  $isArray: withArguments(1, 1, ([value]) => Array.isArray(value)),
  $concatArrays: withArguments(0, Infinity, (arrays, name) =>
    arrays.some(isNothing) ? null : arrays.flatMap((array) => listOf(array, name, 28664)),
  ),
  $reverseArray: withArguments(1, 1, ([array], name) =>
    isNothing(array) ? null : listOf(array, name, 34435).toReversed(),
  ),
  $in: withArguments(2, 2, ([value, array], name) => listOf(array, name, 40081).some((each) => isEqual(each, value))),
  $indexOfArray: withArguments(2, 4, ([array, value, start = 0, end], name) => {
    if (isNothing(array)) return null
    const list = listOf(array, name, 40090)
    const [from, to] = [bound(start, name), end === undefined ? list.length : bound(end, name)]
    const found = list.slice(0, to).findIndex((each, i) => i >= from && isEqual(each, value))
    return found
  }),
  $slice: withArguments(2, 3, ([array, first, second], name) => slice(array, first, second, name)),
  $range: withArguments(2, 3, ([start, end, step = 1], name) => {
    const [from, to, by] = [
      smallWhole(start, `The start of ${name}`),
      smallWhole(end, `The end of ${name}`),
      smallWhole(step, `The step of ${name}`),
    ]
    if (by === 0) throw location(34449, `${name} requires a non-zero step value`)
    const count = Math.max(0, Math.ceil((to - from) / by))
    // The result must fit into a document of 16 MB.
    if (count > 3_000_000) throw location(146, `${name} would make ${count} numbers`)
    return Array.from({ length: count }, (_, i) => from + i * by)
  }),
  $filter: (argument, compile, name) => {
    const { input, as = 'this', cond, limit } = optionsOf(argument, ['input', 'cond'], ['as', 'limit'], name)
    const each = variable(as)
    const [source, test, most] = [
      compile(input),
      compile(cond, [each]),
      limit === undefined ? undefined : compile(limit),
    ]
    return (scope) => {
      const array = source(scope)
      if (isNothing(array)) return null
      const wanted = most?.(scope)
      const count = isNothing(wanted) ? Infinity : smallWhole(wanted, `The limit of ${name}`)
      if (count < 1) throw location(327392, `${name}: limit must be greater than 0`)
      const kept: unknown[] = []
      for (const element of listOf(array, name, 28651)) {
        if (kept.length >= count) break
        if (isTruthy(test({ ...scope, variables: { ...scope.variables, [each]: element } }))) kept.push(element)
      }
      return kept
    }
  },
  $map: (argument, compile, name) => {
    const { input, as = 'this', in: inner } = optionsOf(argument, ['input', 'in'], ['as'], name)
    const each = variable(as)
    const [source, body] = [compile(input), compile(inner, [each])]
    return (scope) => {
      const array = source(scope)
      if (isNothing(array)) return null
      return listOf(array, name, 16883).map(
        (element) => body({ ...scope, variables: { ...scope.variables, [each]: element } }) ?? null,
      )
    }
  },
  $reduce: (argument, compile, name) => {
    const { input, initialValue, in: inner } = optionsOf(argument, ['input', 'initialValue', 'in'], [], name)
    const [source, start, body] = [compile(input), compile(initialValue), compile(inner, ['value', 'this'])]
    return (scope) => {
      const array = source(scope)
      if (isNothing(array)) return null
      return listOf(array, name, 40080).reduce(
        (value: unknown, element) => body({ ...scope, variables: { ...scope.variables, value, this: element } }),
        start(scope),
      )
    }
  },
  $zip: withOptions(['inputs'], ['useLongestLength', 'defaults'], ({ inputs, useLongestLength, defaults }, name) => {
    if (isNothing(inputs)) return null
    const lists = listOf(inputs, name, 34461)
    if (lists.some(isNothing)) return null
    const arrays = lists.map((array) => listOf(array, name, 34468))
    const lengths = arrays.map(({ length }) => length)
    const fill = isNothing(defaults) ? [] : listOf(defaults, name, 34462)
    const length = isTruthy(useLongestLength) ? Math.max(0, ...lengths) : Math.min(...lengths)
    return Array.from({ length }, (_, i) => arrays.map((array, j) => (i < array.length ? array[i] : (fill[j] ?? null))))
  }),
  $sortArray: withOptions(['input', 'sortBy'], [], ({ input, sortBy }, name) => {
    if (isNothing(input)) return null
    return sorted(listOf(input, name, 2942504), sortBy)
  }),
  $firstN: chosen('$firstN', (list, n) => list.slice(0, n)),
  $lastN: chosen('$lastN', (list, n) => list.slice(-n)),
  $minN: chosen('$minN', (list, n) =>
    list
      .filter((each) => !isNothing(each))
      .sort(compare)
      .slice(0, n),
  ),
  $maxN: chosen('$maxN', (list, n) =>
    list
      .filter((each) => !isNothing(each))
      .sort((a, b) => compare(b, a))
      .slice(0, n),
  ),
}

/** Sorts an array: 1 or -1 for the elements themselves, a document for fields of elements that are objects. */
export function sorted(array: readonly unknown[], sortBy: unknown): unknown[] {
  if (!isPlainObject(sortBy)) {
    const direction = numericType(sortBy) === undefined ? 0 : toDouble(sortBy)
    if (direction !== 1 && direction !== -1) throw location(2942506, 'A sort is 1, -1 or a document')
    return array.toSorted((a, b) => compare(a, b) * direction)
  }
  const { fields } = parseSort(documentValue(encodeDocument(sortBy)))
  return array
    .map((element) => ({ element, key: sortKey(encodeDocument(isPlainObject(element) ? element : {}), fields) }))
    .sort((a, b) => a.key.compare(b.key))
    .map(({ element }) => element)
}

/**
 * Returns an array.
 * @throws the operator's own error code if the value is not an array
 */
export function listOf(value: unknown, name: string, code: number): readonly unknown[] {
  if (!Array.isArray(value)) throw location(code, `The argument to ${name} must be an array`)
  return value
}

function chosen(operator: string, choose: (list: readonly unknown[], n: number) => unknown[]) {
  return withOptions(['input', 'n'], [], ({ input, n }) => {
    if (isNothing(input)) return null
    return choose(listOf(input, operator, 5788200), countOf(n, operator))
  })
}

/** Returns the `n` of `$firstN` and similar operators. */
export function countOf(n: unknown, name: string): number {
  const count = smallWhole(n, `The 'n' of ${name}`)
  if (count < 1) throw location(5787908, `'n' must be greater than 0, found ${count} for ${name}`)
  return count
}

function slice(array: unknown, first: unknown, second: unknown, name: string): unknown {
  if (isNothing(array) || isNothing(first) || second === null) return null
  const list = listOf(array, name, 28724)
  const from = smallWhole(first, `The second argument of ${name}`)
  if (second === undefined) return from >= 0 ? list.slice(0, from) : list.slice(from)
  const count = smallWhole(second, `The third argument of ${name}`)
  if (count <= 0) throw location(28729, `Third argument to ${name} must be positive`)
  const begin = from < 0 ? Math.max(0, list.length + from) : from
  return list.slice(begin, begin + count)
}

function bound(value: unknown, name: string): number {
  const place = smallWhole(value, `An index of ${name}`)
  if (place < 0) throw location(40097, `${name} requires indexes of 0 or more`)
  return place
}
