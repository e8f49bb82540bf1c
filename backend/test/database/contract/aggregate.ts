import type { mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import type { CurrentConnection } from '../contract.suite.ts'

export function aggregateContract(current: CurrentConnection): void {
  const sales = () => current().collection<mongo.Document & { _id: number }>('sales')
  const run = (pipeline: object[]) => sales().aggregate(pipeline).toArray()
  const fill = () =>
    sales().insertMany([
      { _id: 1, item: 'a', price: 10, tags: ['x', 'y'] },
      { _id: 2, item: 'b', price: 20, tags: ['x'] },
      { _id: 3, item: 'a', price: 30, tags: [] },
      { _id: 4, item: 'c', price: 5 },
    ])

  describe('aggregation', () => {
    const cases: [string, object[], object[]][] = [
      ['$match, $sort, $skip, $limit', [{ $match: { price: { $gt: 5 } } }, { $sort: { price: -1 } }, { $skip: 1 }, { $limit: 1 }, { $project: { _id: 1 } }], [{ _id: 2 }]],
      ['$group', [{ $group: { _id: '$item', n: { $sum: 1 }, sum: { $sum: '$price' }, top: { $max: '$price' }, ids: { $push: '$_id' } } }, { $sort: { _id: 1 } }],
        [{ _id: 'a', n: 2, sum: 40, top: 30, ids: [1, 3] }, { _id: 'b', n: 1, sum: 20, top: 20, ids: [2] }, { _id: 'c', n: 1, sum: 5, top: 5, ids: [4] }]],
      ['$group of everything', [{ $group: { _id: null, mean: { $avg: '$price' } } }], [{ _id: null, mean: 16.25 }]],
      ['$project', [{ $match: { _id: 1 } }, { $project: { item: 1, double: { $multiply: ['$price', 2] } } }], [{ _id: 1, item: 'a', double: 20 }]],
      ['$set and $unset', [{ $match: { _id: 4 } }, { $set: { seen: true, big: { $gt: ['$price', 4] } } }, { $unset: ['item'] }], [{ _id: 4, price: 5, seen: true, big: true }]],
      ['$unwind', [{ $unwind: '$tags' }, { $sort: { _id: 1, tags: 1 } }, { $project: { tags: 1 } }], [{ _id: 1, tags: 'x' }, { _id: 1, tags: 'y' }, { _id: 2, tags: 'x' }]],
      ['$count', [{ $match: { item: 'a' } }, { $count: 'n' }], [{ n: 2 }]],
      ['$facet', [{ $facet: { cheap: [{ $match: { price: { $lt: 10 } } }, { $project: { _id: 1 } }], all: [{ $count: 'n' }] } }], [{ cheap: [{ _id: 4 }], all: [{ n: 4 }] }]],
      ['$replaceRoot', [{ $match: { _id: 1 } }, { $replaceRoot: { newRoot: { id: '$_id' } } }], [{ id: 1 }]],
      ['$sortByCount', [{ $sortByCount: '$item' }, { $limit: 1 }], [{ _id: 'a', count: 2 }]],
      ['$bucket', [{ $bucket: { groupBy: '$price', boundaries: [0, 15, 100] } }], [{ _id: 0, count: 2 }, { _id: 15, count: 2 }]],
      ['a condition', [{ $match: { _id: 1 } }, { $project: { how: { $cond: [{ $eq: ['$item', 'a'] }, 'yes', 'no'] } } }], [{ _id: 1, how: 'yes' }]],
    ]

    it.each(cases)('%s', async (_, pipeline, expected) => {
      await fill()
      expect(await run(pipeline)).toEqual(expected)
    })

    it('$lookup joins another collection by a field', async () => {
      await fill()
      await current().collection('items').insertMany([{ code: 'a', name: 'Apple' }, { code: 'b', name: 'Berry' }])
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

    it('groups ids that are equal, though they are different objects', async () => {
      const owners = current().collection('owned')
      const { insertedId } = await current().collection('owners').insertOne({})
      await owners.insertMany([{ owner: insertedId }, { owner: insertedId }])
      expect(await owners.aggregate([{ $group: { _id: '$owner', n: { $sum: 1 } } }]).toArray()).toEqual([{ _id: insertedId, n: 2 }])
    })

    it('refuses a stage that is none', async () => {
      await fill()
      await expect(run([{ $nonsense: {} }])).rejects.toMatchObject({ name: 'MongoServerError' })
    })
  })
}
