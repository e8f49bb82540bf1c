import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection } from 'mongoose'
import { expect, onTestFinished, test } from 'vitest'
import { createModels } from '../../src/models/index.ts'
import { withStore } from '../helpers/openStore.ts'
import { servedBy, type IndexKey } from './queries/planner.ts'
import type { AskedQuery } from './queries/record.ts'
import { walk } from './queries/walk.ts'

/** Queries that read a whole collection, with the reason. */
const SCANS: Record<string, string> = {
  'endedgroups find {}': 'a row for each group that is just ending, read at start-up',
  'pendingchanges find {}': 'a row for each change that is just being made, read at start-up',
  'broadcasts countDocuments {}': 'as many as admins wrote; the total over their list',
  'blobs aggregate {}': 'the sum over all files, where they are limited, once a minute at most',
  'uploads aggregate {}': 'what is just being uploaded, with the sum over all files',
  'versions findOne {_id: ?} limited': 'one document, which has no model',
  'unfinished_move findOne {} limited': 'one document at most, which has no model',
}

/** Queries that are sorted in memory after an index, with the reason why that is little or rare. */
const SORTS: [RegExp, string][] = [
  [
    /^(sessions|contacts|blocks|participants|attachments) find {(userId|ownerId|blockerId): \?} by _id /,
    "a person's own, for their export",
  ],
  [
    /^participants find {userId: \?, leftAt: null.*} by conversationId /,
    "a person's own: to null and to nothing at all, which are two places of the index",
  ],
  [/^conversations find {.*_id: {\$in: .*} by lastActivityAt /, "a person's own"],
  [
    /^conversations find {participantIds: \?, changedAt: .*} by changedAt /,
    "a person's own that changed since their last sync: the index has them in order but for those of one millisecond",
  ],
  [/^users find .*\$regex/, 'whose names begin like this'],
  [/^users find .*{(state|role): \?}/, "an order of the admins' list other than by name, of one role or state"],
  [/^users find .*lastSeenAt: null}/, "an order of the admins' list in which some have no place: after the first page"],
  [/^users findOne {role: \?, state: \?} by createdAt /, 'admins, at the command line'],
  [/^broadcasts find .*} by _id /, 'as many as admins wrote'],
  [/^auditlog find {\$or/, 'what a word finds, of four kinds'],
]

// No server of MONGO_DB_URI in tests plans as MongoDB does: FerretDB 1 on SQLite explains a scan whatever the index.
test.skipIf(process.env['MONGO_DB_URI'])(
  'every query of the application is served by an index, and every index serves a query',
  { timeout: 180_000 },
  async () => {
    const { missing, asked, dataDir } = await walk()
    expect(missing).toEqual([])
    await withStore(dataDir, async (connection) => {
      const collections = await declared(connection)
      const found = await Promise.all(
        asked.map((query) => judge(connection, query, collections.get(query.collection)?.map(({ key }) => key) ?? [])),
      )
      expect(found.flatMap(({ scanned }) => scanned ?? []).toSorted()).toEqual([])
      expect(found.flatMap(({ sorted }) => sorted ?? []).toSorted()).toEqual([])
      const used = new Set(found.flatMap(({ indexes }) => indexes))
      const unused = [...collections].flatMap(([name, indexes]) =>
        indexes.flatMap(({ key, isUnique }) =>
          isUnique || used.has(`${name} ${nameOf(key)}`) ? [] : [`${name} ${nameOf(key)}`],
        ),
      )
      expect(unused).toEqual([])
    })
    // Each exception occurs.
    const shapes = asked.map(({ shape }) => shape)
    expect(Object.keys(SCANS).filter((shape) => !shapes.includes(shape))).toEqual([])
    expect(SORTS.filter(([pattern]) => !shapes.some((shape) => pattern.test(shape)))).toEqual([])
  },
)

interface Declared {
  key: IndexKey
  isUnique: boolean
}

test('docs/STORAGE.md lists every index that models make, and no other', async () => {
  const collections = await withStore(await scratch(), declared)
  const made = [...collections].flatMap(([name, indexes]) =>
    indexes.flatMap(({ key, isUnique }) =>
      key === ID.key ? [] : [`${name}: ${key.map(([field]) => field).join(', ')}${isUnique ? ' (unique)' : ''}`],
    ),
  )
  expect(listed(readFileSync(new URL('../../docs/STORAGE.md', import.meta.url), 'utf8')).toSorted()).toEqual(
    made.toSorted(),
  )
})

/**
 * Reads the table of indexes. The first cell has collections, and is empty for the collections of the row above. The
 * second cell has indexes with `;` between them; unique ones are bold.
 */
function listed(page: string): string[] {
  const rows = (page.split('| collection | index | used for |')[1] ?? '').split('\n\n')[0]?.split('\n').slice(2) ?? []
  let names: string[] = []
  return rows.flatMap((row) => {
    const [, collections = '', indexes = ''] = row.split('|').map((cell) => cell.trim())
    if (collections !== '') names = collections.split(', ')
    return names.flatMap((name) =>
      indexes
        .split('; ')
        .map((index) => `${name}: ${index.replaceAll('*', '')}${index.startsWith('**') ? ' (unique)' : ''}`),
    )
  })
}

async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** Returns the indexes of the models, with the index on `_id`. */
async function declared(connection: Connection): Promise<Map<string, Declared[]>> {
  const models: {
    collection: { collectionName: string }
    schema: { indexes: () => [object, { unique?: unknown }][] }
  }[] = Object.values(await createModels(connection))
  return new Map(
    models.map(({ collection, schema }) => [
      collection.collectionName,
      [ID, ...schema.indexes().map(([key, { unique }]) => ({ key: entriesOf(key), isUnique: unique === true }))],
    ]),
  )
}

const ID: Declared = { key: [['_id', 1]], isUnique: true }

function entriesOf(key: object): IndexKey {
  return Object.entries(key).map(([name, direction]) => [name, Number(direction)])
}

interface Judged {
  /** The fault: it reads every document. */
  scanned?: string
  /** The fault: it is sorted in memory. */
  sorted?: string
  /** The indexes of the engine's plan. */
  indexes: string[]
}

/** Checks a query by the rules of MongoDB's planner and by the plan of the embedded engine. */
async function judge(connection: Connection, query: AskedQuery, indexes: readonly IndexKey[]): Promise<Judged> {
  const { shape, collection, filter, sort, limit } = query
  // Any documents, as many as needed.
  const isAny = limit !== null && Object.keys(filter).length === 0 && sort.length === 0
  const byRule = servedBy(query, indexes)
  const cursor = connection.collection(collection).find(filter, {
    sort: new Map<string, 1 | -1>(sort.map(([name, direction]) => [name, direction === 1 ? 1 : -1])),
    ...(limit !== null && { limit }),
  })
  const plan = JSON.stringify(
    ((await cursor.explain()) as { queryPlanner: { winningPlan: unknown } }).queryPlanner.winningPlan,
  )
  const isScan = plan.includes('"COLLSCAN"')
  return {
    ...verdict(
      { shape },
      isAny || (byRule !== null && !isScan),
      byRule?.isSorted !== false && !plan.includes('"SORT"'),
    ),
    indexes: [...plan.matchAll(/"indexName":"([^"]+)"/g)].map(([, name]) => `${collection} ${name}`),
  }
}

function verdict({ shape }: Pick<AskedQuery, 'shape'>, isServed: boolean, isSorted: boolean): Omit<Judged, 'indexes'> {
  return {
    ...(!isServed && !(shape in SCANS) && { scanned: shape }),
    ...(!isSorted && !SORTS.some(([pattern]) => pattern.test(shape)) && { sorted: shape }),
  }
}

function nameOf(key: IndexKey): string {
  return key.map(([name, direction]) => `${name}_${direction}`).join('_')
}
