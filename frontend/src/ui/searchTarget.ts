/** Marks the input that Ctrl+K leads to. */
export const SEARCH_TARGET = { 'data-search-target': true } as const

/** Whether there was a field to focus. A hidden one, as the list's on a phone inside a chat, does not take the focus. */
export function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('[data-search-target]')
  field?.focus()
  field?.select()
  return field !== null && field === document.activeElement
}
