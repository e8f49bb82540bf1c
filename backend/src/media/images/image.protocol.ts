/** What is cut out of a picture: fractions of its width (x), its height (y) and its shorter side (size), as it is seen. */
export interface Crop {
  x: number
  y: number
  size: number
}

/** All paths are absolute, of this machine. */
export type Job =
  | { kind: 'previews'; file: string; thumbnail: string; preview: string }
  | { kind: 'picture'; file: string; crop: Crop | null; folder: string }

export interface ImageFacts {
  /** Pixels as it is seen. */
  width: number
  height: number
  isAnimated: boolean
  hasAlpha: boolean
  /** A thumbhash in base64. */
  placeholder: string
}

export type Answer = { id: number; ok: true; facts: ImageFacts } | { id: number; ok: false; message: string }
