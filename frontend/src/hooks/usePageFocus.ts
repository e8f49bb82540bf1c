import { useSyncExternalStore } from 'react'

/** Whether somebody can be looking at the page: its tab is shown and its window has the focus. */
export function usePageFocus(): boolean {
  return useSyncExternalStore(subscribe, hasFocus)
}

function hasFocus(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus()
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
