import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { leastCpuMs } from '../../../testing/cpuTime.ts'
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
    ['See https://a.example/test_ now', 'https://a.example/test_'],
    ['https://video.example/v/AAAA_', 'https://video.example/v/AAAA_'],
    ['https://a.example/a* b', 'https://a.example/a*'],
    ['https://a.example/~', 'https://a.example/~'],
    ['https://ex.org。次', 'https://ex.org'],
    ['https://ex.org/x，次', 'https://ex.org/x'],
    ['（https://ex.org/x）', 'https://ex.org/x'],
    ['「https://ex.org/x」', 'https://ex.org/x'],
    ['https://ex.org/*a*b*', 'https://ex.org/*a*b*'],
    ['Go to www.school.org/plan.', 'www.school.org/plan'],
    ['school.org is new', 'school.org'],
    ['Write to office@school.org.', 'office@school.org'],
    ['https://localhost:3000/x', 'https://localhost:3000/x'],
    ['http://пример.рф/путь', 'http://пример.рф/путь'],
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
    'https://bank.example@evil.org/login',
    'notes.md, main.rs and setup.sh',
    'v1.2.3 at 12.30',
    'ftp://a.example/x',
    '//a.example/x',
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

/** Texts of 8,000 characters that a search for links or markup may take long for. */
const HOSTILE = [
  'https://a.b/' + ')'.repeat(7980),
  'https://a.b/' + '('.repeat(7980),
  'https://a.b/' + '_'.repeat(7980),
  'https://a.b/'.repeat(666),
  '(https://a.b/'.repeat(615),
  'mailto:'.repeat(1142),
  'a@'.repeat(4000),
  'a.b'.repeat(2666),
  'www.a.org '.repeat(800),
  '界https://'.repeat(888),
  '\u202e'.repeat(8000),
  ':\u202e'.repeat(4000),
  '\u0315'.repeat(8000),
  'https://bank.example@'.repeat(380),
  '.'.repeat(8000),
  '\n'.repeat(8000),
]

test.each(HOSTILE.map((text) => [text.slice(0, 20), text]))('%j repeated is searched in 20 ms', (_begin, text) => {
  // The spaces make each run parse anew.
  expect(leastCpuMs(15, (run) => tokenize(`${text}${' '.repeat(run)}`))).toBeLessThan(20)
})

test('a text is parsed once', () => {
  expect(tokenize('See https://example.org.')).toBe(tokenize('See https://example.org.'))
})
