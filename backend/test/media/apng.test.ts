import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { COST_LIMITS } from '../../src/lib/limits/costLimits.ts'
import { readApng } from '../../src/media/images/apng.reader.ts'
import { createImageProcess } from '../../src/media/images/image.process.ts'

type Colour = readonly [red: number, green: number, blue: number, alpha: number]

interface Frame {
  size: number
  at: number
  colour: Colour
  disposal: 0 | 1 | 2
  blend: 0 | 1
}

const RED: Colour = [255, 0, 0, 255]
const GREEN: Colour = [0, 255, 0, 255]
const BLUE: Colour = [0, 0, 255, 255]
const SIZE = 16

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

/** Returns the chunks of a square of one colour. */
async function square(size: number, [r, g, b, alpha]: Colour): Promise<Map<string, Buffer>> {
  const background = { r, g, b, alpha: alpha / 255 }
  const png = await sharp({ create: { width: size, height: size, channels: 4, background } })
    .png()
    .toBuffer()
  const chunks = new Map<string, Buffer>()
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at)
    chunks.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length))
    at += 12 + length
  }
  return chunks
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index)
  return bytes
}

async function apng(frames: readonly Frame[], plays = 3): Promise<Buffer> {
  const parts: Buffer[] = []
  let order = 0
  for (const [index, { size, at, colour, disposal, blend }] of frames.entries()) {
    const delay = Buffer.from([0, 5, 0, 100, disposal, blend])
    parts.push(chunk('fcTL', Buffer.concat([numbers(order++, size, size, at, at), delay])))
    const data = (await square(size, colour)).get('IDAT') ?? Buffer.alloc(0)
    parts.push(index === 0 ? chunk('IDAT', data) : chunk('fdAT', Buffer.concat([numbers(order++), data])))
  }
  const header = (await square(SIZE, RED)).get('IHDR') ?? Buffer.alloc(0)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('acTL', numbers(frames.length, plays)),
    ...parts,
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const FRAMES: readonly Frame[] = [
  { size: SIZE, at: 0, colour: RED, disposal: 0, blend: 0 },
  { size: 8, at: 4, colour: GREEN, disposal: 2, blend: 0 },
  { size: 8, at: 0, colour: [0, 0, 255, 128], disposal: 1, blend: 1 },
  { size: 4, at: 12, colour: BLUE, disposal: 0, blend: 0 },
]

function colourAt(data: Buffer, page: number, x: number, y: number): number[] {
  const at = ((page * SIZE + y) * SIZE + x) * 4
  return [...data.subarray(at, at + 4)]
}

test('[E10] the previews of an animated PNG are animated, frame by frame as a browser draws them', async () => {
  const images = createImageProcess(COST_LIMITS)
  const folder = mkdtempSync(join(tmpdir(), 'parley-apng-'))
  onTestFinished(() => {
    images.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const [file, thumbnail, preview] = [join(folder, 'file'), join(folder, 'thumbnail'), join(folder, 'preview')]
  const job = { kind: 'previews', file, thumbnail, preview } as const

  writeFileSync(file, await apng(FRAMES))
  expect(await images.run('ada', job)).toMatchObject({ width: SIZE, height: SIZE, isAnimated: true })
  for (const made of [thumbnail, preview])
    expect(await sharp(made, { animated: true }).metadata()).toMatchObject({
      pages: 4,
      delay: [50, 50, 50, 50],
      loop: 3,
      pageHeight: SIZE,
    })
  const data = await sharp(preview, { animated: true }).ensureAlpha().raw().toBuffer()
  const nearly = (page: number, place: number, [red, green, blue, alpha]: Colour) => {
    const shown = colourAt(data, page, place, place)
    // WebP is not exact: the colours of a square spread.
    for (const [index, value] of [red, green, blue, alpha].entries())
      expect(Math.abs((shown[index] ?? 0) - value)).toBeLessThan(60)
  }
  nearly(0, 8, RED)
  nearly(1, 8, GREEN)
  nearly(1, 1, RED)
  // The second frame is taken back, and the third lies half transparent over the first.
  nearly(2, 10, RED)
  nearly(2, 2, [127, 0, 128, 255])
  // The part of the third frame was cleared.
  expect(colourAt(data, 3, 2, 2)[3]).toBeLessThan(60)
  nearly(3, 14, BLUE)

  // An animation of one frame, and a damaged one, are still.
  for (const still of [FRAMES.slice(0, 1), [...FRAMES, { ...FRAMES[1], at: 12 } as Frame]]) {
    writeFileSync(file, await apng(still))
    expect(await images.run('ada', job)).toMatchObject({ isAnimated: false })
  }
})

test('[E10] what is no animated PNG, or ends in the middle, has no frames', async () => {
  const whole = await apng(FRAMES)
  expect(readApng(whole)?.frames).toHaveLength(4)
  for (const bytes of [Buffer.alloc(0), Buffer.from('GIF89a'), whole.subarray(0, 60), whole.subarray(1)])
    expect(readApng(bytes)).toBeNull()
})
