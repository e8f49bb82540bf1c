import { constants, crc32, deflateRawSync, deflateSync } from 'node:zlib'
import sharp from 'sharp'

/** Real files, made on demand. */

/** A photo of 12 megapixels as cameras write it: EXIF says to turn it by a quarter (6), and has the location. */
export function photo(): Promise<Buffer> {
  const [width, height] = [4000, 3000]
  const left = { create: { width: width / 2, height, channels: 3 as const, background: '#c02020' } }
  return sharp({ create: { width, height, channels: 3, background: '#2040c0' } })
    .composite([{ input: left, left: 0, top: 0 }])
    .withExif({
      IFD0: { Copyright: 'canary-of-the-metadata' },
      IFD3: { GPSLatitude: '52/1 31/1 0/1', GPSLatitudeRef: 'N' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 90 })
    .toBuffer()
}

/** One half is transparent. */
export function transparentPng(width = 600, height = 300): Promise<Buffer> {
  const opaque = { create: { width: width / 2, height, channels: 4 as const, background: '#20a040' } }
  return sharp({ create: { width, height, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
    .composite([{ input: opaque, left: 0, top: 0 }])
    .png()
    .toBuffer()
}

export async function animatedGif(frames = 3): Promise<Buffer> {
  const colours = ['#d01010', '#10d010', '#1010d0']
  const images = await Promise.all(
    Array.from({ length: frames }, (_, index) =>
      sharp({ create: { width: 500, height: 250, channels: 3, background: colours[index % 3]! } })
        .png()
        .toBuffer(),
    ),
  )
  return sharp(images, { join: { animated: true } })
    .gif({ delay: images.map(() => 100) })
    .toBuffer()
}

export const scriptedSvg = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(document.cookie)</script><rect width="9" height="9"/></svg>',
)

/** The beginning of a Linux program, which a user may call holiday.jpg. */
export const program = Buffer.concat([
  Buffer.from('7f454c4602010100000000000000000002003e0001000000', 'hex'),
  Buffer.alloc(4096),
])

/** A second of silence. */
export function wav(): Buffer {
  const data = Buffer.alloc(8000, 128)
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + data.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(8000, 24)
  header.writeUInt32LE(8000, 28)
  header.writeUInt16LE(1, 32)
  header.writeUInt16LE(8, 34)
  header.write('data', 36)
  header.writeUInt32LE(data.length, 40)
  return Buffer.concat([header, data])
}

/** The beginning of a recording of a browser: Matroska, `webm`, one track of this codec. */
export function webm(codec: 'A_OPUS' | 'V_VP8'): Buffer {
  const header = element(
    '1a45dfa3',
    Buffer.concat([element('4282', Buffer.from('webm')), element('4287', Buffer.from([4]))]),
  )
  const track = element('ae', Buffer.concat([element('d7', Buffer.from([1])), element('86', Buffer.from(codec))]))
  return Buffer.concat([header, element('18538067', element('1654ae6b', track)), Buffer.alloc(2000)])
}

/** Encodes an element of Matroska with less than 127 bytes. */
function element(id: string, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(id, 'hex'), Buffer.from([0x80 | content.length]), content])
}

/** The beginning of a PNG whose header claims this size, with red, green, blue and alpha. */
export function pngHeader(width: number, height: number, bits: number, interlace: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([bits, 6, 0, 0, interlace], 8)
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([signature, pngChunk('IHDR', header), pngChunk('IDAT', deflateSync(Buffer.alloc(1000)))])
}

/**
 * A PNG of one colour, complete and of a megabyte at most, that unpacks to as many bytes as its size says.
 * @param bits of each of its four channels
 */
export function bombPng(width: number, height: number, bits: number, interlace: number): Buffer {
  const rowBytes = (pixels: number) => (pixels === 0 ? 0 : 1 + Math.ceil((pixels * 4 * bits) / 8))
  const passes = interlace === 0 ? [{ columns: width, rows: height }] : adam7(width, height)
  const bytes = passes.reduce((sum, { columns, rows }) => sum + rows * rowBytes(columns), 0)
  const portion = 1024 * 1024
  // A portion ends at a byte and needs nothing before it, so it can be repeated.
  const repeated = deflateRawSync(Buffer.alloc(portion), { finishFlush: constants.Z_FULL_FLUSH })
  const whole = Math.floor(bytes / portion)
  const end = deflateRawSync(Buffer.alloc(bytes - whole * portion))
  // Adler-32 of zeros.
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE((((bytes % 65_521) << 16) | 1) >>> 0)
  const data = Buffer.concat([Buffer.from('7801', 'hex'), ...Array<Buffer>(whole).fill(repeated), end, sum])
  const header = pngHeader(width, height, bits, interlace).subarray(0, 33)
  return Buffer.concat([header, pngChunk('IDAT', data), pngChunk('IEND', Buffer.alloc(0))])
}

/** The parts in which an interlaced PNG is stored: the first column and row of each, and its steps. */
function adam7(width: number, height: number): { columns: number; rows: number }[] {
  const passes = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const // prettier-ignore
  return passes.map(([x, y, right, down]) => ({
    columns: Math.max(0, Math.ceil((width - x) / right)),
    rows: Math.max(0, Math.ceil((height - y) / down)),
  }))
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
