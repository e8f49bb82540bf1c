import { BSON, type Document } from 'bson'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { encode, encodeOperations } from '../src/driver/codec.ts'
import { Catalog } from '../src/storage/catalog.ts'
import { allIndexes } from '../src/storage/indexes.ts'
import { openForWriting, type Store } from '../src/storage/store.ts'
import type { Answer } from '../src/threads/protocol.ts'
import { GroupCommitter } from '../src/worker/groupCommit.ts'
import { problemsOf } from './helpers/integrity.ts'
import { scratchDirectory } from './helpers/scratchDirectory.ts'

const UNIQUE = { name: 'u', key: { u: 1 }, unique: true }
const UNIQUE_ARRAYS = { name: 'o_tags', key: { o: 1, tags: 1 }, unique: true }

function openStore(): Store {
  const store = openForWriting(scratchDirectory())
  onTestFinished(() => store.close())
  return store
}

const command = (op: string, c: string, fields: Document = {}): Buffer =>
  encode({ op, db: 'test', c, ...fields }, { ignoreUndefined: true })
const write = (c: string, ordered: boolean, ops: Document[]): Buffer =>
  encodeOperations({ op: 'write', db: 'test', c, ordered }, ops, { ignoreUndefined: true })
const insert = (document: Document): Document => ({ insert: document })

function commitTo(committer: GroupCommitter, commands: readonly Buffer[]): unknown[] {
  return committer.commit(commands.map((each, id) => ({ id, command: each }))).answers.map(shown)
}

function shown({ header, documents, failed }: Answer): unknown {
  return { failed, header: BSON.deserialize(header), documents: documents.map((each) => BSON.deserialize(each)) }
}

/** Returns all that a file has, and checks that its indexes and the catalogue in memory agree with it. */
function contentOf(store: Store): unknown {
  expect(problemsOf(store)).toEqual([])
  const fresh = new Catalog()
  fresh.load(store.sqlite)
  expect(catalogOf(store.catalog)).toEqual(catalogOf(fresh))
  return fresh.all().map(({ name, table, id }) => ({
    name,
    documents: store.sqlite.rows(`SELECT rid, hex(doc) FROM ${table} ORDER BY rid`),
    indexes: store.sqlite.rows('SELECT name, multikey, disorder FROM indexes WHERE collection = ? ORDER BY id', id),
  }))
}

function catalogOf(catalog: Catalog): unknown {
  return catalog.all().map((collection) => ({
    name: collection.name,
    indexes: allIndexes(collection).map((index) => [index.name, 'multikey' in index ? index.multikey : index.disorder]),
  }))
}

describe('a group of commands', () => {
  const number = fc.integer({ min: 0, max: 6 })
  const tags = fc.oneof(number, fc.array(number, { maxLength: 2 }))
  const document = fc.record(
    {
      _id: number,
      u: number,
      n: fc.oneof(number, fc.constant('text')),
      o: tags,
      tags,
      text: fc.constantFrom('ab', 'abc'),
    },
    { requiredKeys: ['_id'] },
  )
  const filter = fc.oneof(
    fc.record({ _id: number }),
    fc.record({ u: number }),
    fc.record({ n: number.map((least) => ({ $gte: least })) }),
    fc.constant({}),
  )
  const change = fc.oneof(
    fc.record({ $inc: fc.constant({ n: 1 }) }),
    fc.record({ $set: fc.record({ u: number }) }),
    fc.record({ $set: fc.record({ tags, o: number }) }),
    fc.record({ $push: fc.record({ tags: number }) }),
    fc.record({ $set: fc.record({ text: fc.constantFrom('x', 'abcd') }), $unset: fc.constant({ n: 1 }) }),
    fc.record({ $wrong: fc.constant({ n: 1 }) }),
  )
  // An upsert of a new document needs its `_id`, which would otherwise be random.
  const update = fc.oneof(
    fc.record({ q: filter, u: change, multi: fc.boolean() }),
    fc.record({ q: fc.record({ _id: number, u: number }), u: change, upsert: fc.constant(true) }),
    fc.record({ q: fc.record({ _id: number }), u: document, replace: fc.constant(true), upsert: fc.boolean() }),
  )
  const operation = fc.oneof(
    { weight: 4, arbitrary: document.map(insert) },
    { weight: 3, arbitrary: update.map((each): Document => ({ update: each })) },
    fc.record({ q: filter, multi: fc.boolean() }).map((each): Document => ({ delete: each })),
  )
  const name = fc.constantFrom('a', 'a', 'a', 'b')
  const anyCommand = fc.oneof(
    {
      weight: 10,
      arbitrary: fc
        .tuple(name, fc.boolean(), fc.array(operation, { minLength: 1, maxLength: 4 }))
        .map(([c, ordered, ops]) => write(c, ordered, ops)),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(name, update, fc.boolean())
        .map(([c, fields, isNew]) => command('findAndModify', c, { ...fields, new: isNew })),
    },
    fc
      .tuple(
        name,
        fc.constantFrom<Document>(
          UNIQUE,
          UNIQUE_ARRAYS,
          { name: 't', key: { text: 'text' } },
          { name: 'bad', key: { n: 'x' } },
        ),
      )
      .map(([c, spec]) => command('createIndexes', c, { specs: [{ name: 'first', key: { n: -1 } }, spec] })),
    name.map((c) => command('create', c)),
    name.map((c) => command('drop', c)),
    name.map((c) => command('dropIndexes', c, { name: 'first' })),
    fc
      .tuple(name, document)
      .map(([c, each]) => command('aggregateInto', c, { pipeline: [{ $set: each }, { $merge: { into: 'b' } }] })),
  )

  it('has the same answers and effects with and without savepoints', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyCommand, { minLength: 1, maxLength: 8 }), { maxLength: 4 }), (groups) => {
        const [tried, reference] = [openForWriting(scratchDirectory()), openForWriting(scratchDirectory())]
        try {
          const begin = [command('createIndexes', 'a', { specs: [UNIQUE, UNIQUE_ARRAYS] })]
          const careful = new GroupCommitter(reference, () => undefined, Infinity)
          for (const group of [begin, ...groups]) {
            // Each group is tried without savepoints, also after one that had to run twice.
            const optimistic = new GroupCommitter(tried, () => undefined)
            expect(commitTo(optimistic, group)).toEqual(commitTo(careful, group))
            expect(contentOf(tried)).toEqual(contentOf(reference))
          }
        } finally {
          tried.close()
          reference.close()
        }
      }),
      { numRuns: 60 },
    )
  })

  it('needs no savepoint for a failure before the first change, and few after a failure that came later', () => {
    const store = openStore()
    const savepoints = countOf(store, 'SAVEPOINT')
    const committer = new GroupCommitter(store, () => undefined)
    commitTo(committer, [
      command('createIndexes', 'a', { specs: [UNIQUE] }),
      write('a', true, [insert({ _id: 1, u: 1 })]),
    ])
    commitTo(committer, [write('a', true, [insert({ _id: 1 })]), write('a', true, [insert({ _id: 2, u: 2 })])])
    expect(savepoints()).toBe(0)
    commitTo(committer, [write('a', true, [insert({ _id: 3, u: 1 })]), write('a', true, [insert({ _id: 4, u: 4 })])])
    expect(savepoints()).toBeGreaterThan(0)
    for (let _id = 5; _id < 30; _id++) commitTo(committer, [write('a', true, [insert({ _id, u: _id })])])
    const before = savepoints()
    commitTo(committer, [write('a', true, [insert({ _id: 30, u: 30 })])])
    expect(savepoints()).toBe(before)
    expect(store.sqlite.value('SELECT count(*) FROM c1')).toBe(29)
  })

  it('undoes a command that failed after its first change, and only that', () => {
    const store = openStore()
    const committer = new GroupCommitter(store, () => undefined)
    commitTo(committer, [command('createIndexes', 'a', { specs: [UNIQUE] })])
    const [first, second, third] = commitTo(committer, [
      write('a', true, [insert({ _id: 1, u: 1 })]),
      write('a', false, [insert({ _id: 2, u: 2 }), insert({ _id: 3, u: 1 }), insert({ _id: 4, u: 4 })]),
      write('b', true, [insert({ _id: 1 })]),
    ])
    expect(first).toMatchObject({ failed: false, header: { nInserted: 1 } })
    expect(second).toMatchObject({ failed: false, header: { nInserted: 2, writeErrors: [{ index: 1, code: 11000 }] } })
    expect(third).toMatchObject({ failed: false, header: { nInserted: 1 } })
    expect(store.sqlite.rows('SELECT count(*) FROM c1 UNION ALL SELECT count(*) FROM c2')).toEqual([[3], [1]])
    expect(problemsOf(store)).toEqual([])
  })
})

/** Counts the statements that begin with a word. */
function countOf({ sqlite }: Store, word: string): () => number {
  let count = 0
  const run = sqlite.run.bind(sqlite)
  sqlite.run = (sql, ...parameters) => {
    if (sql.startsWith(word)) count++
    return run(sql, ...parameters)
  }
  return () => count
}
