import { describe, expect, test } from 'vitest'
import { leastCpuMs } from '../../../testing/cpuTime.ts'
import { plainText } from '../../src/lib/plainText.ts'

describe('the words of an announcement', () => {
  test.each([
    ['Please **fill** your _bottles_ *before* lunch.', 'Please fill your bottles before lunch.'],
    ['# Water off\n\n> Toilets stay `open`.', 'Water off\n\nToilets stay open.'],
    ['- one\n* two\n1. three', '• one\n• two\n1. three'],
    ['See [the plan](https://school.example/plan_(new).pdf "Plan").', 'See the plan.'],
    ['```\nnpm ci\n```\n---\nDone', 'npm ci\nDone'],
    ['snake_case_name and 2*3*4 and \\*this\\*', 'snake_case_name and 2*3*4 and *this*'],
    ['***Everything***', 'Everything'],
  ])('come without markup: %j', (markdown, words) => {
    expect(plainText(markdown)).toBe(words)
  })

  test('keep where links lead when texts are compared', () => {
    expect(plainText('Sign [here](https://a.example)', { keepsAddresses: true })).toBe('Sign here (https://a.example)')
  })

  test.each([
    '*',
    '_',
    '[',
    '[a](',
    '[a](b "',
    '> ',
    '`',
    '`a',
    '**a ',
    '**a** ',
    '__a',
    '\\',
    '- ',
    '#',
    '# ',
    ' ',
    '\n',
    '*a',
    '_a ',
    '(',
    'a(b)',
    '~~~\n',
  ])('are found in 20 ms, whatever was written: %j repeated', (piece) => {
    for (const text of [piece.repeat(8000 / piece.length), `# ${piece.repeat(7990 / piece.length)}x`]) {
      expect(leastCpuMs(5, () => plainText(text))).toBeLessThan(20)
    }
  })

  test.each([
    ['**a** b **c', 'a b **c'],
    ['**a\nb**', '**a\nb**'],
    ['** a ** b', '** a ** b'],
    ['a `` x ` y', 'a ` x  y'],
    ['# Title ##', 'Title'],
    ['# C#', 'C#'],
  ])('%j', (markdown, words) => {
    expect(plainText(markdown)).toBe(words)
  })
})
