import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { mongo } from 'mongoose'
import { openDatabase, type Database } from '../../database/database.connection.ts'
import { lockDirectory, openStoreFiller, openStoreReader, verifyDatabase } from 'parley-engine'
import { StartupError } from '../../lib/errors.ts'
import { createLogger } from '../../lib/logger.ts'
import { UNFINISHED_MOVE } from '../../migrations/migration.runner.ts'
import { messageOf, type Report } from '../operation.command.ts'
import { fillDirectory } from '../emptyDirectory.guard.ts'
import { compareAll, copyAll } from './collection.copy.ts'
import { embeddedSource, embeddedTarget } from './embedded.store.ts'
import { collectionNames, mongoSource, mongoTarget } from './mongodb.store.ts'

const EMBEDDED = 'embedded'

/**
 * Copies a whole store from the embedded engine in `dataDir` to MongoDB, or back, and compares the two afterwards. It
 * only reads the source.
 * @param where `embedded`, and a MongoDB URI
 * @throws StartupError when the target is not empty, a server uses the directory, or the copy differs
 */
export async function moveStore(dataDir: string, where: { from: string; to: string }, report: Report): Promise<void> {
  const { from, to } = where
  if (from === EMBEDDED && isMongo(to)) await withMongo(to, (db) => toMongo(dataDir, db, report))
  else if (isMongo(from) && to === EMBEDDED) await withMongo(from, (db) => toEmbedded(db, dataDir, report))
  else throw new StartupError('One of --from and --to is embedded, the other begins with mongodb:// or mongodb+srv://.')
}

async function toMongo(dataDir: string, db: mongo.Db, report: Report): Promise<void> {
  if (!existsSync(join(dataDir, 'parley.db'))) throw new StartupError(`There is no database in ${dataDir} (DATA_DIR).`)
  const unlock = await lockDirectory(dataDir)
  try {
    await refuseUnlessEmpty(db)
    report(`Moving ${dataDir} into the database ${db.databaseName}`)
    const reader = await openStoreReader(dataDir)
    try {
      // No server starts on the copy before it is compared.
      await db.collection(UNFINISHED_MOVE).insertOne({ startedAt: new Date() })
      await copyAll(embeddedSource(reader), mongoTarget(db), report)
      await compareAll(embeddedSource(reader), mongoSource(db), report)
      await db.dropCollection(UNFINISHED_MOVE)
    } finally {
      reader.close()
    }
  } finally {
    unlock()
  }
  report(
    'Moved; the directory is unchanged. Start the server with MONGO_DB_URI, and with the content of jwt-secret in the directory as JWT_SECRET, so that all users stay signed in.',
  )
}

async function toEmbedded(db: mongo.Db, dataDir: string, report: Report): Promise<void> {
  const source = mongoSource(db)
  const names = await collectionNames(db)
  if (names.length === 0) throw new StartupError(`The database ${db.databaseName} is empty.`)
  if (names.includes(UNFINISHED_MOVE))
    throw new StartupError(`The database ${db.databaseName} holds a part of an unfinished move.`)
  await fillDirectory(
    dataDir,
    'move',
    (files) => refuseIfUsed(files, dataDir),
    async (staging) => {
      report(`Moving the database ${db.databaseName} into ${dataDir}`)
      const filler = await openStoreFiller(staging)
      try {
        await copyAll(source, embeddedTarget(filler), report)
      } finally {
        filler.close()
      }
      const reader = await openStoreReader(staging)
      try {
        await compareAll(source, embeddedSource(reader), report)
      } finally {
        reader.close()
      }
      await verifyDatabase(staging)
      return ['parley.db']
    },
  )
  report(
    'Moved; MongoDB is unchanged. Start the server without MONGO_DB_URI, and keep JWT_SECRET as it is, so that all users stay signed in.',
  )
}

async function withMongo(mongoUri: string, work: (db: mongo.Db) => Promise<void>): Promise<void> {
  let database: Database
  try {
    database = await openDatabase({ mongoUri, dataDir: '', logger: createLogger('silent') })
  } catch (cause) {
    throw new StartupError(messageOf(cause), { cause })
  }
  try {
    const { db } = database.connection
    if (db === undefined) throw new Error('An open connection has a database')
    await work(db)
  } finally {
    await database.close()
  }
}

async function refuseUnlessEmpty(db: mongo.Db): Promise<void> {
  const names = await collectionNames(db)
  if (names.length === 0) return
  throw new StartupError(
    names.includes(UNFINISHED_MOVE)
      ? `The database ${db.databaseName} holds a part of an unfinished move. Drop that database, then move again.`
      : `The database ${db.databaseName} is not empty (${names.slice(0, 3).join(', ')}). Nothing was changed. Move into an empty database.`,
  )
}

function refuseIfUsed(files: readonly string[], dataDir: string): void {
  if (files.includes('parley.db'))
    throw new StartupError(
      `There is already a database in ${dataDir}. Nothing was changed. Move it away first, or give another DATA_DIR.`,
    )
}

function isMongo(uri: string): boolean {
  return /^mongodb(\+srv)?:\/\//.test(uri)
}
