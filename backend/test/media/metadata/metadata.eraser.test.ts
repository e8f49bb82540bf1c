import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eraseMetadata } from '../../../src/media/metadata/metadata.eraser.ts'

/** A text in every place from which it must vanish. */
const SECRET = 'canary-of-the-metadata'
const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><r>${SECRET}</r></x:xmpmeta>`

/** Erases the metadata of a content in a file, as often as given, and returns the new content. */
async function erased(content: Buffer, mimeType: string, times = 1): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-metadata-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'file')
  await writeFile(path, content)
  for (let time = 0; time < times; time += 1) await eraseMetadata(path, mimeType)
  return readFile(path)
}

/** A picture of two colours, so that a turned one differs, with a secret in EXIF and XMP. */
function picture(orientation = 6) {
  const left = { create: { width: 32, height: 40, channels: 3 as const, background: '#c02020' } }
  return sharp({ create: { width: 64, height: 40, channels: 3, background: '#2040c0' } })
    .composite([{ input: left, left: 0, top: 0 }])
    .withIccProfile('p3')
    .withExif({
      IFD0: { Copyright: SECRET, Make: SECRET },
      IFD2: { BodySerialNumber: SECRET },
      IFD3: { GPSLatitude: '52/1 31/1 0/1', GPSLatitudeRef: 'N', GPSProcessingMethod: SECRET },
    })
    .withXmp(XMP)
    .withMetadata({ orientation })
}

/** Builds a segment of a JPEG. */
function segment(marker: number, text: string): Buffer {
  return Buffer.concat([Buffer.from([0xff, marker, 0, text.length + 2]), Buffer.from(text)])
}

/** Builds a chunk of a PNG. */
function chunk(type: string, content: Buffer): Buffer {
  const bytes = Buffer.alloc(content.length + 12)
  bytes.writeUInt32BE(content.length)
  bytes.write(type, 4, 'latin1')
  content.copy(bytes, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + content.length)), 8 + content.length)
  return bytes
}

/** Builds an entry of a directory of a TIFF. */
function tiffEntry(tag: number, type: number, values: number, place: number): Buffer {
  const made = Buffer.alloc(12)
  made.writeUInt16LE(tag)
  made.writeUInt16LE(type, 2)
  made.writeUInt32LE(values, 4)
  made.writeUInt32LE(place, 8)
  return made
}

function pixels(content: Buffer): Promise<Buffer> {
  return sharp(content, { pages: -1 }).autoOrient().raw().toBuffer()
}

describe('[E10] the metadata of a picture', () => {
  it.each([
    ['image/jpeg', () => picture().jpeg().toBuffer()],
    ['image/jpeg', () => picture().jpeg({ progressive: true }).toBuffer()],
    ['image/png', () => picture().png().toBuffer()],
    ['image/webp', () => picture().webp().toBuffer()],
    ['image/webp', () => picture(1).webp({ lossless: true }).toBuffer()],
    ['image/avif', () => picture(1).avif().toBuffer()],
    ['image/tiff', () => picture().tiff().toBuffer()],
    ['image/tiff', () => picture().tiff({ tile: true, pyramid: true, compression: 'jpeg' }).toBuffer()],
  ] as const)('of type %s is erased, and the picture looks the same (%#)', async (mimeType, make) => {
    const before = await make()
    expect(before.includes(SECRET)).toBe(true)
    const after = await erased(before, mimeType)
    expect([after.includes(SECRET), after.includes('GPS'), after.length]).toEqual([false, false, before.length])
    expect(await pixels(after)).toEqual(await pixels(before))
    const [old, now] = [await sharp(before).metadata(), await sharp(after).metadata()]
    expect([now.icc, now.width, now.height]).toEqual([old.icc, old.width, old.height])
    // A second call, as after a crash, changes nothing.
    expect(await erased(after, mimeType)).toEqual(after)
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is gone from a JPEG, but for its orientation %d', async (orientation) => {
    const after = await erased(await picture(orientation).jpeg().toBuffer(), 'image/jpeg')
    expect((await sharp(after).metadata()).orientation).toBe(orientation)
  })

  it('is erased in comments, in the segments of programs, and behind the end of a JPEG', async () => {
    const photo = await picture().jpeg().toBuffer()
    const before = Buffer.concat([
      photo.subarray(0, 2),
      segment(0xfe, SECRET),
      segment(0xed, `Photoshop 3.0\0${SECRET}`),
      segment(0xe2, `MPF\0${SECRET}`),
      segment(0xe0, `JFXX\0${SECRET}`),
      photo.subarray(2),
      // A second picture, as phones append it.
      photo,
    ])
    const after = await erased(before, 'image/jpeg')
    expect(after.includes(SECRET)).toBe(false)
    expect(await pixels(after)).toEqual(await pixels(photo))
  })

  it('is erased in the texts of a PNG and behind its end, and every checksum is right', async () => {
    const photo = await picture().png().toBuffer()
    const afterHeader = 8 + 25
    const before = Buffer.concat([
      photo.subarray(0, afterHeader),
      chunk('tEXt', Buffer.from(`Author\0${SECRET}`)),
      chunk('zTXt', Buffer.concat([Buffer.from('Author\0\0'), deflateSync(SECRET.repeat(99))])),
      chunk('iTXt', Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${XMP.repeat(2000)}`)),
      chunk('tIME', Buffer.from([7, 234, 11, 30, 12, 0, 0])),
      photo.subarray(afterHeader),
      Buffer.from(SECRET),
    ])
    const after = await erased(before, 'image/png')
    expect([after.includes(SECRET), after.includes('tIME'), after.includes('zTXt')]).toEqual([false, false, false])
    for (let at = 8; at + 12 <= after.length && after.readUInt32BE(at + 4) !== 0;) {
      const end = at + 8 + after.readUInt32BE(at)
      expect(after.readUInt32BE(end)).toBe(crc32(after.subarray(at + 4, end)))
      at = end + 4
    }
    expect(await pixels(after)).toEqual(await pixels(photo))
  })

  it('is erased in the directories of a TIFF: camera, EXIF and place', async () => {
    const plain = await picture().tiff().toBuffer()
    const old = plain.readUInt32LE(4)
    const count = plain.readUInt16LE(old)
    const secret = Buffer.from(`${SECRET}\0`)
    const directoryAt = plain.length + (plain.length % 2)
    const [bytes, textAt] = [2 + (count + 3) * 12 + 4, directoryAt + 2 * (2 + (count + 3) * 12 + 4)]
    const directory = (entries: Buffer[]) => {
      const made = Buffer.alloc(bytes)
      made.writeUInt16LE(entries.length)
      entries
        .toSorted((a, b) => a.readUInt16LE() - b.readUInt16LE())
        .forEach((entry, index) => entry.copy(made, 2 + index * 12))
      return made
    }
    const drawn = Array.from({ length: count }, (_, index) =>
      plain.subarray(old + 2 + index * 12, old + 14 + index * 12),
    )
    const text = (tag: number) => tiffEntry(tag, 2, secret.length, textAt)
    const before = Buffer.concat([
      plain,
      Buffer.alloc(plain.length % 2),
      directory([
        ...drawn,
        text(0x010f),
        tiffEntry(0x8769, 4, 1, directoryAt + bytes),
        tiffEntry(0x8825, 4, 1, directoryAt + bytes),
      ]),
      directory([text(0xa431), tiffEntry(1, 2, 2, 0x4e), tiffEntry(29, 2, 4, 0x31323334)]),
      secret,
    ])
    before.writeUInt32LE(directoryAt, 4)
    const after = await erased(before, 'image/tiff')
    expect([before.includes(SECRET), after.includes(SECRET), after.includes('4321')]).toEqual([true, false, false])
    expect(await pixels(after)).toEqual(await pixels(plain))
    expect(await erased(after, 'image/tiff')).toEqual(after)
  })

  it('is erased in the comments and the XMP of an animated GIF, which keeps its frames and its loop', async () => {
    const frames = await Promise.all(
      ['#c02020', '#20c020', '#2020c0'].map((background) =>
        sharp({ create: { width: 20, height: 10, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    )
    const film = await sharp(frames, { join: { animated: true } })
      .gif({ loop: 3 })
      .toBuffer()
    const afterTables = 13 + (film[10]! & 0x80 ? 3 * 2 ** ((film[10]! & 7) + 1) : 0)
    const trailer = Buffer.concat([
      Buffer.from([1]),
      Buffer.from(Array.from({ length: 256 }, (_, at) => 255 - at)),
      Buffer.from([0]),
    ])
    const before = Buffer.concat([
      film.subarray(0, afterTables),
      Buffer.from([0x21, 0xfe, SECRET.length]),
      Buffer.from(`${SECRET}\0`),
      Buffer.from([0x21, 0xff, 11]),
      Buffer.from(`XMP DataXMP${XMP}`),
      trailer,
      film.subarray(afterTables),
    ])
    const after = await erased(before, 'image/gif')
    expect(after.includes(SECRET)).toBe(false)
    expect(await pixels(after)).toEqual(await pixels(film))
    const { pages, loop } = await sharp(after).metadata()
    expect([pages, loop]).toEqual([3, 3])
  })
})

function box(type: string, ...parts: (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1')))
  const head = Buffer.alloc(8)
  head.writeUInt32BE(content.length + 8)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, content])
}
const words = (...values: number[]) =>
  Buffer.from(values.flatMap((value) => [value >>> 24, value >>> 16, value >>> 8, value]))
const handler = (type: string) => box('hdlr', words(0, 0), type, Buffer.alloc(13))

/** A film with a track of pictures and one of places, as cameras write it. The samples of both lie in `mdat`. */
function film(type: string): Buffer {
  const begin = box('ftyp', type, words(0), type)
  const samples = [
    Buffer.from('picture one '),
    Buffer.from(`${SECRET} 1`),
    Buffer.from('picture two '),
    Buffer.from(`${SECRET} 2`),
  ]
  const data = box('mdat', ...samples)
  const at = begin.length + 8
  const track = (kind: string, first: number, second: number, length: number) =>
    box(
      'trak',
      box('tkhd', words(0, 777_777, 777_777, 1), Buffer.alloc(68)),
      box('udta', box('name', SECRET)),
      box('meta', handler('mdta'), box('keys', SECRET)),
      box(
        'mdia',
        box('mdhd', words(0, 777_777, 777_777, 1000, 1000), Buffer.alloc(4)),
        handler(kind),
        box(
          'minf',
          box(
            'stbl',
            box('stsz', words(0, length, 2)),
            box('stsc', words(0, 1, 1, 1, 1)),
            box('stco', words(0, 2, first, second)),
          ),
        ),
      ),
    )
  const length = samples[1]!.length
  const movie = box(
    'moov',
    box('mvhd', words(0, 777_777, 777_777, 1000, 1000), Buffer.alloc(80)),
    track('vide', at, at + 12 + length, 12),
    track('meta', at + 12, at + 24 + length, length),
    box('udta', box('\u00a9xyz', Buffer.from(`\0\x16\x15\xc7+52.5200+013.4050/${SECRET}`))),
    box('meta', handler('mdta'), box('keys', 'com.apple.quicktime.location.ISO6709'), box('ilst', SECRET)),
  )
  const xmp = box('uuid', Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex'), XMP)
  return Buffer.concat([begin, data, movie, xmp, box('free', SECRET)])
}

describe('[E10] the metadata of a film', () => {
  it.each([
    ['video/mp4', 'isom'],
    ['video/quicktime', 'qt  '],
  ])('of type %s is erased: place, names, dates, and the samples of a track of places', async (mimeType, brand) => {
    const before = film(brand)
    const after = await erased(before, mimeType)
    expect([after.includes(SECRET), after.includes('ISO6709'), after.includes('+52.5')]).toEqual([false, false, false])
    expect(after.includes(words(777_777))).toBe(false)
    expect([after.includes('picture one '), after.includes('picture two '), after.length]).toEqual([
      true,
      true,
      before.length,
    ])
    // Players count the places of samples from the beginning of the file.
    expect([after.indexOf('mdat'), after.indexOf('moov')]).toEqual([before.indexOf('mdat'), before.indexOf('moov')])
    expect(await erased(after, mimeType)).toEqual(after)
  })
})

it('a broken file of any type ends the erasing, and keeps its length', async () => {
  const [jpeg, png, webp, avif, gif, tiff] = await Promise.all([
    picture().jpeg().toBuffer(),
    picture().png().toBuffer(),
    picture().webp().toBuffer(),
    picture().avif().toBuffer(),
    picture().gif().toBuffer(),
    picture().tiff().toBuffer(),
  ])
  const files = [
    ['image/jpeg', jpeg],
    ['image/png', png],
    ['image/webp', webp],
    ['image/avif', avif],
    ['image/gif', gif],
    ['image/tiff', tiff],
    ['video/mp4', film('isom')],
  ] as const
  const change = fc.record({
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.array(change, { maxLength: 5 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async ([mimeType, file], changes, share) => {
        const content = Buffer.from(file.subarray(0, Math.ceil(file.length * share)))
        for (const { at, bytes } of changes)
          content.set(
            bytes.subarray(0, content.length - Math.floor(at * content.length)),
            Math.floor(at * content.length),
          )
        expect((await erased(content, mimeType)).length).toBe(content.length)
      },
    ),
    { numRuns: 300 },
  )
})
