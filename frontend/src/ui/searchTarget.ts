/** Marks the input that Ctrl+K focuses. */
export const SEARCH_TARGET = { 'data-search-target': true } as const

/** Focuses the search field. Returns false without one, or when it is hidden, as the list's is on a phone in a conversation. */
export function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('[data-search-target]')
  field?.focus()
  field?.select()
  return field !== null && field === document.activeElement
}
