import type { KeyboardEvent } from 'react'

/** Props of the element around a search field and its rows. The arrow keys move inside it. */
export const ROWS = { 'data-rows': true } as const

/** Props of each row, a link or a button. */
export const ROW = { 'data-row': true, onKeyDown: moveAmongRows } as const

/** Moves the focus with the arrow keys, Home and End. Up from the first row goes back to the field. */
function moveAmongRows(event: KeyboardEvent<HTMLElement>): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return
  const rows = rowsAround(event.currentTarget)
  const at = rows.indexOf(event.currentTarget)
  const targets: Record<string, HTMLElement | null | undefined> = {
    ArrowDown: rows[at + 1],
    ArrowUp: at > 0 ? rows[at - 1] : scopeOf(event.currentTarget)?.querySelector<HTMLElement>('input[type="search"]'),
    Home: rows[0],
    End: rows.at(-1),
  }
  if (!(event.key in targets)) return
  event.preventDefault()
  targets[event.key]?.focus()
}

/** Handles keys in the field: Down focuses the first row, Enter presses it. */
export function enterRows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'Enter') return
  const first = rowsAround(event.currentTarget)[0]
  if (!first) return
  event.preventDefault()
  if (event.key === 'ArrowDown') first.focus()
  else first.click()
}

const scopeOf = (element: HTMLElement): Element | null => element.closest('[data-rows]')

const rowsAround = (element: HTMLElement): HTMLElement[] => [
  ...(scopeOf(element)?.querySelectorAll<HTMLElement>('[data-row]') ?? []),
]
