import { fold } from './fold.ts'

/** Code points of a key and of a searched word. One code point can fold to eighteen, so the limit on names does not bound this. */
const KEY_LENGTH = 40
/** The most keys of a user. A name of 80 letters and a username of 32 have fewer. */
const KEYS_MAX = 200
/** The most words of a search. Each is one more condition of the query. */
const WORDS_MAX = 8
/** The most letters of a word whose spellings are combined: two to the power of this. */
const COMBINED_MAX = 3

/** Letters that people write in two ways: with the base letter, which `fold` gives, and with these. */
const SPELLINGS: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa', đ: 'dj', ð: 'dh' }

const PUNCTUATION = /[^\p{L}\p{M}\p{N}\p{S}]+/u

/**
 * Returns the keys by which the server and the page find a user: every end of every word of these names, folded and
 * without punctuation, so that a beginning of a key is any part of a word. Where a word or a part of it begins, there is
 * a second key with a space before it.
 *
 * The server stores the keys. A change here needs a migration that builds them again.
 */
export function userSearchKeys(...names: string[]): string[] {
  const starts = new Set<string>()
  const ends = new Set<string>()
  for (const word of names.flatMap((name) => name.split(/\s+/u))) {
    for (const spelling of spellingsOf(word)) {
      const parts = fold(spelling).split(PUNCTUATION).map(lettersOf)
      const letters = parts.flat()
      let start = 0
      for (const part of parts) {
        part.forEach((_, index) => {
          const key = letters.slice(start + index, start + index + KEY_LENGTH).join('')
          ends.add(key)
          if (index === 0) starts.add(` ${key}`)
        })
        start += part.length
      }
    }
  }
  return [...starts, ...ends].slice(0, KEYS_MAX)
}

/**
 * Returns the words of a search, folded and without punctuation: `@O'Brien, Ann` gives `obrien` and `ann`. A user is
 * found when each is a part of a word of a name, in any order.
 */
export function searchWords(search: string): string[] {
  const words = fold(search)
    .split(' ')
    .map((word) => lettersOf(word.split(PUNCTUATION).join('')).slice(0, KEY_LENGTH).join(''))
  return [...new Set(words)].filter((word) => word !== '').slice(0, WORDS_MAX)
}

/**
 * Returns how well a search finds a user: 0 when each word begins a word of a name, 1 when it is a part of one, null
 * when it does not find the user or has no words.
 * @param keys of `userSearchKeys`
 */
export function searchRank(keys: readonly string[], words: readonly string[]): 0 | 1 | null {
  const everyWord = (before: string) => words.every((word) => keys.some((key) => key.startsWith(before + word)))
  if (words.length === 0 || !everyWord('')) return null
  return everyWord(' ') ? 0 : 1
}

/** Returns the ways in which people write a word: `Ødegård` also as `Oedegård`, `Ødegaard` and `Oedegaard`. */
function spellingsOf(word: string): string[] {
  const letters = [...word.normalize('NFKC').toLowerCase()]
  const places = letters.flatMap((letter, place) => (letter in SPELLINGS ? [place] : []))
  const all = 2 ** Math.min(places.length, COMBINED_MAX) - 1
  return Array.from({ length: all + 1 }, (_, choice) =>
    letters
      .map((letter, place) => {
        const bit = Math.min(places.indexOf(place), COMBINED_MAX - 1)
        return bit >= 0 && choice & (1 << bit) ? (SPELLINGS[letter] ?? letter) : letter
      })
      .join(''),
  )
}

function lettersOf(text: string): string[] {
  return [...text]
}
