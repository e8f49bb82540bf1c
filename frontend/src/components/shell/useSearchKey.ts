import { useEffect } from 'react'
import { useNavigate } from 'react-router'

/** Marks the input that Ctrl+K leads to. */
export const SEARCH_TARGET = { 'data-search-target': true } as const

/** State of a navigation to the list that shall begin with the search. */
const FOCUS_SEARCH = { focusSearch: true } as const

/** Ctrl+K, or Command+K, goes to the search field of the page, or to the list's when the page has none. */
export function useSearchKey(): void {
  const navigate = useNavigate()
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
      event.preventDefault()
      if (document.querySelector('dialog[open]')) return
      if (!focusSearch()) void navigate('/', { state: FOCUS_SEARCH })
    }
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [navigate])
}

/** Whether there was a field to focus. A hidden one, as the list's on a phone inside a chat, does not take the focus. */
export function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('[data-search-target]')
  field?.focus()
  field?.select()
  return field !== null && field === document.activeElement
}
