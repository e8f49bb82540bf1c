import type { mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import type { CurrentConnection } from '../contract.suite.ts'

type Thing = mongo.Document & { _id: number }

export function indexContract(current: CurrentConnection): void {
  const things = () => current().collection<Thing>('things')
  const ids = async (filter: object, options: object = {}) =>
    (await things().find(filter, options).toArray()).map(({ _id }) => _id)

  describe('indexes', () => {
    const duplicate = { code: 11000 }

    it('are named after their key, listed with their options, and dropped', async () => {
      expect(await things().createIndex({ a: 1, b: -1 }, { unique: true })).toBe('a_1_b_-1')
      expect(await things().createIndex({ c: 1 }, { name: 'own', sparse: true })).toBe('own')
      expect(await things().createIndex({ c: 1 }, { name: 'own', sparse: true })).toBe('own')
      expect(await things().indexes()).toEqual([
        expect.objectContaining({ key: { _id: 1 }, name: '_id_' }),
        expect.objectContaining({ key: { a: 1, b: -1 }, name: 'a_1_b_-1', unique: true }),
        expect.objectContaining({ key: { c: 1 }, name: 'own', sparse: true }),
      ])
      await things().dropIndex('own')
      expect((await things().indexes()).map(({ name }) => name)).toEqual(['_id_', 'a_1_b_-1'])
      await things().dropIndexes()
      expect((await things().indexes()).map(({ name }) => name)).toEqual(['_id_'])
      await expect(things().dropIndex('nowhere')).rejects.toMatchObject({ code: 27 })
    })

    it('do not change their options in place', async () => {
      await things().createIndex({ a: 1 })
      await expect(things().createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({ name: 'MongoServerError' })
    })

    it('cannot be listed without a collection', async () => {
      await expect(current().collection('nowhere').listIndexes().toArray()).rejects.toMatchObject({ code: 26 })
    })

    it('a unique index over several fields only refuses equal combinations', async () => {
      await things().createIndex({ a: 1, b: 1 }, { unique: true })
      await things().insertMany([
        { _id: 1, a: 1, b: 1 },
        { _id: 2, a: 1, b: 2 },
        { _id: 3, a: 2, b: 1 },
      ])
      await expect(things().insertOne({ _id: 4, a: 1, b: 2 })).rejects.toMatchObject({
        ...duplicate,
        keyPattern: { a: 1, b: 1 },
        keyValue: { a: 1, b: 2 },
      })
      await things().insertOne({ _id: 5 })
      await expect(things().insertOne({ _id: 6, a: null })).rejects.toMatchObject(duplicate)
    })

    it('a unique index releases a key when its document changes or is deleted', async () => {
      await things().createIndex({ a: 1 }, { unique: true })
      await things().insertMany([
        { _id: 1, a: 1 },
        { _id: 2, a: 2 },
      ])
      await things().updateOne({ _id: 1 }, { $set: { a: 3 } })
      await things().deleteOne({ _id: 2 })
      await things().insertMany([
        { _id: 4, a: 1 },
        { _id: 5, a: 2 },
      ])
      await expect(things().insertOne({ _id: 6, a: 3 })).rejects.toMatchObject(duplicate)
    })

    it('a unique index over an array refuses an element of another document, not a repeated one', async () => {
      await things().createIndex({ tags: 1 }, { unique: true })
      await things().insertOne({ _id: 1, tags: ['a', 'b', 'a'] })
      await expect(things().insertOne({ _id: 2, tags: ['c', 'b'] })).rejects.toMatchObject(duplicate)
      await things().insertOne({ _id: 3, tags: ['c'] })
    })

    it('a unique index cannot be created over duplicates', async () => {
      await things().insertMany([
        { _id: 1, a: 1 },
        { _id: 2, a: 1 },
      ])
      await expect(things().createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject(duplicate)
      expect((await things().indexes()).map(({ name }) => name)).toEqual(['_id_'])
    })

    it('a sparse unique index allows many documents without the field, and queries still find them', async () => {
      await things().createIndex({ a: 1 }, { unique: true, sparse: true })
      await things().insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3, a: null }, { _id: 4, a: 1 }])
      await expect(things().insertOne({ _id: 5, a: null })).rejects.toMatchObject(duplicate)
      expect(await ids({ a: null }, { sort: { _id: 1 } })).toEqual([1, 2, 3])
      expect(await ids({}, { sort: { a: 1, _id: 1 } })).toEqual([1, 2, 3, 4])
      expect(await ids({ a: 1 })).toEqual([4])
    })

    it('a partial unique index only considers its own documents', async () => {
      await things().createIndex({ a: 1 }, { unique: true, partialFilterExpression: { live: true } })
      await things().insertMany([
        { _id: 1, a: 1 },
        { _id: 2, a: 1 },
        { _id: 3, a: 1, live: true },
      ])
      await expect(things().insertOne({ _id: 4, a: 1, live: true })).rejects.toMatchObject(duplicate)
      await expect(things().updateOne({ _id: 1 }, { $set: { live: true } })).rejects.toMatchObject(duplicate)
      expect(await ids({ a: 1 }, { sort: { _id: 1 } })).toEqual([1, 2, 3])
      expect(await ids({ a: 1, live: true })).toEqual([3])
    })

    it('refuse a document with two arrays', async () => {
      await things().createIndex({ a: 1, b: 1 })
      await things().insertOne({ _id: 1, a: [1, 2], b: 1 })
      await expect(things().insertOne({ _id: 2, a: [1], b: [2] })).rejects.toMatchObject({ code: 171 })
    })

    it('return no document twice, even if an array has several keys in a range', async () => {
      await things().createIndex({ tags: 1 })
      await things().insertMany([
        { _id: 1, tags: ['aa', 'ab', 'b'] },
        { _id: 2, tags: ['ab'] },
        { _id: 3, tags: ['c'] },
      ])
      expect(await ids({ tags: { $elemMatch: { $gte: 'a', $lt: 'b' } } }, { sort: { _id: 1 } })).toEqual([1, 2])
      expect(await ids({ tags: /^a/ }, { sort: { _id: 1 } })).toEqual([1, 2])
      expect(await ids({ tags: { $in: ['aa', 'ab', 'c'] } }, { sort: { _id: 1 } })).toEqual([1, 2, 3])
      expect(await things().countDocuments({ tags: { $gte: 'a' } })).toBe(3)
    })

    it('contain documents from before their creation, and values that become arrays later', async () => {
      await things().insertMany([
        { _id: 1, a: 1 },
        { _id: 2, a: 2 },
      ])
      await things().createIndex({ a: 1 })
      expect(await ids({ a: { $gt: 1, $lt: 3 } })).toEqual([2])
      await things().updateOne({ _id: 1 }, { $set: { a: [0, 5] } })
      expect(await ids({ a: { $gt: 1, $lt: 3 } }, { sort: { _id: 1 } })).toEqual([1, 2])
    })

    it('return a range after an equality in order', async () => {
      await things().createIndex({ room: 1, seq: 1 }, { unique: true })
      await things().insertMany(
        Array.from({ length: 200 }, (_, n) => ({ _id: n, room: n % 2 === 0 ? 'even' : 'odd', seq: n })),
      )
      expect(await ids({ room: 'even', seq: { $lt: 100 } }, { sort: { seq: -1 }, limit: 3 })).toEqual([98, 96, 94])
      expect(await ids({ room: 'odd', seq: { $gt: 100 } }, { sort: { seq: 1 }, limit: 3 })).toEqual([101, 103, 105])
      expect(await ids({ room: { $in: ['odd', 'even'] }, seq: { $gte: 198 } }, { sort: { seq: 1 } })).toEqual([
        198, 199,
      ])
      expect(await ids({ _id: { $in: [7, 3, 5, 999] } }, { sort: { _id: 1 } })).toEqual([3, 5, 7])
    })
  })
}
