import type mongoose from 'mongoose'
import { escapePattern } from '../lib/text.ts'

export interface TextFields {
  /** The paths of the texts to search. A path may lead to an array of texts. */
  texts: readonly string[]
  /**
   * The fields that narrow a search with equality or `$in`, for example the conversation. With up to 256 values the
   * text index itself leaves out all other documents.
   */
  within?: readonly string[]
}

export interface TextQuery<T> {
  /** The input of the user. Every word must occur. Words in double quotes must occur together, as they are written. */
  words: string
  /** Another condition. The program must make it, because a user's input could be an operator. */
  within?: mongoose.QueryFilter<T>
  /** The most documents to return, from 1 to 1000. */
  limit: number
  /** The `_id` of the last document of the earlier page. Only lower ids are found. */
  before?: unknown
}

/** Says that the search is too long. `limit` is in characters or in words. */
export class TextSearchError extends Error {
  override readonly name = 'TextSearchError'
  readonly reason: 'too_long' | 'too_many_words'
  readonly limit: number

  constructor(reason: 'too_long' | 'too_many_words', limit: number) {
    super(`The search has more than ${limit} ${reason === 'too_long' ? 'characters' : 'words'}`)
    this.reason = reason
    this.limit = limit
  }
}

/** The limits of one search. A phrase counts as a word. */
export const TEXT_SEARCH_LIMITS = { characters: 256, words: 16 } as const

/**
 * The errors of servers without text indexes: CommandNotFound, CommandNotSupported, NotImplemented, and IndexNotFound
 * of FerretDB 1.24. MongoDB never answers `createIndexes` with IndexNotFound.
 */
const NO_TEXT_INDEXES: ReadonlySet<unknown> = new Set([59, 115, 238, 27])

/** IndexOptionsConflict, IndexKeySpecsConflict: the collection has another text index. */
const OTHER_INDEX: ReadonlySet<unknown> = new Set([85, 86])

/**
 * Searches the texts of a model. The result depends on the storage:
 *
 * - The embedded engine finds every part of a text, in any script, of any length: `本語` in `日本語`, `ello` in `Hello`.
 *   Case, width and the marks of Latin, Greek and Cyrillic letters make no difference. It reads backwards from the
 *   newest document until the page is full. The cost of a rare word grows with how often it occurs, not with the
 *   collection.
 * - MongoDB's text index finds whole words, between spaces and punctuation: `Hello`, not `ello`; of Japanese, Chinese
 *   and Thai, which put no spaces between words, only a whole run. It does not find signs that are not letters (`🎉`,
 *   `++`). Case and marks make no difference.
 * - Servers without text indexes (FerretDB 1) get escaped patterns. They find every part of a text in any script. Case
 *   makes no difference, but marks do. They read every document that `within` matches.
 *
 * The schema does not declare the index, because servers without text indexes would then fail at every start.
 */
export class TextSearch<T> {
  readonly #model: mongoose.Model<T>
  readonly #fields: TextFields
  #indexed: Promise<boolean> | undefined

  constructor(model: mongoose.Model<T>, fields: TextFields) {
    this.#model = model
    this.#fields = fields
  }

  /**
   * Creates the text index, and replaces one of other fields. Call it when the server starts: it may take long, and
   * searches wait for it. Returns whether the server has text indexes.
   */
  ensure(): Promise<boolean> {
    this.#indexed ??= this.#createIndex().catch((error: unknown) => {
      this.#indexed = undefined
      throw error
    })
    return this.#indexed
  }

  /**
   * Finds the documents that contain all words, as plain objects, the newest (greatest `_id`) first. A search without
   * words finds nothing.
   * @throws TextSearchError when the search is too long
   */
  async search({
    words,
    within = {},
    limit,
    before,
  }: TextQuery<T>): Promise<mongoose.GetLeanResultType<T, T[], 'find'>> {
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
      throw new RangeError('A search gives between 1 and 1000 documents')
    const older = before === undefined ? [] : [{ _id: { $lt: before } }]
    const filter = { $and: [await this.filter(words), within, ...older] }
    return await this.#model.find(filter).sort({ _id: -1 }).limit(limit).lean()
  }

  /**
   * Returns the condition that a document contains all words, for other queries than `search`. On MongoDB it must be at
   * the top level or in `$and`.
   * @throws TextSearchError when the search is too long
   */
  async filter(words: string): Promise<mongoose.QueryFilter<T>> {
    const terms = termsOf(words)
    if (terms.length === 0) return { _id: { $in: [] } }
    if (await this.ensure()) return { $text: { $search: terms.map((term) => `"${term}"`).join(' ') } }
    return {
      $and: terms.map((term) => ({
        $or: this.#fields.texts.map((field) => ({ [field]: { $regex: escapePattern(term), $options: 'i' } })),
      })),
    }
  }

  async #createIndex(): Promise<boolean> {
    const { collection } = this.#model
    const { texts, within = [] } = this.#fields
    const key = Object.fromEntries([
      ...texts.map((field) => [field, 'text'] as const),
      ...within.map((field) => [field, 1] as const),
    ])
    // Words are not changed by the rules of a language, and a field `language` of a document has no effect.
    const options = { name: 'texts', default_language: 'none', language_override: '_textLanguage' }
    try {
      await collection.createIndex(key, options)
    } catch (error) {
      const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
      if (NO_TEXT_INDEXES.has(code)) return false
      if (!OTHER_INDEX.has(code)) throw error
      const old = (await collection.indexes()).find((index) => 'textIndexVersion' in index)
      if (old?.name === undefined) throw error
      await collection.dropIndex(old.name)
      await collection.createIndex(key, options)
    }
    return true
  }
}

/** Returns the phrases and words, each once. None contains a double quote: MongoDB cannot search for it. */
function termsOf(words: string): string[] {
  const { characters, words: most } = TEXT_SEARCH_LIMITS
  if (words.length > characters) throw new TextSearchError('too_long', characters)
  const terms = new Set<string>()
  for (const [, phrase, word] of words.matchAll(/"([^"]*)(?:"|$)|([^\s"]+)/gu)) {
    const term = (phrase ?? word ?? '').replaceAll('\0', ' ').trim()
    if (term !== '') terms.add(term)
  }
  if (terms.size > most) throw new TextSearchError('too_many_words', most)
  return [...terms]
}
