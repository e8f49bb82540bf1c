import { fold } from 'backend/contract'

/** Returns whether a word of the name begins with the typed text. Case and accents do not count. */
export function matches(name: string, typed: string): boolean {
  const wanted = fold(typed)
  return wanted !== '' && ` ${fold(name)}`.includes(` ${wanted}`)
}
