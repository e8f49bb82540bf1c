import type { Collection } from '../../src/storage/catalog.ts'
import { keysIn } from '../../src/storage/documents.ts'
import type { Store } from '../../src/storage/store.ts'
import { wordsOf } from '../../src/storage/textIndex.ts'
import type { TextIndex } from '../../src/storage/textSpec.ts'
import { asBuffer } from '../../src/keys/raw.ts'

interface Row {
  rid: number
  document: Buffer
}

/**
 * Returns the problems of a file: those that SQLite finds, and indexes that do not contain exactly the keys of their
 * documents.
 */
export function problemsOf(store: Store): string[] {
  const check = String(store.sqlite.value('PRAGMA integrity_check'))
  const problems = check === 'ok' ? [] : [check]
  for (const collection of store.catalog.all()) {
    const documents = store.sqlite
      .rows(`SELECT rid, doc FROM ${collection.table}`)
      .flatMap(([rid, document]): Row[] =>
        document instanceof Uint8Array ? [{ rid: Number(rid), document: asBuffer(document) }] : [],
      )
    for (const index of collection.indexes) {
      const expected = documents.flatMap(({ rid, document }) =>
        keysIn(index, document).keys.map((key) => `${key.toString('hex')} ${rid}`),
      )
      const held = store.sqlite
        .rows(`SELECT lower(hex(k)), rid FROM ${index.table}`)
        .map(([key, rid]) => `${String(key)} ${Number(rid)}`)
      problems.push(...differences(`${collection.name}.${index.name}`, expected, held))
    }
    if (collection.text !== undefined) problems.push(...problemsOfText(store, collection, collection.text, documents))
  }
  return problems
}

/**
 * Runs FTS5's own check, and then compares its words and its prefixes of one and two characters with those of the
 * documents.
 */
function problemsOfText(
  { sqlite }: Store,
  collection: Collection,
  index: TextIndex,
  documents: readonly Row[],
): string[] {
  const { table } = index
  const where = `${collection.name}.${index.name}`
  try {
    sqlite.run(`INSERT INTO ${table} (${table}, rank) VALUES ('integrity-check', 0)`)
  } catch (error) {
    return [`${where}: ${String(error)}`]
  }
  const expected = documents.flatMap(({ rid, document }) =>
    wordsOf(index, document)
      .split(' ')
      .flatMap((word) => (word === '' ? [] : [{ word, rid }])),
  )
  sqlite.exec(`CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', '${table}', 'instance')`)
  const held = sqlite.rows('SELECT term, doc FROM temp.words').map(([word, rid]) => `${String(word)} ${Number(rid)}`)
  sqlite.forget()
  sqlite.exec('DROP TABLE temp.words')
  const problems = differences(
    where,
    expected.map(({ word, rid }) => `${word} ${rid}`),
    held,
  )

  const prefixes = new Map<string, Set<number>>()
  for (const { word, rid } of expected) {
    const characters = [...word]
    for (const size of [1, 2]) {
      if (characters.length < size) continue
      const prefix = characters.slice(0, size).join('')
      prefixes.set(prefix, (prefixes.get(prefix) ?? new Set()).add(rid))
    }
  }
  for (const [prefix, rids] of prefixes) {
    const found = sqlite
      .rows(`SELECT rowid FROM ${table} WHERE ${table} MATCH ?`, `"${prefix}"*`)
      .map(([rid]) => Number(rid))
    problems.push(...differences(`${where} ${prefix}…`, [...rids].map(String), found.map(String)))
  }
  const disorder = disorderOf(
    sqlite.rows(`SELECT rid FROM ${collection.table} ORDER BY id DESC`).map(([rid]) => Number(rid)),
  )
  if (disorder > index.disorder) problems.push(`${where} takes a disorder of ${disorder} rows for ${index.disorder}`)
  return problems
}

/** Returns the greatest distance of a row after one with a greater `_id`. */
function disorderOf(byIdDescending: readonly number[]): number {
  let [first, farthest] = [Infinity, 0]
  for (const rid of byIdDescending) {
    farthest = Math.max(farthest, rid - first)
    first = Math.min(first, rid)
  }
  return farthest
}

function differences(where: string, expected: readonly string[], held: readonly string[]): string[] {
  const [wanted, there] = [new Set(expected), new Set(held)]
  return [
    ...held.filter((each) => !wanted.has(each)).map((each) => `${where} holds ${each}`),
    ...[...wanted].filter((each) => !there.has(each)).map((each) => `${where} lacks ${each}`),
  ]
}
