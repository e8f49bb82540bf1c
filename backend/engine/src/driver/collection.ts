import mongoose from 'mongoose'
import type { Answer } from '../threads/protocol.ts'
import { EmbeddedAggregationCursor } from './aggregationCursor.ts'
import {
  bulkError,
  bulkOperation,
  deleting,
  insertion,
  rawBulkResult,
  replacing,
  updating,
  type WriteOperation,
} from './bulk.ts'
import { decode, shown, type CodecOptions, type Doc } from './codec.ts'
import { refuseOptions, type Commands } from './commands.ts'
import { mongoError, refuseMissing } from './errors.ts'
import { EmbeddedFindCursor } from './findCursor.ts'
import { indexDescription, ListedIndexes } from './indexes.ts'
import { readResult, updateResult, type WriteResult } from './results.ts'
import { isDoc, limitFields, plain, refuseOperators, requireOperators, sortMap, type KeySpec } from './shapes.ts'

const { MongoInvalidArgumentError } = mongoose.mongo

type Options = Doc & CodecOptions

/** Creates a `BulkWriteResult` of the driver, whose class the driver does not export. */
export type MakeBulkResult = (raw: ReturnType<typeof rawBulkResult>, ordered: boolean) => mongoose.mongo.BulkWriteResult

/** A collection of the embedded engine with the interface of `mongodb.Collection`. */
export class EmbeddedCollection {
  readonly dbName: string
  readonly collectionName: string
  readonly #commands: Commands
  readonly #makeBulkResult: MakeBulkResult

  constructor(commands: Commands, makeBulkResult: MakeBulkResult, dbName: string, collectionName: string) {
    this.#commands = commands
    this.#makeBulkResult = makeBulkResult
    this.dbName = dbName
    this.collectionName = collectionName
  }

  get namespace(): string {
    return `${this.dbName}.${this.collectionName}`
  }

  async insertOne(document: unknown, options?: Options): Promise<Doc> {
    const { operation, id } = insertion(document)
    await this.#writeOne('insertOne', operation, options)
    return { acknowledged: true, insertedId: id }
  }

  async insertMany(documents: unknown, options?: Options): Promise<Doc> {
    if (!Array.isArray(documents)) throw new MongoInvalidArgumentError('Argument "docs" must be an array of documents')
    const { insertedCount, insertedIds } = await this.#bulk('insertMany', documents.map(insertion), options)
    return { acknowledged: true, insertedCount, insertedIds }
  }

  bulkWrite(operations: unknown, options?: Options): Promise<mongoose.mongo.BulkWriteResult> {
    if (!Array.isArray(operations))
      throw new MongoInvalidArgumentError('Argument "operations" must be an array of documents')
    return this.#bulk('bulkWrite', operations.map(bulkOperation), options)
  }

  async updateOne(filter: unknown, update: unknown, options: Options = {}): Promise<Doc> {
    return updateResult(await this.#writeOne('updateOne', updating(filter, update, options, false), options))
  }

  async updateMany(filter: unknown, update: unknown, options: Options = {}): Promise<Doc> {
    return updateResult(await this.#writeOne('updateMany', updating(filter, update, options, true), options))
  }

  async replaceOne(filter: unknown, replacement: unknown, options: Options = {}): Promise<Doc> {
    return updateResult(await this.#writeOne('replaceOne', replacing(filter, replacement, options), options))
  }

  async deleteOne(filter: unknown, options?: Options): Promise<Doc> {
    const { nRemoved } = await this.#writeOne('deleteOne', deleting(filter, false), options)
    return { acknowledged: true, deletedCount: nRemoved }
  }

  async deleteMany(filter: unknown, options?: Options): Promise<Doc> {
    const { nRemoved } = await this.#writeOne('deleteMany', deleting(filter, true), options)
    return { acknowledged: true, deletedCount: nRemoved }
  }

  async findOneAndUpdate(filter: unknown, update: unknown, options: Options = {}): Promise<unknown> {
    requireOperators(update)
    return this.#findAndModify(
      'findOneAndUpdate',
      { q: filter, u: update, arrayFilters: options['arrayFilters'] },
      options,
    )
  }

  async findOneAndReplace(filter: unknown, replacement: unknown, options: Options = {}): Promise<unknown> {
    const made = plain(replacement)
    refuseOperators(made)
    return this.#findAndModify('findOneAndReplace', { q: filter, u: made, replace: true }, options)
  }

  async findOneAndDelete(filter: unknown, options: Options = {}): Promise<unknown> {
    return this.#findAndModify('findOneAndDelete', { q: filter, remove: true }, options)
  }

  find(filter: unknown = {}, options: Options = {}): EmbeddedFindCursor {
    refuseOptions({ ...options, explain: undefined }, 'Collection.find()')
    return new EmbeddedFindCursor(this.#commands, this.#findCommand(filter, options), options)
  }

  async findOne(filter: unknown = {}, options: Options = {}): Promise<unknown> {
    refuseOptions({ ...options, explain: undefined }, 'Collection.findOne()')
    if (options['explain'] !== undefined && options['explain'] !== false)
      return this.find(filter, options).limit(1).explain()
    const command = { ...this.#findCommand(filter, options), limit: 1, singleBatch: true }
    const { answer } = await this.#commands.read(command, options)
    return firstDocument(answer, options)
  }

  aggregate(pipeline: unknown = [], options: Options = {}): EmbeddedAggregationCursor {
    refuseOptions({ ...options, explain: undefined }, 'Collection.aggregate()')
    return new EmbeddedAggregationCursor(
      this.#commands,
      { ...this.#command('aggregate'), pipeline, batchSize: batchSizeOf(options) },
      options,
    )
  }

  async countDocuments(filter: unknown = {}, options: Options = {}): Promise<number> {
    refuseOptions(options, 'Collection.countDocuments()')
    const { skip, limit } = options
    const { answer } = await this.#commands.read({ ...this.#command('count'), filter, skip, limit }, options)
    return Number(decode(answer.header, {})['n'])
  }

  count(filter: unknown = {}, options: Options = {}): Promise<number> {
    return this.countDocuments(filter, options)
  }

  async estimatedDocumentCount(options?: Options): Promise<number> {
    const { answer } = await this.#commands.read(this.#command('estimatedCount'), options)
    return Number(decode(answer.header, {})['n'])
  }

  async distinct(key: string, filter: unknown = {}, options: Options = {}): Promise<unknown[]> {
    refuseOptions(options, 'Collection.distinct()')
    const { answer } = await this.#commands.read({ ...this.#command('distinct'), key, filter }, options)
    return answer.documents.map((document) => decode(document, options)['v'])
  }

  async createIndex(key: KeySpec, options: Options = {}): Promise<string> {
    const [name] = await this.createIndexes([{ ...options, key }], { session: options['session'] })
    return name ?? ''
  }

  async createIndexes(specs: readonly Doc[], options?: Options): Promise<string[]> {
    refuseOptions(options, 'Collection.createIndexes()')
    const described = specs.map(indexDescription)
    await this.#commands.write({ ...this.#command('createIndexes'), specs: described }, options)
    return described.map(({ name }) => name)
  }

  async dropIndex(name: string, options?: Options): Promise<Doc> {
    await this.#commands.write({ ...this.#command('dropIndexes'), name }, options)
    return { ok: 1 }
  }

  async dropIndexes(options?: Options): Promise<boolean> {
    await this.#commands.write({ ...this.#command('dropIndexes'), name: '*' }, options)
    return true
  }

  listIndexes(): ListedIndexes {
    return new ListedIndexes(async () => {
      const { answer } = await this.#commands.read(this.#command('listIndexes'))
      return [decode(answer.header, {})['id'], ...answer.documents.map((spec) => decode(spec, {}))].filter(isDoc)
    })
  }

  indexes(): Promise<Doc[]> {
    return this.listIndexes().toArray()
  }

  async indexExists(names: string | readonly string[]): Promise<boolean> {
    const known = new Set((await this.indexes()).map(({ name }) => name))
    return [names].flat().every((name) => known.has(name))
  }

  async indexInformation(options: Options = {}): Promise<unknown> {
    const indexes = await this.indexes()
    if (options['full'] === true) return indexes
    return Object.fromEntries(indexes.map(({ name, key }) => [String(name), Object.entries(isDoc(key) ? key : {})]))
  }

  async drop(options?: Options): Promise<boolean> {
    const { header } = await this.#commands.write(this.#command('drop'), options)
    return decode(header, {})['dropped'] === true
  }

  isCapped(): Promise<boolean> {
    return Promise.resolve(false)
  }

  #command(op: string): Doc {
    return { op, db: this.dbName, c: this.collectionName }
  }

  #findCommand(filter: unknown, options: Options): Doc {
    const { sort, skip, limit, projection, fields } = options
    return {
      ...this.#command('find'),
      filter: filter ?? {},
      sort: sortMap(sort),
      skip,
      ...limitFields(limit),
      projection: projection ?? fields,
      batchSize: batchSizeOf(options),
    }
  }

  async #write(operations: readonly WriteOperation[], ordered: boolean, options: Options): Promise<WriteResult> {
    const { header } = await this.#commands.writeAll({ ...this.#command('write'), ordered }, operations, options)
    return readResult(decode(header, {}))
  }

  async #writeOne(method: string, operation: WriteOperation, options: Options = {}): Promise<WriteResult> {
    refuseOptions(options, `Collection.${method}()`)
    const result = await this.#write([operation], true, options)
    const [failed] = result.writeErrors
    if (failed !== undefined) throw mongoError(failed)
    return result
  }

  async #bulk(
    method: string,
    entries: readonly { operation: WriteOperation; id?: unknown }[],
    options: Options = {},
  ): Promise<mongoose.mongo.BulkWriteResult> {
    refuseOptions(options, `Collection.${method}()`)
    if (entries.length === 0) throw new MongoInvalidArgumentError('Invalid BulkOperation, Batch cannot be empty')
    const ordered = options['ordered'] !== false
    const operations = entries.map(({ operation }) => operation)
    const result = await this.#write(operations, ordered, options)
    const ids = entries.flatMap((entry, index) => ('id' in entry ? [{ index, _id: entry.id }] : []))
    const raw = rawBulkResult(result, operations, ids)
    const made = this.#makeBulkResult(raw, ordered)
    if (raw.writeErrors.length > 0) throw bulkError(raw.writeErrors, made)
    return made
  }

  async #findAndModify(method: string, what: Doc, options: Options): Promise<unknown> {
    refuseOptions(options, `Collection.${method}()`)
    const command = {
      ...this.#command('findAndModify'),
      ...what,
      q: what['q'] ?? {},
      sort: sortMap(options['sort']),
      projection: options['projection'] ?? options['fields'],
      upsert: options['upsert'] === true,
      new: options['returnDocument'] === 'after',
    }
    const answer = await this.#commands.write(command, options)
    const value = firstDocument(answer, options)
    if (options['includeResultMetadata'] !== true) return value
    return { lastErrorObject: decode(answer.header, options)['lastErrorObject'], value, ok: 1 }
  }
}

refuseMissing(EmbeddedCollection, mongoose.mongo.Collection)

function firstDocument(answer: Answer, options: CodecOptions): unknown {
  const [document] = answer.documents
  if (document === undefined) return null
  return shown(document, options)
}

function batchSizeOf(options: Options): unknown {
  const cursor = options['cursor']
  return options['batchSize'] ?? (isDoc(cursor) ? cursor['batchSize'] : undefined)
}
