import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { leastCpuMs } from '../../../testing/cpuTime.ts'
import { hiddenPlace, tokenize } from '../../src/messages/links.parser.ts'

const linksOf = (text: string) => tokenize(text).flatMap((token) => (token.kind === 'link' ? [token.text] : []))

/** A text and the links in it, as they are shown. */
const CASES: readonly (readonly [text: string, ...links: string[]])[] = [
  // Marks of a sentence.
  ['See https://example.org.', 'https://example.org'],
  ['https://ex.org/x...', 'https://ex.org/x'],
  ['https://ex.org/x, y', 'https://ex.org/x'],
  ['https://ex.org/x,y', 'https://ex.org/x,y'],
  ['Look at https://ex.org/x:', 'https://ex.org/x'],
  ['https://ex.org/x; and', 'https://ex.org/x'],
  ['https://ex.org/—next', 'https://ex.org/'],
  ['Is it http://example.org/?q=1&r=[2]?', 'http://example.org/?q=1&r=[2]'],
  ['“https://example.org”', 'https://example.org'],
  ['"https://ex.org/x".', 'https://ex.org/x'],
  ['«https://ex.org/x»', 'https://ex.org/x'],
  // Brackets.
  ['(https://example.org/a)', 'https://example.org/a'],
  ['https://en.example.org/wiki/Parley_(verb)', 'https://en.example.org/wiki/Parley_(verb)'],
  ['(see https://en.example.org/wiki/Parley_(verb))', 'https://en.example.org/wiki/Parley_(verb)'],
  ['[https://ex.org/x] {https://ex.org/y}', 'https://ex.org/x', 'https://ex.org/y'],
  ['<https://ex.org/x>', 'https://ex.org/x'],
  ['https://ex.org/a)b', 'https://ex.org/a'],
  // Marks that an address may end with, and the same marks around an address.
  ['See https://a.example/test_ now', 'https://a.example/test_'],
  ['https://video.example/v/AAAA_', 'https://video.example/v/AAAA_'],
  ['https://a.example/a* b', 'https://a.example/a*'],
  ['https://a.example/~', 'https://a.example/~'],
  ['https://ex.org/-', 'https://ex.org/-'],
  ['https://ex.org/*a*b*', 'https://ex.org/*a*b*'],
  ['_https://ex.org/x_', 'https://ex.org/x'],
  ['~https://ex.org/x~', 'https://ex.org/x'],
  ['**https://ex.org/x**', 'https://ex.org/x'],
  ['*https://ex.org/x_ y', 'https://ex.org/x_'],
  // Chinese and Japanese.
  ['詳細はhttps://example.org/ja。', 'https://example.org/ja'],
  ['https://ex.org。次', 'https://ex.org'],
  ['https://ex.org/x，次', 'https://ex.org/x'],
  ['https://ex.org/x、次', 'https://ex.org/x'],
  ['https://ex.org/x！', 'https://ex.org/x'],
  ['（https://ex.org/x）', 'https://ex.org/x'],
  ['「https://ex.org/x」', 'https://ex.org/x'],
  ['【https://ex.org/x】', 'https://ex.org/x'],
  ['見てwww.ex.org/x', 'www.ex.org/x'],
  ['https://ex.org/日本語', 'https://ex.org/日本語'],
  // Other scripts and international hosts.
  ['http://пример.рф/путь', 'http://пример.рф/путь'],
  ['https://münchen.example/straße', 'https://münchen.example/straße'],
  ['https://xn--mnchen-3ya.example/', 'https://xn--mnchen-3ya.example/'],
  ['الموقع https://ex.org/مسار،', 'https://ex.org/مسار'],
  // Emoji.
  ['👍https://ex.org', 'https://ex.org'],
  ['https://ex.org👍', 'https://ex.org'],
  ['https://ex.org/x👍🏽 good', 'https://ex.org/x'],
  ['office@school.org👍', 'office@school.org'],
  // Without a scheme.
  ['Go to www.school.org/plan.', 'www.school.org/plan'],
  ['WWW.EX.ORG', 'WWW.EX.ORG'],
  ['school.org is new', 'school.org'],
  ['youtu.be/AAAA_', 'youtu.be/AAAA_'],
  ['example.co.uk, example.io', 'example.co.uk', 'example.io'],
  ['Write to office@school.org.', 'office@school.org'],
  ['me+tag@sub.school.org', 'me+tag@sub.school.org'],
  ['Write to mailto:office@example.org!', 'mailto:office@example.org'],
  // Hosts and ports.
  ['HTTPS://EXAMPLE.ORG/Path', 'HTTPS://EXAMPLE.ORG/Path'],
  ['https://localhost:3000/x', 'https://localhost:3000/x'],
  ['http://192.168.1.5:3000/x', 'http://192.168.1.5:3000/x'],
  ['http://[::1]:3000/', 'http://[::1]:3000/'],
  ['https://ex.org/?a=b&c=d#/e', 'https://ex.org/?a=b&c=d#/e'],
  // No link.
  ['javascript:alert(1)'],
  ['data:text/html,<b>x</b>'],
  ['xhttps://example.org'],
  ['https://'],
  ['mailto:nobody'],
  ['https://bank.example@evil.example/login'],
  ['https://bank.example@evil.org/login'],
  ['notes.md, main.rs, setup.sh and logo.ai'],
  ['v1.2.3 at 12.30'],
  ['All is done.It works. i.e.this'],
  ['ftp://a.example/x'],
  ['//a.example/x'],
]

describe('links in a text', () => {
  test.each(CASES)('[F links] %s', (text, ...links) => {
    expect(linksOf(text)).toEqual(links)
  })

  test.each([
    ['https://ex.org/x', 'https://ex.org/x', null],
    ['ex.org/x', 'http://ex.org/x', null],
    ['ex.org', 'https://ex.org/', null],
    ['office@school.org', 'mailto:office@school.org', null],
    ['https://münchen.example', 'https://münchen.example', null],
    ['http://пример.рф', 'http://пример.рф', null],
    ['the plan', 'https://ex.org/x', 'ex.org'],
    ['ex.org', 'https://evil.example/ex.org', 'evil.example'],
    ['bank.example/login', 'https://bank.example.evil.org/login', 'bank.example.evil.org'],
    ['the office', 'mailto:office@school.org', 'office@school.org'],
    // Four of its letters are Cyrillic.
    ['https://раураl.com', 'https://раураl.com', 'xn--l-7sba6dbr.com'],
  ])('[F links] beside %s, which leads to %s, stands %s', (words, href, place) => {
    expect(hiddenPlace(words, href)).toBe(place)
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
