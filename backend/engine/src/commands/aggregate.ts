import { BSON_TYPE, documentValue, elementName, elements, numberOf, type RawValue } from '../keys/raw.ts'
import { compilePipeline, stageOf } from '../query/pipeline/pipeline.ts'
import type { ForeignDocuments } from '../query/pipeline/stage.ts'
import { decode, encodeDocument, fromRaw } from '../query/values.ts'
import { prepareQuery, run, type Query, type ScanListener } from './query.ts'
import type { Store } from '../storage/store.ts'

/** The number of documents in one chunk when the pipeline has no earlier pause. */
const CHUNK = 100

/**
 * Runs an aggregation and yields its results in chunks. An empty chunk is a point where other work can run. The planner
 * handles the stages at the beginning that a query can do ($match, then $sort, $skip, $limit). The other stages run on
 * decoded documents, one at a time.
 */
export function* aggregate(
  store: Store,
  database: string,
  name: string,
  pipeline: RawValue,
  onScan: ScanListener,
): Generator<Buffer[], void, void> {
  const { front, rest } = cut(pipeline)
  const stage = rest.length === 0 ? undefined : compilePipeline(rest)
  const query = frontQuery(store, database, name, front)
  const source = query === undefined ? [] : frontDocuments(store, query, front, onScan)
  if (stage === undefined) return yield* source
  let chunk: Buffer[] = []
  for (const document of stage(decoded(source), { variables: {}, foreign: foreignDocuments(store, database) })) {
    if (document !== undefined) chunk.push(encodeDocument(document))
    if (document !== undefined && chunk.length < CHUNK) continue
    yield chunk
    chunk = []
  }
  yield chunk
}

/** Returns the query at the beginning of a pipeline and the names of the later stages, for `explain`. */
export function planAggregate(
  store: Store,
  database: string,
  name: string,
  pipeline: RawValue,
): { query: Query | undefined; stages: string[] } {
  const { front, rest } = cut(pipeline)
  const names = rest.map((stage) => stageOf(stage)[0])
  const writes = names.at(-1) === '$out' || names.at(-1) === '$merge'
  compilePipeline(writes ? rest.slice(0, -1) : rest)
  return { query: frontQuery(store, database, name, front), stages: names }
}

interface Front {
  match: RawValue | undefined
  sort: RawValue | undefined
  skip: number
  limit: number
  /** The number of stages that the query replaces. */
  taken: number
}

const ORDER_OF_FRONT = ['$match', '$sort', '$skip', '$limit']

function cut(pipeline: RawValue): { front: Front; rest: unknown[] } {
  const stages = [...elements(pipeline)]
  const front = takeFront(stages)
  return { front, rest: stages.slice(front.taken).map(fromRaw) }
}

function takeFront(stages: readonly RawValue[]): Front {
  const front: Front = { match: undefined, sort: undefined, skip: 0, limit: Infinity, taken: 0 }
  let place = 0
  for (const stage of stages) {
    if (stage.type !== BSON_TYPE.object) break
    const [entry, ...more] = elements(stage)
    const at = entry === undefined || more.length > 0 ? -1 : ORDER_OF_FRONT.indexOf(elementName(entry), place)
    if (entry === undefined || at === -1) break
    const count = numberOf(entry)
    if (at === 0 && entry.type === BSON_TYPE.object) front.match = entry
    else if (at === 1 && entry.type === BSON_TYPE.object && entry.end - entry.start > EMPTY_SIZE) front.sort = entry
    else if (at === 2 && count !== undefined && Number.isInteger(count) && count >= 0) front.skip = count
    else if (at === 3 && count !== undefined && Number.isInteger(count) && count > 0) front.limit = count
    else break
    place = at + 1
    front.taken++
  }
  return front
}

/** The size of an empty document in bytes. */
const EMPTY_SIZE = 5

function frontQuery(store: Store, database: string, name: string, { match, sort }: Front): Query | undefined {
  const collection = store.catalog.get(database, name)
  return collection === undefined ? undefined : prepareQuery(collection, match, sort)
}

function* frontDocuments(
  store: Store,
  query: Query,
  { skip, limit }: Front,
  onScan: ScanListener,
): Generator<Buffer[], void, void> {
  let left = skip
  for (const chunk of run(store, query, skip + limit, onScan)) {
    const dropped = Math.min(left, chunk.length)
    left -= dropped
    yield chunk.slice(dropped).map(({ document }) => document)
  }
}

function* decoded(chunks: Iterable<Buffer[]>): Generator<ReturnType<typeof decode> | undefined, void, void> {
  for (const chunk of chunks) {
    for (const document of chunk) yield decode(document)
    yield undefined
  }
}

function foreignDocuments(store: Store, database: string): ForeignDocuments {
  return function* (name, filter, variables): Generator<ReturnType<typeof decode> | undefined, void, void> {
    const collection = store.catalog.get(database, name)
    if (collection === undefined) return
    const wanted = filter === undefined ? undefined : documentValue(encodeDocument(filter))
    const query = prepareQuery(collection, wanted, undefined, variables)
    yield* decoded(chunksOf(store, query))
  }
}

function* chunksOf(store: Store, query: Query): Generator<Buffer[], void, void> {
  for (const chunk of run(store, query)) yield chunk.map(({ document }) => document)
}
