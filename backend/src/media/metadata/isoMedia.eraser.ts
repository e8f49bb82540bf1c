import type { FilePatcher } from './file.patcher.ts'

interface Box {
  type: string
  /** The place of the header. */
  start: number
  /** The place of the content. */
  content: number
  end: number
}

/** XMP in a box of its own; the XMP specification, part 3. */
const XMP_UUID = 'be7acfcb97a942e89c71999491e3afac'
/** A table of a track or of the items. It bounds the memory; a film of ten hours has less. */
const TABLE_BYTES_MAX = 32 * 1024 * 1024

/**
 * Erases the metadata of MP4, QuickTime, HEIF and AVIF: place, camera, names, dates, EXIF and XMP, and the tracks of
 * cameras that write the place of every second. How to turn the picture stands elsewhere and stays.
 * Sources: ISO/IEC 14496-12 and 23008-12; QuickTime File Format Specification.
 */
export async function eraseIsoMedia(file: FilePatcher): Promise<void> {
  for await (const box of boxes(file, 0, file.size)) {
    if (box.type === 'moov') await eraseMovie(file, box)
    else if (box.type === 'meta') await eraseItems(file, box)
    else if (box.type === 'uuid' && (await file.read(box.content, 16)).toString('hex') === XMP_UUID)
      await free(file, box)
    else if (['udta', 'free', 'skip', 'wide'].includes(box.type)) await free(file, box)
  }
}

async function eraseMovie(file: FilePatcher, movie: Box): Promise<void> {
  for await (const box of boxes(file, movie.content, movie.end)) {
    if (box.type === 'mvhd') await zeroDates(file, box)
    else if (box.type === 'trak') await eraseTrack(file, box)
    else if (['udta', 'meta', 'uuid', 'free', 'skip'].includes(box.type)) await free(file, box)
  }
}

async function eraseTrack(file: FilePatcher, track: Box): Promise<void> {
  for await (const box of boxes(file, track.content, track.end)) {
    if (box.type === 'tkhd') await zeroDates(file, box)
    else if (box.type === 'mdia') await eraseMedia(file, box)
    else if (['udta', 'meta', 'uuid', 'free', 'skip'].includes(box.type)) await free(file, box)
  }
}

async function eraseMedia(file: FilePatcher, media: Box): Promise<void> {
  let handler = ''
  for await (const box of boxes(file, media.content, media.end)) {
    if (box.type === 'mdhd') await zeroDates(file, box)
    else if (box.type === 'hdlr') handler = (await file.read(box.content + 8, 4)).toString('latin1')
    else if (box.type === 'udta' || box.type === 'meta') await free(file, box)
    else if (box.type === 'minf' && handler === 'meta') {
      const table = await find(file, box, 'stbl')
      if (table) await zeroSamples(file, table)
    }
  }
}

/** Overwrites the two dates of a header box with 0, which means unknown. */
async function zeroDates(file: FilePatcher, { content }: Box): Promise<void> {
  const is64Bit = (await file.read(content, 1))[0] === 1
  await file.zero(content + 4, content + (is64Bit ? 20 : 12))
}

/** Overwrites the samples of a track, which lie elsewhere in the file. */
async function zeroSamples(file: FilePatcher, table: Box): Promise<void> {
  const [sizes, chunks, places32, places64] = [
    await contentOf(file, await find(file, table, 'stsz')),
    await contentOf(file, await find(file, table, 'stsc')),
    await contentOf(file, await find(file, table, 'stco')),
    await contentOf(file, await find(file, table, 'co64')),
  ]
  const places = places32 ?? places64
  if (!sizes || !chunks || !places) return
  const sizeOf = (sample: number) => uint32(sizes, 4) || uint32(sizes, 12 + sample * 4)
  let [sample, entry] = [0, 0]
  for (let chunk = 0; chunk < uint32(places, 4); chunk += 1) {
    if (entry + 1 < uint32(chunks, 4) && uint32(chunks, 8 + (entry + 1) * 12) === chunk + 1) entry += 1
    let bytes = 0
    for (const end = sample + uint32(chunks, 12 + entry * 12); sample < end; sample += 1) {
      if (sample >= uint32(sizes, 8)) break
      bytes += sizeOf(sample)
    }
    const at = places32
      ? uint32(places32, 8 + chunk * 4)
      : uint32(places, 8 + chunk * 8) * 2 ** 32 + uint32(places, 12 + chunk * 8)
    await file.zero(at, at + bytes)
  }
}

/** Erases the EXIF and XMP items of a picture, or all of a `meta` box that describes no picture. */
async function eraseItems(file: FilePatcher, meta: Box): Promise<void> {
  const inside = { ...meta, content: meta.content + 4 }
  const handler = await contentOf(file, await find(file, inside, 'hdlr'))
  if (handler?.toString('latin1', 8, 12) !== 'pict') return free(file, meta)
  const [names, places, data] = [
    await find(file, inside, 'iinf'),
    await find(file, inside, 'iloc'),
    await find(file, inside, 'idat'),
  ]
  const table = await contentOf(file, places)
  if (!names || !table) return
  const erased = new Set<number>()
  const isShort = (await file.read(names.content, 1))[0] === 0
  for await (const { content } of boxes(file, names.content + (isShort ? 6 : 8), names.end)) {
    const entry = await file.read(content, 14)
    const version = entry[0] ?? 0
    if (version < 2 || entry.length < 14) continue
    const [id, type] = version === 2 ? [entry.readUInt16BE(4), 8] : [entry.readUInt32BE(4), 10]
    if (['Exif', 'mime', 'uri '].includes(entry.toString('latin1', type, type + 4))) erased.add(id)
  }
  for (const { id, method, at, length } of itemPlaces(table)) {
    if (!erased.has(id) || method > 1) continue
    const start = method === 1 ? (data?.content ?? file.size) + at : at
    await file.zero(start, start + length)
  }
}

/** Reads the box `iloc`: where each part of each item lies. `method` 0 counts from the file's begin, 1 from `idat`'s. */
function* itemPlaces(table: Buffer): Generator<{ id: number; method: number; at: number; length: number }> {
  const version = table[0] ?? 0
  const [first, second] = [table[4] ?? 0, table[5] ?? 0]
  const [placeBytes, lengthBytes, baseBytes, indexBytes] = [
    first >> 4,
    first & 15,
    second >> 4,
    version > 0 ? second & 15 : 0,
  ]
  let at = 6
  const take = (bytes: number): number => {
    at += bytes
    if (at > table.length) return Number.NaN
    const number = (from: number, size: number) => (size === 0 ? 0 : table.readUIntBE(from, size))
    return bytes > 6 ? number(at - bytes, bytes - 4) * 2 ** 32 + number(at - 4, 4) : number(at - bytes, bytes)
  }
  const items = take(version < 2 ? 2 : 4)
  for (let item = 0; item < items; item += 1) {
    const id = take(version < 2 ? 2 : 4)
    const method = version > 0 ? take(2) & 15 : 0
    take(2)
    const base = take(baseBytes)
    const parts = take(2)
    for (let part = 0; part < parts; part += 1) {
      take(indexBytes)
      const place = base + take(placeBytes)
      const length = take(lengthBytes)
      if (Number.isNaN(length)) return
      yield { id, method, at: place, length }
    }
  }
}

/** Turns a box into one that programs skip, full of zeros. */
async function free(file: FilePatcher, { start, content, end }: Box): Promise<void> {
  await file.write(start + 4, Buffer.from('free', 'latin1'))
  await file.zero(content, end)
}

async function find(file: FilePatcher, parent: Box, type: string): Promise<Box | undefined> {
  for await (const box of boxes(file, parent.content, parent.end)) if (box.type === type) return box
  return undefined
}

async function contentOf(file: FilePatcher, box: Box | undefined): Promise<Buffer | undefined> {
  if (!box || box.end - box.content > TABLE_BYTES_MAX) return undefined
  return Buffer.from(await file.read(box.content, box.end - box.content))
}

/** Reads the headers of the boxes in a part of the file. A broken header ends it. */
async function* boxes(file: FilePatcher, from: number, until: number): AsyncGenerator<Box> {
  for (let start = from; start + 8 <= until;) {
    const head = await file.read(start, 16)
    const size = uint32(head, 0)
    const type = head.toString('latin1', 4, 8)
    const [bytes, header] =
      size === 1 ? [uint32(head, 8) * 2 ** 32 + uint32(head, 12), 16] : [size === 0 ? until - start : size, 8]
    if (bytes < header || start + bytes > until) return
    yield { type, start, content: start + header, end: start + bytes }
    start += bytes
  }
}

/** Reads a number; 0 beyond the end. */
function uint32(bytes: Buffer, at: number): number {
  return at + 4 <= bytes.length ? bytes.readUInt32BE(at) : 0
}
