import { compare, isEqual, isTruthy } from './compare.ts'
import {
  isNothing,
  location,
  optionsOf,
  withArguments,
  type Expression,
  type Operator,
  type Operators,
} from './scope.ts'

/** Comparisons, conditions and variables. */
export const LOGIC: Operators = {
  $eq: withArguments(2, 2, ([a, b]) => isEqual(a, b)),
  $ne: withArguments(2, 2, ([a, b]) => !isEqual(a, b)),
  $lt: withArguments(2, 2, ([a, b]) => compare(a, b) < 0),
  $lte: withArguments(2, 2, ([a, b]) => compare(a, b) <= 0),
  $gt: withArguments(2, 2, ([a, b]) => compare(a, b) > 0),
  $gte: withArguments(2, 2, ([a, b]) => compare(a, b) >= 0),
  $cmp: withArguments(2, 2, ([a, b]) => compare(a, b)),
  $not: withArguments(1, 1, ([value]) => !isTruthy(value)),
  $and: lazily((parts) => (scope) => parts.every((part) => isTruthy(part(scope)))),
  $or: lazily((parts) => (scope) => parts.some((part) => isTruthy(part(scope)))),
  $ifNull: lazily((parts, name) => {
    if (parts.length < 2) throw location(1257300, `${name} needs at least two arguments, had: ${parts.length}`)
    return (scope) => {
      let value: unknown
      for (const part of parts) {
        value = part(scope)
        if (!isNothing(value)) return value
      }
      return value
    }
  }),
  $cond: (argument, compile, name) => {
    const [test, yes, no] = condOf(argument, name).map((each) => compile(each))
    return (scope) => (isTruthy(test?.(scope)) ? yes?.(scope) : no?.(scope))
  },
  $switch: (argument, compile, name) => {
    const { branches, default: otherwise } = optionsOf(argument, ['branches'], ['default'], name)
    if (!Array.isArray(branches) || branches.length === 0)
      throw location(40068, `${name} requires at least one branch.`)
    const cases = branches.map((branch: unknown) => {
      const { case: condition, then } = optionsOf(branch, ['case', 'then'], [], name)
      return { test: compile(condition), result: compile(then) }
    })
    const fallback = otherwise === undefined ? undefined : compile(otherwise)
    return (scope) => {
      const chosen = cases.find(({ test }) => isTruthy(test(scope)))
      if (chosen !== undefined) return chosen.result(scope)
      if (fallback === undefined)
        throw location(40066, `${name} could not find a matching branch for an input, and no default was specified.`)
      return fallback(scope)
    }
  },
  $let: (argument, compile, name) => {
    const { vars, in: inner } = optionsOf(argument, ['vars', 'in'], [], name)
    const bound = Object.entries(optionsOf(vars, [], Object.keys(Object(vars)), name)).map(
      ([key, each]) => [variable(key), compile(each)] as const,
    )
    const body = compile(
      inner,
      bound.map(([key]) => key),
    )
    return (scope) =>
      body({
        ...scope,
        variables: { ...scope.variables, ...Object.fromEntries(bound.map(([key, part]) => [key, part(scope)])) },
      })
  },
  $literal: (argument) => () => argument,
  $expr: (argument, compile) => compile(argument),
}

/**
 * Returns the name of a variable.
 * @throws if a user may not define a variable with this name
 */
export function variable(name: unknown): string {
  if (typeof name !== 'string' || !/^[a-z\u0080-\uffff][\w\u0080-\uffff]*$/.test(name)) {
    throw location(16867, `'${String(name)}' starts with an invalid character for a user variable name`)
  }
  return name
}

function lazily(make: (parts: readonly Expression[], name: string) => Expression): Operator {
  return (argument, compile, name) =>
    make(
      (Array.isArray(argument) ? argument : [argument]).map((each) => compile(each)),
      name,
    )
}

/** Returns the three parts of a `$cond` in either of its two forms. */
function condOf(argument: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(argument)) {
    const { if: condition, then, else: otherwise } = optionsOf(argument, ['if', 'then', 'else'], [], name)
    return [condition, then, otherwise]
  }
  if (argument.length !== 3)
    throw location(16020, `Expression ${name} takes exactly 3 arguments. ${argument.length} were passed in.`)
  return argument
}
