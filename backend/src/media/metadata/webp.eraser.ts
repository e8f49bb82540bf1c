import { exifOf, orientationOf } from './exif.format.ts'
import type { FilePatcher } from './file.patcher.ts'

const EXIF_BYTES_MAX = 64 * 1024
/** The chunks that draw the picture. */
const DRAWN = new Set(['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])
/** The bits of `VP8X` that announce an EXIF and an XMP chunk. */
const [HAS_EXIF, HAS_XMP] = [0x08, 0x04]
const SKIPPED = 'ZERO'

/**
 * Erases the metadata of a WebP: XMP, EXIF but for the orientation, unknown chunks, and all after the end.
 * Source: RFC 9649, section 2.
 */
export async function eraseWebp(file: FilePatcher): Promise<void> {
  const riff = await file.read(0, 12)
  if (riff.length < 12) return
  const end = Math.min(file.size, 8 + riff.readUInt32LE(4))
  let [at, flagsAt, announced] = [12, 0, 0]
  while (at + 8 <= end) {
    const head = await file.read(at, 8)
    const [type, length] = [head.toString('latin1', 0, 4), head.readUInt32LE(4)]
    if (type === 'VP8X') flagsAt = at + 8
    if (!DRAWN.has(type)) announced |= await eraseChunk(file, at, type, Math.min(length, end - at - 8))
    // Chunks begin at even places.
    at += 8 + length + (length % 2)
  }
  if (flagsAt > 0) {
    const flags = (await file.read(flagsAt, 1))[0] ?? 0
    await file.write(flagsAt, Buffer.from([(flags & ~(HAS_EXIF | HAS_XMP)) | announced]))
  }
  await file.zero(end, file.size)
}

/** Returns the bit of the chunk when it keeps an orientation. */
async function eraseChunk(file: FilePatcher, at: number, type: string, length: number): Promise<number> {
  const content = type === 'EXIF' && length <= EXIF_BYTES_MAX ? await file.read(at + 8, length) : Buffer.alloc(0)
  // Some programs write the header of JPEG's segment too.
  const begin = content.toString('latin1', 0, 6) === 'Exif\0\0' ? 6 : 0
  const orientation = orientationOf(content.subarray(begin))
  if (orientation === null) {
    await file.write(at, Buffer.from(SKIPPED, 'latin1'))
    await file.zero(at + 8, at + 8 + length)
    return 0
  }
  await file.write(at + 8 + begin, exifOf(orientation, length - begin))
  return HAS_EXIF
}
