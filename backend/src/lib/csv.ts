/**
 * Returns one line of CSV (RFC 4180) with its line break. A cell that a spreadsheet would read as a formula gets an
 * apostrophe in front: users choose their names, and `=HYPERLINK(...)` in a name would run on the computer that opens
 * the file (OWASP, CSV injection). Characters that embed or override a direction are left out.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`
}

/** The byte order mark. Without it spreadsheets read UTF-8 in another encoding. */
export const CSV_BEGINNING = '\ufeff'

function cellOf(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  // An embedding or an override of direction that is not closed would turn the cells after it around.
  const closed = value.replace(/[\u202a-\u202e\u2066-\u2069]/gu, '')
  const text = /^[=+\-@\t\r]/.test(closed) ? `'${closed}` : closed
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
