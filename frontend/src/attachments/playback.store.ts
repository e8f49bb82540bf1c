import type { AttachmentId } from 'backend/contract'
import { create } from 'zustand'

interface PlaybackState {
  /** The attachment or recording that plays, or was paused last. */
  id: AttachmentId | null
  playing: boolean
  /** Seconds. */
  time: number
  /** Seconds; null until the browser knows. */
  duration: number | null
  failed: boolean
  /** Plays it from its position, or pauses it. */
  toggle(id: AttachmentId, url: string): void
  seek(id: AttachmentId, url: string, seconds: number): void
  stop(): void
}

/** Not part of a message: it keeps playing when the message is scrolled out of the document. */
let audio: HTMLAudioElement | null = null

/** The audio playback of the page: one recording at a time. */
export const usePlayback = create<PlaybackState>()((set, get) => {
  function element(): HTMLAudioElement {
    if (audio) return audio
    const made = new Audio()
    made.preload = 'metadata'
    made.addEventListener('timeupdate', () => set({ time: made.currentTime }))
    made.addEventListener('durationchange', () => {
      if (Number.isFinite(made.duration)) set({ duration: made.duration })
    })
    made.addEventListener('play', () => set({ playing: true }))
    made.addEventListener('pause', () => set({ playing: false }))
    made.addEventListener('ended', () => set({ playing: false, time: 0 }))
    made.addEventListener('error', () => {
      if (get().id !== null) set({ playing: false, failed: true })
    })
    // Errors of media are handled once for the whole document.
    document.body.append(made)
    audio = made
    return made
  }

  function take(id: AttachmentId, url: string): HTMLAudioElement {
    const made = element()
    if (get().id === id && !get().failed) return made
    set({ id, playing: false, time: 0, duration: null, failed: false })
    made.src = url
    return made
  }

  return {
    id: null,
    playing: false,
    time: 0,
    duration: null,
    failed: false,

    toggle(id, url) {
      const made = take(id, url)
      if (!made.paused) {
        made.pause()
        return
      }
      pauseVideo()
      made.play().catch(() => {
        // Paused before it began, or not playable: then the element reports an error.
      })
    },

    seek(id, url, seconds) {
      take(id, url).currentTime = seconds
      set({ time: seconds })
    },

    stop() {
      if (get().id === null) return
      set({ id: null, playing: false, time: 0, duration: null, failed: false })
      audio?.pause()
      audio?.removeAttribute('src')
      audio?.load()
    },
  }
})

let video: HTMLVideoElement | null = null

/** Pauses other playback when a video starts. */
export function videoPlays(element: HTMLVideoElement): void {
  if (video !== element) pauseVideo()
  video = element
  audio?.pause()
}

function pauseVideo(): void {
  video?.pause()
}
