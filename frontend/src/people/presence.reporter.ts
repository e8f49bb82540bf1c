import type { Activity } from 'backend/contract'
import { socket } from '../connection/socket.client.ts'

/** Without input for this long, or hidden for this long, the tab counts as away. */
const AWAY_AFTER_MS = 5 * 60_000

const INPUTS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const

/**
 * Reports to the server whether the user is active in this tab. The user is away when all tabs are. Each connection starts
 * as active. Returns a function that stops the reports.
 */
export function watchActivity(): () => void {
  let activity: Activity = 'active'
  let lastInput = performance.now()
  let timer = setTimeout(look, AWAY_AFTER_MS)

  function look(): void {
    const rest = lastInput + AWAY_AFTER_MS - performance.now()
    // Input only notes the time, because mouse moves would restart a timer a hundred times a second.
    if (rest > 0) timer = setTimeout(look, rest)
    else say('away')
  }

  function noteInput(): void {
    if (document.visibilityState === 'hidden') return
    lastInput = performance.now()
    if (activity === 'active') return
    say('active')
    timer = setTimeout(look, AWAY_AFTER_MS)
  }

  function say(next: Activity): void {
    activity = next
    if (socket.connected) socket.emit('setActivity', next)
  }

  function sayAgain(): void {
    if (activity === 'away') say('away')
  }

  for (const input of INPUTS) addEventListener(input, noteInput, { passive: true, capture: true })
  document.addEventListener('visibilitychange', noteInput)
  socket.on('connect', sayAgain)
  return () => {
    clearTimeout(timer)
    for (const input of INPUTS) removeEventListener(input, noteInput, { capture: true })
    document.removeEventListener('visibilitychange', noteInput)
    socket.off('connect', sayAgain)
  }
}
