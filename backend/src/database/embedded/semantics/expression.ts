import { createRequire } from 'node:module'
import type * as Core from 'mingo/core'
import type * as Accumulators from 'mingo/operators/accumulator'
import type * as Expressions from 'mingo/operators/expression'
import type { Options } from 'mingo/types'
import { badValue, EngineError } from '../errors.ts'
import type { RawValue } from '../keys/raw.ts'
import { comparisonOperators } from './comparison.ts'
import { decodePlain, fromRawPlain, subdocument } from './values.ts'

/*
 * mingo gives expressions and pipelines their meaning. It is loaded at the first use, because it costs each thread 13 MB.
 * What depends on comparing values is replaced, because mingo's own comparison is not BSON's.
 */
const load = createRequire(import.meta.url)

interface Mingo {
  core: typeof Core
  /** For expressions alone; `aggregate.ts` adds the stages. */
  context: Options['context']
}

let loaded: Mingo | undefined

export function mingo(): Mingo {
  loaded ??= loadMingo()
  return loaded
}

/** A `$expr` condition over a document's bytes. */
export function evaluateCondition(expression: RawValue): (value: RawValue) => boolean {
  const decoded = fromRawPlain(expression)
  const { core, context } = mingo()
  const options = mingoOptions(context)
  return (value) => isTruthy(translated(() => core.evalExpr(decodePlain(subdocument(value)), decoded, options)))
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
  const context = core.Context.init({
    accumulator: { ...accumulator },
    expression: { ...expression, ...comparisonOperators(core.evalExpr) },
  })
  return { core, context }
}

/** MongoDB's truth: everything but false, null, missing and zero; an empty string is true. */
function isTruthy(value: unknown): boolean {
  return value !== false && value !== null && value !== undefined && value !== 0
}
