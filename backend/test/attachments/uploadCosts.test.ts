import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { COST_LIMITS } from '../../src/lib/limits/costLimits.ts'
import { newId, person } from '../helpers/people.ts'
import { startNode } from '../helpers/startServer.ts'
import { announce, fetchAs, original, patch, status } from '../media/files.ts'

const GIBIBYTE = 1024 ** 3

it('many parallel parts of one upload store no more bytes than announced, and it can be completed', async () => {
  const server = await startNode()
  const ada = await person(server, 'ada')
  const content = randomBytes(100_000)
  const { id, target } = await announce(ada, 'film.bin', content.length)
  const parts = Array.from({ length: 80 }, (_, index) =>
    patch(server, ada, target.url, 0, new Uint8Array(content.subarray(0, 50_000 + index))).catch(() => null),
  )
  await Promise.all(parts)
  const offset = Number((await status(server, ada, target.url)).headers.get('upload-offset'))
  expect(offset).toBeLessThanOrEqual(content.length)
  expect(statSync(join(server.dataDir, 'media/incoming', id)).size).toBe(offset)
  const rest = await patch(server, ada, target.url, offset, new Uint8Array(content.subarray(offset)))
  expect(rest.status).toBe(204)
  const { body } = await ada.post(`/api/uploads/${id}/complete`, {})
  expect(Buffer.from(await (await fetchAs(server, ada, original(body))).arrayBuffer()).equals(content)).toBe(true)
})

it('the announced uploads of all users reserve their bytes of the disk together', async () => {
  const { bavail, bsize } = await statfs(tmpdir())
  const room = Math.min(12 * GIBIBYTE, (bavail * bsize) / 2)
  // Two uploads fit and three do not, also while other programs use the disk.
  const size = Math.floor(room * 0.42)
  const server = await startNode({
    uploadMaxBytes: size,
    userStorageMaxBytes: 100 * GIBIBYTE,
    costLimits: { ...COST_LIMITS, diskReserveShare: 1, diskReserveBytes: bavail * bsize - room },
  })
  const [ada, ben] = [await person(server, 'ada'), await person(server, 'ben')]
  const { id } = await announce(ada, 'a.bin', size)
  await announce(ben, 'b.bin', size)
  expect((await ben.post('/api/uploads', { name: 'c.bin', size })).body).toMatchObject({
    status: 507,
    reason: 'disk_nearly_full',
  })
  expect((await ada.delete(`/api/uploads/${id}`)).status).toBe(204)
  await announce(ben, 'c.bin', size)
})

it('when only the reserve of the disk is left, parts and pictures are refused and messages are stored', async () => {
  const before = await startNode()
  const ada = await person(before, 'ada')
  const { target } = await announce(ada, 'a.bin', 1000)
  await before.stop()
  const costLimits = { ...COST_LIMITS, diskReserveShare: 1, diskReserveBytes: Number.MAX_SAFE_INTEGER }
  const server = await startNode({ costLimits }, before.dataDir)
  const answer = await patch(server, ada, target.url, 0, new Uint8Array(1000))
  expect([answer.status, ((await answer.json()) as { reason: string }).reason]).toEqual([507, 'disk_nearly_full'])
  const headers = { authorization: `Bearer ${ada.accessToken}`, 'content-type': 'application/json' }
  const picture = await fetch(`${server.url}/api/auth/me/picture`, { method: 'PUT', headers, body: 'x' })
  expect(picture.status).toBe(507)
  const message = await fetch(`${server.url}/api/messages`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ receiverId: ada.id, text: 'Still here', clientMessageId: newId() }),
  })
  expect(message.status).toBe(201)
})

it('the open uploads of a user are limited', async () => {
  const server = await startNode({ costLimits: { ...COST_LIMITS, openUploads: 3 } })
  const [ada, ben] = [await person(server, 'ada'), await person(server, 'ben')]
  for (const name of ['a', 'b', 'c']) await announce(ada, name, 0)
  expect((await ada.post('/api/uploads', { name: 'd', size: 0 })).body).toMatchObject({
    status: 429,
    reason: 'too_many_open_uploads',
    params: { max: 3 },
  })
  await announce(ben, 'd', 0)
})
