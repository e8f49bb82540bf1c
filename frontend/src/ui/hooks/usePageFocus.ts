import { useSyncExternalStore } from 'react'
import { hasPageFocus } from '../../lib/pageFocus.ts'

/** Returns whether the user can see the page: its tab is shown and its window has the focus. */
export function usePageFocus(): boolean {
  return useSyncExternalStore(subscribe, hasPageFocus)
}

function subscribe(changed: () => void): () => void {
  addEventListener('focus', changed)
  addEventListener('blur', changed)
  document.addEventListener('visibilitychange', changed)
  return () => {
    removeEventListener('focus', changed)
    removeEventListener('blur', changed)
    document.removeEventListener('visibilitychange', changed)
  }
}
