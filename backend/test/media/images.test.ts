import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createImageProcess, type ImageProcess } from '../../src/media/images/image.process.ts'
import { animatedGif, photo, program, scriptedSvg, transparentPng } from './samples.ts'

// The same names hold other images in each test.
sharp.cache(false)

let images: ImageProcess
let folder: string
beforeAll(() => {
  images = createImageProcess()
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
  const facts = await images.run({ kind: 'previews', file, thumbnail, preview })
  return { facts, thumbnail, preview }
}

it('a photo is turned upright, made smaller, and says no more where it was taken', async () => {
  const { facts, thumbnail, preview } = await previews(await photo())
  expect(facts).toMatchObject({ width: 3000, height: 4000, isAnimated: false, hasAlpha: false })
  expect(Buffer.from(facts?.placeholder ?? '', 'base64').length).toBeGreaterThan(4)
  expect(await sharp(thumbnail).metadata()).toMatchObject({ format: 'webp', width: 300, height: 400 })
  expect(await sharp(preview).metadata()).toMatchObject({ format: 'webp', width: 1200, height: 1600 })
  // Red was to the left, and is on top after a quarter turn.
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

it('what can be seen through stays so, and a small image stays small', async () => {
  const { facts, thumbnail, preview } = await previews(await transparentPng())
  expect(facts).toMatchObject({ width: 600, height: 300, hasAlpha: true })
  expect(await sharp(preview).metadata()).toMatchObject({ width: 600, height: 300, hasAlpha: true })
  const { data } = await sharp(thumbnail)
    .extract({ left: 390, top: 100, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect(data[3]).toBe(0)
})

it('an animation moves in its previews too', async () => {
  const { facts, thumbnail, preview } = await previews(await animatedGif())
  expect(facts).toMatchObject({ width: 500, height: 250, isAnimated: true })
  for (const file of [thumbnail, preview]) expect((await sharp(file).metadata()).pages).toBe(3)
})

it('a picture is cut out square', async () => {
  const file = join(folder, 'photo')
  writeFileSync(file, await photo())
  expect(await images.run({ kind: 'picture', file, crop: { x: 0, y: 0, size: 0.5 }, folder })).toMatchObject({
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
])('%s is no image, and the next one is', async (_name, content) => {
  expect((await previews(content)).facts).toBeNull()
  expect((await previews(await transparentPng(10, 10))).facts).toMatchObject({ width: 10 })
})

it('an image that would unpack to gigabytes is none', async () => {
  // 17,000 by 17,000 of one colour are some kilobytes.
  const bomb = await sharp({
    create: { width: 17_000, height: 17_000, channels: 3, background: '#000' },
    limitInputPixels: false,
  })
    .png({ compressionLevel: 9 })
    .toBuffer()
  expect((await previews(bomb)).facts).toBeNull()
}, 60_000)

it('works on after its process was killed', async () => {
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
