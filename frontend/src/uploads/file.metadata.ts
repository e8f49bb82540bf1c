import type { AttachmentKind, CompleteUploadInput } from 'backend/contract'

/** Guesses the kind of a file by its type; the server checks the content. SVG counts as a file: it can hold scripts. */
export function guessedKind({ type }: { type: string }): AttachmentKind {
  if (type.startsWith('image/')) return type === 'image/svg+xml' ? 'file' : 'image'
  if (type.startsWith('video/')) return 'video'
  return type.startsWith('audio/') ? 'audio' : 'file'
}

/** Longer than any browser needs to read the head of a file, ms. */
const TIMEOUT_MS = 5000

/** Finds out what only this device knows: the size of a picture and the duration of a recording. Empty when it cannot tell. */
export async function factsOf(file: Blob): Promise<CompleteUploadInput> {
  const kind = guessedKind(file)
  const url = URL.createObjectURL(file)
  try {
    if (kind === 'image') return await Promise.race([imageFacts(url), giveUp()])
    return kind === 'file' ? {} : await Promise.race([playingFacts(url, kind), giveUp()])
  } catch {
    return {}
  } finally {
    URL.revokeObjectURL(url)
  }
}

const giveUp = (): Promise<CompleteUploadInput> => new Promise((resolve) => setTimeout(resolve, TIMEOUT_MS, {}))

async function imageFacts(url: string): Promise<CompleteUploadInput> {
  const image = new Image()
  const loaded = once(image, 'load')
  image.src = url
  await loaded
  return { width: image.naturalWidth, height: image.naturalHeight }
}

async function playingFacts(url: string, kind: 'video' | 'audio'): Promise<CompleteUploadInput> {
  const media = document.createElement(kind)
  media.preload = 'metadata'
  media.muted = true
  const loaded = once(media, 'loadedmetadata')
  media.src = url
  await loaded
  const durationSeconds = Number.isFinite(media.duration) ? Math.round(media.duration * 10) / 10 : undefined
  const facts =
    media instanceof HTMLVideoElement && media.videoWidth > 0
      ? { width: media.videoWidth, height: media.videoHeight, durationSeconds }
      : { durationSeconds }
  // The browser would otherwise keep reading the file.
  media.removeAttribute('src')
  media.load()
  return facts
}

function once(target: HTMLElement, event: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    target.addEventListener(event, resolve, { once: true })
    target.addEventListener('error', reject, { once: true })
  })
}
