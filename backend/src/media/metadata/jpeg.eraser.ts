import { exifOf, orientationOf } from './exif.format.ts'
import type { FilePatcher } from './file.patcher.ts'

const [START, END, SCAN, COMMENT] = [0xd8, 0xd9, 0xda, 0xfe]
const EXIF = 'Exif\0\0'
/** The segments of programs (APP0 to APP15) that say how to draw the picture, by how they begin. */
const DRAWN = /^(?:JFIF\0|ICC_PROFILE\0|Adobe)/

/**
 * Erases the metadata of a JPEG. The orientation and the colour profile stay. What follows the picture is erased too:
 * phones put more pictures and films there, with metadata of their own.
 * Source: ITU-T T.81, annex B.
 */
export async function eraseJpeg(file: FilePatcher): Promise<void> {
  let at = 2
  while (at + 4 <= file.size) {
    const head = await file.read(at, 4)
    const marker = head[1] ?? 0
    if (head[0] !== 0xff) return
    if (marker === END) return file.zero(at + 2, file.size)
    if (marker === 0xff) at += 1
    else if (isAlone(marker)) at += 2
    else {
      const end = at + 2 + head.readUInt16BE(2)
      if ((marker >= 0xe0 && marker <= 0xef) || marker === COMMENT) await eraseSegment(file, at + 4, end)
      at = marker === SCAN ? await nextMarker(file, end) : end
    }
  }
}

async function eraseSegment(file: FilePatcher, at: number, end: number): Promise<void> {
  const content = await file.read(at, end - at)
  const kind = content.toString('latin1', 0, 12)
  if (DRAWN.test(kind)) return
  const orientation = kind.startsWith(EXIF) ? orientationOf(content.subarray(EXIF.length)) : null
  if (orientation === null) return file.zero(at, end)
  await file.write(at + EXIF.length, exifOf(orientation, content.length - EXIF.length))
}

/** Returns the place of the first marker after a scan. In a scan, FF is followed by 00 or by a restart marker. */
async function nextMarker(file: FilePatcher, from: number): Promise<number> {
  for (let at = from; at < file.size;) {
    const bytes = await file.read(at, Math.min(32_768, file.size - at))
    const found = bytes.indexOf(0xff)
    const next = bytes[found + 1]
    if (found < 0) at += bytes.length
    else if (next === undefined) return file.size
    else if (next === 0 || isAlone(next)) at += found + 2
    else return at + found
    if (bytes.length === 0) break
  }
  return file.size
}

/** Tells whether a marker has no content: a restart marker, the start, or the temporary marker. */
function isAlone(marker: number): boolean {
  return (marker >= 0xd0 && marker <= START) || marker === 1
}
