import { useEffect } from 'react'
import { useUnreadTotal } from '../conversations/conversations.store.ts'
import { useTitle } from '../ui/hooks/useTitle.ts'

/** Says in the title and the favicon how much waits, for the one who looks at another tab. */
export function useAttention(page: string | null): void {
  const unread = useUnreadTotal()
  useTitle(page, unread)
  const waiting = unread > 0
  useEffect(() => {
    showIcon(waiting)
    // Signed out, nothing waits for anybody.
    return () => showIcon(false)
  }, [waiting])
}

function showIcon(waiting: boolean): void {
  document.querySelector('link[rel="icon"]')?.setAttribute('href', waiting ? '/favicon-unread.svg' : '/favicon.svg')
}
