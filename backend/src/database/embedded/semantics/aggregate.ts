import { createRequire } from 'node:module'
import type { Document } from 'bson'
import type { Options } from 'mingo/types'
import { badValue, EngineError, unsupported } from '../errors.ts'
import { isPlainObject } from './values.ts'
import { expressionOverrides, lookupStage, stageOverrides, type ForeignDocuments } from './stages.ts'

/*
 * mingo gives aggregation its meaning. It is loaded at the first use, because it costs each thread 13 MB. What depends on
 * comparing values is replaced (`stages.ts`): mingo's own comparison is not BSON's.
 */
const load = createRequire(import.meta.url)

/** What pipelines may be made of; the rest needs MongoDB. */
const STAGES = new Set([
  '$addFields', '$bucket', '$bucketAuto', '$count', '$densify', '$documents', '$facet', '$fill', '$graphLookup', '$group',
  '$limit', '$lookup', '$match', '$project', '$redact', '$replaceRoot', '$replaceWith', '$sample', '$set',
  '$setWindowFields', '$skip', '$sort', '$sortByCount', '$unionWith', '$unset', '$unwind',
])

const NO_FOREIGN: ForeignDocuments = () => {
  throw badValue('This pipeline cannot read another collection')
}

/** Runs a pipeline over documents in memory. `foreign` reads other collections for `$lookup` and its like. */
export function runPipeline(
  documents: readonly Document[],
  pipeline: readonly Document[],
  foreign: ForeignDocuments = NO_FOREIGN,
): Document[] {
  refuseUnknownStages(pipeline)
  return translated(() => {
    const { Aggregator } = mingo().aggregator
    return new Aggregator([...pipeline], optionsFor(foreign)).run([...documents])
  })
}

/** Computes an expression for a document. */
export function evaluate(expression: unknown, document: Document): unknown {
  return translated(() => mingo().core.evalExpr(document, expression, optionsFor(NO_FOREIGN)))
}

function refuseUnknownStages(pipeline: readonly Document[]): void {
  for (const stage of pipeline) {
    const [name, ...more] = Object.keys(stage)
    if (name === undefined || more.length > 0) throw badValue('A pipeline stage specification object must contain exactly one field.')
    if (!STAGES.has(name)) throw unsupported(`The aggregation stage ${name}`)
    const body: unknown = stage[name]
    if (!isPlainObject(body)) continue
    if (name === '$facet') for (const part of Object.values(body)) if (Array.isArray(part)) refuseUnknownStages(part)
    if (Array.isArray(body['pipeline'])) refuseUnknownStages(body['pipeline'])
  }
}

/** mingo's complaints are about the request, not about the storage. */
function translated<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof EngineError) throw error
    throw badValue(error instanceof Error ? error.message.replace(/^mingo: /, '') : String(error))
  }
}

interface Mingo {
  aggregator: typeof import('mingo/aggregator')
  core: typeof import('mingo/core')
  pipelines: typeof import('mingo/operators/pipeline')
  context: Options['context']
}

let loaded: Mingo | undefined

function mingo(): Mingo {
  loaded ??= loadMingo()
  return loaded
}

function loadMingo(): Mingo {
  const aggregator: Mingo['aggregator'] = load('mingo/aggregator')
  const core: Mingo['core'] = load('mingo/core')
  const pipelines: Mingo['pipelines'] = load('mingo/operators/pipeline')
  const { Lazy: lazy }: typeof import('mingo/lazy') = load('mingo/lazy')
  const accumulator: typeof import('mingo/operators/accumulator') = load('mingo/operators/accumulator')
  const expression: typeof import('mingo/operators/expression') = load('mingo/operators/expression')
  const window: typeof import('mingo/operators/window') = load('mingo/operators/window')
  const tools = { evaluate: core.evalExpr, lazy }
  const context = core.Context.init({
    accumulator: { ...accumulator },
    expression: { ...expression, ...expressionOverrides(tools) },
    pipeline: { ...pipelines, ...stageOverrides(tools) },
    window: { ...window },
  })
  return { aggregator, core, pipelines, context }
}

function optionsFor(foreign: ForeignDocuments): Options {
  const { core, context, pipelines } = mingo()
  const $lookup = lookupStage(foreign, runPipeline, pipelines.$lookup)
  return {
    // Contexts are merged with the first one winning.
    context: core.Context.from(core.Context.init({ pipeline: { $lookup } }), context),
    idKey: '_id',
    processingMode: core.ProcessingMode.CLONE_OFF,
    useStrictMode: true,
    failOnError: true,
    scriptEnabled: false,
    collectionResolver: (name) => foreign(name, undefined, undefined),
  }
}
