/**
 * A square of a picture as it is seen, after the rotation that a camera notes. Fractions: `x` and `y` of its width and height, where the
 * square begins; `size` of its shorter side.
 */
export interface PictureCrop {
  x: number
  y: number
  size: number
}

/** Pixels. */
export interface PictureSize {
  width: number
  height: number
}

/** The server's smallest picture would have no more to show. */
export const ZOOM_MAX = 4

/** All of the shorter side, from the middle. */
export function middleCrop(picture: PictureSize): PictureCrop {
  const { across, down } = sidesOf({ x: 0, y: 0, size: 1 }, picture)
  return { x: (1 - across) / 2, y: (1 - down) / 2, size: 1 }
}

/** Moved by fractions of the picture's width and height, as far as it stays in the picture. */
export function movedCrop(crop: PictureCrop, picture: PictureSize, dx: number, dy: number): PictureCrop {
  const { across, down } = sidesOf(crop, picture)
  return { ...crop, x: within(crop.x + dx, 1 - across), y: within(crop.y + dy, 1 - down) }
}

/** `zoom` from 1 to ZOOM_MAX; what is in the middle stays there. */
export function zoomedCrop(crop: PictureCrop, picture: PictureSize, zoom: number): PictureCrop {
  const before = sidesOf(crop, picture)
  const next = { ...crop, size: 1 / Math.min(ZOOM_MAX, Math.max(1, zoom)) }
  const after = sidesOf(next, picture)
  return movedCrop(next, picture, (before.across - after.across) / 2, (before.down - after.down) / 2)
}

/** Where the picture lies when its crop fills a square: percent of the square's side. */
export function pictureInSquare(
  crop: PictureCrop,
  picture: PictureSize,
): { inlineSize: string; left: string; top: string } {
  const { across, down } = sidesOf(crop, picture)
  return { inlineSize: percent(1 / across), left: percent(-crop.x / across), top: percent(-crop.y / down) }
}

/** The sides of the crop as fractions of the picture's width and height. */
function sidesOf({ size }: PictureCrop, { width, height }: PictureSize): { across: number; down: number } {
  const side = size * Math.min(width, height)
  return { across: side / width, down: side / height }
}

const percent = (fraction: number): string => `${(fraction * 100).toFixed(3)}%`

const within = (value: number, max: number): number => Math.min(Math.max(0, value), Math.max(0, max))
