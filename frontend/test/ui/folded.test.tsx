import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { act } from 'react'
import { expect, test, vi } from 'vitest'
import { FoldButton, Folded, FoldedFormat, useFold } from '../../src/ui/Folded.tsx'

const show = (text: string) =>
  render(
    <Folded text={text}>
      <p>{text}</p>
    </Folded>,
  )

test.each([
  ['many lines', `a${'\n'.repeat(7998)}b`],
  ['a long line', 'word '.repeat(1600)],
  ['several long lines', `${'word '.repeat(100)}\n`.repeat(6)],
])('%s are folded until the reader asks for more, and folded again', async (_name, text) => {
  const keyboard = userEvent.setup()
  const { container } = show(text)
  const folded = () => container.querySelector('.overflow-hidden')
  expect(folded()).not.toBeNull()
  await keyboard.click(screen.getByRole('button', { name: 'Show more', expanded: false }))
  expect(folded()).toBeNull()
  await keyboard.click(screen.getByRole('button', { name: 'Show less', expanded: true }))
  expect(folded()).not.toBeNull()
})

test.each(['Hello', 'word '.repeat(300), 'line\n'.repeat(25)])('an ordinary text has no button', (text) => {
  show(text)
  expect(screen.queryByRole('button')).toBeNull()
})

function Formatted({ text }: { text: string }) {
  const fold = useFold(text)
  return (
    <>
      <FoldedFormat fold={fold}>{text}</FoldedFormat>
      <FoldButton fold={fold} />
    </>
  )
}

test('a formatted text that is short to read and tall to draw is folded by its height', async () => {
  const reports: (() => void)[] = []
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(callback: () => void) {
        reports.push(callback)
      }
      observe(): void {}
      disconnect(): void {}
    },
  )
  // Each letter has a line of its own in a list that is 16 deep on a phone.
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(9000)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(576)
  const { container } = render(<Formatted text="- - - - a few words" />)
  expect(screen.queryByRole('button')).toBeNull()
  act(() => reports.forEach((report) => report()))
  expect(container.querySelector('[data-folded]')).not.toBeNull()
  await userEvent.click(screen.getByRole('button', { name: 'Show more' }))
  expect(container.querySelector('.overflow-hidden')).toBeNull()
  await userEvent.click(screen.getByRole('button', { name: 'Show less' }))
  expect(container.querySelector('.overflow-hidden')).not.toBeNull()
})
