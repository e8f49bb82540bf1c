/**
 * Returns the length of a text in code points, the unit of every limit in `LIMITS`. An emoji or a rare Han character
 * counts once for the server and for the page.
 */
export function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}
