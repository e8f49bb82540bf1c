import { createRequire } from 'node:module'
import type * as Aggregators from 'mingo/aggregator'
import type * as Stages from 'mingo/operators/pipeline'
import type * as Windows from 'mingo/operators/window'
import type { Options } from 'mingo/types'
import { mingo, mingoOptions, translated } from '../mingo.ts'
import { decodePlain, encodeDocument } from '../values.ts'
import { collect, type StageMaker, type StageMakers } from './stage.ts'

const load = createRequire(import.meta.url)

/** Stages over neighbouring documents are mingo's: they compute on ordinary numbers. */
const borrowed: StageMaker = (argument, _, name) =>
  function* (input) {
    const documents = yield* collect(input)
    const { aggregator, context } = loadStages()
    const stage = new aggregator.Aggregator([{ [name]: argument }], mingoOptions(context))
    yield* translated(() => stage.run(documents.map((document) => decodePlain(encodeDocument(document)))))
  }

export const WINDOWS: StageMakers = { $setWindowFields: borrowed, $densify: borrowed, $fill: borrowed }

let loaded: { aggregator: typeof Aggregators; context: Options['context'] } | undefined

function loadStages(): { aggregator: typeof Aggregators; context: Options['context'] } {
  if (loaded !== undefined) return loaded
  const { core, context } = mingo()
  const aggregator: typeof Aggregators = load('mingo/aggregator')
  const { $setWindowFields, $densify, $fill, $sort, $group, $addFields, $unset }: typeof Stages = load('mingo/operators/pipeline')
  const window: typeof Windows = load('mingo/operators/window')
  const stages = core.Context.init({
    pipeline: { $setWindowFields, $densify, $fill, $sort, $group, $addFields, $unset },
    window: { ...window },
  })
  loaded = { aggregator, context: core.Context.from(stages, context) }
  return loaded
}
