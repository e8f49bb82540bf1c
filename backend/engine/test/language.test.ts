import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection, mongo } from 'mongoose'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEmbedded, type EmbeddedDatabase } from '../src/index.ts'

/**
 * The parts of the query language that are specific to the engine: the errors for unsupported features, and `explain`.
 */
const dataDir = mkdtempSync(join(tmpdir(), 'parley-language-'))
let database: EmbeddedDatabase
let connection: Connection
beforeAll(async () => {
  database = await openEmbedded({ dataDir, logger: pino({ level: 'silent' }) })
  connection = database.connection
  await things().insertMany(Array.from({ length: 20 }, (_, n) => ({ a: n % 5, b: n, c: [n, n + 1] })))
  await things().createIndex({ a: 1, b: -1 })
  await things().createIndex({ c: 1 })
})
afterAll(async () => {
  await database.close()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('features that only MongoDB has', () => {
  const cases: [string, () => Promise<unknown>][] = [
    ['$where', () => things().findOne({ $where: 'true' })],
    ['$jsonSchema', () => things().findOne({ $jsonSchema: {} })],
    ['$near', () => things().findOne({ a: { $near: [1, 2] } })],
    [
      '$geoWithin',
      () =>
        things().findOne({
          a: {
            $geoWithin: {
              $box: [
                [0, 0],
                [1, 1],
              ],
            },
          },
        }),
    ],
    [
      'collation',
      () =>
        things()
          .find({}, { collation: { locale: 'de' } })
          .toArray(),
    ],
    ['collation', () => things().updateOne({}, { $set: { x: 1 } }, { collation: { locale: 'de' } })],
    ['$geoNear', () => aggregate([{ $geoNear: { near: [1, 2], distanceField: 'd' } }])],
    ['$collStats', () => aggregate([{ $collStats: { count: {} } }])],
    ['$search', () => aggregate([{ $search: { text: {} } }])],
    [
      '$function',
      () => aggregate([{ $project: { v: { $function: { body: 'function() { return 1 }', args: [], lang: 'js' } } } }]),
    ],
    [
      '$function',
      () =>
        aggregate([
          { $setWindowFields: { output: { v: { $function: { body: '$$ROOT.constructor.constructor', args: [] } } } } },
        ]),
    ],
    ['$accumulator', () => aggregate([{ $group: { _id: null, v: { $accumulator: {} } } }])],
    ['$median', () => aggregate([{ $group: { _id: null, v: { $median: { input: '$b', method: 'approximate' } } } }])],
    ['$sqrt of a Decimal128', () => aggregate([{ $project: { v: { $sqrt: { $toDecimal: 2 } } } }])],
    ['Collection.watch()', () => Promise.resolve(things().watch())],
  ]

  it.each(cases)('throws an error with its name and with advice: %s', async (name, ask) => {
    const error: unknown = await Promise.resolve()
      .then(ask)
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      name: 'MongoServerError',
      code: 115,
      message: expect.stringContaining(name) as string,
    })
    expect(error).toMatchObject({
      message: expect.stringMatching(/ is not supported by the embedded engine\. MongoDB supports it/) as string,
    })
  })
})

describe('explain', () => {
  it.each([
    ['an index', { a: 1 }, {}, { stage: 'IXSCAN', indexName: 'a_1_b_-1', direction: 'forward' }],
    [
      'an index against its direction',
      { a: 1 },
      { sort: { b: 1 } },
      { stage: 'IXSCAN', indexName: 'a_1_b_-1', direction: 'backward' },
    ],
    ['_id', { _id: 1 }, {}, { stage: 'IXSCAN', indexName: '_id_', direction: 'forward' }],
    [
      'a filter behind an index',
      { a: 1, x: 1 },
      {},
      { stage: 'FETCH', inputStage: { stage: 'IXSCAN', indexName: 'a_1_b_-1' } },
    ],
    [
      '$or with indexes',
      { $or: [{ a: 1 }, { c: 2 }] },
      {},
      { inputStage: { stage: 'OR', inputStages: [{ stage: 'IXSCAN' }, { stage: 'IXSCAN' }] } },
    ],
    ['no index', { x: 1 }, {}, { stage: 'COLLSCAN' }],
    ['a sort in memory', { a: 1 }, { sort: { x: 1 } }, { stage: 'SORT', inputStage: { stage: 'IXSCAN' } }],
    [
      'an expression that says what an index can be asked',
      { $expr: { $eq: ['$a', 3] } },
      {},
      { stage: 'FETCH', inputStage: { stage: 'IXSCAN', indexName: 'a_1_b_-1' } },
    ],
  ])('shows %s', async (_, filter, options, plan) => {
    expect(
      winner(
        await things()
          .find(filter as mongo.Document, options as mongo.FindOptions)
          .explain(),
      ),
    ).toMatchObject(plan)
  })

  it('shows the query of an aggregation and its further stages', async () => {
    const explanation = await things()
      .aggregate([{ $match: { a: 1 } }, { $group: { _id: '$b' } }])
      .explain()
    expect(winner(explanation)).toMatchObject({ stage: 'IXSCAN', indexName: 'a_1_b_-1' })
    expect(explanation).toMatchObject({ stages: ['$group'], ok: 1 })
  })

  it('does not run the command', async () => {
    const explanation = await things()
      .aggregate([{ $match: { a: 1 } }, { $merge: { into: 'explained' } }])
      .explain()
    expect(explanation).toMatchObject({ stages: ['$merge'] })
    expect(await connection.collection('explained').countDocuments()).toBe(0)
    expect(winner(await connection.collection('nowhere').find({}).explain())).toEqual({ stage: 'EOF' })
  })
})

function things() {
  return connection.collection('things')
}

function aggregate(pipeline: mongo.Document[]): Promise<unknown> {
  return things().aggregate(pipeline).toArray()
}

function winner(explanation: mongo.Document): unknown {
  return (explanation['queryPlanner'] as mongo.Document)['winningPlan']
}
