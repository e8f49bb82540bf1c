import mongoose, { Types, type mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import type { CurrentConnection } from '../contract.suite.ts'

const { Decimal128, Double, Long } = mongoose.mongo

export function crudContract(current: CurrentConnection): void {
  const things = () => current().collection('things')

  describe('inserting, counting, deleting', () => {
    it('stores a document and returns it with its types', async () => {
      const stored = {
        _id: new Types.ObjectId(),
        text: 'zwölf Boxkämpfer 👋 \0 end',
        int: 42,
        double: 1.5,
        long: Long.fromString('1234567890123456789'),
        yes: true,
        nothing: null,
        date: new Date('2026-01-02T03:04:05.678Z'),
        list: [1, 'two', { three: 3 }],
        nested: { b: 1, a: 2 },
        bytes: Buffer.from([0, 1, 255]),
      }
      expect(await things().insertOne(stored)).toEqual({ acknowledged: true, insertedId: stored._id })
      const { bytes, ...found }: mongo.Document = (await things().findOne({ _id: stored._id })) ?? {}
      const { bytes: storedBytes, ...rest } = stored
      expect(found).toEqual(rest)
      expect(Object.keys(found['nested'] as object)).toEqual(['b', 'a'])
      expect(Buffer.from((bytes as mongo.Binary).buffer)).toEqual(storedBytes)
    })

    it('keeps nested arrays', async () => {
      const { insertedId } = await things().insertOne({ list: [1, [2, [3]], []] })
      expect(await things().findOne({})).toEqual({ _id: insertedId, list: [1, [2, [3]], []] })
    })

    it('keeps every digit of a Decimal128', async () => {
      const exact = Decimal128.fromString('12345678901234567890.50')
      const { insertedId } = await things().insertOne({ exact })
      expect(await things().findOne({})).toEqual({ _id: insertedId, exact })
    })

    it('adds an _id to a document without one, also in the caller’s object', async () => {
      const document: { _id?: Types.ObjectId; n: number } = { n: 1 }
      const { insertedId } = await things().insertOne(document)
      expect(insertedId).toBeInstanceOf(Types.ObjectId)
      expect(document._id).toEqual(insertedId)
    })

    it('stores _id first, wherever the document has it', async () => {
      await things().insertOne({ n: 1, _id: 'x' as never })
      expect(Object.keys((await things().findOne({ n: 1 })) ?? {})).toEqual(['_id', 'n'])
    })

    it('accepts any _id but an array', async () => {
      for (const id of ['text', 7, { a: 1 }, new Date(0), null]) {
        await things().deleteMany({})
        await things().insertOne({ _id: id as never, n: 1 })
        expect(await things().countDocuments({ n: 1 })).toBe(1)
      }
      await expect(things().insertOne({ _id: [1] as never })).rejects.toMatchObject({ name: 'MongoServerError' })
    })

    it('refuses a duplicate _id and names it', async () => {
      await things().insertOne({ _id: 'x' as never, n: 1 })
      await expect(things().insertOne({ _id: 'x' as never, n: 2 })).rejects.toMatchObject({
        name: 'MongoServerError',
        code: 11000,
        keyPattern: { _id: 1 },
        keyValue: { _id: 'x' },
      })
      expect(await things().countDocuments()).toBe(1)
    })

    it('treats 1 and 1.0 as the same _id, and 1 and "1" as different ones', async () => {
      await things().insertOne({ _id: 1 as never })
      await expect(things().insertOne({ _id: new Double(1) as never })).rejects.toMatchObject({ code: 11000 })
      await things().insertOne({ _id: '1' as never })
      expect(await things().countDocuments()).toBe(2)
    })

    it('counts with a filter, a skip and a limit, and estimates the total', async () => {
      await things().insertMany([1, 2, 3, 4, 5].map((n) => ({ n })))
      expect(await things().countDocuments({ n: { $gt: 1 } })).toBe(4)
      expect(await things().countDocuments({ n: { $gt: 1 } }, { skip: 1, limit: 2 })).toBe(2)
      expect(await things().estimatedDocumentCount()).toBe(5)
      expect(await current().collection('nowhere').countDocuments()).toBe(0)
    })

    it('deletes one document, or all that match', async () => {
      await things().insertMany([1, 2, 3, 4].map((n) => ({ n })))
      expect(await things().deleteOne({ n: { $lt: 3 } })).toEqual({ acknowledged: true, deletedCount: 1 })
      expect(await things().deleteMany({ n: { $gt: 2 } })).toEqual({ acknowledged: true, deletedCount: 2 })
      expect(await things().deleteMany({ n: 99 })).toEqual({ acknowledged: true, deletedCount: 0 })
      expect(await things().countDocuments()).toBe(1)
    })

    it('drops a collection with its indexes', async () => {
      await things().createIndex({ n: 1 }, { unique: true })
      await things().insertOne({ n: 1 })
      expect(await things().drop()).toBe(true)
      await things().insertMany([{ n: 1 }, { n: 1 }])
      expect(await things().countDocuments()).toBe(2)
    })

    it('separates databases, and lists them', async () => {
      const other = current().useDb('parley_contract_other')
      await other.dropDatabase()
      await things().insertOne({ n: 1 })
      await other.collection('things').insertMany([{ n: 2 }, { n: 3 }])
      expect(await things().countDocuments()).toBe(1)
      expect(await other.collection('things').countDocuments()).toBe(2)
      const { databases } = await current().listDatabases()
      expect(databases.map(({ name }) => name)).toEqual(
        expect.arrayContaining([current().name, 'parley_contract_other']),
      )
      await other.dropDatabase()
      expect(await other.collection('things').countDocuments()).toBe(0)
      expect(await things().countDocuments()).toBe(1)
    })

    it('a read sees every write that was acknowledged before it', async () => {
      for (let n = 0; n < 100; n++) {
        await things().insertOne({ n })
        expect(await things().countDocuments()).toBe(n + 1)
        expect(await things().findOne({ n })).not.toBeNull()
      }
    })

    it('a failed write does not undo concurrent writes', async () => {
      await things().createIndex({ n: 1 }, { unique: true })
      // Which of two equal inserts comes first is not defined.
      const results = await Promise.allSettled([1, 2, 2, 3, 1, 4].map((n) => things().insertOne({ n })))
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
      expect(new Set(await things().distinct('n'))).toEqual(new Set([1, 2, 3, 4]))
    })
  })
}
