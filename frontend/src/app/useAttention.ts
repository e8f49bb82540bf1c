import { useEffect } from 'react'
import { useUnreadTotal } from '../conversations/conversations.store.ts'
import { useTitle } from '../ui/hooks/useTitle.ts'

/** Shows the unread count in the title and in the favicon, for a user who looks at another tab. */
export function useAttention(page: string | null): void {
  const unread = useUnreadTotal()
  useTitle(page, unread)
  const waiting = unread > 0
  useEffect(() => {
    showIcon(waiting)
    // A signed-out user has no unread messages.
    return () => showIcon(false)
  }, [waiting])
}

function showIcon(waiting: boolean): void {
  document.querySelector('link[rel="icon"]')?.setAttribute('href', waiting ? '/favicon-unread.svg' : '/favicon.svg')
}
