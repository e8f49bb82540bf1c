import { badValue, failedToParse, unsupported } from '../errors.ts'
import { BSON_TYPE, elementName, elements, isTrue, stringOf, type RawValue } from '../keys/raw.ts'
import { visitPath, type Path } from './path.ts'

/** What `$text` asks for. Terms are in the form of `searchForm`. */
export interface TextSearch {
  /** Each must be a part of some text of the document. */
  readonly terms: readonly string[]
  /** None may be a part of any. */
  readonly excluded: readonly string[]
}

/**
 * The form in which texts and what is searched in them are compared: two spellings that a person would call the same come out
 * equal. Compatibility forms are resolved (full-width letters, ligatures), case is folded the same way for every language,
 * and what people leave out when they type is left out: the marks of Latin, Greek and Cyrillic letters, the vowel points of
 * Arabic and Hebrew, characters one cannot see. Marks that are part of a word stay: Thai, the Indic scripts, kana, hamza.
 * White space of any kind and length is one space.
 *
 * Indexes hold texts in this form: a change of it means building them again, so it comes with a format of the file.
 */
export function searchForm(text: string): string {
  if (isPlain(text)) return text.toLowerCase().replace(SPACES, ' ').trim()
  return (
    text
      .replace(TOO_MANY_MARKS, '$1')
      .normalize('NFKD')
      .replace(INVISIBLE, '')
      // By way of upper case, as full case folding does it: ß and ẞ are ss, and a final sigma is a sigma.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      .replaceAll('ς', 'σ')
      // A change of case can compose letters anew (the Turkish İ).
      .normalize('NFKD')
      .replace(LETTER_MARKS, '$1')
      .replace(POINTS, '')
      .normalize('NFKC')
      .replace(SPACES, ' ')
      .trim()
  )
}

/** The distinct sequences of three characters in a text; at its end also the last two and the last one. */
export function trigrams(form: string): Set<string> {
  const grams = new Set<string>()
  // Positions of the last three characters: two code units make one character outside the basic plane.
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

/** The texts at some paths of a document, in search form: strings, also in arrays, that are not empty. */
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

/** Whether texts answer a search. Like MongoDB's, a search that only excludes finds nothing. */
export function hasTerms(texts: readonly string[], { terms, excluded }: TextSearch): boolean {
  const holds = (term: string): boolean => texts.some((text) => text.includes(term))
  return terms.length > 0 && terms.every(holds) && !excluded.some(holds)
}

/**
 * Reads the operand of `$text`. The terms of `$search` stand between white space or in double quotes, and are excluded by a
 * leading hyphen.
 * @throws for options that only MongoDB's word index has
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

/** A phrase (the closing quote may be missing) or a word; a hyphen by itself, or inside a word, is a character like others. */
const TERM = /(?:(-)(?=[^\s]))?(?:"([^"]*)(?:"|$)|([^\s"]+))/gu

function isPlain(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- that is the point
  return /^[\t\n\r -~]*$/.test(text)
}

/** White space and control characters, which no text shows. */
const SPACES = /[\s\p{Cc}]+/gu

const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu

/** No writing has more marks on a letter than thirty (Unicode's stream-safe form); normalising takes the square of their number. */
const TOO_MANY_MARKS = /(\p{M}{30})\p{M}+/gu

/** Without a lookbehind: a letter with ten thousand marks must not cost their square. */
const LETTER_MARKS = /([\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}])\p{M}+/gu

/** Arabic vowel signs and the stretching tatweel (hamza and madda stay); Hebrew points and accents. */
const POINTS =
  /[\u0610-\u061a\u0640\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]/gu

function characterSize(text: string, at: number): 1 | 2 {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}
