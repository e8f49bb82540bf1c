import type { Document } from 'bson'
import { badValue, serverError, unsupported } from '../errors.ts'
import { keyOf } from '../keys/encode.ts'
import { BSON_TYPE, documentValue, elements, type RawValue } from '../keys/raw.ts'
import { parseFilter } from '../query/filter.ts'
import { parsePath, visitPath } from '../query/path.ts'
import { parseProjection } from '../query/projection.ts'
import { wrap } from '../query/values.ts'
import { aggregate } from './aggregate.ts'
import { ID_INDEX, ID_INDEX_NAME, type Collection } from '../storage/catalog.ts'
import { commandField, flag, number, text } from './commandFields.ts'
import { Cursor, type Cursors } from './cursors.ts'
import { allIndexes } from '../storage/indexes.ts'
import { explain } from './explain.ts'
import { prepareQuery, run, type Query, type ScanListener, type ScanReporter } from './query.ts'
import type { Store } from '../storage/store.ts'

export interface ReadAnswer {
  header: Document
  documents?: Buffer[]
}

/** A running read command. At every `yield`, other commands can run. */
export type ReadJob = Generator<void, ReadAnswer, void>

export interface ReadContext {
  readonly store: Store
  readonly cursors: Cursors
  readonly onScan: ScanReporter
}

/** Starts a read command. Each step of the job must run inside a transaction, with an up-to-date catalogue. */
export function* runRead(context: ReadContext, bytes: Buffer): ReadJob {
  const command = documentValue(bytes)
  const operation = text(command, 'op')
  const handler = HANDLERS[operation]
  if (handler === undefined) throw unsupported(`The command ${operation}`)
  return yield* handler(context, command)
}

type Handler = (context: ReadContext, command: RawValue) => ReadJob

const HANDLERS: Readonly<Record<string, Handler>> = {
  find,
  getMore,
  count,
  distinct,
  aggregate: aggregateCommand,
  explain: function* ({ store }, command) {
    yield* []
    return { header: explain(store, command) }
  },
  killCursor: function* ({ cursors }, command) {
    yield* []
    cursors.kill(number(command, 'cursor') ?? 0)
    return { header: {} }
  },
  estimatedCount: function* ({ store }, command) {
    yield* []
    const collection = named(store, command)
    return {
      header: {
        n: collection === undefined ? 0 : Number(store.sqlite.value(`SELECT count(*) FROM ${collection.table}`)),
      },
    }
  },
  listCollections: function* ({ store }, command) {
    yield* []
    const database = text(command, 'db')
    return { header: { names: store.catalog.all().flatMap((each) => (each.database === database ? [each.name] : [])) } }
  },
  listDatabases: function* ({ store }) {
    yield* []
    return { header: { names: [...new Set(store.catalog.all().map(({ database }) => database))].sort() } }
  },
  listIndexes: function* ({ store }, command) {
    yield* []
    const collection = named(store, command)
    if (collection === undefined) {
      throw serverError(26, 'NamespaceNotFound', `ns does not exist: ${text(command, 'db')}.${text(command, 'c')}`)
    }
    return {
      header: { id: { v: 2, key: { _id: 1 }, name: ID_INDEX_NAME } },
      documents: allIndexes(collection).map(({ spec }) => spec),
    }
  },
}

function named(store: Store, command: RawValue): Collection | undefined {
  return store.catalog.get(text(command, 'db'), text(command, 'c'))
}

/** Handles `{db, c, filter, sort, skip, limit, projection, batchSize, singleBatch}`. */
function* find(context: ReadContext, command: RawValue): ReadJob {
  const { store, cursors } = context
  const collection = named(store, command)
  const filter = commandField(command, 'filter')
  const projection = parseProjection(
    commandField(command, 'projection'),
    filter === undefined ? undefined : parseFilter(filter),
  )
  if (collection === undefined) return { header: { cursor: 0 } }
  const query = prepareQuery(collection, filter, commandField(command, 'sort'))
  const skip = whole(command, 'skip') ?? 0
  const limit = limitOf(command)
  const chunks = run(store, query, skip + limit, listener(context, command))
  const cursor = new Cursor(documentsOf(chunks, skip), projection)
  return yield* cursors.firstBatch(cursor, whole(command, 'batchSize'), flag(command, 'singleBatch'))
}

function* documentsOf(
  chunks: Generator<{ document: Buffer }[], void, void>,
  skip: number,
): Generator<Buffer[], void, void> {
  let left = skip
  for (const chunk of chunks) {
    const dropped = Math.min(left, chunk.length)
    left -= dropped
    yield chunk.slice(dropped).map(({ document }) => document)
  }
}

function* getMore({ cursors }: ReadContext, command: RawValue): ReadJob {
  return yield* cursors.nextBatch(number(command, 'cursor') ?? 0, whole(command, 'batchSize'))
}

/** Handles `{db, c, filter, skip, limit}`. */
function* count(context: ReadContext, command: RawValue): ReadJob {
  const { store } = context
  const collection = named(store, command)
  if (collection === undefined) return { header: { n: 0 } }
  const query = prepareQuery(collection, commandField(command, 'filter'), undefined)
  const skip = whole(command, 'skip') ?? 0
  const limit = limitOf(command)
  const counted = countByKeys(store, query)
  if (counted !== undefined) return { header: { n: Math.min(Math.max(0, counted - skip), limit) } }
  let n = 0
  for (const chunk of run(store, query, skip + limit, listener(context, command))) {
    n += chunk.length
    yield
  }
  return { header: { n: Math.max(0, n - skip) } }
}

/** Counts index keys without reading documents, if the keys alone decide which documents match. */
function countByKeys(store: Store, { plan, collection }: Query): number | undefined {
  const { source, residual } = plan
  if (residual) return undefined
  if (source.kind === 'scan') return Number(store.sqlite.value(`SELECT count(*) FROM ${collection.table}`))
  if (source.kind !== 'index' || source.index.multikey !== 0) return undefined
  const [table, key] = source.index === ID_INDEX ? [collection.table, 'id'] : [source.index.table, 'k']
  return source.ranges.reduce(
    (sum, { low, high }) =>
      sum + Number(store.sqlite.value(`SELECT count(*) FROM ${table} WHERE ${key} >= ? AND ${key} < ?`, low, high)),
    0,
  )
}

/** Handles `{db, c, key, filter}`. Each value is returned as a document `{v: value}`. */
function* distinct(context: ReadContext, command: RawValue): ReadJob {
  const collection = named(context.store, command)
  if (collection === undefined) return { header: {} }
  const path = parsePath(text(command, 'key'))
  const query = prepareQuery(collection, commandField(command, 'filter'), undefined)
  const values = new Map<string, Buffer>()
  const note = (value: RawValue): void => {
    const key = keyOf(value).toString('latin1')
    if (!values.has(key)) values.set(key, wrap(value))
  }
  for (const chunk of run(context.store, query, Infinity, listener(context, command))) {
    for (const { document } of chunk) {
      visitPath(documentValue(document), path, (value) => {
        if (value?.type === BSON_TYPE.array) for (const element of elements(value)) note(element)
        else if (value !== undefined) note(value)
        return false
      })
    }
    yield
  }
  return { header: {}, documents: [...values.values()] }
}

/** Handles `{db, c, pipeline, batchSize}`. */
function* aggregateCommand(context: ReadContext, command: RawValue): ReadJob {
  const pipeline = commandField(command, 'pipeline')
  if (pipeline?.type !== BSON_TYPE.array) throw badValue("'pipeline' must be an array")
  const chunks = aggregate(context.store, text(command, 'db'), text(command, 'c'), pipeline, listener(context, command))
  const cursor = new Cursor(chunks, undefined)
  return yield* context.cursors.firstBatch(cursor, whole(command, 'batchSize'), false)
}

function listener({ onScan }: ReadContext, command: RawValue): ScanListener {
  return (examined) => onScan(text(command, 'c'), command, examined)
}

function whole(command: RawValue, name: string): number | undefined {
  const value = number(command, name)
  if (value === undefined) return undefined
  if (!Number.isInteger(value) || value < 0) throw badValue(`${name} must be a whole number of 0 or more`)
  return value
}

/** As in MongoDB, 0 means no limit. */
function limitOf(command: RawValue): number {
  const limit = whole(command, 'limit')
  return limit === undefined || limit === 0 ? Infinity : limit
}
