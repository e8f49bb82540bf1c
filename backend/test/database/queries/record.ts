import mongoose from 'mongoose'
import { EmbeddedCollection } from 'parley-engine'

type Doc = Record<string, unknown>

/** A query of a collection: the first command of its shape. */
export interface AskedQuery {
  /** The same text for queries that differ only in their values. */
  shape: string
  collection: string
  command: string
  filter: Doc
  sort: [string, number][]
  /** The most documents to return; null: all that match. */
  limit: number | null
}

/** The position of the options. The filter is always the first argument. */
const OPTIONS_AT = {
  find: 1,
  findOne: 1,
  countDocuments: 1,
  deleteOne: 1,
  deleteMany: 1,
  findOneAndDelete: 1,
  updateOne: 2,
  updateMany: 2,
  replaceOne: 2,
  findOneAndUpdate: 2,
  findOneAndReplace: 2,
} as const
const OF_ONE = new Set<string>([
  'findOne',
  'updateOne',
  'replaceOne',
  'deleteOne',
  'findOneAndUpdate',
  'findOneAndReplace',
  'findOneAndDelete',
])

/**
 * Records every query of this process below Mongoose, in the form of the driver, for the embedded engine and for
 * MongoDB. `asked` returns the distinct ones so far.
 */
export function recordQueries(): { asked: () => AskedQuery[]; stop: () => void } {
  const found = new Map<string, AskedQuery>()
  // A method of MongoDB's driver may call another one. Only the outer call is recorded.
  let isInside = false

  function note(collection: string, command: string, filter: unknown, options: unknown): void {
    const { sort, limit } = isDoc(options) ? options : {}
    const order = entriesOf(sort)
    const most = OF_ONE.has(command) ? 1 : typeof limit === 'number' && limit !== 0 ? Math.abs(limit) : null
    const by = order.length === 0 ? '' : ` by ${order.map(([name, direction]) => `${name} ${direction}`).join(', ')}`
    const shape = `${collection} ${command} ${shapeOf(filter ?? {})}${by}${most === null ? '' : ' limited'}`
    if (!found.has(shape))
      found.set(shape, { shape, collection, command, filter: isDoc(filter) ? filter : {}, sort: order, limit: most })
  }

  function listen(prototype: object): () => void {
    const undo: (() => void)[] = []
    const wrap = (method: string, hear: (name: string, args: readonly unknown[]) => void) => {
      const original: unknown = Reflect.get(prototype, method)
      if (typeof original !== 'function') throw new Error(`No ${method}`)
      const heard = function (this: { collectionName: string }, ...args: unknown[]): unknown {
        if (isInside) return original.apply(this, args)
        hear(this.collectionName, args)
        isInside = true
        try {
          return original.apply(this, args)
        } finally {
          isInside = false
        }
      }
      Reflect.set(prototype, method, heard)
      undo.push(() => Reflect.set(prototype, method, original))
    }
    for (const [method, at] of Object.entries(OPTIONS_AT))
      wrap(method, (name, args) => note(name, method, args[0], args[at]))
    wrap('distinct', (name, args) => note(name, 'distinct', args[1], undefined))
    wrap('aggregate', (name, [pipeline]) => note(name, 'aggregate', matchOf(pipeline), undefined))
    wrap('bulkWrite', (name, [operations]) => {
      for (const operation of Array.isArray(operations) ? operations : []) {
        for (const [kind, value] of Object.entries(isDoc(operation) ? operation : {}))
          if (isDoc(value) && 'filter' in value) note(name, kind, value['filter'], undefined)
      }
    })
    return () => undo.forEach((back) => back())
  }

  const stops = [listen(EmbeddedCollection.prototype), listen(mongoose.mongo.Collection.prototype)]
  return { asked: () => [...found.values()], stop: () => stops.forEach((stop) => stop()) }
}

/** Returns the beginning of a pipeline that an index can serve. */
function matchOf(pipeline: unknown): unknown {
  const [first] = Array.isArray(pipeline) ? pipeline : []
  return isDoc(first) ? first['$match'] : undefined
}

function entriesOf(sort: unknown): [string, number][] {
  const entries = sort instanceof Map ? [...sort] : isDoc(sort) ? Object.entries(sort) : []
  return entries.map(([name, direction]) => [String(name), Number(direction)])
}

function shapeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return value.some(isDoc) ? `[${[...new Set(value.map(shapeOf))].join(', ')}]` : '[…]'
  if (!isDoc(value)) return '?'
  return `{${Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([name, each]) => `${name}: ${shapeOf(each)}`)
    .join(', ')}}`
}

/** Tells whether it is a plain object, not a BSON value. */
export function isDoc(value: unknown): value is Doc {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
