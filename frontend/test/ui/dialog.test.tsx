import { fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { CancelButton, Dialog } from '../../src/ui/Dialog.tsx'

function show(unsaved: boolean) {
  const onClose = vi.fn<() => void>()
  const onDiscard = vi.fn<() => void>()
  render(
    <Dialog open title="Report" size="screen" unsaved={unsaved} onDiscard={onDiscard} onClose={onClose}>
      <CancelButton />
    </Dialog>,
  )
  const dialog = screen.getByRole('dialog', { name: 'Report' })
  const ways = {
    escape: () => fireEvent(dialog, new Event('cancel', { cancelable: true })),
    beside: () => fireEvent.mouseDown(dialog, { clientX: -5, clientY: -5 }),
    cross: () => fireEvent.click(screen.getByRole('button', { name: 'Close' })),
    cancel: () => fireEvent.click(screen.getByRole('button', { name: 'Cancel' })),
  }
  return { onClose, onDiscard, ways }
}

test('[E1] a dialog with typed text asks before it closes, whichever way it is closed', async () => {
  const { onClose, onDiscard, ways } = show(true)
  for (const close of Object.values(ways)) {
    close()
    expect(screen.getByRole('dialog', { name: 'Discard what you typed?' })).toBeInTheDocument()
    await userEvent.click(screen.getByRole('button', { name: 'Keep writing' }))
    expect(screen.queryByRole('dialog', { name: 'Discard what you typed?' })).toBeNull()
  }
  expect(onClose).not.toHaveBeenCalled()

  ways.escape()
  await userEvent.click(screen.getByRole('button', { name: 'Discard' }))
  expect(onDiscard).toHaveBeenCalledOnce()
  expect(onClose).toHaveBeenCalledOnce()
})

test('[E1] a dialog without typed text closes at once', () => {
  const { onClose, ways } = show(false)
  for (const close of Object.values(ways)) close()
  expect(onClose).toHaveBeenCalledTimes(4)
})
