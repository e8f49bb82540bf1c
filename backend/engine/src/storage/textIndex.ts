import { createHash } from 'node:crypto'
import { keyOf } from '../keys/encode.ts'
import { BSON_TYPE, documentValue, elements, type RawValue } from '../keys/raw.ts'
import { matches } from '../query/match.ts'
import { visitPath } from '../query/path.ts'
import { textsIn, trigrams } from '../query/text.ts'
import type { Collection } from './catalog.ts'
import type { Store } from './store.ts'
import { storedDisorder, type TextIndex } from './textSpec.ts'

/*
 * A text index is an FTS5 table. Its rows have the row ids of the documents. It stores which sequences of three
 * characters (trigrams) a text contains, but not their positions, so every match is checked again on the document. The
 * engine cuts the text into trigrams and passes them to FTS5 as words, so SQLite's rules for case and characters do not
 * matter. FTS5's prefix indexes of one and two characters serve terms shorter than a trigram. For these, the last two
 * characters and the last one of a text are indexed too (see `trigrams`).
 */

/** Creates the table of a text index. With `contentless_delete`, a row is deleted by its id, without its text. */
export function createTextTable(store: Store, table: string): void {
  store.sqlite.exec(
    `CREATE VIRTUAL TABLE ${table} USING fts5(t, content='', contentless_delete=1, detail=none, prefix='1 2', tokenize='ascii')`,
  )
}

/** Adds the words of a document to a text index. */
export function addText(store: Store, index: TextIndex, rid: number, document: Buffer): void {
  const words = wordsOf(index, document)
  if (words !== '') store.sqlite.run(`INSERT INTO ${index.table} (rowid, t) VALUES (?, ?)`, rid, words)
}

/** Updates a text index after a change of a document. Does nothing when the words are the same. */
export function replaceText(store: Store, index: TextIndex, rid: number, before: Buffer, after: Buffer): void {
  const [old, fresh] = [wordsOf(index, before), wordsOf(index, after)]
  if (old === fresh) return
  if (old !== '') store.sqlite.run(`DELETE FROM ${index.table} WHERE rowid = ?`, rid)
  if (fresh !== '') store.sqlite.run(`INSERT INTO ${index.table} (rowid, t) VALUES (?, ?)`, rid, fresh)
}

/** Removes the words of a document from a text index. */
export function removeText(store: Store, index: TextIndex, rid: number, document: Buffer): void {
  if (wordsOf(index, document) !== '') store.sqlite.run(`DELETE FROM ${index.table} WHERE rowid = ?`, rid)
}

/** Returns the words of a document for FTS5, and an empty string if the index leaves the document out. */
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
 * Encodes a piece of text as one word of FTS5's `ascii` tokenizer, whose words consist of ASCII letters, digits and all
 * characters beyond ASCII. Other characters are replaced by full-width forms, which do not occur in a text in search
 * form. Index and query use the same encoding. No character of the result has a meaning in FTS5's query language.
 */
export function wordOf(gram: string): string {
  return gram
    .replace(/[!-/:-@[-`{-~]/g, (each) => String.fromCharCode(each.charCodeAt(0) + 0xfee0))
    .replaceAll(' ', '\u3000')
}

/**
 * Returns the word that stands for a field's value, built from its key. It begins with a character that ordinary texts
 * do not contain.
 */
export function scopeWord(place: number, key: Buffer): string {
  const short =
    key.length <= MAX_PLAIN_KEY
      ? key.toString('hex')
      : `h${createHash('sha256').update(key).digest('hex').slice(0, 32)}`
  return `${String.fromCodePoint(0xf0000 + place)}${short}`
}

/**
 * The key of an ObjectId has 13 bytes. Longer keys are replaced by a hash; this is safe because every match is checked
 * again.
 */
const MAX_PLAIN_KEY = 16

/**
 * If a document is inserted more than this many rows, or documents, after one with a greater `_id`, the collection
 * counts as unordered.
 */
const MAX_DISORDER = 1024

/**
 * Records by how many rows a new document comes after one with a greater `_id`. Usually ids grow and there is nothing
 * to record.
 */
export function noteOrder(store: Store, collection: Collection, index: TextIndex, rid: number, id: Buffer): void {
  if (index.disorder === Infinity) return
  const greater = store.sqlite.rows(
    `SELECT rid FROM ${collection.table} WHERE id > ? ORDER BY id DESC LIMIT ${MAX_DISORDER + 1}`,
    id,
  )
  if (greater.length > 0)
    noteDisorder(store, index, rid - Math.min(...greater.map(([each]) => Number(each))), greater.length)
}

/** Does the same as `noteOrder`, for all existing documents. */
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
  // Powers of two, because every change makes each thread load the catalogue again.
  index.disorder = Math.max(distance, documents) > MAX_DISORDER ? Infinity : 2 ** Math.ceil(Math.log2(distance))
  store.sqlite.run('UPDATE indexes SET disorder = ? WHERE id = ?', storedDisorder(index.disorder), index.id)
  store.catalog.version++
  store.sqlite.exec(`PRAGMA user_version = ${store.catalog.version}`)
}
