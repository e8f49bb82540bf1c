import type { FilePatcher } from './file.patcher.ts'

const [EXTENSION, IMAGE, COMMENT, APPLICATION] = [0x21, 0x2c, 0xfe, 0xff]
/** The extensions of programs that say how to draw the picture: the loop, and the colour profile. */
const DRAWN = /^(?:NETSCAPE2\.0|ANIMEXTS1\.0|ICCRGBG1012)$/

/** Erases the comments, the extensions of programs such as XMP, and all after the end of a GIF. Source: GIF89a, 2 and 24 to 26. */
export async function eraseGif(file: FilePatcher): Promise<void> {
  const header = await file.read(0, 13)
  let at = 13 + tableBytes(header[10] ?? 0)
  while (at + 2 <= file.size) {
    const [kind, label] = await file.read(at, 2)
    if (kind === IMAGE) {
      const table = tableBytes((await file.read(at + 9, 1))[0] ?? 0)
      at = await endOfBlocks(file, at + 10 + table + 1)
    } else if (kind === EXTENSION) {
      const end = await endOfBlocks(file, at + 2)
      const begin = label === APPLICATION ? at + 14 : at + 2
      const name = label === APPLICATION ? (await file.read(at + 3, 11)).toString('latin1') : ''
      if (label === COMMENT || (label === APPLICATION && !DRAWN.test(name))) await zeroBlocks(file, begin, end - 1)
      at = end
    } else return file.zero(at + 1, file.size)
  }
}

/** Returns the bytes of the colour table that these flags announce. */
function tableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

/** Returns the place after the blocks: each begins with its length, and one of length 0 is the last. */
async function endOfBlocks(file: FilePatcher, from: number): Promise<number> {
  let at = from
  while (at < file.size) {
    const length = (await file.read(at, 1))[0] ?? 0
    at += 1 + length
    if (length === 0) break
  }
  return at
}

/** Overwrites everything from `at` to `end` with blocks of zeros. XMP is not in blocks, so its bytes look like lengths. */
async function zeroBlocks(file: FilePatcher, at: number, end: number): Promise<void> {
  for (let from = at; from < end;) {
    const left = end - from
    const taken = left === 257 ? 255 : Math.min(256, left)
    const block = Buffer.alloc(taken)
    block[0] = taken - 1
    await file.write(from, block)
    from += taken
  }
}
