import { crc32 } from 'node:zlib'

/** A frame of an animated PNG: a part of the picture, as a PNG of its own. */
export interface ApngFrame {
  png: Buffer
  x: number
  y: number
  width: number
  height: number
  delayMs: number
  /** What becomes of the frame's part before the next frame: it stays, is cleared, or is as it was before the frame. */
  disposal: 'none' | 'background' | 'previous'
  /** Whether the frame is laid over its part. Otherwise it replaces the part. */
  isBlended: boolean
}

export interface Apng {
  width: number
  height: number
  /** How often it is played; 0: for ever. */
  plays: number
  frames: ApngFrame[]
}

/** Each frame is unpacked on its own. A longer animation shows its first frame. */
const FRAMES_MAX = 1000
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')
/** The chunks of the whole picture by which a frame is unpacked. */
const SHARED = new Set('PLTE tRNS cHRM gAMA iCCP sBIT sRGB cICP'.split(' '))
const DISPOSALS = ['none', 'background', 'previous'] as const
/** A delay that is missing. Browsers take a tenth of a second too. */
const DELAY_MS = 100

/**
 * Reads the frames of an animated PNG, which sharp reads as its first frame alone. Returns null for another image, and for one whose
 * frames are not as the format demands.
 * Source: Portable Network Graphics (third edition), 11.3.6.
 */
export function readApng(bytes: Buffer): Apng | null {
  if (!bytes.subarray(0, 8).equals(SIGNATURE)) return null
  const common: Buffer[] = []
  const parts: { control: Buffer; data: Buffer[] }[] = []
  let [header, animation]: (Buffer | undefined)[] = []
  let hasPixels = false
  for (const { type, data } of chunksOf(bytes)) {
    if (type === 'IHDR') header = data
    else if (type === 'acTL') animation = data
    else if (type === 'fcTL') parts.push({ control: data, data: [] })
    else if (type === 'IDAT') {
      hasPixels = true
      parts.at(-1)?.data.push(data)
    } else if (type === 'fdAT') parts.at(-1)?.data.push(data.subarray(4))
    else if (!hasPixels && SHARED.has(type)) common.push(chunk(type, data))
  }
  if (header?.length !== 13 || animation?.length !== 8 || parts.length < 2 || parts.length > FRAMES_MAX) return null
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const frames: ApngFrame[] = []
  for (const { control, data } of parts) {
    const frame = frameOf(control, header, common, data)
    if (!frame || frame.x + frame.width > width || frame.y + frame.height > height) return null
    frames.push(frame)
  }
  return { width, height, plays: animation.readUInt32BE(4), frames }
}

function* chunksOf(bytes: Buffer): Generator<{ type: string; data: Buffer }> {
  for (let at = SIGNATURE.length; at + 12 <= bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at)
    if (end + 4 > bytes.length) return
    yield { type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end) }
    at = end + 4
  }
}

function frameOf(control: Buffer, header: Buffer, common: Buffer[], data: Buffer[]): ApngFrame | null {
  if (control.length !== 26 || data.length === 0) return null
  const [width, height] = [control.readUInt32BE(4), control.readUInt32BE(8)]
  const [x, y] = [control.readUInt32BE(12), control.readUInt32BE(16)]
  if (width === 0 || height === 0) return null
  const [delay, parts] = [control.readUInt16BE(20), control.readUInt16BE(22)]
  const disposal = DISPOSALS[control.readUInt8(24)]
  if (!disposal) return null
  const own = Buffer.from(header)
  own.writeUInt32BE(width, 0)
  own.writeUInt32BE(height, 4)
  const png = Buffer.concat([
    SIGNATURE,
    chunk('IHDR', own),
    ...common,
    chunk('IDAT', Buffer.concat(data)),
    chunk('IEND', Buffer.alloc(0)),
  ])
  const delayMs = Math.round((1000 * delay) / (parts === 0 ? 100 : parts)) || DELAY_MS
  return { png, x, y, width, height, delayMs, disposal, isBlended: control.readUInt8(25) === 1 }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
