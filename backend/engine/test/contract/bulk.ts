import type { mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import type { CurrentConnection } from '../contract.suite.ts'

type Thing = mongo.Document & { _id: number }

export function bulkContract(current: CurrentConnection): void {
  const things = () => current().collection<Thing>('things')
  const ids = async () =>
    (
      await things()
        .find({}, { sort: { _id: 1 } })
        .toArray()
    ).map(({ _id }) => _id)

  describe('many writes in one call', () => {
    it('insertMany returns the ids', async () => {
      expect(await things().insertMany([{ _id: 1 }, { _id: 2 }])).toEqual({
        acknowledged: true,
        insertedCount: 2,
        insertedIds: { 0: 1, 1: 2 },
      })
    })

    it('an ordered insertMany keeps the documents before a duplicate, and none after it', async () => {
      await things().insertOne({ _id: 3 })
      await expect(things().insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }, { _id: 4 }])).rejects.toMatchObject({
        name: 'MongoBulkWriteError',
        code: 11000,
        insertedCount: 2,
        writeErrors: [{ index: 2, code: 11000 }],
      })
      expect(await ids()).toEqual([1, 2, 3])
    })

    it('insertMany accepts more than fits into one message', async () => {
      const text = 'x'.repeat(1_000_000)
      expect(await things().insertMany(Array.from({ length: 40 }, (_, n) => ({ _id: n, text })))).toMatchObject({
        insertedCount: 40,
      })
      expect(await things().countDocuments({ text })).toBe(40)
    })

    it('an unordered insertMany keeps all valid documents', async () => {
      await things().insertOne({ _id: 2 })
      await expect(
        things().insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }, { _id: 1 }], { ordered: false }),
      ).rejects.toMatchObject({
        name: 'MongoBulkWriteError',
        insertedCount: 2,
        writeErrors: [{ index: 1 }, { index: 3 }],
      })
      expect(await ids()).toEqual([1, 2, 3])
    })

    it('a document refused by its second unique index leaves nothing behind', async () => {
      await things().createIndex({ a: 1 }, { unique: true })
      await things().createIndex({ b: 1 }, { unique: true })
      await things().insertOne({ _id: 1, a: 1, b: 1 })
      await expect(things().insertOne({ _id: 2, a: 2, b: 1 })).rejects.toMatchObject({
        code: 11000,
        keyPattern: { b: 1 },
      })
      await things().insertOne({ _id: 2, a: 2, b: 2 })
      await expect(things().updateOne({ _id: 2 }, { $set: { a: 3, b: 1 } })).rejects.toMatchObject({
        code: 11000,
        keyValue: { b: 1 },
      })
      await things().insertOne({ _id: 3, a: 3, b: 3 })
      expect(await things().findOne({ a: 2 })).toEqual({ _id: 2, a: 2, b: 2 })
    })

    it('bulkWrite runs every kind of write in order', async () => {
      const result = await things().bulkWrite([
        { insertOne: { document: { _id: 1, n: 1 } } },
        { insertOne: { document: { _id: 2, n: 2 } } },
        { updateOne: { filter: { _id: 1 }, update: { $inc: { n: 10 } } } },
        { updateMany: { filter: {}, update: { $set: { seen: true } } } },
        { replaceOne: { filter: { _id: 2 }, replacement: { n: 22 } } },
        { updateOne: { filter: { _id: 3 }, update: { $set: { n: 3 } }, upsert: true } },
        { deleteOne: { filter: { _id: 1 } } },
        { deleteMany: { filter: { n: { $lt: 3 } } } },
      ])
      expect(result).toMatchObject({
        insertedCount: 2,
        matchedCount: 4,
        modifiedCount: 4,
        deletedCount: 1,
        upsertedCount: 1,
        insertedIds: { 0: 1, 1: 2 },
        upsertedIds: { 5: 3 },
      })
      expect(
        await things()
          .find({}, { sort: { _id: 1 } })
          .toArray(),
      ).toEqual([
        { _id: 2, n: 22 },
        { _id: 3, n: 3 },
      ])
    })

    it('bulkWrite accepts positional updates, each with its own array filters', async () => {
      await things().insertMany([
        { _id: 1, n: [1, 5] },
        { _id: 2, n: [1, 5] },
      ])
      await things().bulkWrite([
        { updateOne: { filter: { _id: 1 }, update: { $set: { 'n.$[e]': 0 } }, arrayFilters: [{ e: { $gt: 3 } }] } },
        { updateMany: { filter: { n: 1 }, update: { $inc: { 'n.$': 10 } } } },
        { updateOne: { filter: { _id: 2 }, update: { $inc: { 'n.$[]': 1 } } } },
      ])
      expect(
        await things()
          .find({}, { sort: { _id: 1 } })
          .toArray(),
      ).toEqual([
        { _id: 1, n: [11, 0] },
        { _id: 2, n: [12, 6] },
      ])
    })

    it('an ordered bulkWrite ends at the first error, an unordered one continues', async () => {
      const operations = [
        { insertOne: { document: { _id: 1 } } },
        { insertOne: { document: { _id: 1 } } },
        { insertOne: { document: { _id: 2 } } },
      ]
      await expect(things().bulkWrite(operations)).rejects.toMatchObject({
        name: 'MongoBulkWriteError',
        code: 11000,
        writeErrors: [{ index: 1 }],
      })
      expect(await ids()).toEqual([1])
      await things().deleteMany({})
      await expect(things().bulkWrite(operations, { ordered: false })).rejects.toMatchObject({
        insertedCount: 2,
        writeErrors: [{ index: 1 }],
      })
      expect(await ids()).toEqual([1, 2])
    })
  })
}
