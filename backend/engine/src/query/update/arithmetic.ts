import { Long } from 'bson'
import { badValue } from '../../errors.ts'
import { addNumbers, fromWhole, multiplyNumbers, numericType, wholeOf } from '../numbers.ts'

/** `$inc`: has the result types of MongoDB's addition, but a 64-bit overflow is an error. */
export function increment(current: unknown, by: unknown): unknown {
  return refuseOverflow(current, by, addNumbers(current, by))
}

/** `$mul`: multiplies with the same rules. */
export function multiply(current: unknown, by: unknown): unknown {
  return refuseOverflow(current, by, multiplyNumbers(current, by))
}

/** `$bit` on ints and longs. A missing value counts as 0. */
export function bitwise(current: unknown, operation: string, operand: unknown): unknown {
  const left = current === undefined ? 0n : wholeOf(current)
  const right = wholeOf(operand)
  if (left === undefined || right === undefined) throw badValue('$bit works on whole numbers only')
  if (!['and', 'or', 'xor'].includes(operation)) throw badValue(`$bit knows and, or and xor, not ${operation}`)
  const result = operation === 'and' ? left & right : operation === 'or' ? left | right : left ^ right
  return fromWhole(result, current instanceof Long || operand instanceof Long ? 'long' : 'int')
}

function refuseOverflow(a: unknown, b: unknown, result: unknown): unknown {
  if (numericType(result) === 'double' && wholeOf(a) !== undefined && wholeOf(b) !== undefined) {
    throw badValue('The result does not fit into a 64-bit number')
  }
  return result
}
