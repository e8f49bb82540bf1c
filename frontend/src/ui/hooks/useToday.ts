import { useSyncExternalStore } from 'react'
import { dayNumber } from '../../lib/format.ts'
import { onServerClockMoved, serverDate } from '../../lib/serverClock.ts'

/** Returns the calendar day of the browser's time zone as a number. It renders again at midnight, so that "Today" becomes "Yesterday". */
export function useToday(): number {
  return useSyncExternalStore(subscribe, () => dayNumber(serverDate()))
}

function subscribe(changed: () => void): () => void {
  let timer = setTimeout(midnight, untilMidnight())
  function midnight(): void {
    changed()
    timer = setTimeout(midnight, untilMidnight())
  }
  // Timers stop while a computer sleeps.
  document.addEventListener('visibilitychange', changed)
  const stopListening = onServerClockMoved(changed)
  return () => {
    clearTimeout(timer)
    stopListening()
    document.removeEventListener('visibilitychange', changed)
  }
}

function untilMidnight(): number {
  const now = serverDate()
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime() - now.getTime() + 50
}
