/**
 * One line of CSV (RFC 4180), its line break included. A cell that a spreadsheet would take for a formula gets an apostrophe in
 * front: names come from people, and `=HYPERLINK(...)` in one would run on the desk of whoever opens the file (OWASP, CSV injection).
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`
}

/** Without it spreadsheets take UTF-8 for something else. */
export const CSV_BEGINNING = '\ufeff'

function cellOf(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
