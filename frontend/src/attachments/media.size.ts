import type { Attachment } from 'backend/contract'

/** px of the largest picture in a bubble, which is 400 wide with 4 at each side. */
const WIDTH_MAX = 392
const HEIGHT_MAX = 420
/** Less could not be pressed, and would leave no room for the time. */
const SIDE_MIN = 96

/** The room that a picture takes in its bubble, before it is loaded; where its size is not known, that of most screens. */
export function roomOf({ width, height }: Pick<Attachment, 'width' | 'height'>): { width: number; height: number } {
  if (!width || !height) return { width: WIDTH_MAX, height: Math.round((WIDTH_MAX * 9) / 16) }
  const scale = Math.min(1, WIDTH_MAX / width, HEIGHT_MAX / height)
  return {
    width: Math.max(SIDE_MIN, Math.round(width * scale)),
    height: Math.max(SIDE_MIN, Math.round(height * scale)),
  }
}
