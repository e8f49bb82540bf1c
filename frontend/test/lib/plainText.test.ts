import { describe, expect, test } from 'vitest'
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

  test('are found fast, whatever was written', () => {
    const begun = performance.now()
    for (const piece of ['*', '_', '[', '[a](', '> ', '`', '**a ', '\\', '- ', '#', '__a'])
      plainText(piece.repeat(8000 / piece.length))
    expect(performance.now() - begun).toBeLessThan(2000)
  })
})
