import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type mongoose from 'mongoose'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openEmbedded, type EmbeddedDatabase } from '../src/index.ts'
import { openForWriting } from '../src/storage/store.ts'
import { scratchDirectory } from './helpers/scratchDirectory.ts'

const logger = pino({ level: 'silent' })

async function open(dataDir = scratchDirectory()): Promise<EmbeddedDatabase> {
  const database = await openEmbedded({ dataDir, logger })
  onTestFinished(() => database.close())
  return database
}

describe('the embedded engine', () => {
  it('keeps documents, indexes and uniqueness after a restart', async () => {
    const directory = scratchDirectory()
    const first = await open(directory)
    await first.connection.collection('things').createIndex({ a: 1 }, { unique: true })
    await first.connection.collection('things').insertMany([{ a: 1 }, { a: [2, 3] }])
    await first.close()
    const { connection } = await open(directory)
    await expect(connection.collection('things').insertOne({ a: 3 })).rejects.toMatchObject({ code: 11000 })
    expect(await connection.collection('things').countDocuments({ a: { $gte: 2 } })).toBe(1)
  })

  it('creates files that only their owner can read', async () => {
    const directory = join(scratchDirectory(), 'data')
    const { connection } = await open(directory)
    await connection.collection('things').insertOne({})
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    const modes = readdirSync(directory).map((file) => statSync(join(directory, file)).mode & 0o777)
    expect(new Set(modes)).toEqual(new Set([0o600]))
  })

  it('refuses a second database on the same directory in one process', async () => {
    const directory = scratchDirectory()
    await open(directory)
    await expect(openEmbedded({ dataDir: directory, logger })).rejects.toThrow('already in use by another process')
    await open()
  })

  it('commits pending writes before it closes, and closes once', async () => {
    const directory = scratchDirectory()
    const database = await open(directory)
    const pending = Array.from({ length: 100 }, (_, n) => database.connection.collection('things').insertOne({ n }))
    await Promise.all([database.close(), database.close(), ...pending])
    await expect(database.connection.collection('things').insertOne({})).rejects.toThrow('closed')
    const again = await open(directory)
    expect(await again.connection.collection('things').countDocuments()).toBe(100)
  })

  it('uses the thread of a closed database for the next one, which sees nothing of the first', async () => {
    const threads = watchThreads()
    const first = await open()
    await first.connection.collection('things').insertOne({ n: 1 })
    await first.close()
    const second = await open()
    expect(threads()[1]).toBe(threads()[0])
    expect(await second.connection.collection('things').countDocuments()).toBe(0)
    await expect(first.connection.collection('things').insertOne({})).rejects.toThrow('closed')
    await second.connection.collection('things').insertOne({ n: 2 })
  })

  it('uses the thread of a database that could not be opened for the next one', async () => {
    const threads = watchThreads()
    const file = join(scratchDirectory(), 'file')
    writeFileSync(file, '')
    await expect(attempt(file)).rejects.toThrow('cannot be used')
    await open()
    expect(threads()[1]).toBe(threads()[0])
  })

  it('deletes expired documents', async () => {
    const database = await openEmbedded({ dataDir: scratchDirectory(), logger, explain: false, sweepMs: 20 })
    onTestFinished(() => database.close())
    const sessions = database.connection.collection<{ _id: number; expiresAt?: unknown }>('sessions')
    await sessions.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 })
    const past = new Date(Date.now() - 1000)
    const future = new Date(Date.now() + 60_000)
    await sessions.insertMany([
      { _id: 1, expiresAt: past },
      { _id: 2, expiresAt: future },
      { _id: 3 },
      { _id: 4, expiresAt: [future, past] },
      { _id: 5, expiresAt: 5 },
    ])
    await vi.waitFor(async () => expect(await sessions.distinct('_id')).toEqual([2, 3, 5]))
  })

  it('logs each kind of query without an index once', async () => {
    const warned: unknown[] = []
    const listening = pino({ level: 'warn' }, { write: (line: string) => warned.push(JSON.parse(line)) })
    const database = await openEmbedded({ dataDir: scratchDirectory(), logger: listening, explain: true })
    onTestFinished(() => database.close())
    const things = database.connection.collection('things')
    await things.createIndex({ a: 1 })
    await things.insertMany(Array.from({ length: 150 }, (_, n) => ({ a: n, b: n })))
    await database.connection.collection('few').insertMany([{ b: 1 }, { b: 2 }])
    await database.connection.collection('few').find({ b: 1 }).toArray()
    await things.find({ a: 5 }).toArray()
    await things.find({}).toArray()
    await things.find({ b: 5 }).toArray()
    await things.find({ b: 6 }).toArray()
    await things.updateMany({ b: { $gt: 147 } }, { $set: { c: 1 } })
    await things.updateMany({ b: { $gt: 148 } }, { $set: { c: 2 } })
    await things.deleteOne({ c: { $lt: 2 } })
    await things.findOneAndUpdate({ c: 9 }, { $set: { d: 1 } }, { sort: { b: 1 } })
    await things.aggregate([{ $match: { d: 5 } }, { $group: { _id: '$b' } }]).toArray()
    await things.aggregate([{ $match: { a: 5 } }, { $group: { _id: '$b' } }]).toArray()
    await things.countDocuments({ e: 1 })
    await things.distinct('b', { f: 1 })
    await database.connection.transaction((session) => things.find({ g: 1 }, { session }).toArray())
    await database.close()
    expect(warned.map((line) => (line as { shape: string }).shape)).toEqual([
      'things {b: ?}',
      'things {b: {$gt: ?}}',
      'things {c: {$lt: ?}}',
      'things {c: ?} sorted by b',
      'things {} pipeline [{$match: {d: ?}}, {$group: {_id: ?}}]',
      'things {e: ?}',
      'things {f: ?}',
      'things {g: ?}',
    ])
  })

  it('answers a short query during a long scan', async () => {
    const { connection } = await open()
    const things = connection.collection<{ _id: number; text: string }>('things')
    await things.insertMany(Array.from({ length: 20_000 }, (_, n) => ({ _id: n, text: `text ${n}` })))
    const finished: string[] = []
    const scan = things.countDocuments({ text: /nowhere/ }).then(() => finished.push('scan'))
    const lookUps = Array.from({ length: 3 }, (_, n) => things.findOne({ _id: n }).then(() => finished.push('look-up')))
    await Promise.all([scan, ...lookUps])
    expect(finished).toEqual(['look-up', 'look-up', 'look-up', 'scan'])
  })

  it('reports a query whose collection was dropped', async () => {
    const { connection } = await open()
    const things = connection.collection<{ _id: number }>('things')
    await things.insertMany(Array.from({ length: 3000 }, (_, n) => ({ _id: n })))
    const cursor = things.find({}, { batchSize: 10 })
    await cursor.next()
    await things.drop()
    await expect(cursor.toArray()).rejects.toMatchObject({ code: 175 })
  })
})

describe('a thread of the engine that ends unexpectedly', () => {
  it('a reader is started again', async () => {
    const threads = watchThreads()
    const database = await openEmbedded({ dataDir: scratchDirectory(), logger, explain: false })
    onTestFinished(() => database.close())
    const things = database.connection.collection<{ _id: number }>('things')
    await things.insertMany([{ _id: 1 }, { _id: 2 }])
    const readMuch = () => Promise.all(Array.from({ length: 20 }, () => things.findOne({ _id: 2 })))
    await vi.waitFor(async () => {
      await readMuch()
      expect((await database.metrics()).readers).toBe(2)
    })
    expect(threads()).toHaveLength(3)
    await threads()[1]?.terminate()
    expect((await readMuch()).every((found) => found?._id === 2)).toBe(true)
    await vi.waitFor(async () => expect((await database.metrics()).readers).toBe(2))
    expect(threads()).toHaveLength(4)
    await things.insertOne({ _id: 3 })
  })

  it('the writer: `lost` resolves, and waiting commands fail', async () => {
    const threads = watchThreads()
    const database = await open()
    const things = database.connection.collection<{ _id: number }>('things')
    const session = await database.connection.startSession()
    session.startTransaction()
    await things.insertOne({ _id: 1 }, { session })
    const waiting = things.insertOne({ _id: 2 }).catch((error: unknown) => error)
    await threads()[0]?.terminate()
    expect(await database.lost).toMatchObject({ message: 'The storage thread has ended' })
    await expect(session.commitTransaction()).rejects.toThrow('The storage thread has ended')
    expect(await waiting).toMatchObject({ message: 'The storage thread has ended' })
    await expect(things.findOne({})).rejects.toThrow('The storage thread has ended')
  })
})

describe('features that only MongoDB has', () => {
  const refused: [string, (things: mongoose.Collection) => unknown][] = [
    ['Collection.watch()', (things) => things.watch()],
    ['$near', (things) => things.findOne({ a: { $near: [1, 2] } })],
    ['$where', (things) => things.findOne({ $where: 'true' })],
    ['"collation"', (things) => things.findOne({}, { collation: { locale: 'en' } })],
    ['type "2dsphere"', (things) => things.createIndex({ a: '2dsphere' })],
    ['wildcard', (things) => things.createIndex({ '$**': 1 })],
    ['"collation"', (things) => things.createIndex({ a: 1 }, { collation: { locale: 'en' } })],
    ['$geoNear', (things) => things.aggregate([{ $geoNear: {} }]).toArray()],
    ['"tailable"', (things) => things.find({}, { tailable: true }).toArray()],
  ]

  it.each(refused)('%s is refused with its name and with advice', async (name, attempt) => {
    const things = (await open()).connection.collection('things')
    await things.insertOne({ a: 1 })
    const error: unknown = await (async () => attempt(things))().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    const { message } = error as Error
    expect(message).toContain(name)
    expect(message).toContain('is not supported by the embedded engine')
    expect(message).toContain('MongoDB supports it')
  })
})

describe('an unusable data directory', () => {
  it('a file that is not a database is refused with its name', async () => {
    const directory = scratchDirectory()
    writeFileSync(join(directory, 'parley.db'), 'This is a shopping list, not a database. '.repeat(100))
    await expect(attempt(directory)).rejects.toThrow(/parley\.db is not a Parley database.*backup/)
  })

  it('the database of another program stays unchanged', async () => {
    const directory = scratchDirectory()
    const { DatabaseSync } = await import('@photostructure/sqlite')
    const other = new DatabaseSync(join(directory, 'parley.db'))
    other.exec('CREATE TABLE recipes (name)')
    other.close()
    await expect(attempt(directory)).rejects.toThrow('is not a Parley database')
  })

  it('data of a newer version stay unchanged', async () => {
    const directory = await written()
    const store = openForWriting(directory)
    store.sqlite.exec("UPDATE meta SET value = 99 WHERE name = 'format'")
    store.close()
    await expect(attempt(directory)).rejects.toThrow(/written by a newer Parley \(format 99/)
  })

  it('a path to a file is named in the error', async () => {
    const file = join(scratchDirectory(), 'file')
    writeFileSync(file, '')
    await expect(attempt(file)).rejects.toThrow(`The data directory ${file} cannot be used`)
  })
})

/** Returns the threads that were given a database since, in order. */
function watchThreads(): () => Worker[] {
  const opening = vi.spyOn(Worker.prototype, 'postMessage')
  onTestFinished(() => opening.mockRestore())
  return () => opening.mock.contexts as Worker[]
}

function attempt(dataDir: string): Promise<EmbeddedDatabase> {
  return openEmbedded({ dataDir, logger })
}

async function written(): Promise<string> {
  const directory = scratchDirectory()
  const database = await openEmbedded({ dataDir: directory, logger })
  await database.connection
    .collection('things')
    .insertMany(Array.from({ length: 2000 }, (_, n) => ({ n, text: 'x'.repeat(100) })))
  await database.close()
  return directory
}
