import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as bson from 'bson'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/database/database.connection.ts'
import { decodeExactly, openStoreFiller, openStoreReader } from 'parley-engine'
import { StartupError } from '../../src/lib/errors.ts'
import { compareAll, copyAll } from '../../src/operations/move/collection.copy.ts'
import { embeddedSource, embeddedTarget } from '../../src/operations/move/embedded.store.ts'
import { moveStore } from '../../src/operations/move/store.mover.ts'
import { indexSpec, type Source } from '../../src/operations/move/store.types.ts'
import { logger, openEngine, outcome, scratchDirectory, startCommand } from './helpers.ts'

const quiet = () => {}
const { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } =
  bson

/** One value of every type, also of types that JavaScript would change. */
const TYPES: Record<string, unknown> = {
  int: new Int32(5),
  double: new Double(5),
  long: Long.fromNumber(5),
  large: Long.fromString('9007199254740993'),
  minusZero: new Double(-0),
  nan: new Double(NaN),
  infinite: new Double(-Infinity),
  decimal: Decimal128.fromString('1.50'),
  text: 'žluťoučký 🐎\u0000',
  date: new Date(-1),
  nothing: null,
  yes: true,
  id: new ObjectId(),
  binary: new Binary(Buffer.from('x')),
  uuid: new bson.UUID(),
  own: new Binary(Buffer.from('x'), 128),
  pattern: new BSONRegExp('a.b', 'im'),
  timestamp: new Timestamp({ t: 3, i: 4 }),
  min: new MinKey(),
  max: new MaxKey(),
  code: new Code('x'),
  scoped: new Code('x', { a: new Int32(1) }),
  symbol: new BSONSymbol('s'),
  list: [1, new Double(2), { b: [null, []] }],
  object: { '': {} },
  names: new Map([
    ['b', 1],
    ['2', 2],
    ['1', 3],
    ['__proto__', 4],
    ['a.b', 5],
    ['$x', 6],
  ]),
}

describe('documents on their way through the driver', () => {
  test.each(Object.entries(TYPES))('%s comes out as the same bytes', (name, value) => {
    const document = Buffer.from(bson.serialize(new Map([[name, value]])))
    expect(Buffer.from(bson.serialize(decodeExactly(document))).toString('hex')).toBe(document.toString('hex'))
  })

  test('anything comes out as the same bytes', () => {
    const key = fc.oneof(
      fc.nat(20).map(String),
      fc.string().filter((name) => !name.includes('\0')),
    )
    const leaf = fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.double().map((n) => new Double(n)),
      fc.maxSafeInteger().map((n) => Long.fromNumber(n)),
      fc.date({ noInvalidDate: true }),
    )
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
      ),
    }))
    fc.assert(
      fc.property(value, (v) => {
        const document = Buffer.from(bson.serialize(new Map([['v', v]])))
        expect(Buffer.from(bson.serialize(decodeExactly(document))).equals(document)).toBe(true)
      }),
    )
  })
})

describe('index descriptions', () => {
  test('of a server equal those that made them', () => {
    const listed = {
      v: 2,
      key: { a: 1, b: new Double(-1) },
      name: 'a_1_b_-1',
      ns: 'x.y',
      background: true,
      unique: true,
      sparse: false,
      expireAfterSeconds: Long.fromNumber(5),
    }
    expect(indexSpec(listed)).toEqual({ key: { a: 1, b: -1 }, name: 'a_1_b_-1', unique: true, expireAfterSeconds: 5 })
  })

  test('of text indexes name their fields', () => {
    const listed = {
      v: 2,
      key: { kind: 1, _fts: 'text', _ftsx: 1 },
      name: 'words',
      weights: { title: 1, text: 1 },
      default_language: 'english',
      language_override: 'language',
      textIndexVersion: 3,
    }
    expect(indexSpec(listed)).toEqual({ key: { kind: 1, title: 'text', text: 'text' }, name: 'words' })
    expect(indexSpec({ ...listed, weights: { title: 2, text: 1 }, default_language: 'none' })).toMatchObject({
      weights: { title: 2, text: 1 },
      default_language: 'none',
    })
  })
})

describe('a copy', () => {
  test('has every collection, document and index of its source', async () => {
    const source = await filled()
    const copy = await copied(source)
    const lines: string[] = []
    await compareAll(source, copy, (line) => lines.push(line))
    expect(lines.join('\n')).toMatch(/things: 250 documents, digest [0-9a-f]{16} on both sides/)
    expect((await copy.collections()).map(({ name, count, indexes }) => [name, count, indexes.length])).toEqual([
      ['empty', 0, 0],
      ['notes', 1, 1],
      ['things', 250, 3],
      ['types', 1, 0],
    ])
  })

  test('with another document, a missing one, or another index is detected', async () => {
    const source = await filled()
    const copy = await copied(source)
    const otherDocuments: Source = { ...copy, documents: (name) => changed(copy.documents(name)) }
    const fewer: Source = { ...copy, documents: (name) => skipped(copy.documents(name)) }
    const noIndexes: Source = {
      ...copy,
      collections: async () => (await copy.collections()).map((each) => ({ ...each, indexes: [] })),
    }
    const noCollections: Source = { ...copy, collections: async () => [] }
    await expect(compareAll(source, otherDocuments, quiet)).rejects.toThrow(/documents of notes are not the same/)
    await expect(compareAll(source, fewer, quiet)).rejects.toThrow(
      /notes has 1 document in the source and 0 in the copy/,
    )
    await expect(compareAll(source, noIndexes, quiet)).rejects.toThrow(/the indexes of notes are not the same/)
    await expect(compareAll(source, noCollections, quiet)).rejects.toThrow(
      /the source has the collections empty, notes, things, types, the copy/,
    )
  })
})

describe('moving', () => {
  const uri = 'mongodb://someone:secret@127.0.0.1:1/parley?serverSelectionTimeoutMS=50'

  test('needs one side of each kind, and says so in one line', async () => {
    const wrong = {
      code: 1,
      output: '',
      errors: expect.stringMatching(/^One of --from and --to is embedded, .*\n$/) as unknown,
    }
    expect(await outcome(startCommand('move', scratchDirectory(), '--from', 'embedded', '--to', 'embedded'))).toEqual(
      wrong,
    )
    expect(await outcome(startCommand('move', scratchDirectory(), '--from', uri))).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/^Usage: npm run move/) as unknown,
    })
  })

  test('to a server that cannot be reached changes nothing and prints no password', async () => {
    const { code, errors } = await outcome(startCommand('move', scratchDirectory(), '--from', 'embedded', '--to', uri))
    expect(code).toBe(1)
    expect(errors).toMatch(/^MongoDB at mongodb:\/\/127\.0\.0\.1:1\/parley.* cannot be reached.*\n$/)
    expect(errors).not.toContain('secret')
  })
})

// The same on a server: CI runs it on the one that it builds.
const mongoUri = process.env['MONGO_DB_URI']
describe.skipIf(!mongoUri)('moving to MongoDB and back', () => {
  test('returns every byte, and does not change the source', { timeout: 60_000 }, async () => {
    const [dataDir, target] = [scratchDirectory(), scratchDirectory()]
    const uri = await emptyDatabase()
    await write(dataDir)
    const before = readFileSync(join(dataDir, 'parley.db'))
    await moveStore(dataDir, { from: 'embedded', to: uri }, quiet)
    expect(readFileSync(join(dataDir, 'parley.db')).equals(before)).toBe(true)
    await moveStore(target, { from: uri, to: 'embedded' }, quiet)
    await compareAll(await reading(dataDir), await reading(target), quiet)
    const { connection } = await openEngine(target)
    await expect(connection.collection('things').insertOne({ a: 3 })).rejects.toMatchObject({ code: 11000 })
  })

  test('refuses a target that is not empty, and a directory that a server uses', { timeout: 60_000 }, async () => {
    const dataDir = scratchDirectory()
    const uri = await emptyDatabase()
    const { close } = await openEngine(dataDir)
    await expect(moveStore(dataDir, { from: 'embedded', to: uri }, quiet)).rejects.toThrow(/already in use/)
    await close()
    await write(dataDir)
    await moveStore(dataDir, { from: 'embedded', to: uri }, quiet)
    await expect(moveStore(dataDir, { from: 'embedded', to: uri }, quiet)).rejects.toThrow(
      /is not empty \(.*Nothing was changed/,
    )
    await expect(moveStore(dataDir, { from: uri, to: 'embedded' }, quiet)).rejects.toThrow(
      /There is already a database in/,
    )
  })

  test('that was interrupted leaves a database on which no server starts', { timeout: 60_000 }, async () => {
    const dataDir = scratchDirectory()
    const uri = await emptyDatabase()
    await write(dataDir)
    // Reports are printed between the steps.
    await expect(moveStore(dataDir, { from: 'embedded', to: uri }, cutOffAtThings)).rejects.toThrow(
      'The lights went out',
    )
    await expect(moveStore(dataDir, { from: 'embedded', to: uri }, quiet)).rejects.toThrow(/unfinished move/)
    const { createApp } = await import('../../src/app.ts')
    const { configOf } = await import('../helpers/startServer.ts')
    await expect(createApp({ ...configOf(scratchDirectory()), mongoUri: uri }, logger)).rejects.toThrow(
      /unfinished move/,
    )
  })
})

function cutOffAtThings(line: string): void {
  if (line.includes('things')) throw new StartupError('The lights went out')
}

/** Documents that every server with MongoDB's protocol accepts. */
async function write(dataDir: string): Promise<void> {
  const { connection, close } = await openDatabase({ dataDir, logger })
  const things = connection.collection('things')
  await things.createIndexes([
    { key: { a: 1 }, unique: true },
    { key: { text: 1, a: -1 }, name: 'words' },
    { key: { b: 1 } },
  ])
  await things.insertMany(
    Array.from({ length: 250 }, (_, n) => ({
      a: n,
      b: new Double(n),
      c: Long.fromNumber(n),
      text: `${n}`.repeat(50),
      at: new Date(n),
    })),
  )
  await connection.createCollection('empty')
  await close()
}

async function filled(): Promise<Source> {
  const dataDir = scratchDirectory()
  await write(dataDir)
  const { connection, close } = await openDatabase({ dataDir, logger })
  await connection.collection('types').insertOne({ ...TYPES })
  await connection.collection('notes').createIndex({ title: 'text', body: 'text', place: 1 })
  await connection.collection('notes').insertOne({ place: 1, title: 'The lights', body: 'went out' })
  await close()
  return reading(dataDir)
}

async function reading(dataDir: string): Promise<Source> {
  const reader = await openStoreReader(dataDir)
  onTestFinished(() => reader.close())
  return embeddedSource(reader)
}

async function copied(source: Source): Promise<Source> {
  const directory = scratchDirectory()
  const filler = await openStoreFiller(directory)
  await copyAll(source, embeddedTarget(filler), quiet)
  filler.close()
  return reading(directory)
}

async function* changed(batches: AsyncIterable<Buffer[]>): AsyncIterable<Buffer[]> {
  for await (const batch of batches)
    yield batch.map((document) =>
      Buffer.from(document.map((byte, at) => (at === document.length - 3 ? byte ^ 1 : byte))),
    )
}

async function* skipped(batches: AsyncIterable<Buffer[]>): AsyncIterable<Buffer[]> {
  let first = true
  for await (const batch of batches) {
    yield first ? batch.slice(1) : batch
    first = false
  }
}

async function emptyDatabase(): Promise<string> {
  const uri = new URL(mongoUri ?? '')
  uri.pathname = `/move_${new ObjectId().toHexString()}`
  const database = await openDatabase({ mongoUri: uri.href, dataDir: '', logger })
  onTestFinished(async () => {
    await database.connection.dropDatabase()
    await database.close()
  })
  return uri.href
}
