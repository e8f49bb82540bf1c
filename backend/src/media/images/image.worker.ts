import { writeFileSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import sharp, { type Metadata, type Sharp } from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import { LIMITS, PICTURE_SIZES } from '../../contract/index.ts'
import { composeApng } from './apng.composer.ts'
import { readApng, type Apng } from './apng.reader.ts'
import type { Answer, Crop, ImageFacts, ImageLimits, ImageTask, Job } from './image.protocol.ts'

/*
 * A process of its own, which image.process.ts starts. A crash while it decodes a foreign image does not end the server, and
 * its memory is free when it ends. It does one job after the other in one thread.
 */

/** A camera's photo has 12 to 200 million pixels. A larger picture is stored as a file. */
const PIXELS_MAX = 268_000_000
/**
 * Decoding takes four bytes a pixel for all frames at once. The previews of a larger animation show its first frame
 * only.
 */
const ANIMATED_PIXELS_MAX = 50_000_000
/** A larger animated PNG shows its first frame, because it is read as a whole. */
const APNG_BYTES_MAX = 50_000_000
const QUALITY = { quality: 80, effort: 3 }
/** The largest width and height from which a picture is cut: 64 MB at most. */
const UNPACKED_PIXELS = 4096
/** The largest width and height that thumbhash takes. */
const HASH_PIXELS = 100

// The decoders of the formats that browsers show, and of TIFF, which scanners write. SVG and PDF can hold programs, and
// decoders of rare formats are tested less.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif', 'Tiff'].map((format) => `VipsForeignLoad${format}`),
})
sharp.cache(false)
sharp.concurrency(1)

/** How often the memory is looked at. Unpacking takes it at some gigabytes a second. */
const LOOK_MS = 25
let memoryMax = Infinity
setInterval(() => {
  // The image that takes too much becomes a file without previews; the next image gets a new process.
  if (process.memoryUsage.rss() > memoryMax) process.exit(1)
}, LOOK_MS).unref()
try {
  // When the machine runs out of memory, Linux ends this process and not the server.
  writeFileSync('/proc/self/oom_score_adj', '1000')
} catch {
  // Other systems have no such file.
}

process.on('message', (message: ImageTask) => void run(message))
process.once('disconnect', () => process.exit())

async function run({ id, job, limits }: ImageTask): Promise<void> {
  memoryMax = limits.imageProcessBytes
  let answer: Answer
  try {
    const info = await readHeader(job.file, limits)
    answer = { id, ok: true, facts: job.kind === 'previews' ? await previews(job, info) : await picture(job) }
  } catch (error) {
    const limit = error instanceof TooLarge ? error.limit : undefined
    answer = { id, ok: false, message: error instanceof Error ? error.message : String(error), limit }
  }
  process.send?.(answer)
}

/** An image that would unpack to more than `limit` bytes. */
class TooLarge extends Error {
  readonly limit: number
  constructor(limit: number) {
    super(`The image unpacks to more than ${limit} bytes`)
    this.limit = limit
  }
}

/** Bytes of one channel of a pixel. */
const DEPTH_BYTES: Readonly<Record<string, number>> = {
  uchar: 1,
  char: 1,
  ushort: 2,
  short: 2,
  double: 8,
  dpcomplex: 16,
}

/** Reads the header alone, and refuses an image by it before anything is unpacked. @throws TooLarge */
async function readHeader(file: string, { imageBytes, imageBytesAtOnce }: ImageLimits): Promise<Metadata> {
  const info = await open(file).metadata()
  const { width, height, channels, depth, format, isProgressive } = info
  const bytes = width * height * channels * (DEPTH_BYTES[depth] ?? 4)
  // Only these are unpacked row by row, as long as they are not interlaced.
  const isByRow = (format === 'jpeg' || format === 'png') && !isProgressive
  const limit = isByRow ? imageBytes : imageBytesAtOnce
  if (bytes > limit) throw new TooLarge(limit)
  return info
}

async function previews(
  { file, thumbnail, preview }: Extract<Job, { kind: 'previews' }>,
  { pages = 1, hasAlpha, autoOrient: upright, format, width, height }: Metadata,
): Promise<ImageFacts> {
  // The pages of a TIFF are pages. The first one is shown.
  const isAnimated = pages > 1 && format !== 'tiff'
  const apng = format === 'png' && upright.width === width ? await apngOf(file, width * height) : null
  if (apng) {
    await animated(apng, LIMITS.previewPixels).then((image) => image.toFile(preview))
    await animated(apng, LIMITS.thumbnailPixels).then((image) => image.toFile(thumbnail))
    return { width, height, isAnimated: true, hasAlpha, placeholder: await placeholderOf(thumbnail) }
  }
  const staysAnimated = isAnimated && upright.width * upright.height * pages <= ANIMATED_PIXELS_MAX
  // The larger image comes first: a broken file fails before anything is stored.
  await resizeToFit(open(file, staysAnimated), LIMITS.previewPixels).toFile(preview)
  await resizeToFit(open(file, staysAnimated), LIMITS.thumbnailPixels).toFile(thumbnail)
  const placeholder = await placeholderOf(thumbnail)
  return { width: upright.width, height: upright.height, isAnimated, hasAlpha, placeholder }
}

/** Returns an animated PNG that is not too large; null for another file, and for one whose frames cannot be read. */
async function apngOf(file: string, pixels: number): Promise<Apng | null> {
  if ((await stat(file)).size > APNG_BYTES_MAX) return null
  const apng = readApng(await readFile(file))
  return apng && pixels * apng.frames.length <= ANIMATED_PIXELS_MAX ? apng : null
}

async function animated(apng: Apng, pixels: number): Promise<Sharp> {
  const image = await composeApng(apng, pixels)
  return image.webp({ ...QUALITY, loop: apng.plays, delay: apng.frames.map(({ delayMs }) => delayMs) })
}

/** Makes the placeholder of the first frame of the thumbnail, which is rotated and small. */
async function placeholderOf(thumbnail: string): Promise<string> {
  const { data, info } = await sharp(thumbnail)
    .resize(HASH_PIXELS, HASH_PIXELS, { fit: 'inside' })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64')
}

/** Makes a square picture in each size, as `<folder>/<size>`. */
async function picture({ file, crop, folder }: Extract<Job, { kind: 'picture' }>): Promise<ImageFacts> {
  // The picture is rotated first, because the crop applies to the rotated picture, and made smaller, because it is
  // decoded as a whole.
  const upright = open(file)
    .autoOrient()
    .resize(UNPACKED_PIXELS, UNPACKED_PIXELS, { fit: 'inside', withoutEnlargement: true })
  const { data, info } = await upright.raw().toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  const square = squareOf(crop, width, height)
  for (const size of PICTURE_SIZES) {
    const made = sharp(data, { raw: { width, height, channels } }).extract(square).resize(size, size, { fit: 'cover' })
    await writeFile(`${folder}/${size}`, await made.webp({ quality: 84, effort: 4 }).toBuffer(), { mode: 0o600 })
  }
  return { width: square.width, height: square.height, isAnimated: false, hasAlpha: channels === 4, placeholder: '' }
}

/**
 * Opens an image. Warnings are ignored: cameras and chat programs write images that are slightly wrong. sharp drops the
 * metadata.
 */
function open(file: string, animated = false): Sharp {
  return sharp(file, { limitInputPixels: PIXELS_MAX, failOn: 'error', animated, sequentialRead: true })
}

function resizeToFit(image: Sharp, pixels: number): Sharp {
  return image.autoOrient().resize(pixels, pixels, { fit: 'inside', withoutEnlargement: true }).webp(QUALITY)
}

/** Returns the square to cut in pixels. Without a crop it is the largest square in the middle. */
function squareOf(crop: Crop | null, width: number, height: number) {
  const shorter = Math.min(width, height)
  const side = Math.min(shorter, Math.max(1, Math.round(crop ? crop.size * shorter : shorter)))
  const left = crop ? Math.round(crop.x * width) : Math.round((width - side) / 2)
  const top = crop ? Math.round(crop.y * height) : Math.round((height - side) / 2)
  return { left: Math.min(left, width - side), top: Math.min(top, height - side), width: side, height: side }
}
