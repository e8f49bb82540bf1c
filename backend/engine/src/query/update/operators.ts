import { Timestamp, type Document } from 'bson'
import { badValue, serverError } from '../../errors.ts'
import { compareValues } from '../../keys/encode.ts'
import { numericType } from '../numbers.ts'
import { isPlainObject, toRaw } from '../values.ts'
import { bitwise, increment, multiply } from './arithmetic.ts'
import { addToSet, pop, pull, pullAll, push } from './arrays.ts'
import { parseUpdatePath, resolveTarget, type Operator, type Target } from './target.ts'

/** Creates an operator and checks its argument once, before any document changes. */
type OperatorMaker = (argument: unknown, path: string) => Operator

export const OPERATORS: Readonly<Record<string, OperatorMaker>> = {
  $set: () => set,
  $setOnInsert: () => set,
  $unset: () => (target) => target.remove(),
  $inc: (argument, path) => numeric('$inc', argument, path, increment),
  $mul: (argument, path) => numeric('$mul', argument, path, multiply),
  $min: () => (target, argument) => extreme(target, argument, -1),
  $max: () => (target, argument) => extreme(target, argument, 1),
  $rename: (argument, path) => rename(argument, path),
  $currentDate: (argument, path) => currentDate(argument, path),
  $bit: (argument, path) => bit(argument, path),
  $push: push,
  $addToSet: addToSet,
  $pull: pull,
  $pullAll: pullAll,
  $pop: pop,
}

function set(target: Target, argument: unknown): void {
  target.set(argument)
}

function numeric(
  name: string,
  argument: unknown,
  path: string,
  compute: (a: unknown, b: unknown) => unknown,
): Operator {
  const verb = name === '$inc' ? 'increment' : 'multiply'
  if (numericType(argument) === undefined) {
    throw serverError(14, 'TypeMismatch', `Cannot ${verb} with non-numeric argument: {${path}: ${describe(argument)}}`)
  }
  return (target) => {
    if (!target.exists) return target.set(name === '$inc' ? argument : multiply(0, argument))
    const current = target.get()
    if (numericType(current) === undefined) {
      const message = `Cannot apply ${name} to a value of non-numeric type: the field '${path}' is ${describe(current)}`
      throw serverError(14, 'TypeMismatch', message)
    }
    target.set(compute(current, argument))
  }
}

/** Keeps the smaller (-1) or greater (1) value in MongoDB's order of types. */
function extreme(target: Target, argument: unknown, sign: -1 | 1): void {
  if (!target.exists || Math.sign(compareValues(toRaw(argument), toRaw(target.get()))) === sign) target.set(argument)
}

function rename(argument: unknown, path: string): Operator {
  if (typeof argument !== 'string') throw badValue(`The 'to' field for $rename must be a string: ${path}`)
  const to = parseUpdatePath(argument)
  if (argument === path) throw badValue(`The source and target field for $rename must differ: ${path}`)
  if (parseUpdatePath(path).dynamic) throw badValue(`The source field for $rename may not be dynamic: ${path}`)
  if (to.dynamic) throw badValue(`The destination field for $rename may not be dynamic: ${argument}`)
  return (target) => {
    if (target.inArray) throw badValue(`The source field of $rename cannot be an array element: '${path}'`)
    if (!target.exists) return
    const destination = resolveTarget(target.document, to, '$rename')
    if (destination.inArray)
      throw badValue(`The destination field of $rename cannot be an array element: '${argument}'`)
    const value = target.get()
    target.remove()
    destination.set(value)
  }
}

function currentDate(argument: unknown, path: string): Operator {
  const type = isPlainObject(argument) ? argument['$type'] : argument
  if (type === true || type === 'date') return (target) => target.set(new Date())
  if (type === 'timestamp') {
    return (target) => target.set(Timestamp.fromBits(1, Math.floor(Date.now() / 1000)))
  }
  throw badValue(`$currentDate takes true or {$type: 'date' | 'timestamp'}: ${path}`)
}

function bit(argument: unknown, path: string): Operator {
  const entries = isPlainObject(argument) ? Object.entries(argument) : []
  if (entries.length === 0) throw badValue(`$bit takes {and | or | xor: whole number}: ${path}`)
  return (target) => {
    for (const [operation, operand] of entries)
      target.set(bitwise(target.exists ? target.get() : undefined, operation, operand))
  }
}

function describe(value: unknown): string {
  if (value === null) return 'null'
  const document: Document = { v: value }
  return JSON.stringify(document['v']) ?? typeof value
}
