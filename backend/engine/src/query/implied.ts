import { keyOf } from '../keys/encode.ts'
import { BSON_TYPE } from '../keys/raw.ts'
import type { Variables } from './expressions/scope.ts'
import type { Filter } from './filter.ts'
import { parsePath } from './path.ts'
import { fromRaw, isPlainObject, toRaw } from './values.ts'

/**
 * Adds the equalities that follow from `$expr: {$eq: ['$path', value]}` to a filter, because the planner cannot use an
 * expression. It only adds values for which equality in a filter and in an expression agree: no arrays and no missing
 * values.
 */
export function withImplied(filter: Filter, variables: Variables): Filter {
  const implied = equalitiesOf(filter, variables)
  return implied.length === 0 ? filter : { kind: 'and', parts: [filter, ...implied] }
}

function equalitiesOf(filter: Filter, variables: Variables): Filter[] {
  if (filter.kind === 'and') return filter.parts.flatMap((part) => equalitiesOf(part, variables))
  return filter.kind === 'expr' ? equalitiesIn(fromRaw(filter.expression), variables) : []
}

function equalitiesIn(expression: unknown, variables: Variables): Filter[] {
  if (!isPlainObject(expression)) return []
  const all: unknown = expression['$and']
  if (Array.isArray(all)) return all.flatMap((part: unknown) => equalitiesIn(part, variables))
  const sides: unknown = expression['$eq']
  if (!Array.isArray(sides) || sides.length !== 2) return []
  const [a, b]: unknown[] = sides
  return [...equality(a, b, variables), ...equality(b, a, variables)]
}

function equality(path: unknown, value: unknown, variables: Variables): Filter[] {
  if (typeof path !== 'string' || !/^\$[^$]/.test(path)) return []
  const name = typeof value === 'string' && value.startsWith('$$') ? value.slice(2) : undefined
  const isConstant = typeof value !== 'string' ? !isPlainObject(value) : !value.startsWith('$')
  const raw = name !== undefined ? toRaw(variables[name]) : isConstant ? toRaw(value) : undefined
  if (raw === undefined || raw.type === BSON_TYPE.array || raw.type === BSON_TYPE.regex || raw.type === BSON_TYPE.null)
    return []
  return [{ kind: 'leaf', path: parsePath(path.slice(1)), test: { op: '$eq', value: raw, key: keyOf(raw) } }]
}
