import { BSON_TYPE, elements, field, type RawValue } from '../keys/raw.ts'
import type { Filter } from './filter.ts'
import { compileCondition, elementMatcher, type CompiledCondition } from './match.ts'
import type { Path } from './path.ts'

/** Returns the position of the array element that matched the filter. `$` in updates and projections stands for it. */
export type Locator = (document: RawValue) => number | undefined

/**
 * Follows MongoDB's rules: the first element that matches a condition; the outermost array if there are several on the
 * path; the last condition that goes through an array if there are several conditions. Conditions inside `$or`, `$nor`
 * and `$not` do not count, and neither do positions that a path names itself.
 */
export function compileLocator(filter: Filter): Locator {
  switch (filter.kind) {
    case 'and': {
      const parts = filter.parts.map(compileLocator)
      return (document) => parts.reduce<number | undefined>((found, part) => part(document) ?? found, undefined)
    }
    case 'or': {
      const [only] = filter.parts
      return filter.parts.length === 1 && only !== undefined ? compileLocator(only) : () => undefined
    }
    case 'leaf': {
      const { path, test } = filter
      const tested = {
        ...compileCondition(test),
        byElement: test.op === '$elemMatch' ? elementMatcher(test) : undefined,
      }
      return (document) => locate(document, path, tested, 0, undefined)?.place
    }
    case 'nor':
    case 'expr':
    case 'never':
    case 'text':
      return () => undefined
  }
}

interface Tested extends CompiledCondition {
  /** For `$elemMatch`: tests one element. */
  readonly byElement: ((element: RawValue) => boolean) | undefined
}

/** A matching value and its position. The position is undefined if the path contains no array. */
interface Hit {
  readonly place: number | undefined
}

function locate(
  container: RawValue,
  path: Path,
  test: Tested,
  depth: number,
  outer: number | undefined,
): Hit | undefined {
  const part = path.parts[depth]
  if (part === undefined) return locateAtEnd(container, test, outer)
  const value = field(container, part.name)
  if (depth === path.parts.length - 1 || value === undefined) return locateAtEnd(value, test, outer)
  if (value.type === BSON_TYPE.object) return locate(value, path, test, depth + 1, outer)
  if (value.type === BSON_TYPE.array) return locateInArray(value, path, test, depth + 1, outer)
  return locateAtEnd(undefined, test, outer)
}

function locateInArray(
  array: RawValue,
  path: Path,
  test: Tested,
  depth: number,
  outer: number | undefined,
): Hit | undefined {
  let i = 0
  for (const element of elements(array)) {
    if (element.type === BSON_TYPE.object) {
      const hit = locate(element, path, test, depth, outer ?? i)
      if (hit !== undefined) return hit
    }
    i++
  }
  const part = path.parts[depth]
  const named = part?.numeric === true ? field(array, part.name) : undefined
  if (named === undefined) return undefined
  if (depth === path.parts.length - 1) return locateAtEnd(named, test, outer)
  if (named.type === BSON_TYPE.object) return locate(named, path, test, depth + 1, outer)
  if (named.type === BSON_TYPE.array) return locateInArray(named, path, test, depth + 1, outer)
  return locateAtEnd(undefined, test, outer)
}

function locateAtEnd(
  value: RawValue | undefined,
  { single, entersArrays, byElement }: Tested,
  outer: number | undefined,
): Hit | undefined {
  if (value?.type === BSON_TYPE.array && (entersArrays || byElement !== undefined)) {
    const answers = byElement ?? single
    let i = 0
    for (const element of elements(value)) {
      if (answers(element)) return { place: outer ?? i }
      i++
    }
  }
  return byElement === undefined && single(value) ? { place: outer } : undefined
}
