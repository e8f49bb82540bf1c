import mongoose, { type mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import type { CurrentConnection } from '../contract.suite.ts'

const { Decimal128, Double, Long } = mongoose.mongo

type Thing = mongo.Document & { _id: number }

export function updateContract(current: CurrentConnection): void {
  const things = () => current().collection<Thing>('things')

  describe('updating', () => {
    const operators: [string, object, object, object][] = [
      ['$set', { a: 1 }, { $set: { b: 2, 'c.d': 3 } }, { a: 1, b: 2, c: { d: 3 } }],
      ['$set into an array by place', { a: [1, 2] }, { $set: { 'a.1': 9 } }, { a: [1, 9] }],
      ['$set beyond an array’s end', { a: [1] }, { $set: { 'a.3': 9 } }, { a: [1, null, null, 9] }],
      ['$unset', { a: 1, b: { c: 1, d: 2 } }, { $unset: { a: '', 'b.c': '', z: '' } }, { b: { d: 2 } }],
      ['$unset of an element leaves its place', { a: [1, 2, 3] }, { $unset: { 'a.1': '' } }, { a: [1, null, 3] }],
      ['$inc', { a: 1 }, { $inc: { a: 2, b: -1 } }, { a: 3, b: -1 }],
      ['$mul', { a: 3 }, { $mul: { a: 2, b: 5 } }, { a: 6, b: 0 }],
      [
        '$min and $max',
        { a: 5, b: 5, c: 5, d: 5 },
        { $min: { a: 3, b: 9, x: 1 }, $max: { c: 3, d: 9 } },
        { a: 3, b: 5, c: 5, d: 9, x: 1 },
      ],
      ['$min by the order of types', { a: 5 }, { $min: { a: null } }, { a: null }],
      ['$rename', { a: 1, b: { c: 2 } }, { $rename: { a: 'x', 'b.c': 'y' } }, { b: {}, x: 1, y: 2 }],
      ['$push', { a: [1] }, { $push: { a: 2, b: 3 } }, { a: [1, 2], b: [3] }],
      ['$push with $each', { a: [1] }, { $push: { a: { $each: [2, 3] } } }, { a: [1, 2, 3] }],
      ['$push with $position', { a: [1, 4] }, { $push: { a: { $each: [2, 3], $position: 1 } } }, { a: [1, 2, 3, 4] }],
      [
        '$push with $sort and $slice',
        { a: [5, 1] },
        { $push: { a: { $each: [3], $sort: -1, $slice: 2 } } },
        { a: [5, 3] },
      ],
      [
        '$push with $sort by a field',
        { a: [{ n: 2 }] },
        { $push: { a: { $each: [{ n: 1 }], $sort: { n: 1 } } } },
        { a: [{ n: 1 }, { n: 2 }] },
      ],
      ['$push with a negative $slice', { a: [1, 2] }, { $push: { a: { $each: [3], $slice: -2 } } }, { a: [2, 3] }],
      ['$addToSet', { a: [1] }, { $addToSet: { a: 1, b: 2 } }, { a: [1], b: [2] }],
      [
        '$addToSet with $each and objects',
        { a: [{ k: 1 }] },
        { $addToSet: { a: { $each: [{ k: 1 }, { k: 2 }, { k: 2 }] } } },
        { a: [{ k: 1 }, { k: 2 }] },
      ],
      ['$pull of a value', { a: [1, 2, 1] }, { $pull: { a: 1 } }, { a: [2] }],
      ['$pull by a condition', { a: [1, 5, 9] }, { $pull: { a: { $gte: 5 } } }, { a: [1] }],
      [
        '$pull of objects that match',
        { a: [{ k: 1, v: 1 }, { k: 2 }, 7] },
        { $pull: { a: { k: 1 } } },
        { a: [{ k: 2 }, 7] },
      ],
      ['$pullAll', { a: [1, 2, 3, 1] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
      ['$pop from both ends', { a: [1, 2, 3], b: [1, 2, 3] }, { $pop: { a: 1, b: -1 } }, { a: [1, 2], b: [2, 3] }],
      ['$bit', { a: 13 }, { $bit: { a: { and: 10 } } }, { a: 8 }],
      [
        '$setOnInsert does nothing to what is there',
        { a: 1 },
        { $set: { b: 1 }, $setOnInsert: { c: 1 } },
        { a: 1, b: 1 },
      ],
      ['a pipeline', { a: 1, b: 2 }, [{ $set: { sum: { $add: ['$a', '$b'] } } }, { $unset: 'a' }], { b: 2, sum: 3 }],
    ]

    it.each(operators)('%s', async (_, before, update, after) => {
      await things().insertOne({ _id: 1, ...before })
      expect(await things().updateOne({ _id: 1 }, update)).toMatchObject({ matchedCount: 1, upsertedCount: 0 })
      expect(await things().findOne({ _id: 1 })).toEqual({ _id: 1, ...after })
    })

    const refused: [string, object, object][] = [
      ['an unknown operator', { a: 1 }, { $nonsense: { a: 1 } }],
      ['$inc of a text', { a: 'x' }, { $inc: { a: 1 } }],
      ['$inc by a text', { a: 1 }, { $inc: { a: 'x' } }],
      ['$push to a number', { a: 1 }, { $push: { a: 1 } }],
      ['two operators on one path', { a: 1 }, { $set: { a: 1 }, $inc: { a: 1 } }],
      ['operators on a path and a part of it', { a: {} }, { $set: { a: {} }, $inc: { 'a.b': 1 } }],
      ['a path through a number', { a: 1 }, { $set: { 'a.b': 1 } }],
      ['another _id', { a: 1 }, { $set: { _id: 2 } }],
    ]

    it.each(refused)('refuses %s and changes nothing', async (_, before, update) => {
      await things().insertOne({ _id: 1, ...before })
      await expect(things().updateOne({ _id: 1 }, update)).rejects.toMatchObject({ name: 'MongoServerError' })
      expect(await things().findOne({ _id: 1 })).toEqual({ _id: 1, ...before })
    })

    const graded = {
      grades: [
        { v: 80, m: 75 },
        { v: 90, m: 85 },
        { v: 95, m: 90 },
      ],
      n: [1, 5, 9],
    }
    const positional: [string, object, object, object, object[] | undefined, object][] = [
      [
        '$ is the element that the filter matched',
        { n: { $gt: 4 } },
        { n: [1, 5, 9] },
        { $set: { 'n.$': 0 } },
        undefined,
        { n: [1, 0, 9] },
      ],
      [
        '$ through an object in an array',
        { 'grades.v': 90 },
        graded,
        { $set: { 'grades.$.m': 1 } },
        undefined,
        {
          ...graded,
          grades: [
            { v: 80, m: 75 },
            { v: 90, m: 1 },
            { v: 95, m: 90 },
          ],
        },
      ],
      [
        '$ after $elemMatch',
        { grades: { $elemMatch: { v: { $lte: 95 }, m: { $gt: 85 } } } },
        graded,
        { $inc: { 'grades.$.m': 5 } },
        undefined,
        {
          ...graded,
          grades: [
            { v: 80, m: 75 },
            { v: 90, m: 85 },
            { v: 95, m: 95 },
          ],
        },
      ],
      [
        '$ after $elemMatch of a value',
        { n: { $elemMatch: { $gt: 4, $lt: 9 } } },
        { n: [1, 5, 9] },
        { $mul: { 'n.$': 2 } },
        undefined,
        { n: [1, 10, 9] },
      ],
      ['$ after $in', { n: { $in: [7, 9] } }, { n: [1, 5, 9] }, { $set: { 'n.$': 0 } }, undefined, { n: [1, 5, 0] }],
      [
        '$ with two fields of one element',
        { 'grades.v': 90 },
        graded,
        { $set: { 'grades.$.m': 1, 'grades.$.v': 2 }, $push: { 'grades.$.x': 3 } },
        undefined,
        {
          ...graded,
          grades: [
            { v: 80, m: 75 },
            { v: 2, m: 1, x: [3] },
            { v: 95, m: 90 },
          ],
        },
      ],
      [
        '$ is the outer place where arrays are nested',
        { 'a.b.c': 2 },
        { a: [{ b: [{ c: 1 }] }, { b: [{ c: 3 }, { c: 2 }] }] },
        { $set: { 'a.$.x': 1 } },
        undefined,
        { a: [{ b: [{ c: 1 }] }, { b: [{ c: 3 }, { c: 2 }], x: 1 }] },
      ],
      [
        '$unset of $ leaves a null',
        { n: 5 },
        { n: [1, 5, 9] },
        { $unset: { 'n.$': '' } },
        undefined,
        { n: [1, null, 9] },
      ],
      [
        '$ in another array of the same order',
        { n: 5 },
        { n: [1, 5], names: ['a', 'b'] },
        { $set: { 'names.$': 'x' } },
        undefined,
        { n: [1, 5], names: ['a', 'x'] },
      ],
      ['$[] is every element', {}, { n: [1, 5, 9] }, { $inc: { 'n.$[]': 1 } }, undefined, { n: [2, 6, 10] }],
      [
        '$[] in objects and nested',
        {},
        { a: [{ b: [1, 2] }, { b: [] }, { b: [3] }] },
        { $mul: { 'a.$[].b.$[]': 10 }, $set: { 'a.$[].x': 1 } },
        undefined,
        {
          a: [
            { b: [10, 20], x: 1 },
            { b: [], x: 1 },
            { b: [30], x: 1 },
          ],
        },
      ],
      ['$[] of nothing', {}, { n: [] }, { $set: { 'n.$[]': 1 } }, undefined, { n: [] }],
      [
        '$[id] with a filter',
        {},
        graded,
        { $set: { 'grades.$[g].m': 100 } },
        [{ 'g.v': { $gte: 90 } }],
        {
          ...graded,
          grades: [
            { v: 80, m: 75 },
            { v: 90, m: 100 },
            { v: 95, m: 100 },
          ],
        },
      ],
      ['$[id] of values', {}, { n: [1, 5, 9] }, { $set: { 'n.$[low]': 0 } }, [{ low: { $lt: 6 } }], { n: [0, 0, 9] }],
      [
        '$[id] with two conditions and $or',
        {},
        { n: [1, 5, 9] },
        { $set: { 'n.$[e]': 0 } },
        [{ $or: [{ e: 1 }, { e: { $gt: 8 } }] }],
        { n: [0, 5, 0] },
      ],
      [
        '$[id] within $[id]',
        {},
        {
          a: [
            { k: 1, b: [1, 2] },
            { k: 2, b: [1, 2] },
          ],
        },
        { $set: { 'a.$[x].b.$[y]': 0 } },
        [{ 'x.k': 2 }, { y: 1 }],
        {
          a: [
            { k: 1, b: [1, 2] },
            { k: 2, b: [0, 2] },
          ],
        },
      ],
      [
        '$[id] within $',
        { 'a.k': 2 },
        {
          a: [
            { k: 1, b: [1, 2] },
            { k: 2, b: [1, 2] },
          ],
        },
        { $set: { 'a.$.b.$[y]': 0 } },
        [{ y: 1 }],
        {
          a: [
            { k: 1, b: [1, 2] },
            { k: 2, b: [0, 2] },
          ],
        },
      ],
      [
        'two identifiers of one array',
        {},
        { n: [1, 5, 9] },
        { $set: { 'n.$[a]': 0 }, $inc: { 'n.$[b]': 1 } },
        [{ a: 1 }, { b: 9 }],
        { n: [0, 5, 10] },
      ],
      [
        '$push, $pull, $addToSet and $pop below $[]',
        {},
        { a: [{ p: [1], q: [1, 2], r: [1], s: [1, 2] }] },
        { $push: { 'a.$[].p': 2 }, $pull: { 'a.$[].q': 1 }, $addToSet: { 'a.$[].r': 1 }, $pop: { 'a.$[].s': 1 } },
        undefined,
        { a: [{ p: [1, 2], q: [2], r: [1], s: [1] }] },
      ],
      [
        '$min, $max and $unset below $[id]',
        {},
        { a: [{ k: 1, x: 5, y: 5, z: 5 }, { k: 2 }] },
        { $min: { 'a.$[e].x': 3 }, $max: { 'a.$[e].y': 9 }, $unset: { 'a.$[e].z': '' } },
        [{ 'e.k': 1 }],
        { a: [{ k: 1, x: 3, y: 9 }, { k: 2 }] },
      ],
    ]

    it.each(positional)('positional: %s', async (_, filter, before, update, arrayFilters, after) => {
      const options = arrayFilters === undefined ? {} : { arrayFilters: arrayFilters as mongo.Document[] }
      for (const index of [false, true]) {
        await things().deleteMany({})
        if (index) await things().createIndexes([{ key: { n: 1 } }, { key: { 'grades.v': 1 } }, { key: { 'a.k': 1 } }])
        await things().insertOne({ _id: 1, ...before })
        expect(await things().updateMany(filter, update, options)).toMatchObject({ matchedCount: 1 })
        expect(await things().findOne({})).toEqual({ _id: 1, ...after })
      }
    })

    const misplaced: [string, object, object, object, object[] | undefined, number][] = [
      ['$ without an array in the filter', { a: 1 }, { a: 1, n: [1] }, { $set: { 'n.$': 0 } }, undefined, 2],
      ['$ twice', { n: 1 }, { n: [1] }, { $set: { 'n.$.$': 0 } }, undefined, 2],
      ['$ at the beginning', { n: 1 }, { n: [1] }, { $set: { '$.n': 0 } }, undefined, 2],
      ['$[] of a number', {}, { n: 1 }, { $set: { 'n.$[]': 0 } }, undefined, 2],
      ['$[] of a missing field', {}, { n: 1 }, { $set: { 'm.$[]': 0 } }, undefined, 2],
      ['$[id] without its filter', {}, { n: [1] }, { $set: { 'n.$[e]': 0 } }, undefined, 2],
      ['an array filter that is not used', {}, { n: [1] }, { $set: { 'n.$[]': 0 } }, [{ e: 1 }], 9],
      ['two array filters of one name', {}, { n: [1] }, { $set: { 'n.$[e]': 0 } }, [{ e: 1 }, { e: 2 }], 9],
      ['an array filter with two names', {}, { n: [1] }, { $set: { 'n.$[e]': 0 } }, [{ e: 1, f: 2 }], 9],
      ['an array filter with a name in capitals', {}, { n: [1] }, { $set: { 'n.$[E]': 0 } }, [{ E: 1 }], 2],
      ['an element set twice', {}, { n: [1, 2] }, { $set: { 'n.$[a]': 0, 'n.$[b]': 1 } }, [{ a: 1 }, { b: 1 }], 40],
      ['all elements and one by its place', {}, { n: [1, 2] }, { $set: { 'n.$[]': 0, 'n.0': 1 } }, undefined, 40],
      ['$rename of an element', { n: 1 }, { n: [1] }, { $rename: { 'n.$': 'x' } }, undefined, 2],
    ]

    it.each(misplaced)(
      'positional: refuses %s and changes nothing',
      async (_, filter, before, update, arrayFilters, code) => {
        await things().insertOne({ _id: 1, ...before })
        const options = arrayFilters === undefined ? {} : { arrayFilters: arrayFilters as mongo.Document[] }
        await expect(things().updateOne(filter, update, options)).rejects.toMatchObject({
          name: 'MongoServerError',
          code,
        })
        expect(await things().findOne({})).toEqual({ _id: 1, ...before })
      },
    )

    it('positional: updateMany uses the matching element of each document', async () => {
      await things().insertMany([
        { _id: 1, n: [1, 7] },
        { _id: 2, n: [7, 1] },
        { _id: 3, n: [1] },
      ])
      expect(await things().updateMany({ n: 7 }, { $set: { 'n.$': 0 } })).toMatchObject({
        matchedCount: 2,
        modifiedCount: 2,
      })
      expect(
        await things()
          .find({}, { sort: { _id: 1 } })
          .toArray(),
      ).toEqual([
        { _id: 1, n: [1, 0] },
        { _id: 2, n: [0, 1] },
        { _id: 3, n: [1] },
      ])
    })

    it('positional: findOneAndUpdate and upserts support them too', async () => {
      await things().insertOne({ _id: 1, n: [1, 7] })
      expect(await things().findOneAndUpdate({ n: 7 }, { $inc: { 'n.$': 1 } }, { returnDocument: 'after' })).toEqual({
        _id: 1,
        n: [1, 8],
      })
      const options = { arrayFilters: [{ e: { $lt: 5 } }], returnDocument: 'after' as const }
      expect(await things().findOneAndUpdate({ _id: 1 }, { $inc: { 'n.$[e]': 1 } }, options)).toEqual({
        _id: 1,
        n: [2, 8],
      })
      await things().updateOne({ _id: 2, n: [1, 2] }, { $inc: { 'n.$[]': 1 } }, { upsert: true })
      expect(await things().findOne({ _id: 2 })).toEqual({ _id: 2, n: [2, 3] })
      await expect(
        things().updateOne({ _id: 3, n: 1 }, { $set: { 'n.$': 1 } }, { upsert: true }),
      ).rejects.toMatchObject({ code: 2 })
    })

    it('calculates with Decimal128 exactly', async () => {
      const cases: [object, unknown, string][] = [
        [{ $inc: { v: decimal('0.2') } }, decimal('0.1'), '0.3'],
        [{ $inc: { v: 1 } }, decimal('9999999999999999999999999999999999'), '1.000000000000000000000000000000000E+34'],
        [{ $inc: { v: decimal('0.5') } }, Long.fromString('9007199254740993'), '9007199254740993.5'],
        [{ $mul: { v: decimal('1.10') } }, decimal('2.00'), '2.2000'],
        [{ $mul: { v: 3 } }, decimal('1E+100'), '3E+100'],
        [{ $inc: { v: decimal('-Infinity') } }, 1, '-Infinity'],
        [{ $inc: { v: decimal('7') } }, undefined, '7'],
        [{ $mul: { v: decimal('7') } }, undefined, '0'],
      ]
      for (const [i, [update, before, after]] of cases.entries()) {
        await things().insertOne({ _id: i, ...(before === undefined ? {} : { v: before }) })
        await things().updateOne({ _id: i }, update)
        expect(String((await things().findOne({ _id: i }))?.['v'])).toBe(after)
      }
    })

    it('calculates with 64-bit numbers exactly, and refuses an overflow', async () => {
      await things().insertOne({ _id: 1, v: Long.fromString('9007199254740993') })
      await things().updateOne({ _id: 1 }, { $mul: { v: 3 } })
      expect(await things().countDocuments({ v: Long.fromString('27021597764222979') })).toBe(1)
      await things().updateOne({ _id: 1 }, { $set: { v: Long.MAX_VALUE } })
      await expect(things().updateOne({ _id: 1 }, { $inc: { v: 1 } })).rejects.toMatchObject({ code: 2 })
      await things().updateOne({ _id: 1 }, { $inc: { v: new Double(1) } })
      expect(await things().countDocuments({ v: { $type: 'double' } })).toBe(1)
    })

    it('adds new fields in the order of their names', async () => {
      await things().insertOne({ _id: 1 })
      await things().updateOne({ _id: 1 }, { $set: { c: 1, a: 1 }, $inc: { b: 1 } })
      expect(Object.keys((await things().findOne({})) ?? {})).toEqual(['_id', 'a', 'b', 'c'])
    })

    it('refuses to change a part of an _id', async () => {
      await things().insertOne({ _id: { a: 1 } as never })
      await expect(things().updateOne({}, { $set: { '_id.a': 2 } })).rejects.toMatchObject({ code: 66 })
      await expect(things().updateOne({}, { $unset: { _id: '' } })).rejects.toMatchObject({ code: 66 })
      expect(await things().findOne({})).toEqual({ _id: { a: 1 } })
    })

    it('keeps the types of unchanged numbers, and uses the wider type for a sum', async () => {
      await things().insertOne({ _id: 1, double: new Double(2), long: Long.fromNumber(2), int: 2, top: 2147483647 })
      await things().updateOne({ _id: 1 }, { $inc: { int: 1, top: 1, long: 1 }, $set: { other: 1 } })
      expect(await things().countDocuments({ double: { $type: 'double' } })).toBe(1)
      expect(
        await things().countDocuments({ long: { $type: 'long' }, int: { $type: 'int' }, top: { $type: 'long' } }),
      ).toBe(1)
      expect(await things().findOne({ _id: 1 })).toMatchObject({ double: 2, long: 3, int: 3, top: 2147483648 })
    })

    it('reports the numbers of matched and of changed documents', async () => {
      await things().insertMany([
        { _id: 1, a: 1 },
        { _id: 2, a: 1 },
        { _id: 3, a: 2 },
      ])
      expect(await things().updateMany({ a: 1 }, { $set: { a: 1, b: 1 } })).toMatchObject({
        matchedCount: 2,
        modifiedCount: 2,
      })
      expect(await things().updateMany({}, { $set: { b: 1 } })).toMatchObject({ matchedCount: 3, modifiedCount: 1 })
      expect(await things().updateOne({ _id: 9 }, { $set: { b: 1 } })).toEqual({
        acknowledged: true,
        matchedCount: 0,
        modifiedCount: 0,
        upsertedCount: 0,
        upsertedId: null,
      })
    })

    it('changes each document once, even if the change moves it in the index', async () => {
      await things().createIndex({ n: 1 })
      await things().insertMany(Array.from({ length: 50 }, (_, n) => ({ _id: n, n })))
      await things().updateMany({ n: { $gte: 0 } }, { $inc: { n: 25 } })
      expect(await things().distinct('n')).toEqual(Array.from({ length: 50 }, (_, n) => n + 25))
    })

    it('replaces a document except its _id', async () => {
      await things().insertOne({ _id: 1, a: 1, b: 2 })
      await things().replaceOne({ a: 1 }, { c: 3 })
      expect(await things().findOne({})).toEqual({ _id: 1, c: 3 })
      await expect(things().replaceOne({ _id: 1 }, { _id: 2 })).rejects.toMatchObject({ code: 66 })
    })

    it('an upsert applies the equalities of the filter, then the update and $setOnInsert', async () => {
      const { upsertedId, upsertedCount } = await things().updateOne(
        { _id: 7, 'o.k': 'v', n: { $gt: 1 }, $and: [{ m: 2 }] },
        { $set: { a: 1 }, $setOnInsert: { b: 2 }, $inc: { c: 3 } },
        { upsert: true },
      )
      expect({ upsertedId, upsertedCount }).toEqual({ upsertedId: 7, upsertedCount: 1 })
      expect(await things().findOne({})).toEqual({ _id: 7, o: { k: 'v' }, m: 2, a: 1, b: 2, c: 3 })
      expect(
        await things().updateOne({ _id: 7 }, { $setOnInsert: { b: 9 }, $set: { a: 2 } }, { upsert: true }),
      ).toMatchObject({ matchedCount: 1, upsertedId: null })
      expect(await things().findOne({})).toMatchObject({ a: 2, b: 2 })
    })

    it('an upsert by replacement keeps the _id of the filter', async () => {
      await things().replaceOne({ _id: 5, x: 1 }, { a: 1 }, { upsert: true })
      expect(await things().findOne({})).toEqual({ _id: 5, a: 1 })
    })

    it('concurrent upserts create one document', async () => {
      const results = await Promise.all(
        Array.from({ length: 20 }, () => things().updateOne({ _id: 1 }, { $inc: { n: 1 } }, { upsert: true })),
      )
      expect(results.filter(({ upsertedCount }) => upsertedCount === 1)).toHaveLength(1)
      expect(await things().findOne({})).toEqual({ _id: 1, n: 20 })
    })

    it('findOneAndUpdate returns the document before or after the change, and respects a sort', async () => {
      await things().insertMany([
        { _id: 1, n: 3 },
        { _id: 2, n: 1 },
        { _id: 3, n: 2 },
      ])
      expect(await things().findOneAndUpdate({}, { $inc: { n: 10 } }, { sort: { n: 1 } })).toEqual({ _id: 2, n: 1 })
      expect(
        await things().findOneAndUpdate({}, { $inc: { n: 10 } }, { sort: { n: -1 }, returnDocument: 'after' }),
      ).toEqual({ _id: 2, n: 21 })
      expect(await things().findOneAndUpdate({ _id: 9 }, { $inc: { n: 1 } })).toBeNull()
      expect(
        await things().findOneAndUpdate(
          { _id: 1 },
          { $set: { z: 1 } },
          { returnDocument: 'after', projection: { z: 1, _id: 0 } },
        ),
      ).toEqual({ z: 1 })
    })

    it('findOneAndUpdate upserts, and reports that on request', async () => {
      const made = await things().findOneAndUpdate(
        { _id: 1 },
        { $set: { n: 1 } },
        { upsert: true, returnDocument: 'after', includeResultMetadata: true },
      )
      expect(made).toMatchObject({
        value: { _id: 1, n: 1 },
        lastErrorObject: { n: 1, updatedExisting: false, upserted: 1 },
      })
      expect(await things().findOneAndUpdate({ _id: 2 }, { $set: { n: 1 } }, { upsert: true })).toBeNull()
      const found = await things().findOneAndUpdate({ _id: 1 }, { $set: { n: 2 } }, { includeResultMetadata: true })
      expect(found).toMatchObject({ value: { n: 1 }, lastErrorObject: { n: 1, updatedExisting: true } })
    })

    it('findOneAndReplace and findOneAndDelete return the document', async () => {
      await things().insertMany([
        { _id: 1, n: 1 },
        { _id: 2, n: 2 },
      ])
      expect(await things().findOneAndReplace({ _id: 1 }, { m: 1 }, { returnDocument: 'after' })).toEqual({
        _id: 1,
        m: 1,
      })
      expect(await things().findOneAndDelete({}, { sort: { _id: -1 } })).toEqual({ _id: 2, n: 2 })
      expect(await things().findOneAndDelete({ _id: 9 })).toBeNull()
      expect(await things().countDocuments()).toBe(1)
    })

    it('concurrent conditional increments return different numbers', async () => {
      await things().insertOne({ _id: 1, seq: 0 })
      const taken = await Promise.all(
        Array.from({ length: 30 }, () =>
          things().findOneAndUpdate({ _id: 1 }, { $inc: { seq: 1 } }, { returnDocument: 'after' }),
        ),
      )
      expect(taken.map((each) => Number(each?.['seq'])).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 30 }, (_, n) => n + 1),
      )
    })
  })
}

function decimal(text: string): mongo.Decimal128 {
  return Decimal128.fromString(text)
}
