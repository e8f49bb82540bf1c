import type { Document } from 'bson'
import { BSON_TYPE, stringOf, type RawValue } from '../keys/raw.ts'
import type { Source } from '../planner/plan.ts'
import { badValue } from '../errors.ts'
import { planAggregate } from './aggregate.ts'
import type { Index } from '../storage/catalog.ts'
import { commandField, text } from './commandFields.ts'
import { prepareQuery, type Query } from './query.ts'
import type { Store } from '../storage/store.ts'
import { planText } from '../storage/textQuery.ts'

/**
 * Handles `{of: 'find' | 'aggregate', …}`: returns the plan of the command in the form of MongoDB's `queryPlanner`,
 * without running it. The `stage` of a `winningPlan` is `IXSCAN` with `indexName` and `direction`, `COLLSCAN`, `EOF`
 * (no such collection), `TEXT_MATCH` with `indexName`, `OR` with `inputStages`, `SORT` (in memory) or `FETCH` (checks
 * the filter again) with `inputStage`. For an aggregation, `stages` names the stages after its query.
 */
export function explain(store: Store, command: RawValue): Document {
  const [database, name] = [text(command, 'db'), text(command, 'c')]
  const of = commandField(command, 'of')
  const namespace = `${database}.${name}`
  if (of?.type === BSON_TYPE.string && stringOf(of) === 'aggregate') {
    const pipeline = commandField(command, 'pipeline')
    if (pipeline?.type !== BSON_TYPE.array) throw badValue("'pipeline' must be an array")
    const { query, stages } = planAggregate(store, database, name, pipeline)
    return { queryPlanner: { namespace, winningPlan: planOf(store, query) }, stages, ok: 1 }
  }
  const collection = store.catalog.get(database, name)
  const query =
    collection === undefined
      ? undefined
      : prepareQuery(collection, commandField(command, 'filter'), commandField(command, 'sort'))
  return { queryPlanner: { namespace, winningPlan: planOf(store, query) }, ok: 1 }
}

function planOf(store: Store, query: Query | undefined): Document {
  if (query === undefined) return { stage: 'EOF' }
  const text =
    query.text === undefined ? undefined : planText(store, query.collection, query.text, query.sort, query.plan)
  if (text !== undefined) {
    const matched = {
      stage: 'TEXT_MATCH',
      indexName: text.index.name,
      direction: text.reverse ? 'backward' : 'forward',
    }
    return text.sorted ? matched : { stage: 'SORT', inputStage: matched }
  }
  const { source, residual, sorted } = query.plan
  const read = sourceOf(source)
  const filtered = residual && source.kind !== 'scan' ? { stage: 'FETCH', inputStage: read } : read
  return sorted ? filtered : { stage: 'SORT', inputStage: filtered }
}

function sourceOf(source: Source<Index>): Document {
  switch (source.kind) {
    case 'scan':
      return { stage: 'COLLSCAN', direction: source.reverse ? 'backward' : 'forward' }
    case 'index':
      return { stage: 'IXSCAN', indexName: source.index.name, direction: source.reverse ? 'backward' : 'forward' }
    case 'union':
      return { stage: 'OR', inputStages: source.sources.map(sourceOf) }
  }
}
