import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { ensureCollection, insertDocument, removeDocument, replaceDocument } from '../src/storage/documents.ts'
import { createIndexes } from '../src/storage/indexes.ts'
import { everything, prepareQuery, type Query } from '../src/commands/query.ts'
import { openForWriting, type Store } from '../src/storage/store.ts'
import { documentValue } from '../src/keys/raw.ts'
import { decodePlain, encodeDocument, newObjectId } from '../src/query/values.ts'
import { problemsOf } from './helpers/integrity.ts'
import { naiveMatches, naiveSort, sortValue, type Doc } from './helpers/naive.ts'

type Sort = Record<string, 1 | -1>
type IndexKind = 'plain' | 'sparse' | 'unique'

const directory = mkdtempSync(join(tmpdir(), 'parley-planner-'))
let store: Store
beforeAll(() => {
  store = openForWriting(directory)
})
afterAll(() => {
  store.close()
  rmSync(directory, { recursive: true, force: true })
})

describe('a query with indexes', () => {
  const scalar = fc.constantFrom<unknown>(null, 0, 1, 2, 3, 1.5, 'a', 'ab', 'b', '')
  const value = fc.oneof({ weight: 5, arbitrary: scalar }, fc.array(scalar, { maxLength: 3 }))
  const document = fc.record(
    {
      a: value,
      b: scalar,
      c: value,
      o: fc.oneof(
        fc.record({ p: value }),
        fc.array(fc.record({ p: scalar, q: scalar }, { requiredKeys: [] }), { maxLength: 2 }),
      ),
    },
    { requiredKeys: [] },
  )
  const path = fc.constantFrom('a', 'b', 'c', 'o.p', 'o.q')
  const comparison = fc.constantFrom('$lt', '$lte', '$gt', '$gte')
  const range = fc
    .tuple(comparison, comparison, fc.constantFrom(0, 1, 2, 'a', 'b'), fc.constantFrom(0, 1, 2, 'a', 'b'))
    .map(([first, second, low, high]) => ({ [first]: low, [second]: high }))
  const condition = fc.oneof(
    { weight: 3, arbitrary: value },
    { weight: 3, arbitrary: range },
    fc.array(scalar, { minLength: 1, maxLength: 3 }).map((values) => ({ $in: values })),
    scalar.map((operand) => ({ $ne: operand })),
    fc.boolean().map((wanted) => ({ $exists: wanted })),
    range.map((bounds) => ({ $elemMatch: bounds })),
  )
  const conditions = fc.dictionary(path, condition, { maxKeys: 3, noNullPrototype: true })
  const filter: fc.Arbitrary<Doc> = fc.oneof(
    { weight: 4, arbitrary: conditions },
    fc
      .tuple(conditions, fc.array(conditions, { minLength: 1, maxLength: 3 }))
      .map(([rest, branches]) => ({ ...rest, $or: branches })),
  )
  const directions: fc.Arbitrary<Sort> = fc.dictionary(
    fc.constantFrom('a', 'b', 'c', 'o.p'),
    fc.constantFrom<1 | -1>(1, -1),
    { minKeys: 1, maxKeys: 2, noNullPrototype: true },
  )
  const sort = fc.oneof(fc.constant<Sort>({}), directions)
  const indexes = fc.array(
    fc.tuple(
      fc.dictionary(path, fc.constantFrom(1, -1), { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
      fc.constantFrom<IndexKind>('plain', 'sparse', 'unique'),
    ),
    { minLength: 1, maxLength: 3 },
  )

  it('returns the same documents as a full scan, in the same order', () => {
    const sources = new Set<string>()
    fc.assert(
      fc.property(
        fc.array(document, { maxLength: 12 }),
        indexes,
        filter,
        sort,
        fc.option(fc.integer({ min: 1, max: 4 })),
        (contents, keys, wanted, order, limit) => {
          inScratch(() => {
            const documents = contents.map((each, i): Doc => ({ _id: i, ...each })).filter((each) => fill(keys, each))
            const query = prepare(wanted, order)
            sources.add(query.plan.source.kind)
            const found = [...everything(store, query, limit ?? Infinity)].map(({ document: bytes }) =>
              decodePlain(bytes),
            )
            const expected = naiveSort(
              documents.filter((each) => naiveMatches(each, wanted)),
              order,
            )
            expect(new Set(found.map(({ _id }) => Number(_id))).size).toBe(found.length)
            const keysOf = (each: Doc) =>
              Object.entries(order).map(([name, direction]) => sortValue(each, name, direction))
            expect(found.map(keysOf)).toEqual(expected.slice(0, limit ?? undefined).map(keysOf))
            const all = new Set(expected.map(({ _id }) => _id))
            expect(found.every(({ _id }) => all.has(_id))).toBe(true)
            expect(found.length).toBe(Math.min(expected.length, limit ?? Infinity))
          })
        },
      ),
      { numRuns: 400 },
    )
    // The property proves nothing if the planner never used an index.
    expect(sources).toEqual(new Set(['scan', 'index', 'union']))
  })

  it('returns the same documents as a full scan after any changes', () => {
    const change = fc.tuple(fc.constantFrom('insert', 'replace', 'remove'), fc.nat({ max: 9 }), document)
    fc.assert(
      fc.property(indexes, fc.array(change, { minLength: 1, maxLength: 30 }), (keys, changes) => {
        inScratch(() => {
          fill(keys, { _id: 'first' })
          for (const [kind, place, contents] of changes) {
            if (kind === 'insert') fill([], { ...contents })
            else changeOne(kind, place, contents)
          }
          expect(problemsOf(store)).toEqual([])
        })
      }),
      { numRuns: 100 },
    )
  })

  const served: [string, Doc, Sort, Doc, { residual: boolean; sorted: boolean; ranges?: number }][] = [
    ['equalities', { a: 1, b: 1 }, {}, { a: 1, b: 2 }, { residual: false, sorted: true, ranges: 1 }],
    [
      'an equality and a range behind it',
      { a: 1, b: 1 },
      {},
      { a: 1, b: { $gt: 2, $lte: 5 } },
      { residual: false, sorted: true, ranges: 1 },
    ],
    [
      'the last of a conversation',
      { a: 1, b: 1 },
      { b: -1 },
      { a: 1, b: { $lt: 9 } },
      { residual: false, sorted: true, ranges: 1 },
    ],
    [
      'the last of a conversation, against the index’s direction',
      { a: 1, b: -1 },
      { b: 1 },
      { a: 1, b: { $lt: 9 } },
      { residual: false, sorted: true, ranges: 1 },
    ],
    ['$in', { a: 1 }, {}, { a: { $in: [1, 2, 3] } }, { residual: false, sorted: true, ranges: 3 }],
    [
      '$in and a range',
      { a: 1, b: 1 },
      {},
      { a: { $in: [1, 2] }, b: { $gt: 5 } },
      { residual: false, sorted: true, ranges: 2 },
    ],
    ['_id $in', { a: 1 }, {}, { _id: { $in: [1, 2] } }, { residual: false, sorted: true, ranges: 2 }],
    ['an order alone', { a: 1, b: 1 }, { a: -1, b: -1 }, {}, { residual: false, sorted: true, ranges: 1 }],
    [
      '$elemMatch on an array',
      { list: 1 },
      {},
      { list: { $elemMatch: { $gte: 'a', $lt: 'b' } } },
      { residual: true, sorted: true, ranges: 1 },
    ],
    ['an anchored pattern', { list: 1 }, {}, { list: /^ab/ }, { residual: true, sorted: true }],
  ]

  it.each(served)('uses no scan for %s', (_, key, order, wanted, plan) => {
    inScratch(() => {
      fill([[key as Record<string, number>, 'plain']], { _id: 1, list: ['x', 'y'] })
      const { plan: made } = prepare(wanted, order)
      expect(made).toMatchObject({ source: { kind: 'index' }, residual: plan.residual, sorted: plan.sorted })
      if (plan.ranges !== undefined) expect(made.source).toMatchObject({ ranges: { length: plan.ranges } })
    })
  })

  it.each([{ _id: 1 }, { a: 1, b: 'x' }, { _id: 1, b: { $ne: 'y' } }, { b: 'x', a: 1, list: 'y' }])(
    'looks up the only document of %j without a range',
    (wanted) => {
      inScratch(() => {
        fill([[{ a: 1, b: 1 }, 'unique']], { _id: 1, a: 1, b: 'x', list: ['x', 'y'] })
        fill([], { _id: 2, a: 1, b: 'y' })
        const statements = vi.spyOn(store.sqlite, 'rows').mockClear()
        onTestFinished(() => statements.mockRestore())
        const found = [...everything(store, prepare(wanted, {}))].map(
          ({ document: bytes }) => decodePlain(bytes)['_id'],
        )
        expect(found).toEqual([1])
        expect(statements).not.toHaveBeenCalled()
      })
    },
  )

  it('reads only as much of an index as a page needs', () => {
    inScratch(() => {
      fill([[{ a: 1, b: 1 }, 'plain']], { _id: 0, a: 1, b: 0 })
      for (let i = 1; i < 500; i++) fill([], { _id: i, a: i % 2, b: i })
      const query = prepare({ a: 1, b: { $lt: 400 } }, { b: -1 })
      const found = [...everything(store, query, 50)].map(({ document: bytes }) => Number(decodePlain(bytes)['b']))
      expect(found).toEqual(Array.from({ length: 50 }, (_, i) => 399 - 2 * i))
    })
  })
})

/** Undoes all changes of `work`. */
function inScratch(work: () => void): void {
  store.sqlite.run('BEGIN')
  try {
    work()
  } finally {
    store.sqlite.run('ROLLBACK')
    store.sqlite.forget()
    store.catalog.load(store.sqlite)
  }
}

/** Creates the missing indexes and inserts a document. Returns false if an index refuses it (two arrays, a duplicate). */
function fill(keys: [Record<string, number>, IndexKind][], document: Doc): boolean {
  const specs = keys.map(([key, kind], i) =>
    encodeDocument({ key, name: `index${i}`, ...(kind === 'plain' ? {} : { [kind]: true }) }),
  )
  ensureCollection(store, 'test', 'things')
  for (const spec of specs) {
    try {
      createIndexes(store, 'test', 'things', [spec])
    } catch {
      // The same key twice: the first index is enough.
    }
  }
  try {
    insertDocument(
      store,
      ensureCollection(store, 'test', 'things'),
      encodeDocument({ _id: newObjectId(), ...document }),
    )
    return true
  } catch {
    return false
  }
}

/**
 * Replaces or removes the document at a position. If an index refuses the replacement, the document stays
 * as it is.
 */
function changeOne(kind: string, place: number, contents: Doc): void {
  const collection = ensureCollection(store, 'test', 'things')
  const found = [...everything(store, prepare({}, {}))]
  const chosen = found[place % found.length]
  if (chosen === undefined) return
  if (kind === 'remove') return removeDocument(store, collection, chosen.rid, chosen.document)
  try {
    replaceDocument(
      store,
      collection,
      chosen.rid,
      chosen.document,
      encodeDocument({ _id: decodePlain(chosen.document)['_id'] as unknown, ...contents }),
    )
  } catch {
    // Two arrays, or a duplicate.
  }
}

function prepare(filter: Doc, sort: Sort): Query {
  return prepareQuery(
    ensureCollection(store, 'test', 'things'),
    documentValue(encodeDocument(filter)),
    documentValue(encodeDocument(sort)),
  )
}
