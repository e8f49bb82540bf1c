import type { Attachment } from 'backend/contract'

/** Largest picture in a bubble, px: the bubble is 400 wide with 4 at each side. */
const WIDTH_MAX = 392
const HEIGHT_MAX = 420
/** Shortest side, px: enough to press, and for the time on it. */
const SIDE_MIN = 96

/** Returns the size of a picture in its bubble before it is loaded; 16:9 when the size is unknown. */
export function roomOf({ width, height }: Pick<Attachment, 'width' | 'height'>): { width: number; height: number } {
  if (!width || !height) return { width: WIDTH_MAX, height: Math.round((WIDTH_MAX * 9) / 16) }
  const scale = Math.min(1, WIDTH_MAX / width, HEIGHT_MAX / height)
  return {
    width: Math.max(SIDE_MIN, Math.round(width * scale)),
    height: Math.max(SIDE_MIN, Math.round(height * scale)),
  }
}
