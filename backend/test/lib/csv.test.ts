import { expect, it } from 'vitest'
import { csvLine } from '../../src/lib/csv.ts'

it('leaves out the characters that would turn the cells after a name around', () => {
  expect(csvLine(['Ada \u202eLovelace', '\u2067note', 'x\u202c', 3])).toBe('Ada Lovelace,note,x,3\r\n')
})

it('keeps marks of direction, joiners and the letters of every script', () => {
  expect(csvLine(['\u200fليلى', 'می\u200cخواهم', 'שלום'])).toBe('\u200fليلى,می\u200cخواهم,שלום\r\n')
})

it('guards a formula that begins behind such a character', () => {
  expect(csvLine(['\u202e=1+1'])).toBe("'=1+1\r\n")
})
