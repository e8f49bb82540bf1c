import type { Document } from 'bson'
import { failedToParse, serverError } from '../../errors.ts'
import { keyOf } from '../../keys/encode.ts'
import { compilePipeline, stageOf } from '../pipeline/pipeline.ts'
import { isPlainObject, toRaw } from '../values.ts'
import { OPERATORS } from './operators.ts'
import { expandPath, parseArrayFilters, refuseConflicts } from './positions.ts'
import { parseUpdatePath, resolveTarget, type Operator, type UpdatePath } from './target.ts'

export interface Update {
  /** Whether a path contains `$`, so that `Situation.matched` is needed. */
  readonly usesMatched: boolean
  /** Changes a decoded document in place, or returns a new one. */
  readonly apply: (document: Document, situation: Situation) => Document
}

export interface Situation {
  /** True for the document of an upsert. */
  readonly inserting: boolean
  /** The position of the array element that matched the filter. */
  readonly matched: number | undefined
}

/**
 * Parses the second argument of an update: operators, or a pipeline of stages.
 * @throws MongoDB's errors for unknown operators, conflicting paths and invalid array filters
 */
export function parseUpdate(update: unknown, arrayFilters: unknown): Update {
  if (Array.isArray(update)) {
    if (Array.isArray(arrayFilters)) throw failedToParse('Cannot specify arrayFilters and a pipeline update')
    return parsePipelineUpdate(update)
  }
  if (!isPlainObject(update)) throw failedToParse('The update must be a document or an array')
  const steps = Object.entries(update)
    .flatMap(([operator, fields]) => parseSteps(operator, fields))
    .sort(byPath)
  const paths = steps.map(({ path }) => path)
  refuseConflicts(paths)
  const filters = parseArrayFilters(arrayFilters, paths)
  const isDynamic = paths.some(({ dynamic }) => dynamic)
  return {
    usesMatched: paths.some(({ parts }) => parts.includes('$')),
    apply: (document, { inserting, matched }) => {
      const id = inserting ? undefined : keyOf(toRaw(document['_id']))
      const due = steps.filter(({ name }) => name !== '$setOnInsert' || inserting)
      const places = isDynamic ? due.flatMap((step) => placesOf(step, document)) : due
      if (isDynamic) refuseConflicts(places.map(({ path }) => path))
      for (const { name, run, path, argument } of places) run(resolveTarget(document, path, name), argument)
      if (id !== undefined && !id.equals(keyOf(toRaw(document['_id'])))) throw otherId()
      return document

      function placesOf(step: Step, before: Document): Step[] {
        if (!step.path.dynamic) return [step]
        const { name, run, argument } = step
        return expandPath(before, step.path, filters, matched).map((path) => ({ name, run, argument, path }))
      }
    },
  }
}

/** A replacement keeps the `_id` of the document. */
export function parseReplacement(replacement: unknown): Update {
  if (!isPlainObject(replacement)) throw failedToParse('The replacement must be a document')
  const operator = Object.keys(replacement).find((key) => key.startsWith('$'))
  if (operator !== undefined) {
    throw serverError(
      52,
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${operator}' is not allowed in a replacement`,
    )
  }
  return {
    usesMatched: false,
    apply: (document) => {
      const id: unknown = document['_id']
      if ('_id' in replacement) {
        if (id !== undefined && !isSame(id, replacement['_id'])) throw otherId()
        return { ...replacement }
      }
      return id === undefined ? { ...replacement } : { _id: id, ...replacement }
    },
  }
}

interface Step {
  name: string
  run: Operator
  path: UpdatePath
  argument: unknown
}

function parseSteps(operator: string, fields: unknown): Step[] {
  if (!operator.startsWith('$')) {
    throw failedToParse(`Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update`)
  }
  const make = OPERATORS[operator]
  if (make === undefined) throw failedToParse(`Unknown modifier: ${operator}`)
  if (!isPlainObject(fields)) {
    throw failedToParse(`Modifiers operate on fields but we found type ${typeof fields} instead: {${operator}: ...}`)
  }
  return Object.entries(fields).flatMap(([text, argument]) => {
    const path = parseUpdatePath(text)
    const step: Step = { name: operator, run: make(argument, text), path, argument }
    if (operator !== '$rename') return [step]
    // `$rename` also writes the new name, so that name can conflict like any path.
    return [step, { name: operator, run: () => undefined, path: parseUpdatePath(String(argument)), argument }]
  })
}

/** New fields are added in the order of their names. Numbers compare as numbers. */
function byPath(a: Step, b: Step): number {
  for (const [i, x] of a.path.parts.entries()) {
    const y = b.path.parts[i]
    if (y === undefined) return 1
    if (x === y) continue
    if (/^\d+$/.test(x) && /^\d+$/.test(y)) return Number(x) - Number(y)
    return Buffer.compare(Buffer.from(x), Buffer.from(y))
  }
  return a.path.parts.length - b.path.parts.length
}

function otherId(): Error {
  return serverError(
    66,
    'ImmutableField',
    "Performing an update on the path '_id' would modify the immutable field '_id'",
  )
}

const PIPELINE_STAGES = new Set(['$set', '$addFields', '$unset', '$project', '$replaceRoot', '$replaceWith'])

function parsePipelineUpdate(stages: readonly unknown[]): Update {
  for (const stage of stages) {
    const [name] = stageOf(stage)
    if (!PIPELINE_STAGES.has(name))
      throw serverError(72, 'InvalidOptions', `${name} is not allowed to be used within an update`)
  }
  const pipeline = compilePipeline(stages)
  return {
    usesMatched: false,
    apply: (document) => {
      const id: unknown = document['_id']
      const [result] = pipeline([document], { variables: {}, foreign: () => [] })
      if (result === undefined) throw failedToParse('The pipeline of an update gave no document')
      // Restores the `_id` of a document that lacks it.
      if (result['_id'] === undefined) return id === undefined ? result : { _id: id, ...result }
      if (id !== undefined && !isSame(id, result['_id'])) throw otherId()
      return result
    },
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return keyOf(toRaw(a)).equals(keyOf(toRaw(b)))
}
