import { crc32 } from 'node:zlib'
import { exifOf, orientationOf } from './exif.format.ts'
import type { FilePatcher } from './file.patcher.ts'

const SIGNATURE_BYTES = 8
const EXIF_BYTES_MAX = 64 * 1024
/** The chunks that draw the picture. */
const DRAWN = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT'.split(' '),
)
/** An unknown chunk that decoders skip, by the case of its letters. */
const SKIPPED = 'zeRo'
const ZEROS = Buffer.alloc(64 * 1024)

/**
 * Erases the metadata of a PNG: texts, dates, EXIF but for the orientation, chunks of programs, and all after the end.
 * Source: Portable Network Graphics (third edition), 5 and 11.
 */
export async function erasePng(file: FilePatcher): Promise<void> {
  let at = SIGNATURE_BYTES
  while (at + 12 <= file.size) {
    const head = await file.read(at, 8)
    const [length, type] = [head.readUInt32BE(0), head.toString('latin1', 4, 8)]
    const end = at + 8 + length
    if (end + 4 > file.size) return
    if (!DRAWN.has(type)) await eraseChunk(file, at, type, length)
    if (type === 'IEND') return file.zero(end + 4, file.size)
    at = end + 4
  }
}

async function eraseChunk(file: FilePatcher, at: number, type: string, length: number): Promise<void> {
  const isExif = type === 'eXIf' && length <= EXIF_BYTES_MAX
  const orientation = isExif ? orientationOf(await file.read(at + 8, length)) : null
  const name = Buffer.from(orientation === null ? SKIPPED : type, 'latin1')
  await file.write(at + 4, name)
  let sum = crc32(name)
  if (orientation === null) {
    await file.zero(at + 8, at + 8 + length)
    for (let left = length; left > 0; left -= ZEROS.length) sum = crc32(ZEROS.subarray(0, left), sum)
  } else {
    const content = exifOf(orientation, length)
    await file.write(at + 8, content)
    sum = crc32(content, sum)
  }
  const check = Buffer.alloc(4)
  check.writeUInt32BE(sum)
  await file.write(at + 8 + length, check)
}
