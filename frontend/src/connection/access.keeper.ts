import { exclusively } from '../lib/tabs.ts'
import { accessAge } from './access.storage.ts'
import { refresh } from './http.client.ts'

let lifetime = 0
let timer: ReturnType<typeof setTimeout> | undefined

/**
 * Refreshes the access token at half of its life, as long as a tab is visible: the browser loads pictures, videos and
 * downloads itself, and cannot refresh. A hidden tab lets the token expire.
 * @param seconds the life of an access token
 */
export function keepAccessFresh(seconds: number): void {
  lifetime = seconds * 1000
  look()
}

/** Stops at the end of the session. */
export function stopKeepingAccess(): void {
  clearTimeout(timer)
  lifetime = 0
}

function look(): void {
  clearTimeout(timer)
  if (lifetime === 0) return
  timer = setTimeout(look, Math.min(60_000, lifetime / 6))
  if (document.visibilityState !== 'visible' || accessAge() < lifetime / 2) return
  // Another tab may refresh meanwhile.
  void exclusively('parley.refresh', async () => {
    if (lifetime > 0 && accessAge() >= lifetime / 2) await refresh()
  }).catch(() => {
    // The next look tries again. An ended session was reported.
  })
}

document.addEventListener('visibilitychange', look)
