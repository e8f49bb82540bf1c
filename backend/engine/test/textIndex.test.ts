import fc from 'fast-check'
import { Schema, type Connection } from 'mongoose'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ensureCollection, insertDocument, removeDocument, replaceDocument } from '../src/storage/documents.ts'
import { createIndexes } from '../src/storage/indexes.ts'
import { everything, prepareQuery } from '../src/commands/query.ts'
import { openForWriting, type Store } from '../src/storage/store.ts'
import { openEmbedded } from '../src/index.ts'
import { documentValue } from '../src/keys/raw.ts'
import { searchForm, trigrams } from '../src/query/text.ts'
import { decodePlain, encodeDocument } from '../src/query/values.ts'
import { scratchDirectory } from './helpers/scratchDirectory.ts'
import { problemsOf } from './helpers/integrity.ts'

const logger = pino({ level: 'silent' })

describe('the search form of texts', () => {
  const same: [string, string][] = [
    ['Crème  Brûlée', 'creme brulee'],
    ['STRASSE', 'straße'],
    ['ẞ', 'ss'],
    ['ΟΔΟΣ', 'οδος'],
    ['İstanbul', 'istanbul'],
    ['Việt', 'viet'],
    ['ＡＢＣ１', 'abc1'],
    ['ﬁne', 'fine'],
    ['Ёлка', 'елка'],
    ['ﾊﾟﾋﾟ', 'パピ'],
    ['か\u3099', 'が'],
    ['مُحَمَّد', 'محمد'],
    ['מֶלֶךְ', 'מלך'],
    ['❤️', '❤'],
    ['soft\u00adhyphen', 'softhyphen'],
    ['a\u3000\n\tb', 'a b'],
    ['한글'.normalize('NFD'), '한글'],
  ]
  it.each(same)('%s is %s', (a, b) => expect(searchForm(a)).toBe(searchForm(b)))

  const different: [string, string][] = [
    ['か', 'が'],
    ['ที', 'ที่'],
    ['हिन्दी', 'हन्द'],
    ['أ', 'ا'],
    ['は', 'ば'],
    ['👍', '👎'],
    ['c', 'c++'],
  ]
  it.each(different)('%s is not %s', (a, b) => expect(searchForm(a)).not.toBe(searchForm(b)))

  it('does not change when it is computed twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(searchForm(searchForm(text))).toBe(searchForm(text))
      }),
      { numRuns: 2000 },
    )
  })

  it('takes linear time for a letter with very many marks', () => {
    const began = performance.now()
    searchForm(`e${'\u0301\u0316'.repeat(100_000)}`)
    expect(performance.now() - began).toBeLessThan(2000)
  })

  it('the trigrams of a text include its last two characters and its last one', () => {
    expect([...trigrams('ab👍語')]).toEqual(['ab👍', 'b👍語', '👍語', '語'])
    expect([...trigrams('a')]).toEqual(['a'])
    expect([...trigrams('')]).toEqual([])
  })
})

interface Letter {
  _id: number
  room?: unknown
  n: number
  text?: unknown
  about?: { title: unknown }
}

describe('a text index', () => {
  // Small alphabets of many scripts, so that texts share parts. They include forms that searchForm makes equal.
  const character = fc.constantFrom(
    ...'aAbéßS 日本語がか\u3099ก่ี่हन्दيمحأ👍🎉+-"*^.\'',
    '👩‍👩‍👧',
    'ﬁ',
    '\0',
    '\n',
    '\ue000',
    'e\u0301',
  )
  const text = fc.string({ unit: character, maxLength: 14, size: 'max' })
  const texts = fc.oneof(
    { weight: 4, arbitrary: text },
    fc.array(fc.oneof(text, fc.constant(7)), { maxLength: 3 }),
    fc.constantFrom(null, 5),
  )
  const letter = fc.record(
    {
      text: texts,
      about: fc.record({ title: texts }),
      room: fc.constantFrom<unknown>(1, 2, 'x', null, [1, 3]),
      n: fc.nat(5),
    },
    { requiredKeys: ['n', 'text'] },
  )
  const operation = fc.oneof(
    { weight: 4, arbitrary: fc.record({ insert: letter, id: fc.nat(60) }) },
    fc.record({ replace: letter, place: fc.nat() }),
    fc.record({ remove: fc.nat() }),
  )
  const search = fc.record({
    // A part of one of the texts, or any text.
    place: fc.nat(),
    terms: fc.array(fc.record({ from: fc.nat(14), size: fc.integer({ min: 1, max: 4 }), other: seldom(text) }), {
      minLength: 1,
      maxLength: 2,
    }),
    excluded: seldom(text),
  })
  const condition = fc.constantFrom<Record<string, unknown>>(
    {},
    {},
    {},
    {},
    { room: 1 },
    { room: { $in: [2, 'x'] } },
    { room: null },
    { n: { $gte: 2 } },
    { _id: { $lt: 30 } },
  )
  const sort = fc.constantFrom<Record<string, 1 | -1>>({}, { _id: -1 }, { _id: 1 }, { $natural: -1 }, { n: 1, _id: 1 })

  it('finds the same as a search through every text, after any writes', () => {
    const store = openScratch()
    let found = 0
    const parts = [
      fc.array(operation, { minLength: 10, maxLength: 30, size: 'max' }),
      fc.nat(30),
      search,
      condition,
      sort,
      fc.option(fc.integer({ min: 1, max: 5 })),
    ] as const
    fc.assert(
      fc.property(...parts, (operations, early, wanted, also, order, limit) =>
        inScratch(store, () => {
          ensureCollection(store, 'test', 'letters')
          const kept = new Map<number, Letter>()
          for (const [i, each] of operations.entries()) {
            if (i === early) indexTexts(store)
            apply(store, kept, each)
          }
          if (early >= operations.length) indexTexts(store)
          expect(problemsOf(store)).toEqual([])

          const { terms, excluded, query } = phrased(wanted, [...kept.values()])
          const expected = [...kept.values()].filter(
            (one) => naiveHolds(one, terms, excluded) && naiveCondition(one, also),
          )
          const answer = [
            ...everything(store, ask(store, { ...also, $text: { $search: query } }, order), limit ?? Infinity),
          ].map(({ document }) => decodePlain(document) as Letter)
          found += answer.length
          const [by] = Object.keys(order)
          if (by === '_id' || by === 'n') {
            const direction = order['_id'] ?? 1
            expected.sort((a, b) => (by === 'n' ? a.n - b.n : 0) || (a._id - b._id) * direction)
            expect(answer).toEqual(expected.slice(0, limit ?? expected.length))
          } else {
            expect(answer).toHaveLength(Math.min(expected.length, limit ?? Infinity))
            for (const each of answer) expect(expected).toContainEqual(each)
          }
        }),
      ),
      { numRuns: 200 },
    )
    // A search without matches proves nothing. The number varies by chance: some hundreds, rarely below a hundred.
    expect(found).toBeGreaterThan(20)
  })

  it('returns pages in the exact order of _id, even if rows have another order', () => {
    const store = openScratch()
    ensureCollection(store, 'test', 'letters')
    indexTexts(store)
    const ids = Array.from({ length: 1500 }, (_, i) => i * 2 + 1)
    // Swaps neighbours, as for messages that are sent at the same time.
    for (let i = 0; i + 5 < ids.length; i += 3) [ids[i], ids[i + 5]] = [ids[i + 5]!, ids[i]!]
    store.sqlite.run('BEGIN IMMEDIATE')
    for (const id of ids) insert(store, { _id: id, n: id, text: id % 7 === 0 ? 'rare word' : 'word' })
    store.sqlite.run('COMMIT')
    expect(store.catalog.get('test', 'letters')?.text?.disorder).toBeLessThanOrEqual(16)
    for (const direction of [1, -1] as const) {
      for (const words of ['word', 'rare', 'd']) {
        const expected = ids.filter((id) => words !== 'rare' || id % 7 === 0).sort((a, b) => (a - b) * direction)
        const got: number[] = []
        for (;;) {
          const last = got.at(-1)
          const beyond = last === undefined ? {} : { _id: { [direction === 1 ? '$gt' : '$lt']: last } }
          const page = [
            ...everything(store, ask(store, { $and: [{ $text: { $search: words } }, beyond] }, { _id: direction }), 50),
          ]
          if (page.length === 0) break
          got.push(...page.map(({ document }) => (decodePlain(document) as Letter)._id))
        }
        expect(got).toEqual(expected)
      }
    }
    expect(problemsOf(store)).toEqual([])
  })

  it('reads backwards from the newest document, and only as far as necessary', () => {
    const store = openScratch()
    indexTexts(store)
    store.sqlite.run('BEGIN IMMEDIATE')
    for (let id = 1; id <= 3000; id++) insert(store, { _id: id, n: 0, text: `number ${id}` })
    store.sqlite.run('COMMIT')
    const read = (filter: object, limit: number): number => {
      let rows = 0
      const { sqlite } = store
      const original = sqlite.rows.bind(sqlite)
      sqlite.rows = (sql, ...parameters) => {
        const result = original(sql, ...parameters)
        if (sql.includes('MATCH')) rows += result.length
        return result
      }
      expect([...everything(store, ask(store, filter, { _id: -1 }), limit)]).toHaveLength(limit)
      sqlite.rows = original
      return rows
    }
    expect(read({ $text: { $search: 'number' } }, 20)).toBeLessThanOrEqual(64)
    expect(read({ $text: { $search: 'e' } }, 20)).toBeLessThanOrEqual(64)
    expect(read({ $text: { $search: 'number' }, _id: { $lt: 500 } }, 20)).toBeLessThanOrEqual(64)
  })

  it('reads only the matching part if the index has the fields of the condition after the texts', () => {
    const store = openScratch()
    indexTexts(store)
    store.sqlite.run('BEGIN IMMEDIATE')
    for (let id = 1; id <= 2000; id++) insert(store, { _id: id, n: 0, room: id % 100, text: 'the same' })
    store.sqlite.run('COMMIT')
    const answer = [
      ...everything(store, ask(store, { $text: { $search: 'same' }, room: { $in: [3, 4] } }, { _id: -1 }), 5),
    ]
    expect(answer.map(({ document }) => (decodePlain(document) as Letter)._id)).toEqual([1904, 1903, 1804, 1803, 1704])
  })

  it('keeps nothing of a document that a unique index refuses', () => {
    const store = openScratch()
    indexTexts(store)
    createIndexes(store, 'test', 'letters', [encodeDocument({ key: { n: 1 }, name: 'n', unique: true })])
    insert(store, { _id: 1, n: 1, text: 'first' })
    insert(store, { _id: 9, n: 9, text: 'ninth' })
    expect(() => insert(store, { _id: 2, n: 1, text: 'second' })).toThrow('E11000')
    expect(() => insert(store, { _id: 1, n: 3, text: 'third' })).toThrow('E11000')
    const [row] = everything(store, ask(store, { _id: 1 }, {}))
    const collection = ensureCollection(store, 'test', 'letters')
    expect(() =>
      replaceDocument(store, collection, row!.rid, row!.document, encodeDocument({ _id: 1, n: 9, text: 'changed' })),
    ).toThrow('E11000')
    expect(problemsOf(store)).toEqual([])
    expect([...everything(store, ask(store, { $text: { $search: 'changed' } }, {}))]).toEqual([])
  })
})

async function things() {
  const { connection } = await open()
  return connection.collection<{ _id: number; [field: string]: unknown }>('things')
}

describe('$text on the embedded engine', () => {
  const textKey = { text: 'text' } as const

  it('finds words and phrases, excludes terms, and ignores case and marks', async () => {
    const collection = await things()
    await collection.insertMany([
      { _id: 1, text: 'The quick brown fox' },
      { _id: 2, text: 'A QUICK red föx - jumps' },
      { _id: 3, text: ['brown', 'fox-trot'] },
      { _id: 4, text: 5 },
      { _id: 5 },
    ])
    await collection.createIndex(textKey)
    const ids = async (search: string) =>
      (
        await collection
          .find({ $text: { $search: search } })
          .sort({ _id: 1 })
          .toArray()
      ).map(({ _id }) => _id)
    expect(await ids('fox quick')).toEqual([1, 2])
    expect(await ids('"brown fox"')).toEqual([1])
    expect(await ids('brown fox')).toEqual([1, 3])
    expect(await ids('fox -quick')).toEqual([3])
    expect(await ids('fox -"red fox"')).toEqual([1, 3])
    expect(await ids('fox-t')).toEqual([3])
    expect(await ids('- jumps')).toEqual([2])
    expect(await ids('FÓX')).toEqual([1, 2, 3])
    expect(await ids('-fox')).toEqual([])
    expect(await ids('  ')).toEqual([])
  })

  it('works in counts, updates, deletes and aggregations', async () => {
    const collection = await things()
    await collection.createIndex(textKey)
    await collection.insertMany(
      Array.from({ length: 40 }, (_, i) => ({ _id: i, text: i % 4 === 0 ? '日本語です' : 'ภาษาไทย' })),
    )
    const japanese = { $text: { $search: '本語' } }
    expect(await collection.countDocuments(japanese)).toBe(10)
    expect(
      await collection
        .aggregate([{ $match: japanese }, { $sort: { _id: -1 } }, { $limit: 2 }, { $project: { _id: 1 } }])
        .toArray(),
    ).toEqual([{ _id: 36 }, { _id: 32 }])
    expect((await collection.updateMany(japanese, { $set: { text: 'now ไทย' } })).modifiedCount).toBe(10)
    expect(await collection.countDocuments(japanese)).toBe(0)
    expect((await collection.deleteMany({ $text: { $search: 'ไทย now' } })).deletedCount).toBe(10)
    expect(await collection.countDocuments({ $text: { $search: 'ไท' } })).toBe(30)
    expect(await collection.distinct('text', { $text: { $search: 'ย' } })).toEqual(['ภาษาไทย'])
  })

  it('explains its choice: the text index, or an index that leaves fewer documents', async () => {
    const collection = await things()
    await collection.createIndex(textKey)
    await collection.createIndex({ room: 1 })
    await collection.insertMany(Array.from({ length: 400 }, (_, i) => ({ _id: i, text: 'word', room: i < 5 ? 1 : 2 })))
    const plan = async (filter: object, sort: Record<string, 1 | -1>) =>
      (
        await collection
          .find({ $text: { $search: 'word' }, ...filter })
          .sort(sort)
          .explain()
      )['queryPlanner'] as object
    expect(await plan({}, { _id: -1 })).toMatchObject({
      winningPlan: { stage: 'TEXT_MATCH', indexName: 'text_text', direction: 'backward' },
    })
    expect(await plan({ room: 2 }, { text: 1 })).toMatchObject({
      winningPlan: { stage: 'SORT', inputStage: { stage: 'TEXT_MATCH' } },
    })
    expect(await plan({ room: 1 }, {})).toMatchObject({
      winningPlan: { stage: 'FETCH', inputStage: { stage: 'IXSCAN', indexName: 'room_1' } },
    })
    expect(await collection.countDocuments({ $text: { $search: 'ord' }, room: 1 })).toBe(5)
  })

  it('a partial text index contains the documents that match its condition', async () => {
    const collection = await things()
    await collection.createIndex(textKey, { partialFilterExpression: { hidden: false } })
    await collection.insertMany([
      { _id: 1, text: 'seen', hidden: false },
      { _id: 2, text: 'seen', hidden: true },
    ])
    expect(await collection.countDocuments({ $text: { $search: 'see' }, hidden: false })).toBe(1)
    await collection.updateMany({}, [{ $set: { hidden: { $not: '$hidden' } } }])
    expect(await collection.find({ $text: { $search: 'see' }, hidden: false }).toArray()).toMatchObject([{ _id: 2 }])
    await expect(collection.countDocuments({ $text: { $search: 'see' } })).rejects.toMatchObject({ code: 291 })
  })

  it('lists its index as MongoDB does: the listed form can create it again, there is only one, and it can be dropped', async () => {
    const collection = await things()
    await collection.createIndex({ b: 'text', a: 'text', c: 1 }, { default_language: 'none' })
    const [, listed] = await collection.indexes()
    expect(listed).toEqual({
      v: 2,
      key: { _fts: 'text', _ftsx: 1, c: 1 },
      name: 'b_text_a_text_c_1',
      weights: { a: 1, b: 1 },
      default_language: 'none',
      language_override: 'language',
      textIndexVersion: 3,
    })
    await collection.createIndex({ b: 'text', a: 'text', c: 1 }, { default_language: 'none' })
    await expect(collection.createIndex(textKey)).rejects.toMatchObject({ code: 85 })
    await collection.createIndex({ a: 1 })
    await collection.dropIndex('b_text_a_text_c_1')
    expect((await collection.indexes()).map(({ name }) => name)).toEqual(['_id_', 'a_1'])
    const { key, name, ...options } = listed!
    await collection.createIndex(key, { ...options, ...(name === undefined ? {} : { name }) })
    expect((await collection.indexes())[2]).toEqual(listed)
    await collection.drop()
  })

  it('Mongoose considers a declared text index unchanged', async () => {
    const { connection } = await open()
    const schema = new Schema({ text: String, title: String, room: Number })
    schema.index({ title: 'text', text: 'text', room: 1 })
    const Thing = connection.model('Thing', schema)
    await Thing.init()
    expect(await Thing.syncIndexes()).toEqual([])
    await Thing.create({ title: 'A thing' })
    expect(await Thing.countDocuments({ $text: { $search: 'hin' } })).toBe(1)
  })

  const refused: [string, object, object][] = [
    ['without a text index', { code: 27, codeName: 'IndexNotFound' }, { $text: { $search: 'a' } }],
    ['without a search', { code: 9 }, { $text: {} }],
    ['with a search that is no string', { code: 9 }, { $text: { $search: { $ne: 1 } } }],
    ['with an unknown option', { code: 2 }, { $text: { $search: 'a', $fuzzy: true } }],
    ['with a language', { code: 115 }, { $text: { $search: 'a', $language: 'german' } }],
    ['that minds case', { code: 115 }, { $text: { $search: 'a', $caseSensitive: true } }],
    ['that minds marks', { code: 115 }, { $text: { $search: 'a', $diacriticSensitive: true } }],
    ['inside $or', { code: 115 }, { $or: [{ a: 1 }, { $text: { $search: 'a' } }] }],
    ['inside $elemMatch', { code: 2 }, { a: { $elemMatch: { $or: [{ $text: { $search: 'a' } }] } } }],
    ['twice', { code: 2 }, { $and: [{ $text: { $search: 'a' } }, { $text: { $search: 'b' } }] }],
  ]
  it.each(refused)('%s is refused', async (name, error, filter) => {
    const collection = await things()
    await collection.insertOne({ _id: 1, text: 'a' })
    if (name !== 'without a text index') await collection.createIndex(textKey)
    await expect(collection.find(filter).toArray()).rejects.toMatchObject(error)
  })

  const badIndexes: [string, object, object, number][] = [
    ['unique', textKey, { unique: true }, 67],
    ['expiring', textKey, { expireAfterSeconds: 0 }, 67],
    ['over everything', { '$**': 'text' }, {}, 115],
    ['behind another field', { a: 1, text: 'text' }, {}, 115],
  ]
  it.each(badIndexes)('a text index %s is refused', async (_, key, options, code) => {
    await expect((await things()).createIndex(key as Record<string, 1>, options)).rejects.toMatchObject({ code })
  })
})

async function open(): Promise<{ connection: Connection }> {
  const { connection, close } = await openEmbedded({ dataDir: scratchDirectory(), logger })
  onTestFinished(close)
  return { connection }
}

function openScratch(): Store {
  const store = openForWriting(scratchDirectory())
  onTestFinished(() => store.close())
  return store
}

/** Undoes all changes of `work`. */
function inScratch(store: Store, work: () => void): void {
  store.sqlite.run('BEGIN IMMEDIATE')
  try {
    work()
  } finally {
    store.sqlite.run('ROLLBACK')
    store.sqlite.forget()
    store.catalog.load(store.sqlite)
  }
}

function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, arbitrary)
}

function indexTexts(store: Store): void {
  createIndexes(store, 'test', 'letters', [
    encodeDocument({ key: { text: 'text', 'about.title': 'text', room: 1 }, name: 'texts' }),
  ])
}

function insert(store: Store, one: Letter): void {
  insertDocument(store, ensureCollection(store, 'test', 'letters'), encodeDocument(one))
}

function ask(store: Store, filter: object, sort: object) {
  return prepareQuery(
    ensureCollection(store, 'test', 'letters'),
    documentValue(encodeDocument(filter)),
    documentValue(encodeDocument(sort)),
  )
}

type Operation =
  { insert: Omit<Letter, '_id'>; id: number } | { replace: Omit<Letter, '_id'>; place: number } | { remove: number }

function apply(store: Store, kept: Map<number, Letter>, operation: Operation): void {
  const collection = ensureCollection(store, 'test', 'letters')
  const at = (place: number) => [...kept.keys()][kept.size === 0 ? 0 : place % kept.size] ?? -1
  if ('insert' in operation) {
    const one: Letter = { _id: operation.id, ...operation.insert }
    if (kept.has(one._id)) expect(() => insert(store, one)).toThrow('E11000')
    else {
      insert(store, one)
      kept.set(one._id, one)
    }
    return
  }
  const id = at('remove' in operation ? operation.remove : operation.place)
  for (const { rid, document } of everything(store, ask(store, { _id: id }, {}))) {
    if ('remove' in operation) {
      removeDocument(store, collection, rid, document)
      kept.delete(id)
    } else {
      const after: Letter = { _id: id, ...operation.replace }
      replaceDocument(store, collection, rid, document, encodeDocument(after))
      kept.set(id, after)
    }
  }
}

interface Wanted {
  place: number
  terms: { from: number; size: number; other: string | null }[]
  excluded: string | null
}

/** Returns the terms of a search, and the string that searches for them. */
function phrased(
  { place, terms, excluded }: Wanted,
  letters: readonly Letter[],
): { terms: string[]; excluded: string[]; query: string } {
  const every = letters.flatMap(textsOf)
  const text = [...(every[every.length === 0 ? 0 : place % every.length] ?? 'nothing')]
  const chosen = terms.map(
    ({ from, size, other }) => other ?? text.slice(from % text.length, (from % text.length) + size).join(''),
  )
  return {
    terms: chosen,
    excluded: excluded === null ? [] : [excluded],
    query: [...chosen.map(asked), ...(excluded === null ? [] : [`-${asked(excluded)}`])].join(' '),
  }
}

function asked(term: string): string {
  return `"${term.replaceAll('"', '')}"`
}

/** The simplest definition: searches each text in search form from beginning to end. */
function naiveHolds(letter: Letter, terms: readonly string[], excluded: readonly string[]): boolean {
  const forms = textsOf(letter).map(searchForm)
  const has = (term: string): boolean => forms.some((form) => form.includes(term))
  const [wanted, unwanted] = [meant(terms), meant(excluded)]
  return wanted.length > 0 && wanted.every(has) && !unwanted.some(has)
}

function meant(terms: readonly string[]): string[] {
  return terms.map((term) => searchForm(term.replaceAll('"', ''))).filter((term) => term !== '')
}

function textsOf({ text, about }: Letter): string[] {
  return [text, about?.title].flat().filter((each): each is string => typeof each === 'string')
}

function naiveCondition({ room, n, _id }: Letter, condition: Record<string, unknown>): boolean {
  const rooms = [room ?? null].flat()
  if ('n' in condition) return n >= 2
  if ('_id' in condition) return _id < 30
  if (!('room' in condition)) return true
  if (condition['room'] === null) return room === undefined || room === null
  return condition['room'] === 1 ? rooms.includes(1) : rooms.some((each) => each === 2 || each === 'x')
}
