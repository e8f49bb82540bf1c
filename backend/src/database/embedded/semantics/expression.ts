import type { RawValue } from '../keys/raw.ts'
import { evaluate } from './aggregate.ts'
import { decodePlain, fromRawPlain, subdocument } from './values.ts'

/** A `$expr` condition over a document's bytes. */
export function evaluateCondition(expression: RawValue): (value: RawValue) => boolean {
  const decoded = fromRawPlain(expression)
  return (value) => isTruthy(evaluate(decoded, decodePlain(subdocument(value))))
}

/** MongoDB's truth: everything but false, null, missing and zero; an empty string is true. */
function isTruthy(value: unknown): boolean {
  return value !== false && value !== null && value !== undefined && value !== 0
}
