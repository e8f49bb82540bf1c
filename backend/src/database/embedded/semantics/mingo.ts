import { createRequire } from 'node:module'
import type * as Core from 'mingo/core'
import type * as Accumulators from 'mingo/operators/accumulator'
import type * as Expressions from 'mingo/operators/expression'
import type { Options } from 'mingo/types'
import { badValue, EngineError } from '../errors.ts'

/*
 * mingo knows the calendar with its time zones, and windows over sorted documents. It is loaded at the first use, because it
 * costs each thread 13 MB. It works on ordinary JavaScript numbers and is not asked for anything that compares or adds.
 */
const load = createRequire(import.meta.url)

interface Mingo {
  core: typeof Core
  /** For expressions alone; `windows.ts` adds its stages. */
  context: Options['context']
}

let loaded: Mingo | undefined

export function mingo(): Mingo {
  loaded ??= loadMingo()
  return loaded
}

export function mingoOptions(context: Options['context']): Options {
  return {
    context,
    idKey: '_id',
    processingMode: mingo().core.ProcessingMode.CLONE_OFF,
    useStrictMode: true,
    failOnError: true,
    scriptEnabled: false,
  }
}

/** mingo's complaints are about the request, not about the storage. */
export function translated<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof EngineError) throw error
    throw badValue(error instanceof Error ? error.message.replace(/^mingo: /, '') : String(error))
  }
}

function loadMingo(): Mingo {
  const core: typeof Core = load('mingo/core')
  const accumulator: typeof Accumulators = load('mingo/operators/accumulator')
  const expression: typeof Expressions = load('mingo/operators/expression')
  return { core, context: core.Context.init({ accumulator: { ...accumulator }, expression: { ...expression } }) }
}
