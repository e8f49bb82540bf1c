import { createRequire } from 'node:module'
import type { Document } from 'bson'
import type * as Aggregators from 'mingo/aggregator'
import type * as Core from 'mingo/core'
import type * as Accumulators from 'mingo/operators/accumulator'
import type * as Expressions from 'mingo/operators/expression'
import type * as Stages from 'mingo/operators/pipeline'
import type * as Windows from 'mingo/operators/window'
import { badValue, unsupported } from '../../errors.ts'
import { decodePlain, encodeDocument } from '../values.ts'
import { collect, type StageMaker, type StageMakers } from './stage.ts'

/*
 * The package mingo runs the stages with windows. It is loaded at its first use, because it costs each thread 13 MB. It
 * computes with ordinary JavaScript numbers.
 */
const load = createRequire(import.meta.url)

const borrowed: StageMaker = (argument, _, name) => {
  refuseScripts(argument)
  return function* (input) {
    const documents = yield* collect(input)
    runMingo ??= loadMingo()
    yield* runMingo(
      documents.map((document) => decodePlain(encodeDocument(document))),
      { [name]: argument },
    )
  }
}

export const WINDOWS: StageMakers = { $setWindowFields: borrowed, $densify: borrowed, $fill: borrowed }

/** Refuses functions in the argument, because mingo would call them. */
function refuseScripts(argument: unknown): void {
  if (typeof argument !== 'object' || argument === null) return
  for (const [name, value] of Object.entries(argument)) {
    if (name === '$function' || name === '$accumulator') throw unsupported(`The operator ${name}`)
    refuseScripts(value)
  }
}

type RunMingo = (documents: Document[], stage: Document) => Document[]

let runMingo: RunMingo | undefined

function loadMingo(): RunMingo {
  const { Context, ProcessingMode }: typeof Core = load('mingo/core')
  const { Aggregator }: typeof Aggregators = load('mingo/aggregator')
  const accumulator: typeof Accumulators = load('mingo/operators/accumulator')
  const expression: typeof Expressions = load('mingo/operators/expression')
  const pipeline: typeof Stages = load('mingo/operators/pipeline')
  const window: typeof Windows = load('mingo/operators/window')
  const context = Context.init({
    accumulator: { ...accumulator },
    expression: { ...expression },
    pipeline: { ...pipeline },
    window: { ...window },
  })
  // mingo's own stages use its `$function`, which is refused in requests.
  const options = {
    context,
    idKey: '_id',
    processingMode: ProcessingMode.CLONE_OFF,
    useStrictMode: true,
    failOnError: true,
    scriptEnabled: true,
  }
  return (documents, stage) => {
    try {
      return new Aggregator([stage], options).run(documents)
    } catch (error) {
      // mingo's errors are about the request and not about the storage.
      throw badValue(error instanceof Error ? error.message.replace(/^mingo: /, '') : String(error))
    }
  }
}
