import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { Folded } from '../../src/ui/Folded.tsx'

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
