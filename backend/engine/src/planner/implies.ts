import { ORDER } from '../keys/encode.ts'
import { identical } from '../keys/raw.ts'
import type { Filter } from '../query/filter.ts'
import type { Condition } from '../query/condition.ts'

/**
 * Returns whether a partial index contains every document that matches all conjuncts. It recognizes equal conditions
 * and conditions that follow from a comparison. For anything else it returns false.
 */
export function impliesPartial(conjuncts: readonly Filter[], partial: Filter): boolean {
  if (partial.kind === 'and') return partial.parts.every((part) => impliesPartial(conjuncts, part))
  if (partial.kind !== 'leaf') return false
  return conjuncts.some(
    (part) => part.kind === 'leaf' && part.path.text === partial.path.text && impliesCondition(part.test, partial.test),
  )
}

function impliesCondition(given: Condition, wanted: Condition): boolean {
  switch (wanted.op) {
    case '$exists':
      return provesPresence(given)
    case '$type':
      if (given.op === '$type') return [...given.types].every((type) => wanted.types.has(type))
      return given.op === '$eq' && wanted.types.has(given.value.type)
    case '$eq':
      return given.op === '$eq' && given.key.equals(wanted.key)
    case '$in':
      if (given.op === '$eq') return wanted.keys.some((key) => key.equals(given.key))
      return (
        given.op === '$in' &&
        given.regexes.length === 0 &&
        given.keys.every((key) => wanted.keys.some((other) => other.equals(key)))
      )
    case '$lt':
    case '$lte':
    case '$gt':
    case '$gte':
      return impliesRange(given, wanted)
    case '$regex':
    case '$size':
    case '$mod':
    case '$bits':
    case '$elemMatch':
      return false
  }
}

function provesPresence(given: Condition): boolean {
  switch (given.op) {
    case '$exists':
    case '$type':
    case '$regex':
    case '$size':
    case '$elemMatch':
      return true
    case '$eq':
    case '$lt':
    case '$lte':
    case '$gt':
    case '$gte':
      return given.key[0] !== ORDER.null && given.key[0] !== ORDER.undefined
    case '$in':
    case '$mod':
    case '$bits':
      return false
  }
}

function impliesRange(given: Condition, wanted: Extract<Condition, { key: Buffer }>): boolean {
  if (!('key' in given) || given.key[0] !== wanted.key[0]) return false
  if (given.op === wanted.op && identical(given.value, wanted.value)) return true
  const difference = given.key.compare(wanted.key)
  const up = wanted.op === '$gt' || wanted.op === '$gte'
  const inside = up ? difference > 0 : difference < 0
  const edge = difference === 0 && (wanted.op === '$gte' || wanted.op === '$lte')
  const directed = up ? given.op === '$gt' || given.op === '$gte' : given.op === '$lt' || given.op === '$lte'
  if (given.op === '$eq') return inside || edge
  return directed && (inside || edge || (difference === 0 && given.op === wanted.op))
}
