import type { mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import type { CurrentConnection } from '../contract.suite.ts'

export function findContract(current: CurrentConnection): void {
  const things = () => current().collection<mongo.Document & { _id: number }>('things')
  const ids = async (filter: object, options: object = {}) =>
    (await things().find(filter, options).toArray()).map(({ _id }) => _id)

  describe('finding', () => {
    it('sorts by several fields in both directions, with and without an index', async () => {
      await things().insertMany([
        { _id: 1, a: 1, b: 2 },
        { _id: 2, a: 2, b: 1 },
        { _id: 3, a: 1, b: 1 },
        { _id: 4, a: 2, b: 2 },
      ])
      expect(await ids({}, { sort: { a: 1, b: -1 } })).toEqual([1, 3, 4, 2])
      await things().createIndex({ a: 1, b: -1 })
      expect(await ids({}, { sort: { a: 1, b: -1 } })).toEqual([1, 3, 4, 2])
      expect(await ids({}, { sort: { a: -1, b: 1 } })).toEqual([2, 4, 3, 1])
      expect(await ids({}, { sort: { a: 1, b: 1 } })).toEqual([3, 1, 2, 4])
      expect(await ids({ a: 2 }, { sort: { b: -1 } })).toEqual([4, 2])
    })

    it('skips and limits after sorting; a limit of 0 means no limit', async () => {
      await things().insertMany([5, 3, 1, 4, 2].map((n) => ({ _id: n })))
      expect(await ids({}, { sort: { _id: -1 }, skip: 1, limit: 2 })).toEqual([4, 3])
      expect(await ids({}, { sort: { _id: 1 }, limit: 0 })).toEqual([1, 2, 3, 4, 5])
      expect(await ids({}, { sort: { _id: 1 }, skip: 9 })).toEqual([])
    })

    it('sorts different types in MongoDB’s order', async () => {
      const values = [true, 'text', 5, null, new Date(0), { a: 1 }, Buffer.from('x')]
      await things().insertMany([...values.map((v, i) => ({ _id: i, v })), { _id: 7 }])
      const order = await ids({}, { sort: { v: 1, _id: 1 } })
      expect(order).toEqual([3, 7, 2, 1, 5, 6, 0, 4])
      await things().createIndex({ v: 1, _id: 1 })
      expect(await ids({}, { sort: { v: 1, _id: 1 } })).toEqual(order)
      expect(await ids({}, { sort: { v: -1, _id: -1 } })).toEqual(order.toReversed())
    })

    it('sorts strings by code point, not by UTF-16 unit', async () => {
      await things().insertMany([
        { _id: 1, v: '😀' },
        { _id: 2, v: '豈' },
        { _id: 3, v: 'z' },
      ])
      expect(await ids({}, { sort: { v: 1 } })).toEqual([3, 2, 1])
    })

    it('sorts arrays by their smallest element ascending and their greatest descending', async () => {
      await things().insertMany([
        { _id: 1, v: [5, 1] },
        { _id: 2, v: [2, 3] },
        { _id: 3, v: [] },
        { _id: 4, v: 4 },
      ])
      for (const index of [false, true]) {
        if (index) await things().createIndex({ v: 1 })
        expect(await ids({}, { sort: { v: 1 } })).toEqual([3, 1, 2, 4])
        expect(await ids({}, { sort: { v: -1 } })).toEqual([1, 4, 2, 3])
      }
    })

    it('includes or excludes fields and keeps the order of the document', async () => {
      await things().insertOne({ _id: 1, a: 1, b: { c: 2, d: 3 }, e: [{ f: 4, g: 5 }, 6] })
      const show = (projection: object) => things().findOne({}, { projection })
      expect(await show({ b: 1, a: 1 })).toEqual({ _id: 1, a: 1, b: { c: 2, d: 3 } })
      expect(Object.keys((await show({ b: 1, a: 1 })) ?? {})).toEqual(['_id', 'a', 'b'])
      expect(await show({ 'b.c': 1, _id: 0 })).toEqual({ b: { c: 2 } })
      expect(await show({ 'e.f': 1 })).toEqual({ _id: 1, e: [{ f: 4 }] })
      expect(await show({ 'b.c': 0, e: 0 })).toEqual({ _id: 1, a: 1, b: { d: 3 } })
      expect(await show({ 'e.f': 0 })).toEqual({ _id: 1, a: 1, b: { c: 2, d: 3 }, e: [{ g: 5 }, 6] })
      expect(await show({ _id: 1 })).toEqual({ _id: 1 })
      expect(await show({ _id: 0 })).toEqual({ a: 1, b: { c: 2, d: 3 }, e: [{ f: 4, g: 5 }, 6] })
      await expect(show({ a: 1, b: 0 })).rejects.toMatchObject({ name: 'MongoServerError' })
    })

    it('returns a slice or the first matching element of an array', async () => {
      await things().insertOne({ _id: 1, a: [1, 2, 3, 4], b: [{ n: 1 }, { n: 2 }, { n: 3 }] })
      const show = (projection: object) => things().findOne({}, { projection })
      expect(await show({ a: { $slice: 2 }, b: 0 })).toEqual({ _id: 1, a: [1, 2] })
      expect(await show({ a: { $slice: -1 }, b: 0 })).toEqual({ _id: 1, a: [4] })
      expect(await show({ a: { $slice: [1, 2] }, b: 0 })).toEqual({ _id: 1, a: [2, 3] })
      expect(await show({ b: { $elemMatch: { n: { $gt: 1 } } } })).toEqual({ _id: 1, b: [{ n: 2 }] })
      expect(await show({ b: { $elemMatch: { n: 9 } } })).toEqual({ _id: 1 })
    })

    const commented = {
      _id: 1,
      n: 5,
      o: { list: [7, 8, 9], p: 1 },
      comments: [
        { by: 'a', text: 'x' },
        { by: 'b', text: 'y', likes: [1, 2, 3] },
        { by: 'b', text: 'z' },
      ],
      tags: ['p', 'q', 'r'],
    }
    const shown: [string, object, object, object][] = [
      [
        'the element that an array’s condition matched',
        { 'comments.by': 'b' },
        { 'comments.$': 1 },
        { _id: 1, comments: [commented.comments[1]] },
      ],
      [
        'the element that $elemMatch matched',
        { comments: { $elemMatch: { by: 'b', text: 'z' } } },
        { 'comments.$': 1, n: 1 },
        { _id: 1, n: 5, comments: [commented.comments[2]] },
      ],
      ['the matched value', { tags: { $in: ['r', 'q'] } }, { 'tags.$': 1, _id: 0 }, { tags: ['q'] }],
      ['the matched value in an object', { 'o.list': { $gt: 7 } }, { 'o.list.$': 1 }, { _id: 1, o: { list: [8] } }],
      [
        'the matched element beside a slice of another array',
        { 'comments.by': 'b' },
        { 'comments.$': 1, tags: { $slice: -1 } },
        { _id: 1, comments: [commented.comments[1]], tags: ['r'] },
      ],
      ['a field under another name', {}, { total: '$n', _id: 0 }, { total: 5 }],
      [
        'what an expression gives',
        {},
        { n: 1, double: { $multiply: ['$n', 2] }, many: { $size: '$comments' } },
        { _id: 1, n: 5, double: 10, many: 3 },
      ],
      [
        'a literal and a text',
        {},
        { _id: 0, a: { $literal: 1 }, b: 'text', c: { $literal: '$n' } },
        { a: 1, b: 'text', c: '$n' },
      ],
      ['expressions inside objects', {}, { _id: 0, o: { p: 1, q: { $add: ['$o.p', 1] } } }, { o: { p: 1, q: 2 } }],
      [
        'expressions beside a slice',
        {},
        { _id: 0, tags: { $slice: [1, 1] }, n: { $add: ['$n', 1] } },
        { tags: ['q'], n: 6 },
      ],
      [
        'expressions beside $elemMatch',
        {},
        { comments: { $elemMatch: { by: 'b' } }, n: '$o.p' },
        { _id: 1, comments: [commented.comments[1]], n: 1 },
      ],
      [
        'expressions beside the matched element',
        { 'comments.by': 'b' },
        { 'comments.$': 1, by: '$comments.by' },
        { _id: 1, comments: [commented.comments[1]], by: ['a', 'b', 'b'] },
      ],
      ['nested fields, written as an object', {}, { o: { p: 1 } }, { _id: 1, o: { p: 1 } }],
      [
        'a slice in an object',
        {},
        { 'o.list': { $slice: 1 }, comments: 0, tags: 0 },
        { _id: 1, n: 5, o: { list: [7], p: 1 } },
      ],
      [
        'a slice below an array',
        {},
        { 'comments.likes': { $slice: 1 }, n: 1 },
        { _id: 1, n: 5, comments: [{}, { likes: [1] }, {}] },
      ],
      ['the slice expression', {}, { _id: 0, first: { $slice: ['$tags', 1] } }, { first: ['p'] }],
    ]

    it.each(shown)('projects %s', async (_, filter, projection, expected) => {
      await things().insertOne(commented)
      for (const index of [false, true]) {
        if (index)
          await things().createIndexes([{ key: { 'comments.by': 1 } }, { key: { tags: 1 } }, { key: { 'o.list': 1 } }])
        expect(await things().findOne(filter, { projection })).toEqual(expected)
        expect(await things().findOneAndUpdate(filter, { $set: { seen: true } }, { projection })).toEqual(expected)
        await things().updateOne({}, { $unset: { seen: '' } })
      }
    })

    it.each([
      ['a position in the middle of a path', { 'comments.by': 'b' }, { 'comments.$.text': 1 }],
      ['two positions', { 'comments.by': 'b', tags: 'q' }, { 'comments.$': 1, 'tags.$': 1 }],
      ['a position to exclude', { 'comments.by': 'b' }, { 'comments.$': 0 }],
      ['a position beside $elemMatch', { 'comments.by': 'b' }, { 'comments.$': 1, tags: { $elemMatch: { $gt: 'p' } } }],
      ['a position that the filter does not give', { n: 5 }, { 'comments.$': 1 }],
      ['an expression in an exclusion', {}, { n: 0, x: { $add: [1, 1] } }],
      ['an operator that is none', {}, { x: { $nonsense: 1 } }],
      ['a path and a part of it', {}, { o: 1, 'o.p': 1 }],
    ])('projection refuses %s', async (_, filter, projection) => {
      await things().insertOne(commented)
      await expect(things().findOne(filter, { projection })).rejects.toMatchObject({ name: 'MongoServerError' })
    })

    it('accepts options of a find that only affect a server', async () => {
      await things().insertOne({ _id: 1 })
      const options = {
        hint: { _id: 1 },
        comment: 'c',
        maxTimeMS: 10_000,
        allowDiskUse: true,
        noCursorTimeout: true,
        readPreference: 'primary',
      } as const
      expect(await things().find({}, options).toArray()).toEqual([{ _id: 1 }])
      expect(await things().findOne({}, options)).toEqual({ _id: 1 })
    })

    it('streams a long result in batches, complete and in order', async () => {
      await things().insertMany(Array.from({ length: 2500 }, (_, n) => ({ _id: n, group: n % 2 })))
      await things().createIndex({ group: 1, _id: 1 })
      let expected = 0
      for await (const { _id } of things().find({}, { sort: { _id: 1 }, batchSize: 100 })) expect(_id).toBe(expected++)
      expect(expected).toBe(2500)
      expect(await ids({ group: 1 }, { sort: { _id: -1 } })).toEqual(
        Array.from({ length: 1250 }, (_, n) => 2499 - 2 * n),
      )
      expect(await ids({ group: { $in: [0, 1] } }, { sort: { group: -1, _id: 1 }, limit: 1300 })).toHaveLength(1300)
    })

    it('a cursor supports next, hasNext and close', async () => {
      await things().insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }])
      const cursor = things().find({}, { sort: { _id: 1 }, batchSize: 1 })
      expect(await cursor.hasNext()).toBe(true)
      expect(await cursor.next()).toEqual({ _id: 1 })
      expect(await cursor.next()).toEqual({ _id: 2 })
      await cursor.close()
      expect(await things().find({ _id: 9 }).next()).toBeNull()
    })

    it('an open cursor continues while others write', async () => {
      await things().insertMany(Array.from({ length: 300 }, (_, n) => ({ _id: n })))
      const seen: number[] = []
      for await (const { _id } of things().find({}, { sort: { _id: 1 }, batchSize: 50 })) {
        seen.push(_id)
        if (_id % 50 === 0) await things().deleteOne({ _id: _id + 200 })
      }
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b))
      expect(seen.length).toBeGreaterThanOrEqual(290)
    })

    it('returns the distinct values of a field, also those in arrays', async () => {
      await things().insertMany([
        { _id: 1, v: 1 },
        { _id: 2, v: [1, 2] },
        { _id: 3, v: 'x' },
        { _id: 4 },
        { _id: 5, v: 1.0 },
      ])
      expect(await things().distinct('v')).toHaveLength(3)
      expect(await things().distinct('v', { _id: { $lt: 3 } })).toEqual(expect.arrayContaining([1, 2]))
    })
  })
}
