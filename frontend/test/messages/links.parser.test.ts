import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tokenize } from '../../src/messages/links.parser.ts'

const linksOf = (text: string) => tokenize(text).flatMap((token) => (token.kind === 'link' ? [token.text] : []))

describe('links in a text', () => {
  test.each([
    ['See https://example.org.', 'https://example.org'],
    ['(https://example.org/a)', 'https://example.org/a'],
    ['https://en.example.org/wiki/Parley_(verb)', 'https://en.example.org/wiki/Parley_(verb)'],
    ['(see https://en.example.org/wiki/Parley_(verb))', 'https://en.example.org/wiki/Parley_(verb)'],
    ['Is it http://example.org/?q=1&r=[2]?', 'http://example.org/?q=1&r=[2]'],
    ['詳細はhttps://example.org/ja。', 'https://example.org/ja'],
    ['“https://example.org”', 'https://example.org'],
    ['Write to mailto:office@example.org!', 'mailto:office@example.org'],
    ['HTTPS://EXAMPLE.ORG/Path', 'HTTPS://EXAMPLE.ORG/Path'],
  ])('%s', (text, link) => {
    expect(linksOf(text)).toEqual([link])
  })

  test.each([
    'javascript:alert(1)',
    'data:text/html,<b>x</b>',
    'xhttps://example.org',
    'https://',
    'mailto:nobody',
    'https://bank.example@evil.example/login',
    'www.example.org',
  ])('%s stays text', (text) => {
    expect(linksOf(text)).toEqual([])
  })

  test('a character that turns the writing direction ends a link, so that it cannot be made to read as another one', () => {
    expect(linksOf('https://example.org/\u202Egro.elpmaxe')).toEqual(['https://example.org/'])
  })

  const wild = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(
        fc.constantFrom(
          'https://',
          'http://',
          'mailto:',
          'javascript:',
          'a.example',
          '/',
          '(',
          ')',
          '.',
          ' ',
          '\n',
          '"',
          '<',
          '@',
          'é',
          '。',
          '\u202E',
        ),
        { maxLength: 30 },
      )
      .map((parts) => parts.join('')),
  )

  test('the pieces put together are the text', () => {
    fc.assert(
      fc.property(wild, (text) => {
        expect(
          tokenize(text)
            .map((token) => token.text)
            .join(''),
        ).toBe(text)
      }),
    )
  })

  test('nothing but http, https and mailto is ever linked, and never with a name before the host', () => {
    fc.assert(
      fc.property(wild, (text) => {
        for (const token of tokenize(text)) {
          if (token.kind === 'text') continue
          const { protocol, username } = new URL(token.href)
          expect(['http:', 'https:', 'mailto:']).toContain(protocol)
          expect(username).toBe('')
        }
      }),
    )
  })
})
