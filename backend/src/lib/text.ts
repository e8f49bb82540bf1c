import { fold } from '../contract/fold.ts'

/**
 * Returns the form on which usernames are unique: `Ada`, `ada` and full-width `ａｄａ` are one name; accents still count.
 */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toLowerCase().normalize('NFKC')
}

/** Returns the one spelling of an address that is stored. Mail servers ignore case, whatever the standard permits. */
export function normalizeEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase()
}

/** The most places at which a searched word may begin: a name of 80 short words must not cost 80 index entries. */
const SEARCH_KEYS_MAX = 16
/** Code points of a key. One code point can fold to eighteen, so the limit on names does not bound this. */
const SEARCH_KEY_LENGTH = 80
const KEY_PATTERN = new RegExp(`^.{0,${SEARCH_KEY_LENGTH}}`, 'su')

/**
 * Returns the keys by which a user is found: the username, and the full name from the beginning of each word, all
 * folded. A search matches when it is a prefix of a key: `luc pic` finds Jean-Luc Picard.
 */
export function searchKeys(username: string, fullName: string): string[] {
  const name = fold(fullName)
  const starts = [...name.matchAll(/(?<![\p{L}\p{M}\p{N}])[\p{L}\p{M}\p{N}]/gu)].map((match) => match.index)
  const keys = [name, fold(username), ...starts.map((start) => name.slice(start))].map(cut).filter((key) => key !== '')
  return [...new Set(keys)].slice(0, SEARCH_KEYS_MAX)
}

/** Returns the folded full name, for the order of lists. */
export function sortKey(fullName: string): string {
  return cut(fold(fullName))
}

/**
 * Returns an anchored pattern for the keys that begin with `search`; null when nothing is left to search for. Every
 * server uses the index for the literal beginning of a pattern. Bounds in `$elemMatch` would not do: some compatible
 * servers apply them to different keys.
 */
export function prefixPattern(search: string): string | null {
  const prefix = cut(fold(search))
  return prefix === '' ? null : `^${escapePattern(prefix)}`
}

/** Returns a pattern that fits a text literally, for JavaScript's patterns and the database's. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}

function cut(key: string): string {
  return KEY_PATTERN.exec(key)?.[0] ?? ''
}
