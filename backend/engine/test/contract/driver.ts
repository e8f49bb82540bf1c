import mongoose from 'mongoose'
import { describe, expect, it } from 'vitest'
import type { CurrentConnection } from '../contract.suite.ts'

/** Features of the native driver below Mongoose. */
export function driverContract(current: CurrentConnection): void {
  const things = () => current().collection<{ _id: number; a: number }>('things')
  const fill = () => things().insertMany([1, 2, 3, 4].map((n) => ({ _id: n, a: n % 2 })))

  describe('the native driver', () => {
    it('reports the version whose features it supports', async () => {
      const admin = current().db!.admin()
      for (const { version } of [await admin.serverStatus(), await admin.buildInfo(), await admin.serverInfo()]) {
        expect(version).toMatch(/^\d+\.\d+\.\d+/)
      }
      expect(await admin.ping()).toMatchObject({ ok: 1 })
    })

    it('builds a pipeline with the methods of an aggregation cursor', async () => {
      await fill()
      const cursor = things().aggregate().match({ a: 1 }).sort({ _id: -1 }).skip(1).limit(5).project({ a: 0 })
      expect(await cursor.toArray()).toEqual([{ _id: 1 }])
      const grouped = things()
        .aggregate([{ $match: { _id: { $gt: 1 } } }])
        .group({ _id: '$a', n: { $sum: 1 } })
        .sort({ _id: 1 })
      expect(await grouped.clone().toArray()).toEqual([
        { _id: 0, n: 2 },
        { _id: 1, n: 1 },
      ])
      expect(await grouped.addStage({ $match: { _id: 1 } }).toArray()).toEqual([{ _id: 1, n: 1 }])
    })

    it('builds a query with the methods of a find cursor', async () => {
      await fill()
      const cursor = things().find().filter({ a: 0 }).sort({ _id: -1 }).project({ a: 0 })
      expect(await cursor.clone().toArray()).toEqual([{ _id: 4 }, { _id: 2 }])
      expect(await cursor.limit(1).toArray()).toEqual([{ _id: 4 }])
      await expect(async () => cursor.sort({ _id: 1 })).rejects.toThrow('already initialized')
    })

    it('treats a negative limit as a single batch', async () => {
      await fill()
      expect(await things().find().sort({ _id: 1 }).limit(-3).toArray()).toHaveLength(3)
      expect(
        await things()
          .find({}, { sort: { _id: 1 }, limit: -2 })
          .toArray(),
      ).toMatchObject([{ _id: 1 }, { _id: 2 }])
    })

    it('returns the documents that a cursor has buffered', async () => {
      await fill()
      const cursor = things()
        .find()
        .sort({ _id: 1 })
        .batchSize(3)
        .map(({ _id }) => _id)
      expect(await cursor.next()).toBe(1)
      expect(cursor.bufferedCount()).toBe(2)
      expect(cursor.readBufferedDocuments()).toHaveLength(2)
      expect(await cursor.next()).toBe(4)
      await cursor.close()
    })

    it('does not create a collection for an update or a delete without a match', async () => {
      const { db } = current()
      await things().deleteMany({})
      await things().updateOne({ _id: 1 }, { $set: { a: 1 } })
      await things().findOneAndDelete({ _id: 1 })
      expect(await db!.listCollections({ name: 'things' }).toArray()).toEqual([])
      await things().updateOne({ _id: 1 }, { $set: { a: 1 } }, { upsert: true })
      expect(await db!.listCollections({ name: 'things' }).toArray()).toMatchObject([
        { name: 'things', type: 'collection' },
      ])
    })

    it('lists collections by a pattern', async () => {
      for (const name of ['apple', 'pear', 'apricot']) await current().createCollection(name)
      const found = await current().db!.listCollections({ name: /^ap/ }).toArray()
      expect(found.map(({ name }) => name).sort()).toEqual(['apple', 'apricot'])
    })

    it('includes the caller in the stack of an error', async () => {
      const Thing = current().model('Thing', new mongoose.Schema({ a: Number }, { strictQuery: false }))
      async function theOneWhoAsked(): Promise<void> {
        await Thing.find({ other: { $noSuchOperator: 1 } })
      }
      const noSuchOperator = current()
        .collection('things')
        .find({ a: { $noSuchOperator: 1 } })
      await expect(noSuchOperator.toArray()).rejects.toMatchObject({ name: 'MongoServerError', code: 2 })
      const error: unknown = await theOneWhoAsked().catch((reason: unknown) => reason)
      expect(error instanceof Error ? error.stack : undefined).toContain('theOneWhoAsked')
    })
  })
}
