import type { OwnUser } from 'backend/contract'
import { apiUrl } from '../lib/serverOrigin.ts'
import { get } from './http.client.ts'

/** An element that fails again sooner shows its error. A long video can outlive several access tokens. */
const AGAIN_MS = 20_000
/** How long it is known that the session works. */
const CONFIRMED_MS = 3000

const tried = new WeakMap<Element, { src: string; at: number }>()

/**
 * Loads pictures, videos and recordings once more after an error, with a fresh access token: browsers load them without
 * this page's code, and an expired token looks like any other error. It hears the errors of the whole document before the
 * elements do, and passes on the second one.
 */
export function recoverMedia(): void {
  addEventListener('error', hear, { capture: true })
}

function hear(event: Event): void {
  const { target } = event
  if (!(target instanceof HTMLImageElement || target instanceof HTMLMediaElement)) return
  const src = target.currentSrc || target.src
  if (!src.startsWith(new URL(apiUrl('/'), location.href).href)) return
  const last = tried.get(target)
  const now = performance.now()
  if (last?.src === src && now - last.at < AGAIN_MS) return
  tried.set(target, { src, at: now })
  event.stopImmediatePropagation()
  confirmSession().then(
    () => {
      reload(target)
      reloadPosters()
    },
    () => target.dispatchEvent(new Event('error')),
  )
}

let confirmed: Promise<OwnUser> | null = null

/** Asks the server who is signed in, which refreshes an expired access token. Errors that come together share one request. */
function confirmSession(): Promise<OwnUser> {
  if (confirmed) return confirmed
  const asked = get<OwnUser>('/auth/me')
  const forget = () => (confirmed = null)
  confirmed = asked
  asked.then(() => setTimeout(forget, CONFIRMED_MS), forget)
  return asked
}

function reload(element: HTMLImageElement | HTMLMediaElement): void {
  if (element instanceof HTMLImageElement) {
    // The same address again is a new request.
    element.setAttribute('src', element.getAttribute('src') ?? '')
    return
  }
  const { currentTime, paused } = element
  element.load()
  if (currentTime > 0) element.currentTime = currentTime
  if (!paused) element.play().catch(() => {})
}

/** The still picture of a video fails without an event. */
function reloadPosters(): void {
  for (const video of document.querySelectorAll<HTMLVideoElement>('video[poster]'))
    video.setAttribute('poster', video.poster)
}
