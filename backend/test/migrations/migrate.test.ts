import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from 'mongoose'
import { expect, onTestFinished, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import { openDatabase, type Database } from '../../src/database/database.connection.ts'
import { StartupError } from '../../src/lib/errors.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { expanding, MIGRATIONS, type Migration } from '../../src/migrations/index.ts'
import { canServe, migrate } from '../../src/migrations/migration.runner.ts'
import { configOf } from '../helpers/startServer.ts'

const logger = createLogger('silent')

const nameNotes: Migration = async (connection) => {
  await connection.collection('notes').updateMany({ title: { $exists: false } }, { $set: { title: 'untitled' } })
}
const countNotes: Migration = async (connection) => {
  const notes = await connection.collection('notes').countDocuments({ title: { $exists: true } })
  await connection
    .collection<{ _id: string }>('counts')
    .updateOne({ _id: 'notes' }, { $set: { notes } }, { upsert: true })
}

const cutOff: Migration = async (given) => {
  await given.collection('notes').updateOne({ title: { $exists: false } }, { $set: { title: 'untitled' } })
  throw new Error('The lights went out')
}

test('a store is led through each migration in order, once', async () => {
  const { connection } = await open(await temporaryDirectory())
  await connection.collection('notes').insertMany([{ text: 'one' }, { text: 'two' }])
  const taken: string[] = []
  const list: Migration[] = [
    async () => void taken.push('first'),
    async (given) => {
      taken.push('second')
      await nameNotes(given, logger)
    },
    async (given) => {
      taken.push('third')
      await countNotes(given, logger)
    },
  ]
  await migrate(connection, logger, list.slice(0, 1))
  await migrate(connection, logger, list)
  await migrate(connection, logger, list)
  expect(taken).toEqual(['first', 'second', 'third'])
  expect(await schema(connection)).toBe(3)
  expect(await connection.collection('counts').findOne({})).toEqual({ _id: 'notes', notes: 2 })
})

test('an interrupted migration runs again, and the ones before it do not', async () => {
  const { connection } = await open(await temporaryDirectory())
  await connection.collection('notes').insertMany([{ text: 'one' }, { text: 'two' }])
  let first = 0
  const count: Migration = async () => void first++
  await expect(migrate(connection, logger, [count, cutOff])).rejects.toThrow('The lights went out')
  expect(await schema(connection)).toBe(1)
  await migrate(connection, logger, [count, nameNotes])
  expect(first).toBe(1)
  expect(await schema(connection)).toBe(2)
  expect(await connection.collection('notes').countDocuments({ title: 'untitled' })).toBe(2)
})

test('nodes that start at the same time do no harm', async () => {
  const { connection } = await open(await temporaryDirectory())
  await connection.collection('notes').insertMany(Array.from({ length: 50 }, (_, n) => ({ n })))
  const list = [...MIGRATIONS, nameNotes, countNotes]
  await Promise.all(Array.from({ length: 4 }, () => migrate(connection, logger, list)))
  expect(await schema(connection)).toBe(list.length)
  expect(await connection.collection('versions').countDocuments({})).toBe(1)
  expect(await connection.collection('counts').findOne({})).toEqual({ _id: 'notes', notes: 50 })
})

test('a slower node does not undo the version that a faster one has stored', async () => {
  const { connection } = await open(await temporaryDirectory())
  // The faster node starts and finishes while the slower one still works.
  await migrate(connection, logger, [(given) => migrate(given, logger, [async () => {}, async () => {}])])
  expect(await schema(connection)).toBe(2)
})

test('the server starts on a store with the schema it knows, and refuses a newer one', async () => {
  const dir = await temporaryDirectory()
  const config = configOf(dir)
  const app = await createApp(config, logger)
  await app.close()
  const { connection, close } = await open(dir)
  expect(await schema(connection)).toBe(MIGRATIONS.length)
  await connection
    .collection<{ _id: string }>('versions')
    .updateOne({ _id: 'schema' }, { $set: { version: MIGRATIONS.length + 1, compatibleFrom: MIGRATIONS.length + 1 } })
  await close()
  const error: unknown = await createApp(config, logger).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(StartupError)
  expect((error as Error).message).toMatch(/written by a newer Parley \(schema \d+, this one knows \d+\)/)
})

test('a program serves a store that a newer one has only extended, and none that it has changed', async () => {
  const { connection } = await open(await temporaryDirectory())
  const steps = [async () => {}, expanding(nameNotes), expanding(countNotes), nameNotes, expanding(countNotes)]
  /** Returns what programs that know this many steps do with the store. */
  const served = async () => {
    const answers: boolean[] = []
    for (const known of [1, 2, 3, 4, 5]) answers.push(await canServe(connection, steps.slice(0, known)))
    return answers
  }
  await migrate(connection, logger, steps.slice(0, 3))
  expect(await served()).toEqual([true, true, true, true, true])
  await migrate(connection, logger, steps.slice(0, 1))
  expect(await schema(connection)).toBe(3)
  await migrate(connection, logger, steps.slice(0, 4))
  expect(await served()).toEqual([false, false, false, true, true])
  await expect(migrate(connection, logger, steps.slice(0, 3))).rejects.toThrow(
    /written by a newer Parley \(schema 4, this one knows 3\)/,
  )
  await migrate(connection, logger, steps)
  expect(await served()).toEqual([false, false, false, true, true])
})

test('of nodes that start at the same time one migrates, and the others wait for it', async () => {
  const { connection } = await open(await temporaryDirectory())
  let [atWork, most, runs] = [0, 0, 0]
  const slow: Migration = async () => {
    runs += 1
    atWork += 1
    most = Math.max(most, atWork)
    await sleep(50)
    atWork -= 1
  }
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      await migrate(connection, logger, [slow, slow], true)
      expect(await schema(connection)).toBe(2)
    }),
  )
  expect([most, runs]).toEqual([1, 2])
  expect(await connection.collection('versions').countDocuments({})).toBe(1)
})

test('a node that was killed while it migrated makes the others wait no longer than its lease', async () => {
  const { connection } = await open(await temporaryDirectory())
  const locks = connection.collection<{ _id: string; holder: string; until: Date }>('versions')
  await locks.insertOne({ _id: 'migration', holder: 'killed', until: new Date(Date.now() + 600) })
  const begun = Date.now()
  await migrate(connection, logger, [async () => {}], true)
  expect(Date.now() - begun).toBeGreaterThanOrEqual(500)
  expect(await schema(connection)).toBe(1)
})

async function schema(connection: Connection): Promise<unknown> {
  const record = await connection.collection<{ _id: string; version: number }>('versions').findOne({ _id: 'schema' })
  return record?.version
}

/** Opens the storage of the application's tests: a directory, or a database on MONGO_DB_URI's server. */
async function open(dir: string): Promise<Database> {
  const { mongoUri, dataDir } = configOf(dir)
  const database = await openDatabase({ mongoUri, dataDir, logger })
  onTestFinished(() => database.close())
  return database
}

async function temporaryDirectory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-migrations-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}
