import type { mongo } from 'mongoose'
import { StartupError } from '../../lib/errors.ts'
import { UNFINISHED_MOVE } from '../../migrations/migration.runner.ts'
import { decodeExactly } from 'parley-engine'
import { indexSpec, type IndexSpec, type Source, type Target } from './store.types.ts'

type Db = mongo.Db

/** The most bytes of one command. MongoDB takes 48 MB a message, and 16 MB a document. */
const MESSAGE_BYTES = 8 * 1024 * 1024
const DOCUMENTS = 1000

const WRITE_CONCERN = { w: 'majority', j: true }

/** Reads the store of a MongoDB database. */
export function mongoSource(db: Db): Source {
  return {
    async collections() {
      const names = (await collectionNames(db)).filter((name) => name !== UNFINISHED_MOVE)
      return Promise.all(
        names.toSorted().map(async (name) => ({
          name,
          count: await db.collection(name).countDocuments({}),
          indexes: await indexesOf(db, name),
        })),
      )
    },
    documents: (name) => batches(db.collection(name).find({}, { raw: true, batchSize: DOCUMENTS })),
  }
}

/** Fills the store of a MongoDB database. Each write is on the disks of a majority when it is acknowledged. */
export function mongoTarget(db: Db): Target {
  return {
    async create(name) {
      await db.createCollection(name)
    },
    async insert(name, documents) {
      for await (const batch of batches(documents)) {
        const command = {
          insert: name,
          documents: batch.map(decodeExactly),
          ordered: true,
          writeConcern: WRITE_CONCERN,
        }
        const answer = await db.command(command).catch(refused(`documents of ${name}`))
        const [error]: unknown[] = Array.isArray(answer['writeErrors']) ? answer['writeErrors'] : []
        if (error !== undefined) refused(`a document of ${name}`)(error)
      }
    },
    async createIndexes(name, specs) {
      if (specs.length > 0)
        await db
          .command({ createIndexes: name, indexes: specs, writeConcern: WRITE_CONCERN })
          .catch(refused(`an index of ${name}`))
    },
  }
}

function refused(part: string): (error: unknown) => never {
  return (cause) => {
    const reason = cause instanceof Error ? cause.message : JSON.stringify(cause)
    throw new StartupError(
      `The target refuses ${part}: ${reason}. It now holds a part of the copy, so drop that database. The source is unchanged.`,
      { cause },
    )
  }
}

/** Returns the names of the collections. @throws StartupError for a view, or another type of collection */
export async function collectionNames(db: Db): Promise<string[]> {
  const all = await db.listCollections().toArray()
  const names: string[] = []
  for (const { name, type } of all) {
    if (name.startsWith('system.')) continue
    if (type !== undefined && type !== 'collection')
      throw new StartupError(`${db.databaseName}.${name} is a ${type}, which cannot be moved.`)
    names.push(name)
  }
  return names
}

async function indexesOf(db: Db, name: string): Promise<IndexSpec[]> {
  const listed = await db.collection(name).listIndexes().toArray()
  return listed.map(indexSpec).filter((spec) => spec.name !== '_id_')
}

async function* batches(
  documents: AsyncIterable<unknown> | Iterable<unknown>,
): AsyncGenerator<Buffer[], void, undefined> {
  let batch: Buffer[] = []
  let bytes = 0
  for await (const document of documents) {
    if (!(document instanceof Uint8Array)) throw new Error('The driver gave no bytes')
    if (batch.length === DOCUMENTS || (batch.length > 0 && bytes + document.length > MESSAGE_BYTES)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(Buffer.from(document.buffer, document.byteOffset, document.byteLength))
    bytes += document.length
  }
  if (batch.length > 0) yield batch
}
