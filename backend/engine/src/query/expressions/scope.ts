import { serverError, type EngineError } from '../../errors.ts'
import { isPlainObject } from '../values.ts'

/** The input of an expression. */
export interface Scope {
  readonly root: unknown
  /** The values of `$$name`, by name without the two dollars. */
  readonly variables: Variables
}

export type Variables = Readonly<Record<string, unknown>>

/** A compiled expression, which runs for many documents. Undefined is a missing value. */
export type Expression = (scope: Scope) => unknown

/** Compiles a nested expression. `names` are additional variables in scope. */
export type Compile = (expression: unknown, names?: readonly string[]) => Expression

/** Compiles the argument of an operator. */
export type Operator = (argument: unknown, compile: Compile, name: string) => Expression

export type Operators = Readonly<Record<string, Operator>>

/** Defines an operator with a fixed number of arguments. A single argument needs no brackets. */
export function withArguments(
  least: number,
  most: number,
  compute: (values: readonly unknown[], name: string) => unknown,
): Operator {
  return (argument, compile, name) => {
    const given: readonly unknown[] = Array.isArray(argument) ? argument : [argument]
    if (given.length < least || given.length > most) {
      const wanted =
        least === most ? `exactly ${least}` : most === Infinity ? `at least ${least}` : `between ${least} and ${most}`
      throw location(16020, `Expression ${name} takes ${wanted} arguments. ${given.length} were passed in.`)
    }
    const parts = given.map((each) => compile(each))
    return (scope) =>
      compute(
        parts.map((part) => part(scope)),
        name,
      )
  }
}

/** Defines an operator with named arguments. */
export function withOptions(
  required: readonly string[],
  optional: readonly string[],
  compute: (options: Readonly<Record<string, unknown>>, name: string) => unknown,
): Operator {
  return (argument, compile, name) => {
    const parts = Object.entries(optionsOf(argument, required, optional, name)).map(
      ([key, each]) => [key, compile(each)] as const,
    )
    return (scope) => compute(Object.fromEntries(parts.map(([key, part]) => [key, part(scope)])), name)
  }
}

/** Reads the named arguments of an operator without computing them. */
export function optionsOf(
  argument: unknown,
  required: readonly string[],
  optional: readonly string[],
  name: string,
): Readonly<Record<string, unknown>> {
  if (!isPlainObject(argument)) throw location(40075, `${name} only supports an object as its argument`)
  for (const key of Object.keys(argument)) {
    if (!required.includes(key) && !optional.includes(key))
      throw location(40076, `Unrecognized parameter to ${name}: ${key}`)
  }
  for (const key of required) if (!(key in argument)) throw location(40077, `Missing '${key}' parameter to ${name}`)
  return argument
}

/** Creates an error that has only a code in MongoDB. */
export function location(code: number, message: string): EngineError {
  return serverError(code, `Location${code}`, message)
}

/** Returns whether an expression treats the value as missing. */
export function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined
}
