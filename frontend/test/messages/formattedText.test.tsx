import { render, screen, waitFor } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { FormattedText } from '../../src/messages/FormattedText.tsx'

async function shown(text: string, headingLevel = 4): Promise<HTMLElement> {
  const { container } = render(<FormattedText text={text} headingLevel={headingLevel} />)
  // The parser is a piece of its own: until it is here there are only the words.
  expect(container.textContent).not.toContain('**')
  await waitFor(() => expect(container.querySelector('strong')).not.toBeNull())
  return container
}

describe('the text of an announcement', () => {
  test('has paragraphs, emphasis, lists, quotes, code and line breaks', async () => {
    const container = await shown(
      '**Water** is *off*\ntoday\n\n- fill bottles\n- use `tap 2`\n\n1. first\n2. second\n\n> Thanks\n\n```\ncode\n```',
    )
    expect(screen.getByText('Water').tagName).toBe('STRONG')
    expect(screen.getByText('off').tagName).toBe('EM')
    expect(container.querySelectorAll('br')).toHaveLength(1)
    expect([...container.querySelectorAll('ul > li')].map((item) => item.textContent)).toEqual([
      'fill bottles',
      'use tap 2',
    ])
    expect(container.querySelectorAll('ol > li')).toHaveLength(2)
    expect(container.querySelector('blockquote')?.textContent).toBe('Thanks')
    expect(container.querySelector('pre > code')?.textContent).toBe('code')
  })

  test('continues the headings of the page without a hole, whatever depth was written', async () => {
    await shown('### Where\n\n# When\n\n###### **Who**', 4)
    expect(screen.getAllByRole('heading').map(({ tagName, textContent }) => [tagName, textContent])).toEqual([
      ['H4', 'Where'],
      ['H4', 'When'],
      ['H5', 'Who'],
    ])
  })

  test('leads only to the web and to mailboxes, and tells the place nothing of the page', async () => {
    const container = await shown(
      '**x** [web](https://a.example/x) [mail](mailto:a@b.example) [bad](javascript:alert(1)) [data](data:text/html,x) [liar](https://bank.example@evil.example) www https://b.example.',
    )
    expect(screen.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual([
      'https://a.example/x',
      'mailto:a@b.example',
      'https://b.example/',
    ])
    for (const link of screen.getAllByRole('link')) expect(link.getAttribute('rel')).toContain('noopener')
    expect(container.textContent).toContain('web (a.example) mail (a@b.example) [bad](javascript:alert(1))')
  })

  test('shows HTML as the characters that were written, and loads no pictures', async () => {
    const container = await shown(
      '**x** <b>y</b>\n\n<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n![plan](https://a.example/plan.png)',
    )
    expect(container.querySelector('b, script, img')).toBeNull()
    expect(container.textContent).toContain('<script>alert(1)</script>')
    expect(screen.getByRole('link', { name: 'plan' }).getAttribute('href')).toBe('https://a.example/plan.png')
  })

  test('stays as it was written where the parser gives up', async () => {
    const { container } = render(<FormattedText text={'>'.repeat(8000)} headingLevel={4} />)
    await waitFor(() => expect(container.textContent).toHaveLength(8000))
  })

  test('needs no parser without markup', () => {
    const { container } = render(
      <FormattedText text={'First line\nsecond\n\nThen https://a.example.'} headingLevel={4} />,
    )
    expect(container.querySelectorAll('p')).toHaveLength(2)
    expect(screen.getByRole('link').getAttribute('href')).toBe('https://a.example/')
  })

  test('finds addresses by the same rule as messages, before emphasis', async () => {
    const container = await shown(
      '**x** https://ex.example/*a*b* and https://a.example/test_ and _https://b.example/_c_',
    )
    expect([...container.querySelectorAll('a')].map((link) => link.getAttribute('href')).slice(0, 2)).toEqual([
      'https://ex.example/*a*b*',
      'https://a.example/test_',
    ])
  })

  test('[F links] never hides where a link leads behind another address, and makes no link in a link', async () => {
    const container = await shown('**x** [https://bank.example](https://evil.example) [plan](https://a.example/)')
    expect(screen.getAllByRole('link').map((link) => [link.textContent, link.getAttribute('href')])).toEqual([
      ['https://evil.example/', 'https://evil.example/'],
      ['plan', 'https://a.example/'],
    ])
    expect(container.textContent).toContain('https://bank.example (https://evil.example/)')
    expect(container.textContent).toContain('plan (a.example)')
    expect(container.querySelector('a a')).toBeNull()
  })

  test.each(['*a_', 'a_', '[', '> ', '1. ', '`a', '![', '__a', '**a '])(
    'is not parsed when that would hold the page up: %j repeated',
    async (piece) => {
      const text = piece.repeat(8000 / piece.length)
      const { container } = render(<FormattedText text={text} headingLevel={4} />)
      expect(container.querySelectorAll('p')).toHaveLength(1)
      expect(container.textContent).toBe(text)
    },
  )
})
