import { serverError, unsupported } from '../../errors.ts'
import { isPlainObject, setField } from '../values.ts'
import { ACCUMULATING } from './accumulating.ts'
import { ARITHMETIC } from './arithmetic.ts'
import { ARRAYS } from './arrays.ts'
import { DATES } from './dates.ts'
import { LOGIC } from './logic.ts'
import { OBJECTS } from './objects.ts'
import { location, type Compile, type Expression, type Operators } from './scope.ts'
import { SETS } from './sets.ts'
import { STRINGS } from './strings.ts'
import { TYPES } from './types.ts'

/** A `Map`, because requests choose the names, for example `constructor`. */
const OPERATORS = new Map(
  [ACCUMULATING, ARITHMETIC, ARRAYS, DATES, LOGIC, OBJECTS, SETS, STRINGS, TYPES].flatMap((each: Operators) =>
    Object.entries(each),
  ),
)

/** Operators that only MongoDB has. Any other name is an error of the caller. */
const ONLY_MONGODB = new Set([
  '$accumulator',
  '$createObjectId',
  '$encStrContains',
  '$encStrEndsWith',
  '$encStrNormalizedEq',
  '$encStrStartsWith',
  '$function',
  '$median',
  '$meta',
  '$percentile',
  '$sigmoid',
  '$toHashedIndexKey',
  '$toUUID',
])

const SYSTEM = new Set(['ROOT', 'CURRENT', 'REMOVE', 'NOW', 'KEEP', 'PRUNE', 'DESCEND'])

/**
 * Compiles an aggregation expression.
 * @param names the variables that are in scope
 * @throws MongoDB's errors for invalid expressions; `unsupported` for operators that only MongoDB has
 */
export function compileExpression(expression: unknown, names: readonly string[] = []): Expression {
  const compile: Compile = (inner, more = []) =>
    compileExpression(inner, more.length === 0 ? names : [...names, ...more])
  if (typeof expression === 'string' && expression.startsWith('$')) return compilePath(expression, names)
  if (Array.isArray(expression)) {
    const parts = expression.map((each) => compile(each))
    return (scope) => parts.map((part) => part(scope) ?? null)
  }
  if (!isPlainObject(expression)) return () => expression
  const entries = Object.entries(expression)
  const [first, ...more] = entries
  if (first?.[0].startsWith('$') === true) {
    if (more.length > 0)
      throw location(15983, `An object representing an expression must have exactly one field: ${first[0]}`)
    return compileOperator(first[0], first[1], compile)
  }
  const fields = entries.map(([name, each]) => {
    if (name.startsWith('$')) throw location(16410, `Field names may not start with '$': '${name}'`)
    if (name.includes('.')) throw location(16412, `Field names of an object expression may not contain '.': '${name}'`)
    return [name, compile(each)] as const
  })
  return (scope) => {
    const made: Record<string, unknown> = {}
    for (const [name, part] of fields) {
      const value = part(scope)
      if (value !== undefined) setField(made, name, value)
    }
    return made
  }
}

function compileOperator(name: string, argument: unknown, compile: Compile): Expression {
  const operator = OPERATORS.get(name)
  if (operator !== undefined) return operator(argument, compile, name)
  if (ONLY_MONGODB.has(name)) throw unsupported(`The expression operator ${name}`)
  throw serverError(168, 'InvalidPipelineOperator', `Unrecognized expression '${name}'`)
}

/** `$a.b` is a path of the document, `$$name.a.b` a path of a variable. */
function compilePath(text: string, names: readonly string[]): Expression {
  const isVariable = text.startsWith('$$')
  const [name = '', ...rest] = text.slice(isVariable ? 2 : 1).split('.')
  const parts = isVariable ? rest : [name, ...rest]
  if (parts.some((part) => part === '') || (isVariable && name === '')) {
    throw location(40353, `FieldPath must not be empty or end with a '.': '${text}'`)
  }
  if (parts.some((part) => part.startsWith('$')))
    throw location(16410, `FieldPath field names may not start with '$': '${text}'`)
  if (!isVariable || name === 'ROOT' || name === 'CURRENT') return ({ root }) => valueAtPath(root, parts, 0)
  if (name === 'REMOVE') return () => undefined
  if (!names.includes(name) && !SYSTEM.has(name)) {
    if (/^[A-Z]/.test(name)) throw unsupported(`The variable $$${name}`)
    throw location(17276, `Use of undefined variable: ${name}`)
  }
  return ({ variables }) => valueAtPath(variables[name], parts, 0)
}

/**
 * Follows a path through objects, and through each element of an array. An element without a value leaves no gap in the
 * result.
 */
function valueAtPath(value: unknown, parts: readonly string[], depth: number): unknown {
  const name = parts[depth]
  if (name === undefined) return value
  if (Array.isArray(value)) {
    // Enters an array on the path, including one at its beginning (a variable), but not elements that are arrays.
    return value.flatMap((element: unknown) => {
      const found = isPlainObject(element) ? valueAtPath(element, parts, depth) : undefined
      return found === undefined ? [] : [found]
    })
  }
  if (!isPlainObject(value) || !Object.hasOwn(value, name)) return undefined
  return valueAtPath(value[name], parts, depth + 1)
}
