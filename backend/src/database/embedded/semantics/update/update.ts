import type { Document } from 'bson'
import { failedToParse, serverError, unsupported } from '../../errors.ts'
import { keyOf } from '../../keys/encode.ts'
import { decodePlain, encodeDocument, isPlainObject, toRaw } from '../values.ts'
import { runPipeline } from '../aggregate.ts'
import { OPERATORS } from './operators.ts'
import { parseUpdatePath, resolveTarget, type Operator, type UpdatePath } from './target.ts'

/** Changes a decoded document in place or gives a new one; `inserting` is true for the document of an upsert. */
export type Update = (document: Document, inserting: boolean) => Document

/**
 * Reads the second argument of an update: operators, or a pipeline of stages.
 * @throws MongoDB's errors for unknown operators and conflicting paths
 */
export function parseUpdate(update: unknown): Update {
  if (Array.isArray(update)) return parsePipelineUpdate(update)
  if (!isPlainObject(update)) throw failedToParse('The update must be a document or an array')
  const steps = Object.entries(update).flatMap(([operator, fields]) => parseSteps(operator, fields))
  refuseConflicts(steps.map(({ path }) => path.text))
  return (document, inserting) => {
    const id: unknown = document['_id']
    for (const { name, run, path, argument } of steps) {
      if (name === '$setOnInsert' && !inserting) continue
      run(resolveTarget(document, path, name), argument)
    }
    if (!inserting) refuseOtherId(id, document['_id'])
    return document
  }
}

/** A replacement keeps the identity of what it replaces. */
export function parseReplacement(replacement: unknown): Update {
  if (!isPlainObject(replacement)) throw failedToParse('The replacement must be a document')
  const operator = Object.keys(replacement).find((key) => key.startsWith('$'))
  if (operator !== undefined) {
    throw serverError(52, 'DollarPrefixedFieldName', `The dollar ($) prefixed field '${operator}' is not allowed in a replacement`)
  }
  return (document) => {
    const id: unknown = document['_id']
    if ('_id' in replacement) {
      if (id !== undefined) refuseOtherId(id, replacement['_id'])
      return { ...replacement }
    }
    return id === undefined ? { ...replacement } : { _id: id, ...replacement }
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
    const path = parseUpdatePath(text, operator)
    const step: Step = { name: operator, run: make(argument, text), path, argument }
    if (operator !== '$rename') return [step]
    // The new name is written too, so it conflicts like a path of its own.
    const target = parseUpdatePath(String(argument), operator)
    return [step, { name: operator, run: () => undefined, path: target, argument }]
  })
}

/** Two operators must not touch one path, nor a path and a part of it. */
function refuseConflicts(paths: readonly string[]): void {
  const sorted = [...paths].sort()
  for (const [i, path] of sorted.entries()) {
    const rival = sorted.slice(i + 1).find((other) => other === path || other.startsWith(`${path}.`))
    if (rival !== undefined) {
      throw serverError(40, 'ConflictingUpdateOperators', `Updating the path '${rival}' would create a conflict at '${path}'`)
    }
  }
}

function refuseOtherId(before: unknown, after: unknown): void {
  if (isSame(before, after)) return
  throw serverError(
    66,
    'ImmutableField',
    "Performing an update on the path '_id' would modify the immutable field '_id'",
  )
}

const PIPELINE_STAGES = new Set(['$set', '$addFields', '$unset', '$project', '$replaceRoot', '$replaceWith'])

function parsePipelineUpdate(stages: readonly unknown[]): Update {
  const pipeline = stages.map((stage) => {
    const name = isPlainObject(stage) ? Object.keys(stage)[0] : undefined
    if (!isPlainObject(stage) || name === undefined) throw failedToParse('Each stage of a pipeline update is a document')
    if (!PIPELINE_STAGES.has(name)) throw unsupported(`The stage ${name} in an update`)
    return stage
  })
  return (document) => {
    const id: unknown = document['_id']
    const bytes = encodeDocument(document)
    const [result] = runPipeline([decodePlain(bytes)], pipeline)
    if (result === undefined) throw failedToParse('The pipeline of an update gave no document')
    if (id !== undefined) refuseOtherId(id, result['_id'])
    return withExactTypes(result, document)
  }
}

/** Stages compute on plain numbers; a field that kept its value keeps its type too. */
function withExactTypes(result: Document, before: Document): Document {
  const entries = Object.entries(result).map(([name, value]: [string, unknown]): [string, unknown] => {
    const exact: unknown = before[name]
    return [name, exact !== undefined && isSame(value, exact) ? exact : value]
  })
  return Object.fromEntries(entries)
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || keyOf(toRaw(a)).equals(keyOf(toRaw(b)))
}
