import { BSON, type Document } from 'bson'
import { asBuffer, BSON_TYPE, documentValue, elementName, elements, numberOf, type RawValue } from '../keys/raw.ts'
import { runPipeline } from '../semantics/aggregate.ts'
import type { ForeignDocuments } from '../semantics/stages.ts'
import { decodePlain, encodeDocument, fromRawPlain, isPlainObject } from '../semantics/values.ts'
import { everything, prepareQuery, run, type ScanListener } from './query.ts'
import type { Store } from './store.ts'

/**
 * Runs an aggregation. What a query can do at its beginning ($match, then $sort, $skip, $limit) goes to the planner; the
 * rest is computed in memory.
 */
export function* aggregate(
  store: Store,
  database: string,
  name: string,
  pipeline: RawValue,
  onScan: ScanListener,
): Generator<void, Buffer[], void> {
  const stages = [...elements(pipeline)]
  const front = takeFront(stages)
  const rest = stages.slice(front.taken).map(fromRawPlain).filter(isPlainObject)
  const collection = store.catalog.get(database, name)
  const documents: Buffer[] = []
  if (collection !== undefined) {
    const query = prepareQuery(collection, front.match, front.sort)
    let skipped = 0
    for (const chunk of run(store, query, front.skip + front.limit, onScan)) {
      for (const { document } of chunk) if (skipped++ >= front.skip) documents.push(document)
      yield
    }
  }
  if (rest.length === 0) return documents
  const results = runPipeline(documents.map(decodePlain), rest, foreignDocuments(store, database))
  return results.map(encodeDocument)
}

interface Front {
  match: RawValue | undefined
  sort: RawValue | undefined
  skip: number
  limit: number
  /** How many stages these stand for. */
  taken: number
}

const ORDER_OF_FRONT = ['$match', '$sort', '$skip', '$limit']

function takeFront(stages: readonly RawValue[]): Front {
  const front: Front = { match: undefined, sort: undefined, skip: 0, limit: Infinity, taken: 0 }
  let place = 0
  for (const stage of stages) {
    if (stage.type !== BSON_TYPE.object) break
    const [entry] = elements(stage)
    const at = entry === undefined ? -1 : ORDER_OF_FRONT.indexOf(elementName(entry), place)
    if (entry === undefined || at === -1) break
    const count = numberOf(entry)
    if (at === 0 && entry.type === BSON_TYPE.object) front.match = entry
    else if (at === 1 && entry.type === BSON_TYPE.object) front.sort = entry
    else if (at === 2 && count !== undefined && Number.isInteger(count) && count >= 0) front.skip = count
    else if (at === 3 && count !== undefined && Number.isInteger(count) && count > 0) front.limit = count
    else break
    place = at + 1
    front.taken++
  }
  return front
}

function foreignDocuments(store: Store, database: string): ForeignDocuments {
  return (name, path, values) => {
    const collection = store.catalog.get(database, name)
    if (collection === undefined) return []
    const filter: Document = path === undefined || values === undefined ? {} : { [path]: { $in: values } }
    const query = prepareQuery(collection, documentValue(asBuffer(BSON.serialize(filter))), undefined)
    return [...everything(store, query)].map(({ document }) => decodePlain(document))
  }
}
