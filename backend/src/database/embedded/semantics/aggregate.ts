import { createRequire } from 'node:module'
import type { Document } from 'bson'
import type * as Aggregators from 'mingo/aggregator'
import type * as Lazies from 'mingo/lazy'
import type * as Stages from 'mingo/operators/pipeline'
import type * as Windows from 'mingo/operators/window'
import type { Options } from 'mingo/types'
import { badValue, unsupported } from '../errors.ts'
import { mingo, mingoOptions, translated } from './expression.ts'
import { lookupStage, stageOverrides, type ForeignDocuments } from './stages.ts'
import { isPlainObject } from './values.ts'

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
  const { aggregator, context, $lookup } = stages()
  const { Context } = mingo().core
  // Contexts are merged with the first one winning.
  const own = Context.from(Context.init({ pipeline: { $lookup: lookupStage(foreign, runPipeline, $lookup) } }), context)
  const options: Options = { ...mingoOptions(own), collectionResolver: (name) => foreign(name, undefined, undefined) }
  return translated(() => new aggregator.Aggregator([...pipeline], options).run([...documents]))
}

function refuseUnknownStages(pipeline: readonly Document[]): void {
  for (const stage of pipeline) {
    const [name, ...more] = Object.keys(stage)
    if (name === undefined || more.length > 0) {
      throw badValue('A pipeline stage specification object must contain exactly one field.')
    }
    if (!STAGES.has(name)) throw unsupported(`The aggregation stage ${name}`)
    const body: unknown = stage[name]
    if (!isPlainObject(body)) continue
    if (name === '$facet') for (const part of Object.values(body)) if (Array.isArray(part)) refuseUnknownStages(part)
    if (Array.isArray(body['pipeline'])) refuseUnknownStages(body['pipeline'])
  }
}

interface LoadedStages {
  aggregator: typeof Aggregators
  context: Options['context']
  $lookup: typeof Stages.$lookup
}

let loaded: LoadedStages | undefined

function stages(): LoadedStages {
  loaded ??= loadStages()
  return loaded
}

function loadStages(): LoadedStages {
  const { core, context } = mingo()
  const aggregator: typeof Aggregators = load('mingo/aggregator')
  const pipeline: typeof Stages = load('mingo/operators/pipeline')
  const window: typeof Windows = load('mingo/operators/window')
  const { Lazy: lazy }: typeof Lazies = load('mingo/lazy')
  const overrides = stageOverrides({ evaluate: core.evalExpr, lazy })
  const withStages = core.Context.init({ pipeline: { ...pipeline, ...overrides }, window: { ...window } })
  return { aggregator, context: core.Context.from(withStages, context), $lookup: pipeline.$lookup }
}
