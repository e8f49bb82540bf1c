import mongoose from 'mongoose'
import type { Doc } from './codec.ts'
import { refuseOptions } from './commands.ts'
import type { WriteResult } from './results.ts'
import { isDoc, plain, refuseOperators, requireOperators, sortMap } from './shapes.ts'

const { MongoBulkWriteError, MongoInvalidArgumentError, ObjectId } = mongoose.mongo

/** One operation of a `write` command: `{insert}`, `{update}` or `{delete}`. */
export type WriteOperation = Doc

/** Builds an insert operation. If the document has no `_id`, this function adds one to it, as MongoDB's driver does. */
export function insertion(document: unknown): { operation: WriteOperation; id: unknown } {
  if (isDoc(document) && document['_id'] === undefined && typeof document['toBSON'] !== 'function')
    document['_id'] = new ObjectId()
  const stored = plain(document)
  const id = stored['_id'] ?? new ObjectId()
  return {
    operation: { insert: stored['_id'] === undefined || stored['_id'] === null ? { ...stored, _id: id } : stored },
    id,
  }
}

/** Builds an update by operators or by a pipeline. @throws MongoInvalidArgumentError for an update without operators */
export function updating(filter: unknown, update: unknown, options: Doc, multi: boolean): WriteOperation {
  requireOperators(update)
  const { upsert, arrayFilters, sort } = options
  return {
    update: {
      q: filter ?? {},
      u: update,
      multi,
      upsert: upsert === true,
      arrayFilters,
      sort: multi ? undefined : sortMap(sort),
    },
  }
}

/** Builds the replacement of one document. @throws MongoInvalidArgumentError for a replacement with operators */
export function replacing(filter: unknown, replacement: unknown, options: Doc): WriteOperation {
  const made = plain(replacement)
  refuseOperators(made)
  return {
    update: {
      q: filter ?? {},
      u: made,
      replace: true,
      upsert: options['upsert'] === true,
      sort: sortMap(options['sort']),
    },
  }
}

/** Builds the deletion of one document, or of all that match. */
export function deleting(filter: unknown, multi: boolean): WriteOperation {
  return { delete: { q: filter ?? {}, multi } }
}

/** Reads one entry of `bulkWrite`, for example `{insertOne: {document}}` or `{updateOne: {filter, update, …}}`. */
export function bulkOperation(entry: unknown): { operation: WriteOperation; id?: unknown } {
  const [name, body] = isDoc(entry) ? (Object.entries(entry)[0] ?? []) : []
  const options = isDoc(body) ? body : {}
  refuseOptions(options, 'Collection.bulkWrite()')
  switch (name) {
    case 'insertOne':
      return insertion(options['document'] ?? body)
    case 'updateOne':
      return { operation: updating(options['filter'], options['update'], options, false) }
    case 'updateMany':
      return { operation: updating(options['filter'], options['update'], options, true) }
    case 'replaceOne':
      return { operation: replacing(options['filter'], options['replacement'], options) }
    case 'deleteOne':
      return { operation: deleting(options['filter'], false) }
    case 'deleteMany':
      return { operation: deleting(options['filter'], true) }
    case undefined:
    default:
      throw new MongoInvalidArgumentError(
        'bulkWrite only supports insertOne, updateOne, updateMany, replaceOne, deleteOne, deleteMany',
      )
  }
}

/** The input of the constructor of the driver's `BulkWriteResult`. */
export interface RawBulkResult {
  ok: 1
  writeErrors: WriteError[]
  writeConcernErrors: never[]
  insertedIds: { index: number; _id: unknown }[]
  nInserted: number
  nUpserted: number
  nMatched: number
  nModified: number
  nRemoved: number
  upserted: { index: number; _id: unknown }[]
}

/** Shapes the result of a bulk write as the `mongodb` driver's BulkWriteResult reads it. */
export function rawBulkResult(
  result: WriteResult,
  operations: readonly WriteOperation[],
  insertedIds: RawBulkResult['insertedIds'],
): RawBulkResult {
  return {
    ok: 1,
    writeErrors: result.writeErrors.map(
      ({ index, code = 0, message, keyPattern, keyValue }) =>
        new WriteError({ index, code, errmsg: message, keyPattern, keyValue, op: operationOf(operations[index]) }),
    ),
    writeConcernErrors: [],
    insertedIds,
    nInserted: result.nInserted,
    nUpserted: result.upserted.length,
    nMatched: result.nMatched,
    nModified: result.nModified,
    nRemoved: result.nRemoved,
    upserted: result.upserted,
  }
}

/** `result` is a `BulkWriteResult` of the driver. */
export function bulkError(writeErrors: readonly WriteError[], result: mongoose.mongo.BulkWriteResult): Error {
  const [first] = writeErrors
  const error = new MongoBulkWriteError(
    { message: first?.errmsg ?? 'write operation failed', code: first?.code ?? 0 },
    result,
  )
  return Object.assign(error, { writeErrors })
}

function operationOf(operation: WriteOperation | undefined): unknown {
  return operation?.['insert'] ?? operation?.['update'] ?? operation?.['delete']
}

interface WriteErrorFields {
  index: number
  code: number
  errmsg: string
  op: unknown
  keyPattern: Doc | undefined
  keyValue: Doc | undefined
}

/** A class like the driver's `WriteError`, which the driver does not export. Mongoose changes `err.index`. */
export class WriteError {
  readonly err: WriteErrorFields

  constructor(err: WriteErrorFields) {
    this.err = err
  }

  get code(): number {
    return this.err.code
  }

  get index(): number {
    return this.err.index
  }

  get errmsg(): string {
    return this.err.errmsg
  }

  get errInfo(): undefined {
    return undefined
  }

  getOperation(): unknown {
    return this.err.op
  }

  toJSON(): Doc {
    return { code: this.code, index: this.index, errmsg: this.errmsg, op: this.err.op }
  }

  toString(): string {
    return `WriteError(${JSON.stringify(this.toJSON())})`
  }
}
