import type { Document } from 'bson'
import { compare, identity } from '../expressions/compare.ts'
import { location, optionsOf, type Compile, type Expression, type Variables } from '../expressions/scope.ts'
import { smallWhole } from '../expressions/arithmetic.ts'
import { compileAccumulator, type Accumulator } from './accumulators.ts'
import { collect, objectOf, type Documents, type Stage, type StageMakers } from './stage.ts'

/** Stages that group documents. */
export const GROUPING: StageMakers = {
  $group: (argument, { compile }, name) => {
    const { _id: by, ...fields } = objectOf(argument, name)
    if (!('_id' in objectOf(argument, name))) throw location(15955, 'a group specification must include an _id')
    return grouped(compile(by), outputOf(fields, compile))
  },
  $sortByCount: (argument, { compile }) => {
    const group = grouped(compile(argument), outputOf({ count: { $sum: 1 } }, compile))
    return function* (input, run) {
      const groups = yield* collect(group(input, run))
      yield* groups.sort((a, b) => compare(b['count'], a['count']))
    }
  },
  $count: (argument) => {
    if (typeof argument !== 'string' || argument === '')
      throw location(40156, 'the count field must be a non-empty string')
    if (argument.startsWith('$')) throw location(40158, 'the count field cannot be a $-prefixed path')
    if (argument.includes('.')) throw location(40160, "the count field cannot contain '.'")
    return function* (input) {
      let n = 0
      for (const document of input) {
        if (document === undefined) yield undefined
        else n++
      }
      if (n > 0) yield { [argument]: n }
    }
  },
  $bucket: (argument, { compile }, name) => {
    const {
      groupBy,
      boundaries,
      default: otherwise,
      output,
    } = optionsOf(argument, ['groupBy', 'boundaries'], ['default', 'output'], name)
    const limits = Array.isArray(boundaries)
      ? (boundaries as readonly unknown[]).map((limit) => compile(limit)({ root: {}, variables: {} }))
      : []
    if (limits.length < 2) throw location(40192, "The $bucket 'boundaries' field must have at least 2 values")
    for (const [i, limit] of limits.entries()) {
      if (i > 0 && compare(limits[i - 1], limit) >= 0)
        throw location(
          40194,
          "The 'boundaries' option to $bucket must be sorted, but elements are not in ascending order",
        )
    }
    const value = compile(groupBy)
    const bucketOf: Expression = (scope) => {
      const found = value(scope)
      const last = limits.findLastIndex((limit) => compare(limit, found) <= 0)
      if (last >= 0 && last < limits.length - 1) return limits[last]
      if (otherwise === undefined)
        throw location(40066, '$switch could not find a matching branch for an input, and no default was specified.')
      return otherwise
    }
    const group = grouped(bucketOf, outputOf(output ?? { count: { $sum: 1 } }, compile))
    return function* (input, run) {
      const groups = yield* collect(group(input, run))
      yield* groups.sort((a, b) => compare(a['_id'], b['_id']))
    }
  },
  $bucketAuto: (argument, { compile }, name) => {
    const { groupBy, buckets, output } = optionsOf(argument, ['groupBy', 'buckets'], ['output'], name)
    const count = smallWhole(buckets, `The 'buckets' of ${name}`)
    if (count < 1) throw location(40243, `The $bucketAuto 'buckets' field must be greater than 0, but found: ${count}`)
    return evenBuckets(compile(groupBy), count, outputOf(output ?? { count: { $sum: 1 } }, compile))
  },
}

type Output = readonly (readonly [string, () => Accumulator])[]

function outputOf(fields: unknown, compile: Compile): Output {
  return Object.entries(objectOf(fields, '$group')).map(([field, argument]: [string, unknown]) => [
    field,
    compileAccumulator(field, argument, compile),
  ])
}

/** Returns one document for each value of an expression, in the order of first appearance. */
function grouped(by: Expression, output: Output): Stage {
  return function* (input: Documents, { variables }) {
    const groups = new Map<string, Group>()
    for (const document of input) {
      if (document === undefined) {
        yield undefined
        continue
      }
      const id = by({ root: document, variables }) ?? null
      const key = identity(id)
      let group = groups.get(key)
      if (group === undefined) groups.set(key, (group = new Group(id, output)))
      group.add(document, variables)
    }
    for (const group of groups.values()) yield group.result()
  }
}

class Group {
  readonly #id: unknown
  readonly #fields: readonly (readonly [string, Accumulator])[]

  constructor(id: unknown, output: Output) {
    this.#id = id
    this.#fields = output.map(([field, make]) => [field, make()])
  }

  add(document: Document, variables: Variables): void {
    for (const [, accumulator] of this.#fields) accumulator.add({ root: document, variables })
  }

  result(): Document {
    const made: Document = { _id: this.#id }
    for (const [field, accumulator] of this.#fields) {
      const value = accumulator.result()
      if (value !== undefined) made[field] = value
    }
    return made
  }
}

/** Divides documents into buckets of about equal size, by a value. Equal values stay in one bucket. */
function evenBuckets(value: Expression, count: number, output: Output): Stage {
  return function* (input, { variables }) {
    const documents = yield* collect(input)
    const sorted = documents
      .map((document) => ({ document, value: value({ root: document, variables }) ?? null }))
      .sort((a, b) => compare(a.value, b.value))
    const size = Math.max(1, Math.round(sorted.length / count))
    let at = 0
    for (let bucket = 0; at < sorted.length && bucket < count; bucket++) {
      let end = bucket === count - 1 ? sorted.length : Math.min(sorted.length, at + size)
      while (end < sorted.length && compare(sorted[end - 1]?.value, sorted[end]?.value) === 0) end++
      const [min, max] = [sorted[at]?.value, sorted[end < sorted.length ? end : end - 1]?.value]
      const group = new Group({ min, max }, output)
      for (const { document } of sorted.slice(at, end)) group.add(document, variables)
      yield group.result()
      at = end
    }
  }
}
