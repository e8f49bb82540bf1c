/**
 * Returns one line of CSV (RFC 4180) with its line break. A cell that a spreadsheet would read as a formula gets an
 * apostrophe in front: users choose their names, and `=HYPERLINK(...)` in a name would run on the computer that opens
 * the file (OWASP, CSV injection).
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`
}

/** The byte order mark. Without it spreadsheets read UTF-8 in another encoding. */
export const CSV_BEGINNING = '\ufeff'

function cellOf(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
