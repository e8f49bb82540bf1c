import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { atMostTwice, createBystanders, median, startSmallServer } from '../helpers/abuse.ts'
import { call, person, type Person } from '../helpers/people.ts'
import { NO_SMALL_DISK } from '../helpers/smallDisk.ts'
import { announce, patch, upload } from '../media/files.ts'
import { bombPng } from '../media/samples.ts'

/* One user attacks by uploads, and others chat and send pictures meanwhile. Real processes with 512 MiB of memory and 300 MiB of disk. */

const ROUNDS = 3
const BOMBS = 4
/** Messages of others in each round without an attack. */
const SAMPLES = 15
/** Starting the process of images takes a third of a second, and more on a busy machine. */
const IMAGE_NOISE_MS = 500
const MEBIBYTE = 1024 * 1024

test.each([
  ['12,000 by 12,000 pixels of 64 bits, interlaced', 12_000, 16, 1],
  ['16,000 by 16,000 pixels', 16_000, 8, 0],
])(
  'while one user uploads images of %s, others chat and get their previews',
  async (_name, size, bits, interlace) => {
    const server = await startSmallServer()
    const bystanders = await createBystanders(server)
    const [eve, carl] = [await person(server, 'eve'), await person(server, 'carl')]
    const bomb = bombPng(size, size, bits, interlace)
    const background = '#406080'
    const photo = await sharp({ create: { width: 800, height: 600, channels: 3, background } })
      .jpeg()
      .toBuffer()
    const preview = async () => {
      const begun = performance.now()
      expect(await upload(server, carl, 'photo.jpg', photo)).toMatchObject({ kind: 'image', hasThumbnail: true })
      return performance.now() - begun
    }
    const detonate = async () => {
      // Completing makes the process of images work. All bombs wait for it together.
      const ids = await Promise.all(Array.from({ length: BOMBS }, () => send(server, eve, bomb)))
      return {
        explosion: Promise.all(ids.map(async (id) => (await eve.post(`/api/uploads/${id}/complete`, {})).body)),
      }
    }
    // The first one starts the process of images.
    await preview()
    const [calm, during]: [number[], number[]] = [[], []]
    const [calmPreviews, previews]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round += 1) {
      calm.push(...(await bystanders.chatDuring(Promise.resolve(), SAMPLES)))
      calmPreviews.push(await preview())
      const { explosion } = await detonate()
      const own = preview()
      during.push(...(await bystanders.chatDuring(Promise.all([explosion, own]))))
      previews.push(await own)
      // A bomb is a file without previews.
      expect(await explosion).toEqual(
        Array(BOMBS).fill(expect.objectContaining({ kind: 'file', hasThumbnail: false }) as unknown),
      )
    }
    expect(median(during)).toBeLessThan(atMostTwice(calm))
    // The images of a user wait for one image of another user at most. Without turns every preview would be late.
    expect(Math.min(...previews)).toBeLessThan(2 * Math.max(...calmPreviews) + IMAGE_NOISE_MS)
    await bystanders.expectNothingLost()
  },
  300_000,
)

test('parallel pieces of one upload and uploads that fill the disk leave room for the messages of others', async ({
  skip,
}) => {
  if (NO_SMALL_DISK !== null) skip(NO_SMALL_DISK)
  const server = await startSmallServer()
  const { disk } = server
  if (!disk) throw new Error('There is no disk')
  const bystanders = await createBystanders(server)
  const eve = await person(server, 'eve')
  const free = await disk.free()
  const [calm, during]: [number[], number[]] = [[], []]
  const measure = async (attack: Promise<unknown>) => {
    calm.push(...(await bystanders.chatDuring(Promise.resolve(), SAMPLES)))
    during.push(...(await bystanders.chatDuring(attack)))
  }

  // 80 pieces at once of an upload of 100,000 bytes.
  const content = randomBytes(100_000)
  const { id, target } = await announce(eve, 'a.bin', content.length)
  for (let round = 0; round < ROUNDS; round += 1)
    await measure(
      Promise.all(
        Array.from({ length: 80 }, () => patch(server, eve, target.url, 0, new Uint8Array(content)).catch(() => null)),
      ),
    )
  expect((await stat(join(disk.outside, 'media/incoming', id))).size).toBeLessThanOrEqual(content.length)

  // As many uploads of 40 MiB as the server takes.
  const ids: string[] = []
  for (;;) {
    const { status, body } = await eve.post('/api/uploads', { name: 'film.bin', size: 40 * MEBIBYTE })
    if (status !== 201) {
      expect([status, body.reason]).toEqual([507, 'disk_nearly_full'])
      break
    }
    ids.push(body.id)
  }
  expect(ids.length).toBeGreaterThan(4)
  for (const each of ids) await measure(pour(server, eve, each))
  expect(await disk.free()).toBeGreaterThan(0.1 * 300 * MEBIBYTE)
  expect(median(during)).toBeLessThan(atMostTwice(calm))

  for (const each of [id, ...ids]) expect((await eve.delete(`/api/uploads/${each}`)).status).toBe(204)
  // Messages have taken some megabytes meanwhile.
  expect(await disk.free()).toBeGreaterThan(free - 10 * MEBIBYTE)
  expect((await call(server, 'GET', '/readyz')).body).toMatchObject({ status: 'ready' })
  expect(await upload(server, eve, 'b.bin', content)).toMatchObject({ kind: 'file' })
  await bystanders.expectNothingLost()
}, 300_000)

/** Announces and sends an upload, which is not complete then. Returns its id. */
async function send(server: { url: string }, sender: Person, content: Buffer): Promise<string> {
  const { id, target } = await announce(sender, 'image.png', content.length)
  expect((await patch(server, sender, target.url, 0, new Uint8Array(content))).status).toBe(204)
  return id
}

/** Sends 40 MiB to an upload. */
async function pour(server: { url: string }, sender: Person, id: string): Promise<void> {
  const answer = await patch(server, sender, `/api/uploads/${id}`, 0, new Uint8Array(40 * MEBIBYTE))
  expect(answer.status).toBe(204)
}
