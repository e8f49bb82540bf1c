import type { Document } from 'bson'
import { badValue, describeFailure, serverError, unsupported } from '../errors.ts'
import { documentValue, elementName, elements, type RawValue } from '../keys/raw.ts'
import { parseFilter } from '../query/filter.ts'
import { parseProjection } from '../query/projection.ts'
import { subdocument } from '../query/values.ts'
import { commandField, flag, list, text } from './commandFields.ts'
import { ensureCollection, insertDocument } from '../storage/documents.ts'
import { createIndexes, dropCollection, dropIndexes } from '../storage/indexes.ts'
import { findAndModify, remove, update } from './modify.ts'
import { aggregateInto } from './mergeAndOut.ts'
import type { ScanReporter } from './query.ts'
import { withSavepoint, type Store } from '../storage/store.ts'
import { sweepExpired } from './expiry.ts'

export interface WriteAnswer {
  header: Document
  documents: Buffer[]
}

/**
 * Runs one write command inside the running transaction, and undoes its changes if it throws. With `whole`, it stops at
 * the first error, because an error ends the transaction.
 */
export function runWrite(store: Store, bytes: Buffer, onScan: ScanReporter, whole = false): WriteAnswer {
  const command = documentValue(bytes)
  const operation = text(command, 'op')
  const handler = HANDLERS[operation]
  if (handler === undefined) throw unsupported(`The command ${operation}`)
  return handler(store, command, onScan, whole)
}

type Handler = (store: Store, command: RawValue, onScan: ScanReporter, whole: boolean) => WriteAnswer

const HANDLERS: Readonly<Record<string, Handler>> = {
  write,
  findAndModify: modify,
  aggregateInto: (store, command, onScan) => {
    aggregateInto(store, command, (examined) => onScan(text(command, 'c'), command, examined))
    return done()
  },
  create: (store, command) => {
    if (store.catalog.get(text(command, 'db'), text(command, 'c')) !== undefined) {
      throw serverError(
        48,
        'NamespaceExists',
        `Collection ${text(command, 'db')}.${text(command, 'c')} already exists.`,
      )
    }
    ensureCollection(store, text(command, 'db'), text(command, 'c'))
    return done()
  },
  createIndexes: (store, command) => {
    createIndexes(store, text(command, 'db'), text(command, 'c'), list(command, 'specs').map(subdocument))
    return done()
  },
  dropIndexes: (store, command) => {
    dropIndexes(store, existing(store, command), text(command, 'name'))
    return done()
  },
  drop: (store, command) => {
    const collection = store.catalog.get(text(command, 'db'), text(command, 'c'))
    if (collection !== undefined) dropCollection(store, collection)
    return done({ dropped: collection !== undefined })
  },
  dropDatabase: (store, command) => {
    const database = text(command, 'db')
    for (const collection of store.catalog.all())
      if (collection.database === database) dropCollection(store, collection)
    return done()
  },
  sweep: (store) => done({ deleted: sweepExpired(store, Date.now()) }),
}

function done(header: Document = {}): WriteAnswer {
  return { header, documents: [] }
}

/**
 * Handles `{db, c, ordered, ops: [{insert: document} | {update: {…}} | {delete: {…}}]}`. An operation that fails is
 * undone and reported. The earlier operations stay, and the later ones run unless the list is ordered.
 */
function write(store: Store, command: RawValue, onScan: ScanReporter, whole: boolean): WriteAnswer {
  const isNew = isMissing(store, command)
  const collection = ensureCollection(store, text(command, 'db'), text(command, 'c'))
  const ordered = flag(command, 'ordered')
  const result = {
    nInserted: 0,
    nMatched: 0,
    nModified: 0,
    nRemoved: 0,
    upserted: [] as Document[],
    writeErrors: [] as Document[],
  }
  for (const [index, operation] of list(command, 'ops').entries()) {
    const [action] = elements(operation)
    if (action === undefined) throw badValue('An empty operation')
    const told = (examined: number): void => onScan(collection.name, action, examined)
    try {
      switch (elementName(action)) {
        case 'insert':
          insertDocument(store, collection, subdocument(action))
          result.nInserted++
          break
        case 'update': {
          const { matched, modified, upsertedId } = withSavepoint(store, () => update(store, collection, action, told))
          result.nMatched += matched
          result.nModified += modified
          if (upsertedId !== undefined) result.upserted.push({ index, _id: upsertedId })
          break
        }
        case 'delete':
          result.nRemoved += withSavepoint(store, () => remove(store, collection, action, told))
          break
        default:
          throw unsupported(`The bulk operation ${elementName(action)}`)
      }
    } catch (error) {
      const reason = describeFailure(error)
      // A failure of the file affects the whole command, and an unknown operation is a bug. The transaction of a spoiled
      // command runs again.
      if (reason.kind !== 'server' || store.sqlite.isSpoiled) throw error
      result.writeErrors.push({ index, ...reason })
      if (ordered || whole) break
    }
  }
  if (isNew && result.nInserted === 0 && result.upserted.length === 0) dropCollection(store, collection)
  return done(result)
}

function modify(store: Store, command: RawValue, onScan: ScanReporter): WriteAnswer {
  const isNew = isMissing(store, command)
  const collection = ensureCollection(store, text(command, 'db'), text(command, 'c'))
  const filter = commandField(command, 'q')
  const projection = parseProjection(
    commandField(command, 'projection'),
    filter === undefined ? undefined : parseFilter(filter),
  )
  const outcome = findAndModify(store, collection, command, (examined) => onScan(collection.name, command, examined))
  const chosen = flag(command, 'new') ? outcome.after : outcome.before
  const updated = outcome.before !== undefined
  if (isNew && outcome.upsertedId === undefined) dropCollection(store, collection)
  const lastErrorObject: Document = flag(command, 'remove')
    ? { n: updated ? 1 : 0 }
    : { n: updated || outcome.upsertedId !== undefined ? 1 : 0, updatedExisting: updated, upserted: outcome.upsertedId }
  const documents = chosen === undefined ? [] : [projection === undefined ? chosen : projection(chosen)]
  return { header: { lastErrorObject }, documents }
}

/** A collection is created with its first document. A command that inserts none must not create it. */
function isMissing(store: Store, command: RawValue): boolean {
  return store.catalog.get(text(command, 'db'), text(command, 'c')) === undefined
}

function existing(store: Store, command: RawValue) {
  const [database, name] = [text(command, 'db'), text(command, 'c')]
  const collection = store.catalog.get(database, name)
  if (collection === undefined) throw serverError(26, 'NamespaceNotFound', `ns does not exist: ${database}.${name}`)
  return collection
}
