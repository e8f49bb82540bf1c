const ORIENTATION = 0x0112
const SHORT = 3
/** Header, number of entries, one entry, offset of the next directory. */
const MINIMAL_BYTES = 8 + 2 + 12 + 4

/** Returns the orientation (1 to 8) of an EXIF block, which begins with its TIFF header; null when it has none. */
export function orientationOf(tiff: Buffer): number | null {
  const isLittle = tiff.toString('latin1', 0, 2) === 'II'
  if (tiff.length < 8 || (!isLittle && tiff.toString('latin1', 0, 2) !== 'MM')) return null
  const short = (at: number) => (at + 2 > tiff.length ? 0 : isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const first = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4)
  const entries = Math.min(short(first), Math.floor((tiff.length - first - 2) / 12))
  for (let entry = 0; entry < entries; entry += 1) {
    const at = first + 2 + entry * 12
    const value = short(at + 8)
    if (short(at) === ORIENTATION && value >= 1 && value <= 8) return value
  }
  return null
}

/** Returns an EXIF block of `length` bytes with nothing but an orientation. Zeros when there is none, or no room for it. */
export function exifOf(orientation: number | null, length: number): Buffer {
  const tiff = Buffer.alloc(length)
  if (orientation === null || length < MINIMAL_BYTES) return tiff
  tiff.write('MM\0*', 'latin1')
  tiff.writeUInt32BE(8, 4)
  tiff.writeUInt16BE(1, 8)
  tiff.writeUInt16BE(ORIENTATION, 10)
  tiff.writeUInt16BE(SHORT, 12)
  tiff.writeUInt32BE(1, 14)
  tiff.writeUInt16BE(orientation, 18)
  return tiff
}
