/**
 * A square of a picture, after the rotation that the camera stored. `x` and `y` are fractions of the picture's width and height:
 * where the square begins. `size` is a fraction of the shorter side.
 */
export interface PictureCrop {
  x: number
  y: number
  size: number
}

/** In pixels. */
export interface PictureSize {
  width: number
  height: number
}

/** At a greater zoom, the smallest picture that the server makes would show no more detail. */
export const ZOOM_MAX = 4

/** Returns the largest square in the middle of a picture. */
export function middleCrop(picture: PictureSize): PictureCrop {
  const { across, down } = sidesOf({ x: 0, y: 0, size: 1 }, picture)
  return { x: (1 - across) / 2, y: (1 - down) / 2, size: 1 }
}

/** Moves a crop by fractions of the picture's width and height. It stops at the picture's edges. */
export function movedCrop(crop: PictureCrop, picture: PictureSize, dx: number, dy: number): PictureCrop {
  const { across, down } = sidesOf(crop, picture)
  return { ...crop, x: within(crop.x + dx, 1 - across), y: within(crop.y + dy, 1 - down) }
}

/** Zooms a crop around its middle. `zoom` is from 1 to ZOOM_MAX. */
export function zoomedCrop(crop: PictureCrop, picture: PictureSize, zoom: number): PictureCrop {
  const before = sidesOf(crop, picture)
  const next = { ...crop, size: 1 / Math.min(ZOOM_MAX, Math.max(1, zoom)) }
  const after = sidesOf(next, picture)
  return movedCrop(next, picture, (before.across - after.across) / 2, (before.down - after.down) / 2)
}

/** Returns the place of the picture when its crop fills a square, in percent of the square's side. */
export function pictureInSquare(
  crop: PictureCrop,
  picture: PictureSize,
): { inlineSize: string; left: string; top: string } {
  const { across, down } = sidesOf(crop, picture)
  return { inlineSize: percent(1 / across), left: percent(-crop.x / across), top: percent(-crop.y / down) }
}

/** Returns the sides of the crop as fractions of the picture's width and height. */
function sidesOf({ size }: PictureCrop, { width, height }: PictureSize): { across: number; down: number } {
  const side = size * Math.min(width, height)
  return { across: side / width, down: side / height }
}

const percent = (fraction: number): string => `${(fraction * 100).toFixed(3)}%`

const within = (value: number, max: number): number => Math.min(Math.max(0, value), Math.max(0, max))
