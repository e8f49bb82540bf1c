import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { focusSearch } from '../ui/searchTarget.ts'

/** Navigation state: the list puts the focus into its search field. */
const FOCUS_SEARCH = { focusSearch: true } as const

/** Lets Ctrl+K (Command+K) focus the page's search field, or the list's when the page has none. */
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
