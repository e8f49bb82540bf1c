import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { COST_LIMITS } from '../../src/lib/limits/costLimits.ts'
import { createImageProcess, type ImageProcess } from '../../src/media/images/image.process.ts'
import { HEAD_BYTES, sniff } from '../../src/media/contentType.detector.ts'
import { animatedGif, photo, pngHeader, program, scriptedSvg, transparentPng } from './samples.ts'

// Each test writes other images under the same names.
sharp.cache(false)

let images: ImageProcess
let folder: string
beforeAll(() => {
  images = createImageProcess(COST_LIMITS)
  folder = mkdtempSync(join(tmpdir(), 'parley-images-'))
})
afterAll(() => {
  images.close()
  rmSync(folder, { recursive: true, force: true })
})

async function previews(content: Buffer) {
  const [file, thumbnail, preview] = ['file', 'thumbnail', 'preview'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  writeFileSync(file, content)
  const facts = await images.run('ada', { kind: 'previews', file, thumbnail, preview })
  return { facts, thumbnail, preview }
}

it('a photo is turned upright, made smaller, and loses its location', async () => {
  const { facts, thumbnail, preview } = await previews(await photo())
  expect(facts).toMatchObject({ width: 3000, height: 4000, isAnimated: false, hasAlpha: false })
  expect(Buffer.from(facts?.placeholder ?? '', 'base64').length).toBeGreaterThan(4)
  expect(await sharp(thumbnail).metadata()).toMatchObject({ format: 'webp', width: 300, height: 400 })
  expect(await sharp(preview).metadata()).toMatchObject({ format: 'webp', width: 1200, height: 1600 })
  // Red was on the left, and is on top after a quarter turn.
  const { data } = await sharp(thumbnail)
    .extract({ left: 150, top: 50, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect(data[0]).toBeGreaterThan(150)
  for (const file of [thumbnail, preview]) {
    expect((await sharp(file).metadata()).exif).toBeUndefined()
    expect(readFileSync(file).includes('canary-of-the-metadata')).toBe(false)
  }
})

it('[F] a TIFF has previews of its first page, and is not animated', async () => {
  const pages = await Promise.all(
    ['#c02020', '#2020c0'].map((background) =>
      sharp({ create: { width: 900, height: 600, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  )
  const tiff = await sharp(pages, { join: { animated: true } })
    .tiff()
    .toBuffer()
  expect(await sniff(tiff.subarray(0, HEAD_BYTES), false)).toEqual({ kind: 'image', mimeType: 'image/tiff' })
  const { facts, preview } = await previews(tiff)
  expect(facts).toMatchObject({ width: 900, height: 600, isAnimated: false })
  expect(await sharp(preview).metadata()).toMatchObject({ format: 'webp', width: 900, height: 600 })
})

it('transparency stays, and a small image stays small', async () => {
  const { facts, thumbnail, preview } = await previews(await transparentPng())
  expect(facts).toMatchObject({ width: 600, height: 300, hasAlpha: true })
  expect(await sharp(preview).metadata()).toMatchObject({ width: 600, height: 300, hasAlpha: true })
  const { data } = await sharp(thumbnail)
    .extract({ left: 390, top: 100, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect(data[3]).toBe(0)
})

it('the previews of an animation are animated', async () => {
  const { facts, thumbnail, preview } = await previews(await animatedGif())
  expect(facts).toMatchObject({ width: 500, height: 250, isAnimated: true })
  for (const file of [thumbnail, preview]) expect((await sharp(file).metadata()).pages).toBe(3)
})

it('a picture is cropped to a square', async () => {
  const file = join(folder, 'photo')
  writeFileSync(file, await photo())
  expect(await images.run('ada', { kind: 'picture', file, crop: { x: 0, y: 0, size: 0.5 }, folder })).toMatchObject({
    width: expect.any(Number),
  })
  for (const size of [64, 256, 512])
    expect(await sharp(join(folder, String(size))).metadata()).toMatchObject({
      format: 'webp',
      width: size,
      height: size,
    })
  const [red, , blue] = (await sharp(join(folder, '64')).stats()).channels
  expect(red?.mean).toBeGreaterThan(150)
  expect(blue?.mean).toBeLessThan(60)
})

it.each([
  ['a program', program],
  ['a drawing with a script', scriptedSvg],
  ['nothing', Buffer.alloc(0)],
  ['the beginning of a PNG', Buffer.from('89504e470d0a1a0a0000', 'hex')],
])('%s is no image, and the next image is read', async (_name, content) => {
  expect((await previews(content)).facts).toBeNull()
  expect((await previews(await transparentPng(10, 10))).facts).toMatchObject({ width: 10 })
})

it('an image that would unpack to gigabytes is refused', async () => {
  // 17,000 by 17,000 pixels of one colour have some kilobytes.
  const bomb = await sharp({
    create: { width: 17_000, height: 17_000, channels: 3, background: '#000' },
    limitInputPixels: false,
  })
    .png({ compressionLevel: 9 })
    .toBuffer()
  expect((await previews(bomb)).facts).toBeNull()
}, 60_000)

it.each([
  ['interlaced', 1],
  ['not interlaced', 0],
])('an image whose header claims more bytes than the limit is not unpacked (%s)', async (_name, interlace) => {
  // 12,000 by 12,000 pixels with four channels of 16 bits: 1.15 GB, which a header of 33 bytes can claim.
  expect((await previews(pngHeader(12_000, 12_000, 16, interlace))).facts).toBeNull()
  const file = join(folder, 'claim')
  writeFileSync(file, pngHeader(12_000, 12_000, 16, interlace))
  await expect(images.run('ada', { kind: 'picture', file, crop: null, folder })).rejects.toMatchObject({
    reason: 'picture_unpacks_too_large',
    params: { limit: interlace ? COST_LIMITS.imageBytesAtOnce : COST_LIMITS.imageBytes },
  })
})

it('a process that takes too much memory ends, and the next image gets a new one', async () => {
  // Every process needs more than this.
  const small = createImageProcess({ ...COST_LIMITS, imageProcessBytes: 1024 })
  onTestFinished(() => small.close())
  const file = join(folder, 'large')
  writeFileSync(
    file,
    await sharp({ create: { width: 8000, height: 8000, channels: 3, background: '#123456' } })
      .png()
      .toBuffer(),
  )
  const job = { kind: 'previews' as const, file, thumbnail: join(folder, 't'), preview: join(folder, 'p') }
  expect(await small.run('ada', job)).toBeNull()
  expect(await small.run('ada', job)).toBeNull()
  expect((await previews(await transparentPng(10, 10))).facts).toMatchObject({ width: 10 })
})

it('the images of one user do not delay those of another by more than one', async () => {
  const file = join(folder, 'fair')
  writeFileSync(file, await transparentPng(20, 20))
  const order: string[] = []
  const run = async (user: string) => {
    await images.run(user, { kind: 'previews', file, thumbnail: join(folder, 't'), preview: join(folder, 'p') })
    order.push(user)
  }
  await Promise.all([...Array.from({ length: 6 }, () => run('ada')), run('ben'), run('eve')])
  expect(order.slice(0, 4)).toEqual(['ada', 'ada', 'ben', 'eve'])
})

it('continues after its process was killed', async () => {
  await previews(await transparentPng(10, 10))
  const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('image.worker.'))
  expect(children).toHaveLength(1)
  for (const line of children) process.kill(Number.parseInt(line), 'SIGKILL')
  const first = await previews(await transparentPng(10, 10))
  const second = first.facts ?? (await previews(await transparentPng(10, 10))).facts
  expect(second).toMatchObject({ width: 10 })
})
