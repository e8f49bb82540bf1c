import { useEffect, useState } from 'react'
import { usePendingBroadcasts } from '../announcements/pendingBroadcasts.store.ts'

/** A slower answer does not hold the page back any longer. */
const HELD_MAX_MS = 500

/**
 * Returns whether the page must not be seen yet: until the server has said which announcements are urgent. Their banner would push
 * down a page that is seen already, and with it what a finger is about to touch.
 */
export function useHeldPaint(): boolean {
  const isLoaded = usePendingBroadcasts((state) => state.isLoaded)
  const [isLate, setIsLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setIsLate(true), HELD_MAX_MS)
    return () => clearTimeout(timer)
  }, [])
  return !isLoaded && !isLate
}
