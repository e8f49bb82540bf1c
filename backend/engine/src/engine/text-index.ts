import { createHash } from 'node:crypto'
import { keyOf } from '../keys/encode.ts'
import { BSON_TYPE, documentValue, elements, type RawValue } from '../keys/raw.ts'
import { matches } from '../semantics/match.ts'
import { visitPath } from '../semantics/path.ts'
import { textsIn, trigrams } from '../semantics/text.ts'
import type { Collection } from './catalog.ts'
import type { Store } from './store.ts'
import { storedDisorder, type TextIndex } from './text-spec.ts'

/*
 * A text index is an FTS5 table whose rows have the row ids of the documents. Of a text it holds which sequences of three
 * characters stand in it, not where: what a search finds there is asked again, on the document. We cut the text ourselves and
 * give FTS5 the pieces as words, so that SQLite's own ideas of case and of characters play no part. Its prefix indexes of one
 * and two characters answer for terms that are shorter than a trigram; the pieces of two and of one at the end of a text
 * (see `trigrams`) make them complete.
 */

/** Makes the table of a text index. `contentless_delete`: a row goes by its id, without the text it was made of. */
export function createTextTable(store: Store, table: string): void {
  store.sqlite.exec(
    `CREATE VIRTUAL TABLE ${table} USING fts5(t, content='', contentless_delete=1, detail=none, prefix='1 2', tokenize='ascii')`,
  )
}

export function addText(store: Store, index: TextIndex, rid: number, document: Buffer): void {
  const words = wordsOf(index, document)
  if (words !== '') store.sqlite.run(`INSERT INTO ${index.table} (rowid, t) VALUES (?, ?)`, rid, words)
}

export function replaceText(store: Store, index: TextIndex, rid: number, before: Buffer, after: Buffer): void {
  const [old, fresh] = [wordsOf(index, before), wordsOf(index, after)]
  if (old === fresh) return
  if (old !== '') store.sqlite.run(`DELETE FROM ${index.table} WHERE rowid = ?`, rid)
  if (fresh !== '') store.sqlite.run(`INSERT INTO ${index.table} (rowid, t) VALUES (?, ?)`, rid, fresh)
}

export function removeText(store: Store, index: TextIndex, rid: number, document: Buffer): void {
  if (wordsOf(index, document) !== '') store.sqlite.run(`DELETE FROM ${index.table} WHERE rowid = ?`, rid)
}

/** What FTS5 is given for a document; nothing when the index leaves it out. */
export function wordsOf(index: TextIndex, document: Buffer): string {
  if (index.inPartial !== undefined && !matches(index.inPartial, document)) return ''
  const root = documentValue(document)
  const words = new Set<string>()
  for (const text of textsIn(root, index.paths)) for (const gram of trigrams(text)) words.add(wordOf(gram))
  if (words.size === 0) return ''
  for (const [place, path] of index.scopes.entries()) {
    const add = (value: RawValue): void => void words.add(scopeWord(place, keyOf(value)))
    visitPath(root, path, (value) => {
      if (value?.type === BSON_TYPE.array) for (const element of elements(value)) add(element)
      else if (value !== undefined) add(value)
      return false
    })
  }
  return [...words].join(' ')
}

/**
 * A piece of text as a word to FTS5's `ascii` tokenizer, for which only ASCII letters, digits and everything beyond ASCII
 * belong to words. The full-width forms that stand for the rest occur in no text in search form. The same for index and query;
 * no character of the result means anything to FTS5's query language.
 */
export function wordOf(gram: string): string {
  return gram
    .replace(/[!-/:-@[-`{-~]/g, (each) => String.fromCharCode(each.charCodeAt(0) + 0xfee0))
    .replaceAll(' ', '\u3000')
}

/** The word that stands for the value of a field, by its key; it begins with a character that is in no ordinary text. */
export function scopeWord(place: number, key: Buffer): string {
  const short =
    key.length <= MAX_PLAIN_KEY
      ? key.toString('hex')
      : `h${createHash('sha256').update(key).digest('hex').slice(0, 32)}`
  return `${String.fromCodePoint(0xf0000 + place)}${short}`
}

/** An ObjectId's key has 13 bytes; longer keys are shortened to a hash, since what is found is asked again. */
const MAX_PLAIN_KEY = 16

/** Beyond these many row ids (or as many documents with a greater `_id`) a collection counts as not ordered at all. */
const MAX_DISORDER = 1024

/** Notes by how many rows a new document stands behind one with a greater `_id`. Nothing to do, normally: ids grow. */
export function noteOrder(store: Store, collection: Collection, index: TextIndex, rid: number, id: Buffer): void {
  if (index.disorder === Infinity) return
  const greater = store.sqlite.rows(
    `SELECT rid FROM ${collection.table} WHERE id > ? ORDER BY id DESC LIMIT ${MAX_DISORDER + 1}`,
    id,
  )
  if (greater.length > 0)
    noteDisorder(store, index, rid - Math.min(...greater.map(([each]) => Number(each))), greater.length)
}

/** Like `noteOrder`, for all documents that are there. */
export function noteOrderOfAll(store: Store, collection: Collection, index: TextIndex): void {
  const farthest = store.sqlite.value(`
    SELECT max(rid - earliest) FROM (
      SELECT rid, min(rid) OVER (ORDER BY id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earliest FROM ${collection.table}
    ) WHERE earliest < rid
  `)
  if (typeof farthest === 'number') noteDisorder(store, index, farthest, 1)
}

function noteDisorder(store: Store, index: TextIndex, distance: number, documents: number): void {
  if (distance <= index.disorder && documents <= MAX_DISORDER) return
  // By powers of two, because each change makes every thread read the catalogue again.
  index.disorder = Math.max(distance, documents) > MAX_DISORDER ? Infinity : 2 ** Math.ceil(Math.log2(distance))
  store.sqlite.run('UPDATE indexes SET disorder = ? WHERE id = ?', storedDisorder(index.disorder), index.id)
  store.catalog.version++
  store.sqlite.exec(`PRAGMA user_version = ${store.catalog.version}`)
}
