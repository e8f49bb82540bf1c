import type { KeyboardEvent } from 'react'

/** Marks what the arrow keys move among. */
export const ROW = { 'data-row': true } as const

/** Arrow keys, Home and End within a list of rows; Up from the first one goes back to the field above. */
export function moveAmongRows(event: KeyboardEvent<HTMLElement>, field: HTMLElement | null = null): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return
  const rows = rowsIn(event.currentTarget)
  const at = rows.findIndex((row) => row === document.activeElement)
  const target =
    event.key === 'ArrowDown' ? rows[Math.min(at + 1, rows.length - 1)]
    : event.key === 'ArrowUp' ? (at > 0 ? rows[at - 1] : field)
    : event.key === 'Home' ? rows[0]
    : event.key === 'End' ? rows.at(-1)
    : undefined
  if (!target) return
  event.preventDefault()
  target.focus()
}

/** In the field above a list: Down enters the list, Enter takes its first row. */
export function enterRows(event: KeyboardEvent<HTMLElement>, list: HTMLElement | null): void {
  // While a word is being composed, Enter and the arrows belong to the input method.
  if (!list || event.nativeEvent.isComposing) return
  const first = rowsIn(list)[0]
  if (!first || (event.key !== 'ArrowDown' && event.key !== 'Enter')) return
  event.preventDefault()
  if (event.key === 'ArrowDown') first.focus()
  else first.click()
}

const rowsIn = (list: HTMLElement): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[data-row]')]
