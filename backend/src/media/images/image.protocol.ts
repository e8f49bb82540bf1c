import type { CostLimits } from '../../lib/limits/costLimits.ts'

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

export type Answer =
  | { id: number; ok: true; facts: ImageFacts }
  /** `limit` is there when the image would unpack to more bytes. */
  | { id: number; ok: false; message: string; limit?: number | undefined }

export type ImageLimits = Pick<CostLimits, 'imageBytes' | 'imageBytesAtOnce' | 'imageProcessBytes'>

/** A message to the image process. */
export interface ImageTask {
  id: number
  job: Job
  limits: ImageLimits
}
