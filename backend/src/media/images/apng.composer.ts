import sharp, { type Sharp } from 'sharp'
import type { Apng, ApngFrame } from './apng.reader.ts'

const CHANNELS = 4

/**
 * Draws the frames of an animated PNG one over the other, as a browser does, each made smaller to fit into `pixels` x `pixels`. Returns
 * the animation.
 */
export async function composeApng(apng: Apng, pixels: number): Promise<Sharp> {
  const scale = Math.min(1, pixels / Math.max(apng.width, apng.height))
  const width = Math.max(1, Math.round(apng.width * scale))
  const height = Math.max(1, Math.round(apng.height * scale))
  const size = width * height * CHANNELS
  const all = Buffer.alloc(size * apng.frames.length)
  let index = 0
  for await (const canvas of canvasesOf(apng)) {
    const raw = { width: apng.width, height: apng.height, channels: CHANNELS } as const
    const frame = await sharp(canvas, { raw }).resize(width, height, { fit: 'fill' }).raw().toBuffer()
    frame.copy(all, size * index)
    index += 1
  }
  const raw = { width, height: height * apng.frames.length, channels: CHANNELS, pageHeight: height } as const
  return sharp(all, { raw, limitInputPixels: false })
}

/** Yields the picture after each frame. The buffer is the same, so it must be used before the next one is asked for. */
async function* canvasesOf({ width, height, frames }: Apng): AsyncGenerator<Buffer> {
  const canvas = Buffer.alloc(width * height * CHANNELS)
  for (const frame of frames) {
    const before = frame.disposal === 'previous' ? Buffer.from(canvas) : null
    const pixels = await sharp(frame.png, { failOn: 'error', limitInputPixels: width * height })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer()
    for (let row = 0; row < frame.height; row += 1) draw(canvas, width, frame, pixels, row)
    yield canvas
    if (before) before.copy(canvas)
    else if (frame.disposal === 'background')
      for (let row = 0; row < frame.height; row += 1) {
        const from = placeOf(width, frame, row)
        canvas.fill(0, from, from + frame.width * CHANNELS)
      }
  }
}

const placeOf = (width: number, { x, y }: ApngFrame, row: number): number => ((y + row) * width + x) * CHANNELS

function draw(canvas: Buffer, width: number, frame: ApngFrame, pixels: Buffer, row: number): void {
  const to = placeOf(width, frame, row)
  const from = row * frame.width * CHANNELS
  const length = frame.width * CHANNELS
  if (!frame.isBlended) {
    pixels.copy(canvas, to, from, from + length)
    return
  }
  for (let at = 0; at < length; at += CHANNELS) blend(canvas, to + at, pixels, from + at)
}

/** Lays one pixel over another (Porter and Duff, "over"). Colours are not multiplied by their opacity. */
function blend(canvas: Buffer, to: number, pixels: Buffer, from: number): void {
  const over = (pixels[from + 3] ?? 0) / 255
  if (over === 0) return
  const under = ((canvas[to + 3] ?? 0) / 255) * (1 - over)
  const sum = over + under
  for (let channel = 0; channel < 3; channel += 1)
    canvas[to + channel] = Math.round(
      ((pixels[from + channel] ?? 0) * over + (canvas[to + channel] ?? 0) * under) / sum,
    )
  canvas[to + 3] = Math.round(255 * sum)
}
