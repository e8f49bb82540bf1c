import mongoose, { type mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import type { CurrentConnection } from '../contract.suite.ts'

const { Decimal128, Double } = mongoose.mongo

export function filterContract(current: CurrentConnection): void {
  const things = () => current().collection<mongo.Document & { _id: number }>('things')
  const ids = async (filter: object) =>
    (
      await things()
        .find(filter, { sort: { _id: 1 } })
        .toArray()
    ).map(({ _id }) => _id)

  describe('filters', () => {
    const documents = [
      { _id: 1, a: 1, s: 'apple', tags: ['x', 'y'], o: { p: 1 } },
      { _id: 2, a: 2.5, s: 'Apfel', tags: [], o: { p: [1, 2] } },
      {
        _id: 3,
        a: null,
        s: 'birne',
        tags: ['z'],
        list: [
          { k: 1, v: 2 },
          { k: 2, v: 1 },
        ],
      },
      { _id: 4, s: 'a.c', tags: 'x', list: [{ k: 1, v: 1 }] },
      { _id: 5, a: [1, 3], s: '', o: 5, list: [7, { k: 3 }] },
      { _id: 6, a: true, big: 2.5 },
      { _id: 7, a: 'text', big: 2 ** 40 },
      { _id: 8, a: new Date(5), o: { p: null } },
    ]

    const cases: [string, object, number[]][] = [
      ['equality, also with an element', { a: 1 }, [1, 5]],
      ['equality with null: null or missing', { a: null }, [3, 4]],
      ['equality with a whole array', { a: [1, 3] }, [5]],
      ['equality with an object, in its order', { o: { p: 1 } }, [1]],
      ['equality across numeric types', { a: new Double(1) }, [1, 5]],
      ['$ne', { a: { $ne: 1 } }, [2, 3, 4, 6, 7, 8]],
      ['$gt in its own type only', { a: { $gt: 1 } }, [2, 5]],
      ['$lte leaves other types out', { a: { $lte: 2.5 } }, [1, 2, 5]],
      ['$gte on dates', { a: { $gte: new Date(0) } }, [8]],
      ['$gte null: null or missing', { a: { $gte: null } }, [3, 4]],
      ['two bounds that different elements answer', { a: { $gt: 2.9, $lt: 1.5 } }, [5]],
      ['$in with null', { a: { $in: [2.5, null] } }, [2, 3, 4]],
      ['$in with a pattern', { s: { $in: [/^a/, 'birne'] } }, [1, 3, 4]],
      ['a long $in', { a: { $in: [null, 'text', ...Array.from({ length: 3000 }, (_, n) => n + 100)] } }, [3, 4, 7]],
      ['$nin', { a: { $nin: [1, null] } }, [2, 6, 7, 8]],
      ['$exists', { a: { $exists: true } }, [1, 2, 3, 5, 6, 7, 8]],
      ['$exists: false', { o: { $exists: false } }, [3, 4, 6, 7]],
      ['$type by name', { a: { $type: 'string' } }, [7]],
      ['$type number', { a: { $type: 'number' } }, [1, 2, 5]],
      ['$type array', { a: { $type: 'array' } }, [5]],
      ['$type double', { a: { $type: 'double' } }, [2]],
      ['a pattern', { s: /^ap/i }, [1, 2]],
      ['$regex with options', { s: { $regex: 'PF', $options: 'i' } }, [2]],
      ['an anchored pattern', { s: /^a/ }, [1, 4]],
      ['an anchored pattern with an escape', { s: /^a\.c$/ }, [4]],
      ['$not of a pattern', { s: { $not: /^a/ } }, [2, 3, 5, 6, 7, 8]],
      ['$not of a range', { a: { $not: { $gt: 1 } } }, [1, 3, 4, 6, 7, 8]],
      ['$size', { tags: { $size: 2 } }, [1]],
      ['$all', { tags: { $all: ['x', 'y'] } }, [1]],
      ['$all with one, on a single value', { tags: { $all: ['x'] } }, [1, 4]],
      ['$mod', { a: { $mod: [2, 1] } }, [1, 5]],
      ['$elemMatch on objects', { list: { $elemMatch: { k: 1, v: 1 } } }, [4]],
      ['$elemMatch on values', { a: { $elemMatch: { $gt: 2, $lt: 4 } } }, [5]],
      ['a path through an array', { 'list.k': 1 }, [3, 4]],
      ['a path through an array, both conditions by any element', { 'list.k': 1, 'list.v': 1 }, [3, 4]],
      ['a path with a place', { 'list.0.k': 1 }, [3, 4]],
      ['a path with a place at the end', { 'tags.0': 'x' }, [1]],
      ['a path that meets nothing is null', { 'o.p': null }, [3, 4, 5, 6, 7, 8]],
      ['$or', { $or: [{ a: 2.5 }, { s: 'birne' }] }, [2, 3]],
      ['$and of the same field', { $and: [{ a: { $gt: 0 } }, { a: { $lt: 2 } }] }, [1, 5]],
      ['$nor', { $nor: [{ a: 1 }, { s: '' }, { a: null }] }, [2, 6, 7, 8]],
      ['$bitsAllSet', { a: { $bitsAllSet: 1 } }, [1, 5]],
      ['$expr', { $expr: { $gt: ['$big', 2] } }, [6, 7]],
      ['$expr, where a missing field comes before every value', { $expr: { $lt: ['$a', null] } }, [4]],
    ]

    const indexes: [string, object[]][] = [
      ['without an index', []],
      [
        'with indexes',
        [{ a: 1 }, { s: -1 }, { tags: 1 }, { 'list.k': 1, 'list.v': 1 }, { 'o.p': 1 }, { big: 1, a: 1 }],
      ],
    ]

    for (const [how, keys] of indexes) {
      it.each(cases)(`%s, ${how}`, async (_, filter, expected) => {
        await things().insertMany(documents)
        for (const key of keys) await things().createIndex(key as Record<string, 1 | -1>)
        expect(await ids(filter)).toEqual(expected)
        expect(await things().countDocuments(filter)).toBe(expected.length)
      })

      it(`a Decimal128 compares with all numbers, ${how}`, async () => {
        await things().insertMany([
          { _id: 1, big: Decimal128.fromString('2.5') },
          { _id: 2, big: 2.5 },
          { _id: 3, big: 2 ** 40 },
        ])
        for (const key of keys) await things().createIndex(key as Record<string, 1 | -1>)
        expect(await ids({ big: 2.5 })).toEqual([1, 2])
        expect(await ids({ big: { $gt: Decimal128.fromString('2.50') } })).toEqual([3])
      })

      it(`NaN equals itself and is in no range, ${how}`, async () => {
        await things().insertMany([{ _id: 1, a: NaN }, { _id: 2, a: new Double(1) }, { _id: 3 }])
        for (const key of keys) await things().createIndex(key as Record<string, 1 | -1>)
        expect(await ids({ a: NaN })).toEqual([1])
        expect(await ids({ a: { $ne: NaN } })).toEqual([2, 3])
        expect(await ids({ a: { $lte: 2.5 } })).toEqual([2])
        expect(await ids({ a: { $type: 'double' } })).toEqual([1, 2])
      })
    }

    it('$eq treats a pattern as a value, and $ne refuses it', async () => {
      await things().insertMany([
        { _id: 1, s: 'abc' },
        { _id: 2, s: /^a/ },
      ])
      expect(await ids({ s: { $eq: /^a/ } })).toEqual([2])
      expect(await ids({ s: /^a/ })).toEqual([1, 2])
      await expect(ids({ s: { $ne: /^a/ } })).rejects.toMatchObject({ code: 2 })
    })

    it('$mod accepts numbers of every type and ignores fractions', async () => {
      const big = mongoose.mongo.Decimal128.fromString('9007199254740993.7')
      await things().insertMany([
        { _id: 1, n: big },
        { _id: 2, n: mongoose.mongo.Long.fromString('9007199254740993') },
        { _id: 3, n: -7.9 },
        { _id: 4, n: NaN },
      ])
      expect(await ids({ n: { $mod: [10, 3] } })).toEqual([1, 2])
      expect(await ids({ n: { $mod: [4, -3] } })).toEqual([3])
    })

    it.each([
      ['an unknown operator', { a: { $nonsense: 1 } }],
      ['an unknown operator at the top', { $nonsense: [] }],
      ['an $or that is no list', { $or: { a: 1 } }],
      ['an empty $or', { $or: [] }],
      ['a pattern that is none', { a: { $regex: '(' } }],
      ['an $in that is no list', { a: { $in: 1 } }],
    ])('refuses %s', async (_, filter) => {
      await things().insertOne({ _id: 1 })
      await expect(ids(filter)).rejects.toMatchObject({ name: 'MongoServerError' })
    })
  })
}
