import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FILE_NAME_BYTES_MAX, safeFileName } from '../../../src/lib/files/fileName.ts'

describe('[F] the name of a file', () => {
  it.each([
    ['plan.pdf', 'plan.pdf'],
    ['Ferien 2026 (1).jpeg', 'Ferien 2026 (1).jpeg'],
    ['تقرير.pdf', 'تقرير.pdf'],
    ['会議 メモ.txt', '会議 メモ.txt'],
    ['.gitignore', '.gitignore'],
    ['', 'file'],
    ['.', 'file'],
    ['..', 'file'],
    ['...', 'file'],
    ['  ', 'file'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\ada\\plan.pdf', 'plan.pdf'],
    ['CON', '_CON'],
    ['CON.txt', '_CON.txt'],
    ['aux', '_aux'],
    ['lpt1.tar.gz', '_lpt1.tar.gz'],
    ['COM¹.log', '_COM¹.log'],
    ['console.txt', 'console.txt'],
    ['a.txt.', 'a.txt'],
    ['a.txt . .', 'a.txt'],
    ['a:b?.txt', 'a_b_.txt'],
    ['"<x>|*.csv', '__x___.csv'],
    ['\u3164.txt', '.txt'],
    ['\u3164', 'file'],
    ['line\nbreak.txt', 'linebreak.txt'],
    ['gpj.\u202efdp.exe', 'gpj.fdp.exe'],
    ['half \ud800.txt', 'half \ufffd.txt'],
    ['e\u0301.txt', '\u00e9.txt'],
  ])('%j is stored as %j', (given, stored) => {
    expect(safeFileName(given)).toBe(stored)
  })

  it('of too many bytes is cut between two letters and keeps its ending', () => {
    expect(safeFileName(`${'界'.repeat(251)}.pdf`)).toBe(`${'界'.repeat(77)}….pdf`)
    expect(safeFileName(`${'👨‍👩‍👧'.repeat(20)}.png`)).toBe(`${'👨‍👩‍👧'.repeat(12)}….png`)
    expect(safeFileName(`a.${'b'.repeat(300)}`)).toBe(`a.${'b'.repeat(235)}…`)
  })

  it('is safe whatever was given, and the name of a safe name is itself', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: fc.constantFrom('.', ' ', '/', '\\', 'con', 'a', '界', ':', '\u202e'), maxLength: 300 }),
    )
    fc.assert(
      fc.property(text, (given) => {
        const name = safeFileName(given)
        expect(name).not.toMatch(/^\.{0,2}$|[. ]$|[<>:"/\\|?*\p{Cc}]/u)
        expect(name).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i)
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(FILE_NAME_BYTES_MAX)
        expect(safeFileName(name)).toBe(name)
      }),
    )
  })
})
