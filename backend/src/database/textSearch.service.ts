import type mongoose from 'mongoose'

export interface TextFields {
  /** Paths of the texts that are searched; arrays of texts as well. */
  texts: readonly string[]
  /**
   * Fields that searches are narrowed by with equality or `$in`, for example the conversation. With up to 256 values the text
   * index itself leaves out everything else.
   */
  within?: readonly string[]
}

export interface TextQuery<T> {
  /** What a person typed: every word of it must occur, and what stands in double quotes must occur as it stands. */
  words: string
  /** What else must hold. It comes from the program, never from a stranger. */
  within?: mongoose.QueryFilter<T>
  /** How many documents at most, from 1 to 1000. */
  limit: number
  /** Only documents with a lower `_id`: the last one of the page before. */
  before?: unknown
}

/** Too much to search for; the caller can tell the person. `limit` is in characters or in words. */
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

/** Limits of one search. A phrase counts as a word. */
export const TEXT_SEARCH_LIMITS = { characters: 256, words: 16 } as const

/**
 * Answers to the making of a text index by servers that have none: CommandNotFound, CommandNotSupported, NotImplemented; FerretDB
 * 1.24 also says IndexNotFound, which MongoDB never does there.
 */
const NO_TEXT_INDEXES: ReadonlySet<unknown> = new Set([59, 115, 238, 27])

/** IndexOptionsConflict, IndexKeySpecsConflict: the collection has another text index. */
const OTHER_INDEX: ReadonlySet<unknown> = new Set([85, 86])

/**
 * Search in the texts of a model. What it finds depends on the storage:
 *
 * - The embedded engine finds every part of a text, in any script, of any length: `本語` in `日本語`, `ello` in `Hello`. Case,
 *   width and the marks of Latin, Greek and Cyrillic letters make no difference. It reads from the newest document backwards
 *   until the page is full; words that are rare cost what they occur, and the size of the collection does not matter.
 * - MongoDB's text index finds whole words, between spaces and punctuation: `Hello`, not `ello`; of Japanese, Chinese and Thai,
 *   which put no spaces between words, whole runs only. A sign that is no letter (`🎉`, `++`) it does not find. Case and marks
 *   make no difference.
 * - Servers without text indexes (FerretDB 1) are asked with escaped patterns: parts of texts in any script, without regard to
 *   case, but with regard to marks. Correct, and a scan of everything that `within` leaves.
 *
 * The index is not declared in the schema, since servers without text indexes would then fail at every start.
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
   * Makes the text index, in place of one over other fields; called at the start of a server, where it may take long. Searches
   * wait for it. Returns whether the server has text indexes.
   */
  ensure(): Promise<boolean> {
    this.#indexed ??= this.#createIndex().catch((error: unknown) => {
      this.#indexed = undefined
      throw error
    })
    return this.#indexed
  }

  /**
   * Documents that hold all the words, newest (greatest `_id`) first, as plain objects. No words find nothing.
   * @throws TextSearchError when there are too many words to search for
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
   * The condition that a document holds all the words, for queries that `search` cannot put; on MongoDB it may only stand at
   * the top level or in `$and`.
   * @throws TextSearchError when there are too many words to search for
   */
  async filter(words: string): Promise<mongoose.QueryFilter<T>> {
    const terms = termsOf(words)
    if (terms.length === 0) return { _id: { $in: [] } }
    if (await this.ensure()) return { $text: { $search: terms.map((term) => `"${term}"`).join(' ') } }
    return {
      $and: terms.map((term) => ({
        $or: this.#fields.texts.map((field) => ({ [field]: { $regex: escaped(term), $options: 'i' } })),
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
    // Words of every language are taken as they are written, whatever a document's own field `language` should say.
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

/** Quoted phrases and words, each once. A double quote is never part of one: MongoDB has no way to search for it. */
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

function escaped(term: string): string {
  return term.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}
