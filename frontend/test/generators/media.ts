import type { Attachment } from 'backend/contract'
import { id } from './index.ts'

export function attachment(given: Partial<Attachment> = {}): Attachment {
  return {
    id: id(),
    kind: 'image',
    name: 'Garden.jpg',
    size: 2048,
    mimeType: 'image/jpeg',
    width: 800,
    height: 600,
    durationSeconds: null,
    waveform: null,
    isVoice: false,
    placeholder: null,
    hasThumbnail: given.kind === undefined || given.kind === 'image',
    isAnimated: false,
    ...given,
  }
}

export function file(name: string, size = 8, type = 'text/plain'): File {
  const made = new File(['x'], name, { type })
  // Of what is large only the size matters.
  Object.defineProperty(made, 'size', { value: size })
  return made
}
