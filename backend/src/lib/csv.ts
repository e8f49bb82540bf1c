/**
 * Returns one line of CSV (RFC 4180) with its line break. A cell that a spreadsheet would read as a formula gets an
 * apostrophe: users choose their names, and `=HYPERLINK(...)` in a name would run on the computer that opens the file
 * (OWASP, CSV injection). Where the decimal separator is a comma, a spreadsheet divides the line at semicolons, so each
 * part of a cell could be a cell there. Characters that embed or override a direction are left out.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`
}

/** The byte order mark. Without it spreadsheets read UTF-8 in another encoding. */
export const CSV_BEGINNING = '\ufeff'

/** The full-width and small forms count too: spreadsheets of East Asia read them as the plain ones. */
const FORMULA = /[=+\-@＝＋－＠﹦﹢﹣﹫]/
/** The characters at which spreadsheets divide a line or a file. */
const SEPARATOR = /[;,|\t\r\n]/
/** Spreadsheets may skip these before a formula. */
const SKIPPED = /[\s\p{Cf}"']/u

function cellOf(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  // An embedding or an override of direction that is not closed would turn the cells after it around.
  const text = withoutFormulas(value.replace(/[\u202a-\u202e\u2066-\u2069]/gu, ''))
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Puts an apostrophe before each character that would begin a formula, and before a tab or a line break at the beginning. */
function withoutFormulas(value: string): string {
  let safe = /^[\t\r\n]/.test(value) ? "'" : ''
  let isBeginning = true
  for (const character of value) {
    if (isBeginning && FORMULA.test(character)) safe += "'"
    safe += character
    isBeginning = SEPARATOR.test(character) || (isBeginning && SKIPPED.test(character))
  }
  return safe
}
