import { compareBson } from './bsonOrder.ts'

/*
 * MongoDB's filters and sorts in the simplest way, on documents as JavaScript values, for the operators that the
 * planner turns into ranges. No index, no bytes, no optimization.
 */

export type Doc = Record<string, unknown>

export function naiveMatches(document: Doc, filter: Doc): boolean {
  return Object.entries(filter).every(([name, condition]) => {
    if (name === '$or') return (condition as Doc[]).some((part) => naiveMatches(document, part))
    if (name === '$and') return (condition as Doc[]).every((part) => naiveMatches(document, part))
    return conditionsOf(condition).every(([operator, operand]) =>
      answers(leaves(document, name.split('.')), operator, operand),
    )
  })
}

/** Sorts documents. Equal ones keep their order. */
export function naiveSort(documents: readonly Doc[], sort: Record<string, 1 | -1>): Doc[] {
  return [...documents].sort((a, b) => {
    for (const [path, direction] of Object.entries(sort)) {
      const difference = compareSorted(sortValue(a, path, direction), sortValue(b, path, direction))
      if (difference !== 0) return difference * direction
    }
    return 0
  })
}

/** Sorts below everything, including null. */
const EMPTY = Symbol('empty array')

/**
 * Returns the value by which a document sorts: the smallest element of an array if ascending, the greatest if
 * descending.
 */
export function sortValue(document: Doc, path: string, direction: 1 | -1): unknown {
  const values = leaves(document, path.split('.')).flatMap((value): unknown[] => {
    if (!Array.isArray(value)) return [value ?? null]
    return value.length === 0 ? [EMPTY] : (value as unknown[])
  })
  return values.sort((a, b) => compareSorted(a, b) * direction)[0] ?? null
}

function compareSorted(a: unknown, b: unknown): number {
  if (a === EMPTY || b === EMPTY) return Number(b === EMPTY) - Number(a === EMPTY)
  return compareBson(a, b)
}

function conditionsOf(condition: unknown): [string, unknown][] {
  const isOperators =
    typeof condition === 'object' && condition !== null && Object.keys(condition).some((key) => key.startsWith('$'))
  return isOperators ? Object.entries(condition) : [['$eq', condition]]
}

function answers(values: readonly unknown[], operator: string, operand: unknown): boolean {
  switch (operator) {
    case '$ne':
      return !answers(values, '$eq', operand)
    case '$in':
      return (operand as unknown[]).some((each) => answers(values, '$eq', each))
    case '$nin':
      return !answers(values, '$in', operand)
    case '$exists':
      return values.some((value) => value !== undefined) === operand
    case '$elemMatch':
      return values.some(
        (value) =>
          Array.isArray(value) &&
          value.some((each) => Object.entries(operand as Doc).every(([op, to]) => compares(each, op, to))),
      )
    default:
      return values.some((value) =>
        [value, ...(Array.isArray(value) ? (value as unknown[]) : [])].some((each) =>
          compares(each, operator, operand),
        ),
      )
  }
}

function compares(value: unknown, operator: string, operand: unknown): boolean {
  if (typeOf(value) !== typeOf(operand)) return false
  const difference = compareBson(value, operand)
  switch (operator) {
    case '$eq':
      return difference === 0
    case '$lt':
      return difference < 0
    case '$lte':
      return difference <= 0
    case '$gt':
      return difference > 0
    case '$gte':
      return difference >= 0
    default:
      throw new Error(`The naive evaluation does not know ${operator}`)
  }
}

function typeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/** Returns the values at the end of a path, and undefined where it is missing. It enters arrays on the path. */
function leaves(container: unknown, path: readonly string[]): unknown[] {
  const [name, ...rest] = path
  if (name === undefined) return [container]
  if (typeof container !== 'object' || container === null) return [undefined]
  const value: unknown = (container as Doc)[name]
  if (rest.length > 0 && Array.isArray(value)) {
    return value
      .filter((each) => typeof each === 'object' && each !== null && !Array.isArray(each))
      .flatMap((each) => leaves(each, rest))
  }
  return leaves(value, rest)
}
