import type { Options } from 'mingo/types'
import { badValue } from '../errors.ts'
import { keyOf, ORDER } from '../keys/encode.ts'
import { toRaw } from './values.ts'

/** mingo's evaluation of an expression. */
export type Evaluate = (document: unknown, expression: unknown, options: Options) => unknown

/** `$eq`, `$lt` and their like, `$cmp` and `$in`, by BSON's comparison; a missing value comes before null. */
export function comparisonOperators(evaluate: Evaluate) {
  const comparison =
    (name: string, decide: (difference: number) => unknown) =>
    (document: unknown, expression: unknown, options: Options): unknown => {
      if (!Array.isArray(expression) || expression.length !== 2) throw badValue(`Expression ${name} takes exactly 2 arguments`)
      const [a, b] = expression.map((side) => keyOfValue(evaluate(document, side, options)))
      return decide((a ?? MISSING).compare(b ?? MISSING))
    }
  return {
    $eq: comparison('$eq', (difference) => difference === 0),
    $ne: comparison('$ne', (difference) => difference !== 0),
    $lt: comparison('$lt', (difference) => difference < 0),
    $lte: comparison('$lte', (difference) => difference <= 0),
    $gt: comparison('$gt', (difference) => difference > 0),
    $gte: comparison('$gte', (difference) => difference >= 0),
    $cmp: comparison('$cmp', (difference) => difference),
    $in: (document: unknown, expression: unknown, options: Options): unknown => {
      if (!Array.isArray(expression) || expression.length !== 2) throw badValue('Expression $in takes exactly 2 arguments')
      const wanted = keyOfValue(evaluate(document, expression[0], options))
      const array = evaluate(document, expression[1], options)
      if (!Array.isArray(array)) throw badValue('$in requires an array as a second argument')
      return array.some((each) => keyOfValue(each).equals(wanted))
    },
  }
}

/** The key of a JavaScript value; a missing one comes before null, as expressions have it. */
export function keyOfValue(value: unknown): Buffer {
  return value === undefined ? MISSING : keyOf(toRaw(value))
}

const MISSING = Buffer.from([ORDER.undefined])
