import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openEmbedded, type EmbeddedDatabase } from '../src/openEmbedded.ts'
import { openForWriting } from '../src/storage/store.ts'
import { scratchDirectory } from './helpers/scratchDirectory.ts'
import { problemsOf } from './helpers/integrity.ts'
import { ACCOUNTS, AMOUNT } from './helpers/transfers.ts'

const logger = pino({ level: 'silent' })
const CHILD = fileURLToPath(new URL('./helpers/transfers.child.ts', import.meta.url))
const KILLS = 4

async function open(
  limits: { lockMs?: number; lifetimeMs?: number } = {},
  dataDir = scratchDirectory(),
): Promise<EmbeddedDatabase> {
  const database = await openEmbedded({ dataDir, logger, explain: false, ...limits })
  onTestFinished(() => database.close())
  return database
}

type Thing = { _id: number; n?: number }

/** Opens a transaction and writes one document in it. */
async function opened({ connection }: EmbeddedDatabase) {
  const things = connection.collection<Thing>('things')
  await things.createIndex({ n: 1 })
  const session = await connection.startSession()
  session.startTransaction()
  await things.insertOne({ _id: 1 }, { session })
  return { things, session }
}

describe('while a transaction is open', () => {
  it('other writes wait, and run together when it ends', async () => {
    const database = await open()
    const { things, session } = await opened(database)
    const done: number[] = []
    const waiting = [2, 3, 4].map((n) => things.insertOne({ _id: n }).then(() => done.push(n)))
    await vi.waitFor(async () => expect((await database.metrics()).waitingWrites).toBe(3))
    expect(await things.countDocuments()).toBe(0)
    expect(done).toEqual([])
    const { commits } = await database.metrics()
    await session.commitTransaction()
    await Promise.all(waiting)
    expect(await things.countDocuments()).toBe(4)
    expect((await database.metrics()).commits.count - commits.count).toBe(2)
  })

  it('a write that waits too long fails with advice, and does not run later', async () => {
    const { things, session } = await opened(await open({ lockMs: 30 }))
    const error: unknown = await things.insertOne({ _id: 2 }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'MongoServerError', code: 24, codeName: 'LockTimeout', errorLabels: [] })
    expect((error as Error).message).toMatch(/waited 0\.03 s for an open transaction.*must be given its session/)
    await session.commitTransaction()
    await things.insertOne({ _id: 3 })
    expect(await things.distinct('_id')).toEqual([1, 3])
  })

  it('a write without the session that is awaited inside it does not block the transaction for ever', async () => {
    const { connection } = await open({ lockMs: 30 })
    const things = connection.collection<Thing>('things')
    await expect(
      connection.transaction(async (session) => {
        await things.insertOne({ _id: 1 }, { session })
        await things.insertOne({ _id: 2 })
      }),
    ).rejects.toMatchObject({ code: 24 })
    expect(await things.countDocuments()).toBe(0)
    await things.insertOne({ _id: 1 })
  })

  it('a second transaction waits for the first, and for the writes that wait', async () => {
    const database = await open()
    const { connection } = database
    const { things, session } = await opened(database)
    const order: string[] = []
    const second = connection.transaction(async (other) => {
      expect(await things.findOne({ _id: 1 }, { session: other })).not.toBeNull()
      expect(await things.findOne({ _id: 2 }, { session: other })).not.toBeNull()
      order.push('second')
    })
    const write = things.insertOne({ _id: 2 }).then(() => order.push('write'))
    expect(await things.countDocuments()).toBe(0)
    order.push('first')
    await session.commitTransaction()
    await Promise.all([second, write])
    expect(order).toEqual(['first', 'write', 'second'])
  })

  it('a transaction that waits too long can be retried', async () => {
    const database = await open({ lockMs: 30 })
    const { things, session } = await opened(database)
    const other = await database.connection.startSession()
    other.startTransaction()
    await expect(things.insertOne({ _id: 2 }, { session: other })).rejects.toMatchObject({
      code: 24,
      errorLabels: ['TransientTransactionError'],
    })
    await expect(other.commitTransaction()).rejects.toMatchObject({ code: 251 })
    await session.commitTransaction()
    await other.withTransaction(() => things.insertOne({ _id: 2 }, { session: other }))
    expect(await things.countDocuments()).toBe(2)
  })

  it('a transaction that stays open for too long is undone', async () => {
    const { things, session } = await opened(await open({ lifetimeMs: 300 }))
    await things.insertOne({ _id: 2 })
    const gone = {
      code: 251,
      errorLabels: ['TransientTransactionError'],
      message: expect.stringContaining('open for more than 0.3 s') as unknown,
    }
    await expect(things.insertOne({ _id: 3 }, { session })).rejects.toMatchObject(gone)
    await expect(session.commitTransaction()).rejects.toMatchObject(gone)
    expect(await things.distinct('_id')).toEqual([2])
  })

  it('a cursor that was opened before still returns committed data', async () => {
    const { connection } = await open()
    const things = connection.collection<Thing>('things')
    await things.insertMany(Array.from({ length: 50 }, (_, n) => ({ _id: n, n })))
    const cursor = things.find({}, { batchSize: 10, sort: { _id: 1 } })
    const sorted = things.find({ n: { $gte: 0 } }, { batchSize: 10 })
    await cursor.next()
    await sorted.next()
    const session = await connection.startSession()
    session.startTransaction()
    await things.insertOne({ _id: 100, n: 100 }, { session })
    await things.deleteMany({ _id: { $gte: 20 } }, { session })
    await things.createIndex({ n: 1 }, { session })
    expect(await cursor.toArray()).toHaveLength(49)
    expect(await sorted.toArray()).toHaveLength(49)
    await session.abortTransaction()
    expect(await things.countDocuments()).toBe(50)
    expect(await things.indexes()).toHaveLength(1)
  })

  it('its cursor is gone after the commit, and closing it is not an error', async () => {
    const { connection } = await open()
    const things = connection.collection<Thing>('things')
    await things.insertMany(Array.from({ length: 10 }, (_, n) => ({ _id: n })))
    const session = await connection.startSession()
    session.startTransaction()
    const [first, second] = [0, 1].map(() => things.find({}, { session, batchSize: 2 }))
    await first?.next()
    await second?.next()
    await session.commitTransaction()
    await expect(first?.toArray()).rejects.toMatchObject({ code: 43, codeName: 'CursorNotFound' })
    await second?.close()
  })

  it('concurrent commands in it are all answered', async () => {
    const { connection } = await open()
    const things = connection.collection<Thing>('things')
    await connection.transaction((session) =>
      Promise.all([1, 2, 3].map((n) => things.insertOne({ _id: n }, { session }))),
    )
    expect(await things.countDocuments()).toBe(3)
    const attempt = connection.transaction(async (session) => {
      const all = await Promise.allSettled([4, 3, 5].map((n) => things.insertOne({ _id: n }, { session })))
      expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
      throw new Error('no')
    })
    await expect(attempt).rejects.toThrow('no')
    expect(await things.countDocuments()).toBe(3)
  })

  it('closing the database undoes it, and runs the waiting writes', async () => {
    const directory = scratchDirectory()
    const database = await open({}, directory)
    const { things, session } = await opened(database)
    const waiting = things.insertOne({ _id: 2 })
    const other = await database.connection.startSession()
    other.startTransaction()
    const refused = things.insertOne({ _id: 3 }, { session: other }).catch((error: unknown) => error)
    await Promise.all([database.close(), waiting])
    expect(await refused).toMatchObject({ message: 'The database is closed' })
    await expect(session.commitTransaction()).rejects.toMatchObject({ code: 251 })
    const again = await open({}, directory)
    expect(await again.connection.collection('things').distinct('_id')).toEqual([2])
  })
})

describe('many transactions at once', () => {
  it('are never visible in part, however many clients read', { timeout: 60_000 }, async () => {
    const { connection } = await open()
    const accounts = connection.collection<{ _id: number; sum: number }>('accounts')
    await accounts.createIndex({ sum: 1 })
    await accounts.insertMany(Array.from({ length: ACCOUNTS }, (_, n) => ({ _id: n, sum: AMOUNT })))
    const writing = new AbortController()

    const transferOften = async (): Promise<void> => {
      for (let i = 0; i < 40; i++) {
        const failing = Math.random() < 0.3
        const amount = 1 + anyAccount()
        await connection
          .transaction(async (session) => {
            await accounts.updateOne({ _id: anyAccount() }, { $inc: { sum: -amount } }, { session })
            await accounts.insertOne({ _id: 1000, sum: amount }, { session })
            await accounts.deleteOne({ _id: 1000 }, { session })
            if (failing) throw new Error('changed my mind')
            await accounts.updateOne({ _id: anyAccount() }, { $inc: { sum: amount } }, { session })
          })
          .catch((error: unknown) => expect(error).toMatchObject({ message: 'changed my mind' }))
      }
    }
    const totals: Record<string, Set<number>> = {
      find: new Set(),
      index: new Set(),
      aggregate: new Set(),
      session: new Set(),
    }
    const reads: (() => Promise<unknown>)[] = [
      async () => totals['find']?.add(totalOf(await accounts.find({}).toArray())),
      async () =>
        totals['index']?.add(totalOf(await accounts.find({ sum: { $gt: -1e9 } }, { sort: { sum: -1 } }).toArray())),
      async () => {
        const [all] = await accounts
          .aggregate<{ sum: number }>([{ $group: { _id: null, sum: { $sum: '$sum' } } }])
          .toArray()
        totals['aggregate']?.add(all?.sum ?? 0)
      },
      () =>
        connection.transaction(async (session) =>
          totals['session']?.add(totalOf(await accounts.find({}, { session }).toArray())),
        ),
    ]
    const readOften = async (read: () => Promise<unknown>): Promise<void> => {
      while (!writing.signal.aborted) await read()
    }
    const writers = Promise.all([transferOften(), transferOften(), transferOften()]).finally(() => writing.abort())
    await Promise.all([writers, ...[...reads, ...reads, ...reads].map(readOften)])
    const whole = new Set([ACCOUNTS * AMOUNT])
    expect(totals).toEqual({ find: whole, index: whole, aggregate: whole, session: whole })
    expect(await accounts.countDocuments()).toBe(ACCOUNTS)
  })
})

function anyAccount(): number {
  return Math.floor(Math.random() * ACCOUNTS)
}

function totalOf(documents: readonly { sum: number }[]): number {
  return documents.reduce((all, { sum }) => all + sum, 0)
}

describe('a server that is killed during transactions', () => {
  it(
    `has each of them whole or not at all, and all that were committed, in ${KILLS} kills`,
    { timeout: 60_000 },
    async () => {
      const directory = scratchDirectory()
      const kept = { transfer: new Set<number>(), alone: new Set<number>() }
      for (let kill = 0; kill < KILLS; kill++) {
        const begin = Math.max(-1, ...kept.transfer, ...kept.alone) + 1000
        const child = spawn(process.execPath, ['--import', 'tsx', CHILD, directory, String(begin)], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        onTestFinished(() => void child.kill('SIGKILL'))
        let left = 1 + Math.floor(Math.random() * 200)
        for await (const line of createInterface({ input: child.stdout })) {
          const [what, number] = line.split(' ')
          kept[what === 'transfer' ? 'transfer' : 'alone'].add(Number(number))
          if (--left === 0) child.kill('SIGKILL')
        }
        const store = openForWriting(directory)
        const problems = problemsOf(store)
        store.close()
        expect(problems).toEqual([])
        const { connection, close } = await open({}, directory)
        const accounts = await connection.collection<{ _id: number; sum: number }>('accounts').find({}).toArray()
        expect(totalOf(accounts)).toBe(ACCOUNTS * AMOUNT)
        const book = connection.collection<{ _id: number; transfer: boolean }>('book')
        const [transfers, alone] = await Promise.all(
          [true, false].map(async (transfer) => new Set(await book.distinct('_id', { transfer }))),
        )
        expect([...kept.transfer].filter((number) => transfers?.has(number) !== true)).toEqual([])
        expect([...kept.alone].filter((number) => alone?.has(number) !== true)).toEqual([])
        await close()
      }
      expect(kept.transfer.size).toBeGreaterThan(0)
    },
  )
})
