import { act, fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ContextMenu } from '../../src/ui/ContextMenu.tsx'
import { ConfirmDialog } from '../../src/ui/Dialog.tsx'
import { hueClass, initials } from '../../src/people/avatar.format.ts'
import { useContextMenu, type Point } from '../../src/ui/hooks/useContextMenu.ts'
import { LoadMore } from '../../src/ui/LoadMore.tsx'
import { MenuItem } from '../../src/ui/Menu.tsx'
import { showToast } from '../../src/ui/toast.store.ts'
import { Toasts } from '../../src/ui/Toasts.tsx'
import { id, problem } from '../generators/index.ts'

afterEach(() => vi.useRealTimers())

function pass(milliseconds: number): void {
  act(() => {
    vi.advanceTimersByTime(milliseconds)
  })
}

function Asking({ onConfirm }: { onConfirm: () => void }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <button onClick={() => setOpen(true)}>Ask</button>
      <ConfirmDialog
        open={open}
        title="Send to everybody?"
        confirmLabel="Send"
        problem={problem({ detail: 'Not today.' })}
        onConfirm={onConfirm}
        onClose={() => setOpen(false)}
      >
        It cannot be taken back.
      </ConfirmDialog>
    </>
  )
}

describe('a dialog', () => {
  it('puts the focus on the safe choice and gives it back when it closes', async () => {
    const keyboard = userEvent.setup()
    const confirm = vi.fn<() => void>()
    render(<Asking onConfirm={confirm} />)
    await keyboard.click(screen.getByRole('button', { name: 'Ask' }))
    expect(screen.getByRole('dialog', { name: 'Send to everybody?' })).toBeInTheDocument()
    expect(screen.getByRole('alert').textContent).toContain('Not today.')
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Cancel' }))
    await keyboard.keyboard('{Enter}')
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Ask' }))
    expect(confirm).not.toHaveBeenCalled()
  })

  it('closes when the browser cancels it, as it does on Escape', async () => {
    const keyboard = userEvent.setup()
    render(<Asking onConfirm={vi.fn<() => void>()} />)
    await keyboard.click(screen.getByRole('button', { name: 'Ask' }))
    fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }))
    expect(screen.queryByRole('dialog')).toBeNull()
  })
})

/** An element with a menu. */
function Row({ onChosen }: { onChosen: () => void }) {
  const [at, setAt] = useState<Point | null>(null)
  const handlers = useContextMenu(setAt)
  return (
    <>
      <p {...handlers}>Message</p>
      {at && (
        <ContextMenu label="Actions" at={at} onClose={() => setAt(null)}>
          <MenuItem onSelect={onChosen}>Info</MenuItem>
        </ContextMenu>
      )}
    </>
  )
}

describe('a menu that a long press opens', () => {
  it('[G] chooses nothing when the finger is lifted, and an item at the next touch', () => {
    vi.useFakeTimers()
    const onChosen = vi.fn<() => void>()
    render(<Row onChosen={onChosen} />)
    fireEvent.pointerDown(screen.getByText('Message'), { pointerType: 'touch', isPrimary: true })
    pass(600)
    vi.useRealTimers()
    const item = screen.getByRole('menuitem', { name: 'Info' })
    fireEvent.pointerUp(item)
    fireEvent.click(item)
    expect(onChosen).not.toHaveBeenCalled()
    fireEvent.pointerDown(item)
    fireEvent.click(item)
    expect(onChosen).toHaveBeenCalledOnce()
  })
})

describe('a toast', () => {
  it('[G] takes the place of the one before; a refusal stays beside a later success', () => {
    render(<Toasts />)
    act(() => {
      showToast('Saved.')
      showToast('Not saved.', 'error')
      showToast('Copied.')
    })
    expect(screen.queryByText('Saved.')).toBeNull()
    expect(screen.getByText('Not saved.')).toBeInTheDocument()
    expect(screen.getByText('Copied.')).toBeInTheDocument()
  })

  it('goes after six seconds, but not while it is pointed at', () => {
    vi.useFakeTimers()
    render(<Toasts />)
    act(() => showToast('Sent to everybody.'))
    fireEvent.mouseEnter(screen.getByText('Sent to everybody.'))
    pass(20_000)
    expect(screen.getByText('Sent to everybody.')).toBeInTheDocument()
    fireEvent.mouseLeave(screen.getByText('Sent to everybody.'))
    pass(6100)
    expect(screen.queryByText('Sent to everybody.')).toBeNull()
  })
})

/** As if the end of the list were on the screen. */
class EndInView {
  readonly #callback: (entries: { isIntersecting: boolean }[]) => void

  constructor(callback: (entries: { isIntersecting: boolean }[]) => void) {
    this.#callback = callback
  }

  observe(): void {
    this.#callback([{ isIntersecting: true }])
  }

  disconnect(): void {}
}

describe('an endless list', () => {
  it('asks once when the end comes near, and offers another try instead of asking for ever', async () => {
    vi.stubGlobal('IntersectionObserver', EndInView)
    const more = vi.fn<() => Promise<void>>().mockRejectedValueOnce(new Error('offline')).mockResolvedValue(undefined)
    render(<LoadMore hasMore loading={false} onMore={more} />)
    const again = await screen.findByRole('button', { name: /Try again/ })
    expect(more).toHaveBeenCalledTimes(1)
    fireEvent.click(again)
    expect(more).toHaveBeenCalledTimes(2)
  })
})

describe('a face', () => {
  it.each([
    ['Ingrid Sørensen', 'IS'],
    ['łukasz wiśniewski', 'ŁW'],
    ['Trần Thị Minh', 'TM'],
    ['Cher', 'C'],
    ['田中 由紀', '田'],
    ['ليلى حداد', 'لح'],
    ['  (Kofi)  Boateng ', 'KB'],
    ['🙂', '🙂'],
    ['', '?'],
  ])('of %j shows %j', (name, letters) => {
    expect(initials(name)).toBe(letters)
  })

  it('keeps its hue, and neighbouring ids use all eight', () => {
    const hues = Array.from({ length: 400 }, () => hueClass(id()))
    expect(new Set(hues).size).toBe(8)
    expect(hueClass('00000000000000000000abcd')).toBe(hueClass('00000000000000000000abcd'))
    for (const hue of new Set(hues)) expect(hues.filter((other) => other === hue).length).toBeGreaterThan(20)
  })
})
