import type { CostLimits } from '../../lib/limits/costLimits.ts'

/**
 * The square to cut out of a picture, in fractions of its width (x), its height (y) and its shorter side (size), after
 * rotation.
 */
export interface Crop {
  x: number
  y: number
  size: number
}

/** All paths are absolute. */
export type Job =
  | { kind: 'previews'; file: string; thumbnail: string; preview: string }
  | { kind: 'picture'; file: string; crop: Crop | null; folder: string }

export interface ImageFacts {
  /** Pixels after rotation. */
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
