import mongoose, { type mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import type { CurrentConnection } from '../contract.suite.ts'

const { Decimal128, Double, Int32, Long, ObjectId } = mongoose.mongo

export function aggregateContract(current: CurrentConnection): void {
  const sales = () => current().collection<mongo.Document & { _id: number }>('sales')
  const run = (pipeline: object[]) => sales().aggregate(pipeline).toArray()
  const about = (lookup: object) =>
    run([
      { $lookup: { from: 'items', as: 'about', ...lookup } },
      { $sort: { _id: 1 } },
      { $project: { names: '$about.name' } },
    ])
  const fill = () =>
    sales().insertMany([
      { _id: 1, item: 'a', price: 10, tags: ['x', 'y'] },
      { _id: 2, item: 'b', price: 20, tags: ['x'] },
      { _id: 3, item: 'a', price: 30, tags: [] },
      { _id: 4, item: 'c', price: 5 },
    ])

  describe('aggregation', () => {
    const cases: [string, object[], object[]][] = [
      [
        '$match, $sort, $skip, $limit',
        [
          { $match: { price: { $gt: 5 } } },
          { $sort: { price: -1 } },
          { $skip: 1 },
          { $limit: 1 },
          { $project: { _id: 1 } },
        ],
        [{ _id: 2 }],
      ],
      [
        '$group',
        [
          {
            $group: {
              _id: '$item',
              n: { $sum: 1 },
              sum: { $sum: '$price' },
              top: { $max: '$price' },
              ids: { $push: '$_id' },
            },
          },
          { $sort: { _id: 1 } },
        ],
        [
          { _id: 'a', n: 2, sum: 40, top: 30, ids: [1, 3] },
          { _id: 'b', n: 1, sum: 20, top: 20, ids: [2] },
          { _id: 'c', n: 1, sum: 5, top: 5, ids: [4] },
        ],
      ],
      ['$group of everything', [{ $group: { _id: null, mean: { $avg: '$price' } } }], [{ _id: null, mean: 16.25 }]],
      [
        '$project',
        [{ $match: { _id: 1 } }, { $project: { item: 1, double: { $multiply: ['$price', 2] } } }],
        [{ _id: 1, item: 'a', double: 20 }],
      ],
      [
        '$set and $unset',
        [{ $match: { _id: 4 } }, { $set: { seen: true, big: { $gt: ['$price', 4] } } }, { $unset: ['item'] }],
        [{ _id: 4, price: 5, seen: true, big: true }],
      ],
      [
        '$unwind',
        [{ $unwind: '$tags' }, { $sort: { _id: 1, tags: 1 } }, { $project: { tags: 1 } }],
        [
          { _id: 1, tags: 'x' },
          { _id: 1, tags: 'y' },
          { _id: 2, tags: 'x' },
        ],
      ],
      ['$count', [{ $match: { item: 'a' } }, { $count: 'n' }], [{ n: 2 }]],
      [
        '$facet',
        [{ $facet: { cheap: [{ $match: { price: { $lt: 10 } } }, { $project: { _id: 1 } }], all: [{ $count: 'n' }] } }],
        [{ cheap: [{ _id: 4 }], all: [{ n: 4 }] }],
      ],
      ['$replaceRoot', [{ $match: { _id: 1 } }, { $replaceRoot: { newRoot: { id: '$_id' } } }], [{ id: 1 }]],
      ['$sortByCount', [{ $sortByCount: '$item' }, { $limit: 1 }], [{ _id: 'a', count: 2 }]],
      [
        '$bucket',
        [{ $bucket: { groupBy: '$price', boundaries: [0, 15, 100] } }],
        [
          { _id: 0, count: 2 },
          { _id: 15, count: 2 },
        ],
      ],
      [
        'a condition',
        [{ $match: { _id: 1 } }, { $project: { how: { $cond: [{ $eq: ['$item', 'a'] }, 'yes', 'no'] } } }],
        [{ _id: 1, how: 'yes' }],
      ],
    ]

    it.each(cases)('%s', async (_, pipeline, expected) => {
      await fill()
      expect(await run(pipeline)).toEqual(expected)
    })

    it('$lookup joins another collection by a field', async () => {
      await fill()
      await current()
        .collection('items')
        .insertMany([
          { code: 'a', name: 'Apple' },
          { code: 'b', name: 'Berry' },
        ])
      const joined = await run([
        { $lookup: { from: 'items', localField: 'item', foreignField: 'code', as: 'about' } },
        { $sort: { _id: 1 } },
        { $project: { 'about.name': 1 } },
      ])
      expect(joined).toEqual([
        { _id: 1, about: [{ name: 'Apple' }] },
        { _id: 2, about: [{ name: 'Berry' }] },
        { _id: 3, about: [{ name: 'Apple' }] },
        { _id: 4, about: [] },
      ])
    })

    it('groups equal ids, even if they are different objects', async () => {
      const owners = current().collection('owned')
      const { insertedId } = await current().collection('owners').insertOne({})
      await owners.insertMany([{ owner: insertedId }, { owner: insertedId }])
      expect(await owners.aggregate([{ $group: { _id: '$owner', n: { $sum: 1 } } }]).toArray()).toEqual([
        { _id: insertedId, n: 2 },
      ])
    })

    it('$lookup accepts variables and a pipeline', async () => {
      await fill()
      await current()
        .collection('items')
        .insertMany([
          { code: 'a', name: 'Apple', stock: 5 },
          { code: 'a', name: 'Apricot', stock: 50 },
          { code: 'b', name: 'Berry', stock: 1 },
        ])
      for (const index of [false, true]) {
        if (index) await current().collection('items').createIndex({ code: 1 })
        expect(
          await about({
            let: { item: '$item', price: '$price' },
            pipeline: [
              { $match: { $expr: { $and: [{ $eq: ['$code', '$$item'] }, { $gt: ['$stock', '$$price'] }] } } },
              { $sort: { name: 1 } },
            ],
          }),
        ).toEqual([
          { _id: 1, names: ['Apricot'] },
          { _id: 2, names: [] },
          { _id: 3, names: ['Apricot'] },
          { _id: 4, names: [] },
        ])
        expect(
          await about({
            let: { price: '$price' },
            localField: 'item',
            foreignField: 'code',
            pipeline: [{ $addFields: { dear: '$$price' } }, { $match: { $expr: { $lt: ['$stock', '$dear'] } } }],
          }),
        ).toEqual([
          { _id: 1, names: ['Apple'] },
          { _id: 2, names: ['Berry'] },
          { _id: 3, names: ['Apple'] },
          { _id: 4, names: [] },
        ])
      }
      expect(
        await about({ pipeline: [{ $match: { stock: { $gt: 4 } } }, { $count: 'n' }, { $project: { name: '$n' } }] }),
      ).toContainEqual({ _id: 4, names: [2] })
    })

    it('$lookup matches arrays by their elements, and a missing field with null', async () => {
      await current()
        .collection('left')
        .insertMany([{ k: [1, 2] }, { k: null }, {}, { k: 3 }].map((each, _id) => ({ _id, ...each }) as never))
      await current()
        .collection('right')
        .insertMany([{ k: 1 }, { k: [2, 9] }, { k: null }, {}].map((each, _id) => ({ _id, ...each }) as never))
      const joined = await current()
        .collection('left')
        .aggregate([
          { $lookup: { from: 'right', localField: 'k', foreignField: 'k', as: 'found' } },
          { $sort: { _id: 1 } },
          { $project: { found: '$found._id' } },
        ])
        .toArray()
      expect(joined).toEqual([
        { _id: 0, found: [0, 1] },
        { _id: 1, found: [2, 3] },
        { _id: 2, found: [2, 3] },
        { _id: 3, found: [] },
      ])
    })

    it('$unionWith appends a collection, $graphLookup searches recursively', async () => {
      const people = current().collection('people')
      await people.insertMany([{ _id: 1 }, { _id: 2, boss: 1 }, { _id: 3, boss: 2 }, { _id: 4, boss: 3 }] as never[])
      expect(
        await people
          .aggregate([
            { $match: { _id: 4 } },
            {
              $graphLookup: {
                from: 'people',
                startWith: '$boss',
                connectFromField: 'boss',
                connectToField: '_id',
                as: 'above',
                maxDepth: 1,
                depthField: 'far',
              },
            },
            { $unwind: '$above' },
            { $sort: { 'above.far': 1 } },
            { $project: { _id: 0, id: '$above._id', far: '$above.far' } },
          ])
          .toArray(),
      ).toEqual([
        { id: 3, far: 0 },
        { id: 2, far: 1 },
      ])
      await current()
        .collection('others')
        .insertMany([
          { _id: 7, n: 1 },
          { _id: 8, n: 2 },
        ] as never[])
      expect(
        await people
          .aggregate([{ $match: { _id: 1 } }, { $unionWith: { coll: 'others', pipeline: [{ $match: { n: 2 } }] } }])
          .toArray(),
      ).toEqual([{ _id: 1 }, { _id: 8, n: 2 }])
    })

    it('$unwind can keep empty arrays and add positions', async () => {
      await fill()
      expect(
        await run([
          { $unwind: { path: '$tags', preserveNullAndEmptyArrays: true, includeArrayIndex: 'at' } },
          { $sort: { _id: 1, at: 1 } },
          { $project: { tags: 1, at: 1 } },
        ]),
      ).toEqual([
        { _id: 1, tags: 'x', at: 0 },
        { _id: 1, tags: 'y', at: 1 },
        { _id: 2, tags: 'x', at: 0 },
        { _id: 3, at: null },
        { _id: 4, at: null },
      ])
      expect(await run([{ $unwind: '$price' }, { $count: 'n' }])).toEqual([{ n: 4 }])
    })

    it('$project and $set change fields inside objects and arrays', async () => {
      await sales().insertOne({ _id: 1, a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }, 5, { y: 3 }] })
      expect(await run([{ $project: { 'a.b': 1, 'list.y': 1, n: '$a.c' } }])).toEqual([
        { _id: 1, a: { b: 1 }, list: [{ y: 2 }, { y: 3 }], n: 2 },
      ])
      expect(await run([{ $project: { a: 0, 'list.x': 0 } }])).toEqual([{ _id: 1, list: [{ y: 2 }, 5, { y: 3 }] }])
      expect(await run([{ $project: { _id: 0, a: { b: 1, d: { $add: ['$a.b', 1] } } } }])).toEqual([
        { a: { b: 1, d: 2 } },
      ])
      expect(
        await run([{ $set: { 'a.d': 3, 'list.z': 9, 'new.deep': '$a.b', gone: '$nowhere', c: '$$REMOVE' } }]),
      ).toEqual([
        { _id: 1, a: { b: 1, c: 2, d: 3 }, list: [{ x: 1, y: 2, z: 9 }, { z: 9 }, { y: 3, z: 9 }], new: { deep: 1 } },
      ])
      expect(await run([{ $unset: ['a.b', 'list.y'] }])).toEqual([{ _id: 1, a: { c: 2 }, list: [{ x: 1 }, 5, {}] }])
      expect(await run([{ $project: { y: '$list.y', all: ['$a.b', '$nowhere'] } }])).toEqual([
        { _id: 1, y: [2, 3], all: [1, null] },
      ])
    })

    it('groups by every accumulator', async () => {
      await fill()
      const [made] = await run([
        { $sort: { _id: 1 } },
        {
          $group: {
            _id: null,
            first: { $first: '$item' },
            last: { $last: '$item' },
            min: { $min: '$price' },
            max: { $max: '$item' },
            mean: { $avg: '$price' },
            n: { $count: {} },
            set: { $addToSet: '$item' },
            missing: { $push: '$nowhere' },
            merged: { $mergeObjects: { k: '$price' } },
            none: { $min: '$nowhere' },
            deviation: { $stdDevPop: '$price' },
            firsts: { $firstN: { input: '$item', n: 2 } },
            lasts: { $lastN: { input: '$item', n: 2 } },
            least: { $minN: { input: '$price', n: 2 } },
            most: { $maxN: { input: '$price', n: 2 } },
            top: { $top: { sortBy: { price: -1 }, output: '$_id' } },
            bottom: { $bottomN: { sortBy: { price: -1 }, output: '$_id', n: 2 } },
          },
        },
      ])
      expect({ ...made, set: undefined }).toEqual({
        _id: null,
        first: 'a',
        last: 'c',
        min: 5,
        max: 'c',
        mean: 16.25,
        n: 4,
        set: undefined,
        missing: [],
        merged: { k: 5 },
        none: null,
        deviation: expect.closeTo(9.60143) as number,
        firsts: ['a', 'b'],
        lasts: ['a', 'c'],
        least: [5, 10],
        most: [30, 20],
        top: 3,
        bottom: [1, 4],
      })
      expect(new Set(made?.['set'] as string[])).toEqual(new Set(['a', 'b', 'c']))
    })

    it('groups equal numbers of any type together, and null with missing', async () => {
      await sales().insertMany([
        { _id: 1, k: 1 },
        { _id: 2, k: new Double(1) },
        { _id: 3, k: Long.fromNumber(1) },
        { _id: 4, k: Decimal128.fromString('1.0') },
        { _id: 5, k: null },
        { _id: 6 },
        { _id: 7, k: [1] },
      ])
      expect(
        (await run([{ $group: { _id: '$k', n: { $sum: 1 } } }, { $sort: { n: 1 } }])).map(({ n }) => Number(n)),
      ).toEqual([1, 2, 4])
    })

    it('adds exactly, in the widest type', async () => {
      const sums: [unknown[], string, string][] = [
        [[2147483647, 1], 'long', '2147483648'],
        [[1, new Double(2)], 'double', '3'],
        [[Long.fromString('9007199254740993'), 1], 'long', '9007199254740994'],
        [[Decimal128.fromString('0.1'), Decimal128.fromString('0.2'), 1, 'text', null], 'decimal', '1.3'],
        [[1e16, 1, -1e16].map((n) => new Double(n)), 'double', '1'],
      ]
      for (const [i, [values, type, text]] of sums.entries()) {
        await sales().deleteMany({})
        await sales().insertMany(values.map((v, n) => ({ _id: n, v })))
        const [made] = await run([
          { $group: { _id: null, v: { $sum: '$v' } } },
          { $project: { type: { $type: '$v' }, v: { $toString: '$v' } } },
        ])
        expect([i, made]).toEqual([i, { _id: null, type, v: text }])
      }
      expect(
        await run([{ $group: { _id: null, v: { $avg: '$v' } } }, { $project: { type: { $type: '$v' } } }]),
      ).toEqual([{ _id: null, type: 'double' }])
    })

    it('keeps the types of values in every stage', async () => {
      await sales().insertOne({
        _id: 1,
        double: new Double(2),
        long: Long.fromNumber(2),
        decimal: Decimal128.fromString('2.00'),
        int: new Int32(2),
      })
      const types = {
        double: { $type: '$double' },
        long: { $type: '$long' },
        decimal: { $type: '$decimal' },
        int: { $type: '$int' },
      }
      expect(
        await run([
          { $group: { _id: '$$ROOT' } },
          { $replaceWith: '$_id' },
          { $sort: { double: 1 } },
          { $match: { long: { $type: 'long' } } },
          { $project: types },
        ]),
      ).toEqual([{ _id: 1, double: 'double', long: 'long', decimal: 'decimal', int: 'int' }])
    })

    const subject = {
      _id: 1,
      i: 7,
      d: new Double(2.5),
      l: Long.fromString('9007199254740993'),
      m: Decimal128.fromString('1.10'),
      s: 'Grüße',
      n: null,
      t: true,
      at: new Date('2026-03-05T06:07:08.009Z'),
      a: [3, 1, 2],
      o: { x: 1, y: 'z' },
      list: [
        { k: 'a', v: 1 },
        { k: 'b', v: 2 },
      ],
      id: new ObjectId('65f000000000000000000001'),
    }
    const expressions: [string, [unknown, unknown][]][] = [
      [
        'numbers',
        [
          [{ $add: ['$i', 1, '$d'] }, 10.5],
          [{ $add: ['$i', null] }, null],
          [{ $add: ['$i', '$nowhere'] }, null],
          [{ $toString: { $add: ['$l', 1] } }, '9007199254740994'],
          [{ $toString: { $add: ['$m', 1] } }, '2.10'],
          [{ $subtract: ['$i', 10] }, -3],
          [{ $multiply: ['$i', '$i'] }, 49],
          [{ $divide: ['$i', 2] }, 3.5],
          [{ $mod: [-7, 3] }, -1],
          [{ $mod: [7.5, 2] }, 1.5],
          [{ $abs: -5 }, 5],
          [{ $ceil: '$d' }, 3],
          [{ $floor: -2.5 }, -3],
          [{ $round: [2.5, 0] }, 2],
          [{ $round: [3.5] }, 4],
          [{ $round: [2.675, 2] }, 2.67],
          [{ $round: [1250, -2] }, 1200],
          [{ $trunc: [-2.79, 1] }, -2.7],
          [{ $pow: [2, 10] }, 1024],
          [{ $pow: [2, -1] }, 0.5],
          [{ $sqrt: 16 }, 4],
          [{ $log10: 1000 }, 3],
          [{ $log: [8, 2] }, 3],
          [{ $exp: 0 }, 1],
          [{ $type: { $divide: [4, 2] } }, 'double'],
          [{ $type: { $multiply: [2147483647, 2] } }, 'long'],
          [{ $sum: '$a' }, 6],
          [{ $avg: '$a' }, 2],
          [{ $max: '$a' }, 3],
          [{ $min: ['$i', '$d', null] }, 2.5],
          [{ $sum: ['$i', '$s', 1] }, 8],
          [{ $sum: ['$a', 1] }, 1],
        ],
      ],
      [
        'bits',
        [
          [{ $bitAnd: [12, 10] }, 8],
          [{ $bitOr: [12, 3] }, 15],
          [{ $bitXor: [12, 10] }, 6],
          [{ $bitNot: 5 }, -6],
        ],
      ],
      [
        'comparisons and conditions',
        [
          [{ $eq: ['$i', Long.fromNumber(7)] }, true],
          [{ $ne: ['$n', '$nowhere'] }, true],
          [{ $gt: ['$s', 5] }, true],
          [{ $lt: ['$nowhere', null] }, true],
          [{ $cmp: ['$m', 2] }, -1],
          [{ $gte: ['$a', [3, 1]] }, true],
          [{ $and: ['$i', '$t', ''] }, true],
          [{ $and: [] }, true],
          [{ $or: [0, null, false] }, false],
          [{ $not: [0] }, true],
          [{ $not: ['$a'] }, false],
          [{ $cond: ['$n', 1, 2] }, 2],
          [{ $cond: { if: { $gt: ['$i', 5] }, ...chosen('big'), else: 'small' } }, 'big'],
          [{ $ifNull: ['$n', '$nowhere', 'x'] }, 'x'],
          [
            {
              $switch: {
                branches: [
                  { case: { $lt: ['$i', 5] }, ...chosen('a') },
                  { case: true, ...chosen('b') },
                ],
              },
            },
            'b',
          ],
          [{ $switch: { branches: [{ case: false, ...chosen('a') }], default: 'c' } }, 'c'],
          [{ $let: { vars: { x: '$i', y: 2 }, in: { $multiply: ['$$x', '$$y'] } } }, 14],
          [{ $literal: '$i' }, '$i'],
          ['$$ROOT.o.x', 1],
        ],
      ],
      [
        'arrays',
        [
          [{ $size: '$a' }, 3],
          [{ $arrayElemAt: ['$a', -1] }, 2],
          [{ $first: '$a' }, 3],
          [{ $last: '$a' }, 2],
          [{ $slice: ['$a', 2] }, [3, 1]],
          [{ $slice: ['$a', 1, 5] }, [1, 2]],
          [{ $slice: ['$a', -2] }, [1, 2]],
          [{ $concatArrays: ['$a', [9]] }, [3, 1, 2, 9]],
          [{ $concatArrays: ['$a', '$n'] }, null],
          [{ $reverseArray: '$a' }, [2, 1, 3]],
          [{ $in: [2, '$a'] }, true],
          [{ $indexOfArray: ['$a', 2] }, 2],
          [{ $isArray: '$a' }, true],
          [{ $isArray: ['$i'] }, false],
          [{ $range: [0, 10, 3] }, [0, 3, 6, 9]],
          [{ $filter: { input: '$a', as: 'x', cond: { $gt: ['$$x', 1] } } }, [3, 2]],
          [{ $filter: { input: '$a', cond: { $gt: ['$$this', 1] }, limit: 1 } }, [3]],
          [{ $map: { input: '$a', as: 'x', in: { $add: ['$$x', '$i'] } } }, [10, 8, 9]],
          [{ $map: { input: '$n', in: 1 } }, null],
          [
            { $reduce: { input: '$a', initialValue: '', in: { $concat: ['$$value', { $toString: '$$this' }] } } },
            '312',
          ],
          [{ $zip: { inputs: ['$a', ['x']] } }, [[3, 'x']]],
          [
            { $zip: { inputs: ['$a', ['x']], useLongestLength: true, defaults: [0, '-'] } },
            [
              [3, 'x'],
              [1, '-'],
              [2, '-'],
            ],
          ],
          [{ $sortArray: { input: '$a', sortBy: -1 } }, [3, 2, 1]],
          [
            { $sortArray: { input: '$list', sortBy: { v: -1 } } },
            [
              { k: 'b', v: 2 },
              { k: 'a', v: 1 },
            ],
          ],
          [{ $maxN: { input: '$a', n: 2 } }, [3, 2]],
          [{ $map: { input: '$list', in: '$$this.k' } }, ['a', 'b']],
          ['$list.v', [1, 2]],
        ],
      ],
      [
        'sets',
        [
          [
            {
              $setEquals: [
                [1, 2],
                [2, 1, 1],
              ],
            },
            true,
          ],
          [{ $setIsSubset: [[1], '$a'] }, true],
          [{ $setIntersection: ['$a', [2, 9]] }, [2]],
          [{ $setDifference: ['$a', [3]] }, [1, 2]],
          [{ $size: { $setUnion: ['$a', [1, 9]] } }, 4],
          [{ $allElementsTrue: [[1, true]] }, true],
          [{ $anyElementTrue: [[0, null]] }, false],
        ],
      ],
      [
        'objects',
        [
          [{ $mergeObjects: ['$o', { y: 2 }, null] }, { x: 1, y: 2 }],
          [
            { $objectToArray: '$o' },
            [
              { k: 'x', v: 1 },
              { k: 'y', v: 'z' },
            ],
          ],
          [{ $arrayToObject: '$list' }, { a: 1, b: 2 }],
          [{ $arrayToObject: [[['p', 1]]] }, { p: 1 }],
          [{ $getField: { field: 'x', input: '$o' } }, 1],
          [{ $setField: { field: 'p.q', input: '$o', value: 5 } }, { x: 1, y: 'z', 'p.q': 5 }],
          [{ $unsetField: { field: 'x', input: '$o' } }, { y: 'z' }],
          [{ p: '$i', q: '$nowhere' }, { p: 7 }],
        ],
      ],
      [
        'texts',
        [
          [{ $concat: ['$s', '-', 'x'] }, 'Grüße-x'],
          [{ $concat: ['$s', '$n'] }, null],
          [{ $toUpper: 'abc' }, 'ABC'],
          [{ $toLower: '$n' }, ''],
          [{ $strLenCP: '$s' }, 5],
          [{ $strLenBytes: '$s' }, 7],
          [{ $substrCP: ['$s', 2, 2] }, 'üß'],
          [{ $substrBytes: ['$s', 0, 2] }, 'Gr'],
          [{ $indexOfCP: ['$s', 'e'] }, 4],
          [{ $indexOfBytes: ['$s', 'e'] }, 6],
          [{ $split: ['a,b,,c', ','] }, ['a', 'b', '', 'c']],
          [{ $trim: { input: '  x ' } }, 'x'],
          [{ $ltrim: { input: 'xxay', chars: 'x' } }, 'ay'],
          [{ $rtrim: { input: 'ayy', chars: 'y' } }, 'a'],
          [{ $replaceOne: { input: 'aa', find: 'a', replacement: { $literal: '$&' } } }, '$&a'],
          [{ $replaceAll: { input: 'a.a', find: 'a', replacement: 'b' } }, 'b.b'],
          [{ $strcasecmp: ['ab', 'AC'] }, -1],
          [{ $regexMatch: { input: '$s', regex: '^gr', options: 'i' } }, true],
          [{ $regexFind: { input: '$s', regex: /(.)e/ } }, { match: 'ße', idx: 3, captures: ['ß'] }],
          [
            { $regexFindAll: { input: 'abab', regex: 'b' } },
            [
              { match: 'b', idx: 1, captures: [] },
              { match: 'b', idx: 3, captures: [] },
            ],
          ],
        ],
      ],
      [
        'types',
        [
          [{ $type: '$nowhere' }, 'missing'],
          [{ $type: '$d' }, 'double'],
          [{ $type: '$m' }, 'decimal'],
          [{ $type: '$id' }, 'objectId'],
          [{ $isNumber: '$l' }, true],
          [{ $toString: '$d' }, '2.5'],
          [{ $toString: '$id' }, '65f000000000000000000001'],
          [{ $toString: '$at' }, '2026-03-05T06:07:08.009Z'],
          [{ $toString: true }, 'true'],
          [{ $toInt: '42' }, 42],
          [{ $toInt: 2.9 }, 2],
          [{ $toDouble: '1.5e3' }, 1500],
          [{ $toBool: 'false' }, true],
          [{ $toBool: 0 }, false],
          [{ $toDate: '2026-01-02' }, new Date('2026-01-02')],
          [{ $toDate: '$id' }, new ObjectId('65f000000000000000000001').getTimestamp()],
          [{ $toLong: '$at' }, new Date('2026-03-05T06:07:08.009Z').getTime()],
          [{ $toObjectId: '65f000000000000000000001' }, new ObjectId('65f000000000000000000001')],
          [{ $convert: { input: 'x', to: 'int', onError: -1 } }, -1],
          [{ $convert: { input: '$n', to: 'int', onNull: 0 } }, 0],
          [{ $toInt: '$n' }, null],
          [{ $toString: { $toDecimal: '1.20' } }, '1.20'],
        ],
      ],
      [
        'dates',
        [
          [{ $year: '$at' }, 2026],
          [{ $month: '$at' }, 3],
          [{ $dayOfMonth: '$at' }, 5],
          [{ $dayOfWeek: '$at' }, 5],
          [{ $hour: { date: '$at', timezone: '+02:00' } }, 8],
          [{ $dateToString: { date: '$at', format: '%Y-%m-%d %H:%M:%S.%L' } }, '2026-03-05 06:07:08.009'],
          [{ $dateToString: { date: '$n', onNull: '-' } }, '-'],
          [{ $dateTrunc: { date: '$at', unit: 'day' } }, new Date('2026-03-05')],
          [{ $dateAdd: { startDate: '$at', unit: 'hour', amount: 1 } }, new Date('2026-03-05T07:07:08.009Z')],
          [{ $dateDiff: { startDate: '$at', endDate: new Date('2026-03-07T00:00:00Z'), unit: 'day' } }, 2],
          [{ $subtract: ['$at', 9] }, new Date('2026-03-05T06:07:08.000Z')],
          [{ $subtract: ['$at', new Date('2026-03-05T06:07:08.000Z')] }, 9],
          [{ $add: ['$at', 1000] }, new Date('2026-03-05T06:07:09.009Z')],
          [{ $dateFromString: { dateString: '2026-01-02T03:04:05Z' } }, new Date('2026-01-02T03:04:05Z')],
          [{ $dateFromParts: { year: 2026, month: 2 } }, new Date('2026-02-01')],
          [{ $year: '$n' }, null],
        ],
      ],
    ]

    it.each(expressions)('expressions: %s', async (_, pairs) => {
      await sales().insertOne(subject)
      for (const [expression, expected] of pairs) {
        const [made] = await run([{ $replaceWith: { v: expression } }])
        expect({ expression, ...made }).toEqual({ expression, v: expected })
      }
    })

    it.each([
      ['an operator that is none', [{ $project: { v: { $nonsense: 1 } } }], 168],
      ['a stage that is none, by its number', [{ $nonsense: {} }], 40324],
      ['a variable that is none', [{ $project: { v: '$$nowhere' } }], 17276],
      ['two operators in one expression', [{ $project: { v: { $add: [1], $abs: 1 } } }], undefined],
      ['the sum of a text', [{ $project: { v: { $add: ['$item', 1] } } }], undefined],
      ['division by zero', [{ $project: { v: { $divide: [1, 0] } } }], undefined],
      ['the size of what is no array', [{ $project: { v: { $size: '$price' } } }], 17124],
      ['inclusion and exclusion in one', [{ $project: { item: 1, price: 0 } }], undefined],
      ['a number from a text that is none', [{ $project: { v: { $toInt: 'x' } } }], 241],
      ['a limit of nothing', [{ $limit: 0 }], undefined],
      ['a field that is set twice', [{ $set: { a: 1, 'a.b': 2 } }], undefined],
    ] as [string, object[], number | undefined][])('aggregation refuses %s', async (_, pipeline, code) => {
      await fill()
      await expect(run(pipeline)).rejects.toMatchObject({
        name: 'MongoServerError',
        ...(code === undefined ? {} : { code }),
      })
    })

    it('$setWindowFields, $densify and $fill use neighbouring documents', async () => {
      await sales().insertMany([
        { _id: 1, k: 'a', v: 1 },
        { _id: 2, k: 'a', v: 5 },
        { _id: 3, k: 'b', v: 2 },
      ])
      expect(
        await run([
          {
            $setWindowFields: {
              partitionBy: '$k',
              sortBy: { v: 1 },
              output: { sum: { $sum: '$v', window: { documents: ['unbounded', 'current'] } }, rank: { $rank: {} } },
            },
          },
          { $sort: { _id: 1 } },
        ]),
      ).toEqual([
        { _id: 1, k: 'a', v: 1, sum: 1, rank: 1 },
        { _id: 2, k: 'a', v: 5, sum: 6, rank: 2 },
        { _id: 3, k: 'b', v: 2, sum: 2, rank: 1 },
      ])
      expect(
        await run([
          { $densify: { field: 'v', range: { step: 1, bounds: 'full' } } },
          { $sort: { v: 1 } },
          { $project: { _id: 0, v: 1 } },
        ]),
      ).toEqual([1, 2, 3, 4, 5].map((v) => ({ v })))
      expect(
        await run([
          { $set: { z: { $cond: [{ $eq: ['$_id', 2] }, null, '$v'] } } },
          { $fill: { sortBy: { _id: 1 }, output: { z: { method: 'locf' } } } },
          { $project: { z: 1 } },
        ]),
      ).toEqual([
        { _id: 1, z: 1 },
        { _id: 2, z: 1 },
        { _id: 3, z: 2 },
      ])
    })

    it('$redact removes parts, $sample selects some documents, $bucketAuto divides evenly', async () => {
      await fill()
      expect(
        await run([{ $redact: { $cond: [{ $eq: ['$item', 'a'] }, '$$KEEP', '$$PRUNE'] } }, { $count: 'n' }]),
      ).toEqual([{ n: 2 }])
      expect(await run([{ $sample: { size: 3 } }, { $group: { _id: '$_id' } }, { $count: 'n' }])).toEqual([{ n: 3 }])
      expect(
        await run([{ $bucketAuto: { groupBy: '$price', buckets: 2, output: { ids: { $push: '$_id' } } } }]),
      ).toEqual([
        { _id: { min: 5, max: 20 }, ids: [4, 1] },
        { _id: { min: 20, max: 30 }, ids: [2, 3] },
      ])
      expect(
        await run([
          { $bucket: { groupBy: '$price', boundaries: [0, 10, 20], default: 'more', output: { n: { $sum: 1 } } } },
        ]),
      ).toEqual([
        { _id: 0, n: 1 },
        { _id: 10, n: 1 },
        { _id: 'more', n: 2 },
      ])
    })

    it('$out replaces a collection with the results', async () => {
      await fill()
      const target = current().collection('copies')
      await target.createIndex({ item: 1 })
      await target.insertOne({ old: true })
      expect(await run([{ $match: { item: 'a' } }, { $project: { item: 1 } }, { $out: 'copies' }])).toEqual([])
      expect(await target.find({}, { sort: { _id: 1 } }).toArray()).toEqual([
        { _id: 1, item: 'a' },
        { _id: 3, item: 'a' },
      ])
      expect((await target.indexes()).length).toBe(2)
    })

    it('$merge changes existing documents and inserts new ones', async () => {
      await fill()
      const totals = current().collection<mongo.Document & { _id: string }>('totals')
      await totals.insertMany([{ _id: 'a', note: 'kept', sum: 1 }])
      await run([{ $group: { _id: '$item', sum: { $sum: '$price' } } }, { $merge: { into: 'totals' } }])
      const all = () => totals.find({}, { sort: { _id: 1 } }).toArray()
      expect(await all()).toEqual([
        { _id: 'a', note: 'kept', sum: 40 },
        { _id: 'b', sum: 20 },
        { _id: 'c', sum: 5 },
      ])
      await run([
        { $group: { _id: '$item', sum: { $sum: 1 } } },
        { $match: { _id: { $ne: 'c' } } },
        {
          $merge: {
            into: 'totals',
            whenMatched: [{ $set: { sum: { $add: ['$sum', '$$new.sum'] } } }],
            whenNotMatched: 'discard',
          },
        },
      ])
      expect(await all()).toEqual([
        { _id: 'a', note: 'kept', sum: 42 },
        { _id: 'b', sum: 21 },
        { _id: 'c', sum: 5 },
      ])
      await run([
        { $match: { _id: 1 } },
        { $project: { _id: '$item', x: { $literal: 1 } } },
        { $merge: { into: 'totals', whenMatched: 'replace' } },
      ])
      expect((await all())[0]).toEqual({ _id: 'a', x: 1 })
      await expect(run([{ $project: { item: 1 } }, { $merge: { into: 'totals', on: 'item' } }])).rejects.toMatchObject({
        code: 51183,
      })
      await expect(run([{ $out: 'copies' }, { $match: {} }])).rejects.toMatchObject({ code: 40601 })
    })

    it('accepts options that only affect a server', async () => {
      await fill()
      const options = { allowDiskUse: true, maxTimeMS: 10_000, comment: 'c', hint: { _id: 1 } } as const
      expect(
        await sales()
          .aggregate([{ $match: { item: 'b' } }, { $project: { _id: 1 } }], options)
          .toArray(),
      ).toEqual([{ _id: 2 }])
    })

    it('refuses an unknown stage', async () => {
      await fill()
      await expect(run([{ $nonsense: {} }])).rejects.toMatchObject({ name: 'MongoServerError' })
    })
  })
}

/** The field is called `then`, which linters mistake for a promise. */
function chosen(value: string): object {
  // oxlint-disable-next-line unicorn/no-thenable
  return { then: value }
}
