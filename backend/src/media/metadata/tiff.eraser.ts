import type { FilePatcher } from './file.patcher.ts'

/** Tags of directories with metadata: EXIF, places, interoperability. */
const METADATA_DIRECTORIES = new Set([0x8769, 0x8825, 0xa005])
/** The tag of directories with further pictures, such as a smaller one. */
const PICTURE_DIRECTORIES = 0x014a
/** The tags that say how to draw the picture, and the colour profile. Source: TIFF 6.0, sections 8 to 23. */
const DRAWN: readonly (readonly [first: number, last: number])[] = [
  [0x00fe, 0x010a],
  [0x0111, 0x0112],
  [0x0115, 0x011c],
  [0x0120, 0x0129],
  [0x012d, 0x012d],
  [0x013d, 0x0145],
  [0x014a, 0x014a],
  [0x014c, 0x014e],
  [0x0150, 0x015b],
  [0x0200, 0x0209],
  [0x0211, 0x0214],
  [0x8773, 0x8773],
]
/** The bytes of a value, by its type. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4]
const ENTRY_BYTES = 12

/**
 * Erases the metadata of a TIFF. The tags that say how to draw its pictures stay. All others are taken out of their
 * directory, after their values became zeros. Source: TIFF 6.0, section 2.
 */
export async function eraseTiff(file: FilePatcher): Promise<void> {
  const header = await file.read(0, 8)
  const isLittle = header.toString('latin1', 0, 2) === 'II'
  const short = (bytes: Buffer, at: number) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const long = (bytes: Buffer, at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  if (header.length < 8 || short(header, 2) !== 42) return
  const seen = new Set<number>()
  // No byte of a sound file is in two directories or values. A file that says so could cost its length many times.
  let left = file.size

  /** @returns the place of the next directory; 0 after the last one */
  async function eraseDirectory(at: number, isMetadata: boolean): Promise<number> {
    if (at === 0 || at + 2 > file.size || seen.has(at)) return 0
    seen.add(at)
    const count = short(await file.read(at, 2), 0)
    const end = at + 2 + count * ENTRY_BYTES
    if (end + 4 > file.size || !isAffordable(end + 4 - at)) return 0
    const old = Buffer.from(await file.read(at, end + 4 - at))
    const kept: Buffer[] = []
    for (let entry = at + 2; entry < end; entry += ENTRY_BYTES)
      if (!(await eraseEntry(entry, isMetadata))) kept.push(old.subarray(entry - at, entry - at + ENTRY_BYTES))
    const directory = Buffer.concat([old.subarray(0, 2), ...kept, old.subarray(-4)], old.length)
    if (isLittle) directory.writeUInt16LE(kept.length)
    else directory.writeUInt16BE(kept.length)
    await file.write(at, directory)
    return long(old, old.length - 4)
  }

  /** @returns whether the tag is metadata */
  async function eraseEntry(entry: number, isMetadata: boolean): Promise<boolean> {
    const bytes = await file.read(entry, ENTRY_BYTES)
    const [tag, values, place] = [short(bytes, 0), long(bytes, 4), long(bytes, 8)]
    if (!isMetadata && tag === PICTURE_DIRECTORIES) await erasePictures(entry, values, place)
    if (!isMetadata && DRAWN.some(([first, last]) => tag >= first && tag <= last)) return false
    const length = (TYPE_BYTES[short(bytes, 2)] ?? 1) * values
    if (METADATA_DIRECTORIES.has(tag)) await eraseDirectory(place, true)
    else if (length > 4 && isAffordable(length)) await file.zero(place, place + length)
    return true
  }

  function isAffordable(bytes: number): boolean {
    left -= bytes
    return left >= 0
  }

  async function erasePictures(entry: number, count: number, place: number): Promise<void> {
    const list = count === 1 ? entry + 8 : place
    for (let at = list; at < list + count * 4 && at + 4 <= file.size; at += 4)
      await eraseDirectory(long(await file.read(at, 4), 0), false)
  }

  for (let at = long(header, 4); at !== 0;) at = await eraseDirectory(at, false)
}
