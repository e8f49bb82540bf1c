import { badValue, failedToParse, unsupported } from '../errors.ts'
import { BSON_TYPE, elementName, elements, isTrue, stringOf, type RawValue } from '../keys/raw.ts'
import { visitPath, type Path } from './path.ts'

/** A parsed `$text`. Its terms are in the form of `searchForm`. */
export interface TextSearch {
  /** Each term must be part of a text of the document. */
  readonly terms: readonly string[]
  /** None of these may be part of any text. */
  readonly excluded: readonly string[]
}

/**
 * Returns the form in which texts and search terms are compared. Spellings that a user considers the same become equal.
 * Compatibility forms are resolved (full-width letters, ligatures). Case is folded in the same way for every language.
 * Characters that users omit when they type are removed: the marks of Latin, Greek and Cyrillic letters, the vowel
 * points of Arabic and Hebrew, and invisible characters. Marks that are part of a word stay: Thai, the Indic scripts,
 * kana, hamza. Any white space becomes one space.
 *
 * Indexes store texts in this form. A change requires new indexes, and so a new format of the file.
 */
export function searchForm(text: string): string {
  if (isPlain(text)) return text.toLowerCase().replace(SPACES, ' ').trim()
  return (
    text
      .replace(TOO_MANY_MARKS, '$1')
      .normalize('NFKD')
      .replace(INVISIBLE, '')
      // Upper case first, as in full case folding: ß and ẞ become ss, and a final sigma becomes a sigma.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      .replaceAll('ς', 'σ')
      // A change of case can compose letters again (the Turkish İ).
      .normalize('NFKD')
      .replace(LETTER_MARKS, '$1')
      .replace(POINTS, '')
      .normalize('NFKC')
      .replace(SPACES, ' ')
      .trim()
  )
}

/** Returns the distinct sequences of three characters in a text, and the last two characters and the last one. */
export function trigrams(form: string): Set<string> {
  const grams = new Set<string>()
  // The offsets of the previous characters: outside the basic plane, a character has two code units.
  let [first, second] = [-1, -1]
  for (let at = 0; at < form.length; at += characterSize(form, at)) {
    if (first !== -1) grams.add(form.slice(first, at + characterSize(form, at)))
    first = second
    second = at
  }
  if (first !== -1) grams.add(form.slice(first))
  if (second !== -1) grams.add(form.slice(second))
  return grams
}

/** Returns the texts at some paths of a document, in search form: non-empty strings, also inside arrays. */
export function textsIn(document: RawValue, paths: readonly Path[]): string[] {
  const texts: string[] = []
  const add = (value: RawValue): void => {
    if (value.type !== BSON_TYPE.string) return
    const form = searchForm(stringOf(value))
    if (form !== '') texts.push(form)
  }
  for (const path of paths) {
    visitPath(document, path, (value) => {
      if (value?.type === BSON_TYPE.array) for (const element of elements(value)) add(element)
      else if (value !== undefined) add(value)
      return false
    })
  }
  return texts
}

/** Returns whether texts match a search. As in MongoDB, a search with only excluded terms finds nothing. */
export function hasTerms(texts: readonly string[], { terms, excluded }: TextSearch): boolean {
  const holds = (term: string): boolean => texts.some((text) => text.includes(term))
  return terms.length > 0 && terms.every(holds) && !excluded.some(holds)
}

/**
 * Parses the operand of `$text`. White space separates the terms of `$search`, double quotes enclose a phrase, and a
 * leading hyphen excludes a term.
 * @throws for options that only MongoDB's text index has
 */
export function parseTextSearch(value: RawValue): TextSearch {
  if (value.type !== BSON_TYPE.object) throw badValue('$text expects an object')
  let search: string | undefined
  for (const option of elements(value)) {
    switch (elementName(option)) {
      case '$search':
        if (option.type !== BSON_TYPE.string) throw failedToParse('"$search" had the wrong type. Expected string')
        search = stringOf(option)
        break
      case '$language':
        if (option.type !== BSON_TYPE.string || stringOf(option) !== 'none')
          throw unsupported('$text with a $language other than "none"')
        break
      case '$caseSensitive':
      case '$diacriticSensitive':
        if (isTrue(option)) throw unsupported(`$text with ${elementName(option)}`)
        break
      default:
        throw badValue(`extra fields in $text: ${elementName(option)}`)
    }
  }
  if (search === undefined) throw failedToParse('Missing required field "$search"')
  return parseSearch(search)
}

function parseSearch(search: string): TextSearch {
  const terms = new Set<string>()
  const excluded = new Set<string>()
  for (const [, hyphen, phrase, word] of search.matchAll(TERM)) {
    const term = searchForm(phrase ?? word ?? '')
    if (term !== '') (hyphen === '-' ? excluded : terms).add(term)
  }
  return { terms: [...terms], excluded: [...excluded] }
}

/**
 * A phrase, whose closing quote may be missing, or a word. A hyphen by itself or inside a word is an ordinary
 * character.
 */
const TERM = /(?:(-)(?=[^\s]))?(?:"([^"]*)(?:"|$)|([^\s"]+))/gu

function isPlain(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- that is the point
  return /^[\t\n\r -~]*$/.test(text)
}

/** White space and control characters, which are not visible. */
const SPACES = /[\s\p{Cc}]+/gu

const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu

/**
 * No script puts more than thirty marks on a letter (Unicode's stream-safe format). Normalizing takes time quadratic in
 * their number.
 */
const TOO_MANY_MARKS = /(\p{M}{30})\p{M}+/gu

/** No lookbehind: with it, a letter with ten thousand marks would take quadratic time. */
const LETTER_MARKS = /([\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}])\p{M}+/gu

/** The Arabic vowel signs and the tatweel (hamza and madda stay), and the Hebrew points and accents. */
const POINTS =
  /[\u0610-\u061a\u0640\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]/gu

function characterSize(text: string, at: number): 1 | 2 {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}
