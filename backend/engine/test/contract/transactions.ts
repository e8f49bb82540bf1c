import mongoose, { Schema } from 'mongoose'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { CurrentConnection } from '../contract.suite.ts'

type Account = mongoose.mongo.Document & { _id: string; sum: number }
type Session = mongoose.mongo.ClientSession

const TRANSIENT = 'TransientTransactionError'

export function transactionContract(current: CurrentConnection): void {
  const accounts = () => current().collection<Account>('accounts')
  const startSession = async (): Promise<Session> => {
    const session = await current().startSession()
    onTestFinished(() => session.endSession())
    return session
  }
  const sums = async () =>
    (
      await accounts()
        .find({}, { sort: { _id: 1 } })
        .toArray()
    ).map(({ _id, sum }) => `${_id} ${sum}`)
  const withTwo = () =>
    accounts().insertMany([
      { _id: 'a', sum: 10 },
      { _id: 'b', sum: 0 },
    ])

  const transfer = async (session: Session): Promise<void> => {
    await accounts().updateOne({ _id: 'a' }, { $inc: { sum: -4 } }, { session })
    await accounts().updateOne({ _id: 'b' }, { $inc: { sum: 4 } }, { session })
  }

  const makeModel = async () => {
    const model = current().model('Account', new Schema({ name: { type: String, unique: true }, sum: Number }))
    await model.init()
    return model
  }

  describe('transactions', () => {
    it('are stored completely by a commit, and invisible before it', async () => {
      await withTwo()
      const session = await startSession()
      session.startTransaction()
      await transfer(session)
      expect(session.inTransaction()).toBe(true)
      expect(await sums()).toEqual(['a 10', 'b 0'])
      await session.commitTransaction()
      expect(session.inTransaction()).toBe(false)
      expect(await sums()).toEqual(['a 6', 'b 4'])
    })

    it('leave nothing after an abort or the end of their session', async () => {
      await withTwo()
      const session = await startSession()
      session.startTransaction()
      await transfer(session)
      await session.abortTransaction()
      expect(await sums()).toEqual(['a 10', 'b 0'])
      session.startTransaction()
      await transfer(session)
      await session.endSession()
      expect(session.inTransaction()).toBe(false)
      expect(await sums()).toEqual(['a 10', 'b 0'])
    })

    it('see their own writes, in every kind of read', async () => {
      await withTwo()
      const session = await startSession()
      session.startTransaction()
      await accounts().insertOne({ _id: 'c', sum: 5 }, { session })
      await accounts().deleteOne({ _id: 'b' }, { session })
      const seen = (
        await accounts()
          .find({}, { session, sort: { _id: 1 }, batchSize: 1 })
          .toArray()
      ).map(({ _id }) => _id)
      expect(seen).toEqual(['a', 'c'])
      expect(await accounts().findOne({ _id: 'c' }, { session })).toEqual({ _id: 'c', sum: 5 })
      expect(await accounts().countDocuments({}, { session })).toBe(2)
      expect(await accounts().distinct('sum', {}, { session })).toEqual(expect.arrayContaining([5, 10]))
      expect(
        await accounts()
          .aggregate([{ $group: { _id: null, all: { $sum: '$sum' } } }], { session })
          .toArray(),
      ).toEqual([{ _id: null, all: 15 }])
      expect(
        await accounts().findOneAndUpdate({ _id: 'c' }, { $inc: { sum: 1 } }, { session, returnDocument: 'after' }),
      ).toEqual({ _id: 'c', sum: 6 })
      await session.abortTransaction()
      expect(await sums()).toEqual(['a 10', 'b 0'])
    })

    it('include bulkWrite and insertMany', async () => {
      await withTwo()
      const session = await startSession()
      session.startTransaction()
      await accounts().bulkWrite(
        [
          { deleteOne: { filter: { _id: 'a' } } },
          { updateOne: { filter: { _id: 'c' }, update: { $set: { sum: 3 } }, upsert: true } },
        ],
        { session },
      )
      await accounts().insertMany(
        [
          { _id: 'd', sum: 4 },
          { _id: 'e', sum: 5 },
        ],
        { session },
      )
      expect(await sums()).toEqual(['a 10', 'b 0'])
      await session.commitTransaction()
      expect(await sums()).toEqual(['b 0', 'c 3', 'd 4', 'e 5'])
    })

    it('are ended by an error: later commands find no transaction, and the whole can be retried', async () => {
      await withTwo()
      const session = await startSession()
      session.startTransaction()
      await accounts().insertOne({ _id: 'c', sum: 1 }, { session })
      await expect(accounts().insertOne({ _id: 'a', sum: 1 }, { session })).rejects.toMatchObject({
        name: 'MongoServerError',
        code: 11000,
        errorLabels: [],
      })
      const later = { name: 'MongoServerError', code: 251, codeName: 'NoSuchTransaction', errorLabels: [TRANSIENT] }
      await expect(accounts().findOne({}, { session })).rejects.toMatchObject(later)
      await expect(accounts().insertOne({ _id: 'd', sum: 1 }, { session })).rejects.toMatchObject(later)
      await expect(session.commitTransaction()).rejects.toMatchObject(later)
      expect(await sums()).toEqual(['a 10', 'b 0'])
    })

    it('an error in a list of writes undoes the whole list, ordered or not', async () => {
      await withTwo()
      const session = await startSession()
      for (const ordered of [true, false]) {
        session.startTransaction()
        const documents = [
          { _id: 'c', sum: 1 },
          { _id: 'a', sum: 1 },
          { _id: 'd', sum: 1 },
        ]
        await expect(accounts().insertMany(documents, { session, ordered })).rejects.toMatchObject({
          name: 'MongoBulkWriteError',
          code: 11000,
          writeErrors: [{ index: 1 }],
        })
        await expect(session.commitTransaction()).rejects.toMatchObject({ code: 251 })
      }
      expect(await sums()).toEqual(['a 10', 'b 0'])
    })

    it('can follow one another in one session; an empty one does nothing', async () => {
      await withTwo()
      const session = await startSession()
      session.startTransaction()
      await session.commitTransaction()
      session.startTransaction()
      await session.abortTransaction()
      for (const time of [1, 2]) {
        session.startTransaction()
        await transfer(session)
        await session.commitTransaction()
        await session.commitTransaction()
        expect(await sums()).toEqual([`a ${10 - 4 * time}`, `b ${4 * time}`])
      }
      await accounts().updateOne({ _id: 'b' }, { $set: { sum: 0 } }, { session })
      expect(await sums()).toEqual(['a 2', 'b 0'])
    })

    it('refuse invalid calls on a session with the driver’s errors', async () => {
      await withTwo()
      const session = await startSession()
      await expect(session.commitTransaction()).rejects.toMatchObject({
        name: 'MongoTransactionError',
        message: 'No transaction started',
      })
      await expect(session.abortTransaction()).rejects.toMatchObject({
        name: 'MongoTransactionError',
        message: 'No transaction started',
      })
      session.startTransaction()
      expect(() => session.startTransaction()).toThrow('Transaction already in progress')
      await transfer(session)
      await session.commitTransaction()
      await expect(session.abortTransaction()).rejects.toThrow(
        'Cannot call abortTransaction after calling commitTransaction',
      )
      session.startTransaction()
      await transfer(session)
      await session.abortTransaction()
      await expect(session.commitTransaction()).rejects.toThrow(
        'Cannot call commitTransaction after calling abortTransaction',
      )
      await expect(session.abortTransaction()).rejects.toThrow('Cannot call abortTransaction twice')
      await session.endSession()
      expect(session.hasEnded).toBe(true)
      await expect(accounts().findOne({}, { session })).rejects.toMatchObject({ name: 'MongoExpiredSessionError' })
      await expect(accounts().insertOne({ _id: 'c', sum: 1 }, { session })).rejects.toMatchObject({
        name: 'MongoExpiredSessionError',
      })
      const other = new mongoose.mongo.MongoClient('mongodb://127.0.0.1:1').startSession()
      await expect(accounts().findOne({}, { session: other })).rejects.toThrow(
        'ClientSession must be from the same MongoClient',
      )
    })

    it('a session without a transaction has no effect', async () => {
      const session = await startSession()
      await accounts().insertOne({ _id: 'a', sum: 1 }, { session })
      await accounts().createIndex({ sum: 1 }, { session })
      expect(await accounts().find({}, { session }).toArray()).toEqual([{ _id: 'a', sum: 1 }])
      expect(await accounts().estimatedDocumentCount({ session })).toBe(1)
      await expect(accounts().insertOne({ _id: 'a', sum: 1 }, { session })).rejects.toMatchObject({ code: 11000 })
      expect(await accounts().countDocuments({}, { session })).toBe(1)
      expect(await accounts().drop({ session })).toBe(true)
    })

    it('an abort removes new collections and indexes; dropping is refused', async () => {
      const session = await startSession()
      session.startTransaction()
      await current().createCollection('letters', { session })
      await current().collection('letters').createIndex({ a: 1 }, { unique: true, session })
      await current().collection('letters').insertOne({ a: 1 }, { session })
      await expect(accounts().drop({ session })).rejects.toMatchObject({
        code: 263,
        codeName: 'OperationNotSupportedInTransaction',
      })
      await session.abortTransaction()
      expect((await current().listCollections()).map(({ name }) => name)).not.toContain('letters')
      await current()
        .collection('letters')
        .insertMany([{ a: 1 }, { a: 1 }])
      session.startTransaction()
      await current().createCollection('numbers', { session })
      await current().collection('numbers').createIndex({ a: 1 }, { unique: true, session })
      await session.commitTransaction()
      await expect(
        current()
          .collection('numbers')
          .insertMany([{ a: 1 }, { a: 1 }]),
      ).rejects.toMatchObject({ code: 11000 })
    })

    it('a unique index considers the keys that the transaction took and released', async () => {
      await accounts().createIndex({ sum: 1 }, { unique: true })
      await withTwo()
      await current().transaction(async (session) => {
        await accounts().updateOne({ _id: 'a' }, { $set: { sum: 1 } }, { session })
        await accounts().updateOne({ _id: 'b' }, { $set: { sum: 10 } }, { session })
      })
      expect(await sums()).toEqual(['a 1', 'b 10'])
      await expect(accounts().insertOne({ _id: 'c', sum: 10 })).rejects.toMatchObject({ code: 11000 })
      await accounts().insertOne({ _id: 'c', sum: 0 })
    })

    it('a cursor of a transaction ends with it', async () => {
      await accounts().insertMany(Array.from({ length: 10 }, (_, n) => ({ _id: `n${n}`, sum: n })))
      const session = await startSession()
      session.startTransaction()
      const cursor = accounts().find({}, { session, batchSize: 2 })
      await cursor.next()
      await session.commitTransaction()
      await expect(cursor.toArray()).rejects.toMatchObject({ name: 'MongoServerError' })
    })

    it('withTransaction commits, returns the result, and retries transient errors', async () => {
      await withTwo()
      const session = await startSession()
      let tries = 0
      const result = await session.withTransaction(async () => {
        await transfer(session)
        if (++tries < 3) throw new mongoose.mongo.MongoServerError({ message: 'once more', errorLabels: [TRANSIENT] })
        return 'done'
      })
      expect({ result, tries }).toEqual({ result: 'done', tries: 3 })
      expect(await sums()).toEqual(['a 6', 'b 4'])
      await expect(
        session.withTransaction(async () => {
          await transfer(session)
          throw new Error('enough')
        }),
      ).rejects.toThrow('enough')
      expect(await sums()).toEqual(['a 6', 'b 4'])
    })
  })

  describe('transactions through Mongoose', () => {
    it('accept a session in every method of a model', async () => {
      const Account = await makeModel()
      await current().transaction(async (session) => {
        const [ada] = await Account.create(
          [
            { name: 'Ada', sum: 1 },
            { name: 'Bob', sum: 2 },
          ],
          { session, ordered: true },
        )
        expect(ada?.$session()).toBe(session)
        if (ada !== undefined) ada.sum = 5
        await ada?.save()
        await Account.updateOne({ name: 'Bob' }, { $inc: { sum: 1 } }).session(session)
        expect(new Set(await Account.find({}, null, { session }).distinct('sum'))).toEqual(new Set([3, 5]))
        expect(await Account.aggregate([{ $count: 'n' }]).session(session)).toEqual([{ n: 2 }])
        const names: unknown[] = []
        for await (const { name } of Account.find().sort({ name: 1 }).session(session).cursor({ batchSize: 1 }))
          names.push(name)
        expect(names).toEqual(['Ada', 'Bob'])
        expect(await Account.exists({ name: 'Ada' }).session(session)).not.toBeNull()
        expect(await Account.countDocuments()).toBe(0)
        await Account.deleteOne({ name: 'Bob' }, { session })
      })
      expect(await Account.find().lean()).toMatchObject([{ name: 'Ada', sum: 5 }])
    })

    it('mark documents as new again after an abort', async () => {
      const Account = await makeModel()
      const ada = new Account({ name: 'Ada', sum: 1 })
      await expect(
        current().transaction(async (session) => {
          await ada.save({ session })
          expect(ada.isNew).toBe(false)
          throw new Error('changed my mind')
        }),
      ).rejects.toThrow('changed my mind')
      expect(ada.isNew).toBe(true)
      expect(await Account.countDocuments()).toBe(0)
      await ada.save()
      expect(await Account.countDocuments()).toBe(1)
    })

    it('find their session with transactionAsyncLocalStorage', async () => {
      const Account = await makeModel()
      current().base.set('transactionAsyncLocalStorage', true)
      onTestFinished(() => void current().base.set('transactionAsyncLocalStorage', false))
      await expect(
        current().transaction(async () => {
          const ada = await Account.create({ name: 'Ada', sum: 1 })
          ada.sum = 2
          await ada.save()
          expect(await Account.findOne({ name: 'Ada' })).toMatchObject({ sum: 2 })
          expect(await Account.countDocuments().session(null)).toBe(0)
          throw new Error('changed my mind')
        }),
      ).rejects.toThrow('changed my mind')
      expect(await Account.countDocuments()).toBe(0)
    })
  })
}
