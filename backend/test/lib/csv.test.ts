import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine } from '../../src/lib/csv.ts'

/** Names that attackers choose: what begins a formula, what divides cells, quotes, spaces, and letters. */
const hostile = fc
  .array(fc.constantFrom(...'=+-@＝＋－＠﹦﹢﹣﹫;,|\t\r\n"\' \u200bx1!A('), { maxLength: 14 })
  .map((characters) => characters.join(''))
const BEGINS_FORMULA = /^[\s\p{Cf}"]*[=+\-@＝＋－＠﹦﹢﹣﹫]/u

test.each([
  ['=1+1', "'=1+1"],
  ['＝1+1', "'＝1+1"],
  ['x;=1+1;', "x;'=1+1;"],
  ['x,=1', `"x,'=1"`],
  [' @SUM(1)', " '@SUM(1)"],
  ['x;"=1"', `"x;""'=1"""`],
  ['\tA1', "'\tA1"],
  ['ada-lovelace+1@example.org', 'ada-lovelace+1@example.org'],
  ['2026-11-30T11:00:00.000Z', '2026-11-30T11:00:00.000Z'],
])('the cell %j is written as %j', (cell, written) => {
  expect(csvLine([cell])).toBe(`${written}\r\n`)
})

test.each([',', ';', '\t', '|'])('no name begins a formula in a spreadsheet that divides lines at %j', (separator) => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (cells) => {
      const line = csvLine(cells)
      // The second list is that of a spreadsheet that knows no quotes.
      const read = [...cellsOf(line, separator), ...line.split(new RegExp(`[${separator}\r\n]`))]
      expect(read.filter((cell) => BEGINS_FORMULA.test(cell))).toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('a spreadsheet reads each cell as it was, apart from the apostrophes', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (cells) => {
      const read = cellsOf(csvLine(cells).slice(0, -2), ',')
      expect(read.map((cell) => cell.replaceAll("'", ''))).toEqual(cells.map((cell) => cell.replaceAll("'", '')))
    }),
    { numRuns: 500 },
  )
})

test('leaves out the characters that would turn the cells after a name around', () => {
  expect(csvLine(['Ada \u202eLovelace', '\u2067note', 'x\u202c', 3])).toBe('Ada Lovelace,note,x,3\r\n')
})

test('keeps marks of direction, joiners and the letters of every script', () => {
  expect(csvLine(['\u200fليلى', 'می\u200cخواهم', 'שלום'])).toBe('\u200fليلى,می\u200cخواهم,שלום\r\n')
})

test('guards a formula that begins behind such a character', () => {
  expect(csvLine(['\u202e=1+1'])).toBe("'=1+1\r\n")
})

/** Divides a file into cells as spreadsheets do: a quote at the beginning of a cell protects what divides cells. */
function cellsOf(text: string, separator: string): string[] {
  const cells = ['']
  let isQuoted = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    const cell = cells[cells.length - 1] ?? ''
    if (isQuoted && character === '"' && text[at + 1] === '"') at += 1
    else if (character === '"' && (isQuoted || (cell === '' && isStart(text, at, separator)))) {
      isQuoted = !isQuoted
      continue
    } else if (!isQuoted && (character === separator || character === '\r' || character === '\n')) {
      cells.push('')
      continue
    }
    cells[cells.length - 1] = cell + character
  }
  return cells
}

function isStart(text: string, at: number, separator: string): boolean {
  return at === 0 || [separator, '\r', '\n'].includes(text.charAt(at - 1))
}
