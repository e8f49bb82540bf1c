import type mongoose from 'mongoose'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openEmbedded } from '../src/index.ts'
import { scratchDirectory } from './helpers/scratchDirectory.ts'

async function open(): Promise<mongoose.Connection> {
  const database = await openEmbedded({ dataDir: scratchDirectory(), logger: pino({ level: 'silent' }) })
  onTestFinished(() => database.close())
  return database.connection
}

describe('a connection of the embedded driver', () => {
  it('opens after the caller could add listeners, and has its client at once', async () => {
    const { base } = await open()
    const second = base.createConnection('embedded:second')
    expect(second.getClient()).toBeDefined()
    const opened = new Promise((resolve) => second.once('open', () => resolve('opened')))
    expect(await opened).toBe('opened')
    expect(second.readyState).toBe(base.ConnectionStates.connected)
  })

  it('respects its index options', async () => {
    const { base } = await open()
    const second = await base
      .createConnection('embedded:second', { config: { autoIndex: false } } as mongoose.ConnectOptions)
      .asPromise()
    const Thing = second.model('Thing', new base.Schema({ name: { type: String, index: true } }))
    await Thing.init()
    await Thing.create({ name: 'x' })
    expect(Object.keys(await Thing.collection.indexInformation())).toEqual(['_id_'])
  })

  it('cannot be opened again after destroy()', async () => {
    const connection = await open()
    await connection.destroy()
    await expect(connection.openUri('embedded:again')).rejects.toThrow('closed and destroyed')
  })

  it('records the last use of a session', async () => {
    const connection = await open()
    const session = await connection.startSession()
    const lastUse = () => (session.serverSession as unknown as { lastUse: number }).lastUse
    Object.assign(session.serverSession as object, { lastUse: 0 })
    await connection.collection('things').findOne({}, { session })
    expect(lastUse()).toBeGreaterThan(0)
    await session.endSession()
  })
})

describe('an update of one document', () => {
  it('changes the first document in the order of the sort', async () => {
    const rows = (await open()).collection<{ _id: number; a: number; b?: number }>('rows')
    await rows.insertMany([
      { _id: 1, a: 5 },
      { _id: 2, a: 9 },
      { _id: 3, a: 1 },
    ])
    await rows.updateOne({}, { $set: { b: 1 } }, { sort: { a: -1 } })
    await rows.replaceOne({}, { a: 0 }, { sort: { a: 1 } })
    await rows.bulkWrite([
      { updateOne: { filter: { b: { $exists: false } }, update: { $set: { b: 2 } }, sort: { a: -1 } } },
    ])
    expect(await rows.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 1, a: 5, b: 2 },
      { _id: 2, a: 9, b: 1 },
      { _id: 3, a: 0 },
    ])
  })
})

const things = (connection: mongoose.Connection) => connection.collection('things')

describe('features that the embedded driver lacks', () => {
  type Attempt = (connection: mongoose.Connection) => unknown
  const refused: [string, Attempt][] = [
    ['"validator"', (connection) => connection.createCollection('checked', { validator: { a: 1 } })],
    ['"viewOn"', (connection) => connection.createCollection('view', { viewOn: 'things' })],
    ['"capped"', (connection) => connection.createCollection('capped', { capped: true, size: 1000 })],
    ['"timeseries"', (connection) => connection.createCollection('times', { timeseries: { timeField: 't' } })],
    ['"showRecordId"', (connection) => things(connection).find({}, { showRecordId: true }).toArray()],
    ['FindCursor.min()', (connection) => things(connection).find().min({ a: 1 })],
    ['FindCursor.collation()', (connection) => things(connection).find().collation({ locale: 'en' })],
    ['Collection.rename()', (connection) => things(connection).rename('others')],
    ['Db.command({collStats})', (connection) => connection.db!.command({ collStats: 'things' })],
    ['filter "type"', (connection) => connection.db!.listCollections({ type: 'view' }).toArray()],
    ['Db.aggregate()', (connection) => connection.db!.aggregate([{ $documents: [{ a: 1 }] }]).toArray()],
    ['Db.watch()', (connection) => connection.db!.watch()],
    [
      '"collation" of Collection.bulkWrite()',
      (connection) => things(connection).bulkWrite([{ deleteOne: { filter: {}, collation: { locale: 'en' } } }]),
    ],
  ]

  it.each(refused)('%s is refused with its name and with advice', async (name, attempt) => {
    const connection = await open()
    const error: unknown = await (async () => attempt(connection))().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    const { message } = error as Error
    expect(message).toContain(name)
    expect(message).toContain('is not supported by the embedded engine')
    expect(message).toContain('MongoDB supports it')
  })

  it('accepts the collation that compares bytes', async () => {
    const connection = await open()
    expect(
      await things(connection)
        .find({}, { collation: { locale: 'simple' } })
        .toArray(),
    ).toEqual([])
  })
})
