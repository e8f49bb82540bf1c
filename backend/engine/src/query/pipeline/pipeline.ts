import { serverError, unsupported } from '../../errors.ts'
import { compileExpression } from '../expressions/compile.ts'
import { location } from '../expressions/scope.ts'
import { isPlainObject } from '../values.ts'
import { GROUPING } from './grouping.ts'
import { JOINING } from './joining.ts'
import { RESHAPING } from './reshaping.ts'
import type { Around, Stage, StageMaker } from './stage.ts'
import { WINDOWS } from './windows.ts'

/** A `Map`, because requests choose the names, for example `constructor`. */
const STAGES = new Map<string, StageMaker>(
  [GROUPING, JOINING, RESHAPING, WINDOWS].flatMap((makers) => Object.entries(makers)),
)

/** Stages that only MongoDB has. Any other name is an error of the caller. */
const ONLY_MONGODB = new Set([
  '$changeStream',
  '$changeStreamSplitLargeEvent',
  '$collStats',
  '$currentOp',
  '$geoNear',
  '$indexStats',
  '$listLocalSessions',
  '$listSampledQueries',
  '$listSearchIndexes',
  '$listSessions',
  '$planCacheStats',
  '$querySettings',
  '$queryStats',
  '$rankFusion',
  '$scoreFusion',
  '$search',
  '$searchMeta',
  '$shardedDataDistribution',
  '$vectorSearch',
])

/** A deeper nesting of pipelines is an error or an attack. */
const MAX_NESTING = 20

/**
 * Compiles a pipeline. Nothing runs until documents are taken from the result.
 * @param names the variables that are in scope
 * @throws MongoDB's errors for invalid stages and expressions; `unsupported` for those that only MongoDB has
 */
export function compilePipeline(stages: unknown, names: readonly string[] = [], nesting = 0): Stage {
  if (!Array.isArray(stages)) throw serverError(14, 'TypeMismatch', 'A pipeline must be an array')
  if (nesting > MAX_NESTING)
    throw serverError(
      232,
      'MaxSubPipelineDepthExceeded',
      `Maximum number of nested sub-pipelines exceeded. Limit is ${MAX_NESTING}`,
    )
  const around: Around = {
    names,
    compile: (expression, more = []) => compileExpression(expression, [...names, ...more]),
    pipeline: (inner, more = []) => compilePipeline(inner, [...names, ...more], nesting + 1),
  }
  const compiled = stages.map((stage: unknown) => compileStage(stage, around))
  return (input, run) => {
    const withTime = { ...run, variables: { NOW: new Date(), ...run.variables } }
    return compiled.reduce((documents, stage) => stage(documents, withTime), input)
  }
}

/** Returns the name and the argument of a stage. */
export function stageOf(stage: unknown): [string, unknown] {
  const entries: [string, unknown][] = isPlainObject(stage) ? Object.entries(stage) : []
  const [entry] = entries
  if (entry === undefined || entries.length > 1)
    throw location(40323, 'A pipeline stage specification object must contain exactly one field.')
  return entry
}

function compileStage(stage: unknown, around: Around): Stage {
  const [name, argument] = stageOf(stage)
  const make = STAGES.get(name)
  if (make !== undefined) return make(argument, around, name)
  if (name === '$out' || name === '$merge') throw location(40601, `${name} can only be the final stage in the pipeline`)
  if (ONLY_MONGODB.has(name)) throw unsupported(`The aggregation stage ${name}`)
  throw location(40324, `Unrecognized pipeline stage name: '${name}'`)
}
