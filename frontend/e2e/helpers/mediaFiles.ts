import type { Page } from '@playwright/test'

/** Real files, as people have them. What an encoder is needed for is made by the browser. */
export interface GivenFile {
  name: string
  mimeType: string
  buffer: Buffer
}

/** A scene with a blue sky above a green meadow, so that one sees whether it stands upright. */
async function drawn(
  page: Page,
  width: number,
  height: number,
  mimeType: string,
  { transparent = false, onItsSide = false } = {},
): Promise<Buffer> {
  const base64 = await page.evaluate(
    async ({ width, height, mimeType, transparent, onItsSide }) => {
      const canvas = document.createElement('canvas')
      canvas.width = onItsSide ? height : width
      canvas.height = onItsSide ? width : height
      const context = canvas.getContext('2d')
      if (!context) throw new Error('No canvas')
      if (onItsSide) {
        context.translate(0, width)
        context.rotate(-Math.PI / 2)
      }
      if (!transparent) {
        context.fillStyle = '#7db4e6'
        context.fillRect(0, 0, width, height)
        context.fillStyle = '#4f8a3c'
        context.fillRect(0, height * 0.6, width, height * 0.4)
      }
      context.fillStyle = '#f2b632'
      context.beginPath()
      context.arc(width * 0.75, height * 0.25, Math.min(width, height) * 0.12, 0, 7)
      context.fill()
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, mimeType, 0.9))
      const bytes = new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0))
      let binary = ''
      for (let at = 0; at < bytes.length; at += 0x8000)
        binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
      return btoa(binary)
    },
    { width, height, mimeType, transparent, onItsSide },
  )
  return Buffer.from(base64, 'base64')
}

/** A JPEG as a camera writes it that was held upright: the pixels lie on their side, and EXIF says so (orientation 6). Sizes as it is seen. */
export async function rotatedPhoto(page: Page, width: number, height: number): Promise<GivenFile> {
  const jpeg = await drawn(page, width, height, 'image/jpeg', { onItsSide: true })
  const exif = Buffer.from('Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0', 'latin1')
  const header = Buffer.alloc(4)
  header.writeUInt16BE(0xffe1, 0)
  header.writeUInt16BE(exif.length + 2, 2)
  return {
    name: 'Garden.jpg',
    mimeType: 'image/jpeg',
    buffer: Buffer.concat([jpeg.subarray(0, 2), header, exif, jpeg.subarray(2)]),
  }
}

export async function photo(page: Page, name: string, width: number, height: number): Promise<GivenFile> {
  return { name, mimeType: 'image/jpeg', buffer: await drawn(page, width, height, 'image/jpeg') }
}

export async function transparentPng(page: Page): Promise<GivenFile> {
  return {
    name: 'Sticker.png',
    mimeType: 'image/png',
    buffer: await drawn(page, 300, 200, 'image/png', { transparent: true }),
  }
}

/** Two frames, red and blue, for ever. */
export function animatedGif(side = 64): GivenFile {
  const header = Buffer.from([
    ...Buffer.from('GIF89a'),
    side,
    0,
    side,
    0,
    0x91,
    0,
    0,
    0xd0,
    0x30,
    0x30,
    0x30,
    0x30,
    0xd0,
    0,
    0,
    0,
    255,
    255,
    255,
  ])
  const forEver = Buffer.from([0x21, 0xff, 0x0b, ...Buffer.from('NETSCAPE2.0'), 3, 1, 0, 0, 0])
  const frame = (colour: number) =>
    Buffer.concat([
      Buffer.from([0x21, 0xf9, 4, 0, 20, 0, 0, 0, 0x2c, 0, 0, 0, 0, side, 0, side, 0, 0, 2]),
      pixels(colour, side * side),
      Buffer.from([0]),
    ])
  return {
    name: 'Wave.gif',
    mimeType: 'image/gif',
    buffer: Buffer.concat([header, forEver, frame(0), frame(1), Buffer.from([0x3b])]),
  }
}

/** LZW without compression: the table is cleared before each pixel, so that every code has 3 bits. */
function pixels(colour: number, count: number): Buffer {
  const codes = [...Array.from({ length: count }, () => [4, colour]).flat(), 5]
  const bytes: number[] = []
  let [held, bits] = [0, 0]
  for (const code of codes) {
    held |= code << bits
    bits += 3
    for (; bits >= 8; bits -= 8, held >>= 8) bytes.push(held & 255)
  }
  bytes.push(held & 255)
  const blocks: number[] = []
  for (let at = 0; at < bytes.length; at += 255)
    blocks.push(Math.min(255, bytes.length - at), ...bytes.slice(at, at + 255))
  return Buffer.from(blocks)
}

export const svgWithScript: GivenFile = {
  name: 'Logo.svg',
  mimeType: 'image/svg+xml',
  buffer: Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><script>document.title = "run by svg"</script><rect width="40" height="40"/></svg>',
  ),
}

/** Begins as an MP4 does, and cannot be played. */
export function largeVideo(mebibytes: number): GivenFile {
  const buffer = Buffer.alloc(mebibytes * 1024 * 1024, 'not really a film')
  buffer.write('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 0, 'latin1')
  return { name: 'Long film.mp4', mimeType: 'video/mp4', buffer }
}

export const arabicName: GivenFile = {
  name: 'خطة الرحلة المدرسية.pdf',
  mimeType: 'application/pdf',
  buffer: Buffer.from('%PDF-1.4\n%%EOF\n'),
}

export const empty: GivenFile = { name: 'empty.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) }

export const programAsPhoto: GivenFile = {
  name: 'holiday.jpg',
  mimeType: 'image/jpeg',
  buffer: Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0', 'latin1'), Buffer.alloc(4096, 7)]),
}

/** A second of a moving canvas with a tone, as MediaRecorder writes it. */
export async function realVideo(page: Page): Promise<GivenFile> {
  const base64 = await page.evaluate(async () => {
    const canvas = document.createElement('canvas')
    canvas.width = 320
    canvas.height = 180
    const context = canvas.getContext('2d')
    let turn = 0
    const timer = setInterval(() => {
      if (!context) return
      context.fillStyle = `hsl(${(turn += 9)} 60% 50%)`
      context.fillRect(0, 0, 320, 180)
    }, 30)
    const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: 'video/webm' })
    const chunks: Blob[] = []
    recorder.addEventListener('dataavailable', ({ data }) => chunks.push(data))
    const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve))
    recorder.start()
    setTimeout(() => recorder.stop(), 1500)
    await stopped
    clearInterval(timer)
    const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer())
    let binary = ''
    for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
    return btoa(binary)
  })
  return { name: 'Match.webm', mimeType: 'video/webm', buffer: Buffer.from(base64, 'base64') }
}

/** A second of a tone, uncompressed. */
export function tone(): GivenFile {
  const rate = 8000
  const samples = Buffer.from(Array.from({ length: rate * 2 }, (_, at) => 128 + Math.round(60 * Math.sin(at / 3))))
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE(rate, 28)
  header.writeUInt16LE(1, 32)
  header.writeUInt16LE(8, 34)
  header.write('data', 36)
  header.writeUInt32LE(samples.length, 40)
  return { name: 'Rehearsal.wav', mimeType: 'audio/wav', buffer: Buffer.concat([header, samples]) }
}
