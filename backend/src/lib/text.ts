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

/** Code points of a key. One code point can fold to eighteen, so the limit on names does not bound this. */
const SORT_KEY_LENGTH = 80
const KEY_PATTERN = new RegExp(`^.{0,${SORT_KEY_LENGTH}}`, 'su')

/** Returns the folded full name, for the order of lists. */
export function sortKey(fullName: string): string {
  return cut(fold(fullName))
}

/** Returns a pattern that fits a text literally, for JavaScript's patterns and the database's. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}

function cut(key: string): string {
  return KEY_PATTERN.exec(key)?.[0] ?? ''
}
