import { join } from 'node:path'
import { Types } from 'mongoose'
import sharp from 'sharp'
import { expect, it, onTestFinished, vi } from 'vitest'
import { withStore } from '../helpers/openStore.ts'
import { call, person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'
import { announce, fetchAs, filesBelow, holding, original, patch, send, upload } from '../media/files.ts'
import { transparentPng } from '../media/samples.ts'

const CANARY = 'canary-5f1c-in-the-content'
const NAME = 'canary-77ab-in-the-name.txt'

it('deleting a message removes its attachments from the disk and from the database', async () => {
  const server = await startServer()
  const [ada, ben] = [await person(server, 'ada'), await person(server, 'ben')]
  const text = await upload(server, ada, NAME, Buffer.from(`${'x'.repeat(1000)} ${CANARY}`))
  const image = await upload(server, ada, 'a.png', await transparentPng())
  const message = await send(ada, { receiverId: ben.id }, [text, image], 'With a caption')
  const other = await send(ada, { receiverId: ben.id }, [await upload(server, ada, 'stays.txt', Buffer.from('stays'))])
  expect(holding(join(server.dataDir, 'media'), CANARY)).toHaveLength(1)
  expect(filesBelow(join(server.dataDir, 'media'))).toHaveLength(5)
  const { body } = await ada.delete(`/api/messages/${message.conversationId}/${message.seq}`)
  expect(body).toMatchObject({ text: '', attachments: [] })
  expect(holding(server.dataDir, CANARY)).toEqual([])
  expect(filesBelow(join(server.dataDir, 'media')).map((path) => path.split('/').at(-2))).toEqual([
    other.attachments[0]!.id,
  ])
  for (const variant of ['original', 'thumbnail', 'preview'])
    expect((await fetchAs(server, ben, `/api/media/${image.id}/${variant}`)).status).toBe(404)
  expect((await ada.get('/api/uploads')).body.remaining).toBe((await ben.get('/api/uploads')).body.remaining - 5)
  // Stopped, so that the database has moved its log into its file.
  await server.stop()
  expect(holding(server.dataDir, NAME)).toEqual([])
})

it('a content stays until its last message is deleted', async () => {
  const server = await startServer()
  const [ada, ben, cem] = [await person(server, 'ada'), await person(server, 'ben'), await person(server, 'cem')]
  const first = await upload(server, ada, 'a.png', await transparentPng())
  const message = await send(ada, { receiverId: ben.id }, [first])
  // Ben forwards it, and cancels one copy.
  const { body: given, status } = await ben.post(`/api/media/${first.id}/copy`, {})
  const { body: unwanted } = await ben.post(`/api/media/${first.id}/copy`, {})
  expect(status).toBe(201)
  expect(given).toEqual({ ...first, id: expect.not.stringMatching(first.id) })
  const forwarded = await send(ben, { receiverId: cem.id }, [given])
  expect((await fetchAs(server, cem, original(first))).status).toBe(404)
  await ada.delete(`/api/messages/${message.conversationId}/${message.seq}`)
  expect((await ben.delete(`/api/uploads/${unwanted.id}`)).status).toBe(204)
  expect((await fetchAs(server, ben, original(first))).status).toBe(404)
  const answer = await fetchAs(server, cem, original(given))
  expect(Buffer.from(await answer.arrayBuffer()).equals(await transparentPng())).toBe(true)
  expect(filesBelow(join(server.dataDir, 'media'))).toHaveLength(3)
  await ben.delete(`/api/messages/${forwarded.conversationId}/${forwarded.seq}`)
  expect(filesBelow(join(server.dataDir, 'media'))).toEqual([])
})

it('the sweep never removes attachments of messages', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const { attachments } = await send(ada, { receiverId: ada.id }, [
    await upload(server, ada, 'a.txt', Buffer.from('a')),
  ])
  await server.stop()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 48 * 3600_000 })
  onTestFinished(() => void vi.useRealTimers())
  for (let times = 0; times < 2; times += 1) await (await startServer({}, server.dataDir)).stop()
  expect(filesBelow(join(server.dataDir, 'media')).map((path) => path.split('/').at(-2))).toEqual([attachments[0]!.id])
})

it('pictures are made in three sizes for every signed-in user, and the former one is removed', async () => {
  const server = await startServer()
  const [ada, ben] = [await person(server, 'ada'), await person(server, 'ben')]
  const put = async (content: Buffer, query = '') => {
    const headers = { authorization: `Bearer ${ada.accessToken}`, 'content-type': 'image/png' }
    const answer = await fetch(`${server.url}/api/auth/me/picture${query}`, {
      method: 'PUT',
      headers,
      body: new Uint8Array(content),
    })
    return {
      status: answer.status,
      body: (await answer.json()) as { picture: string; code?: string; limit?: number; errors?: { field: string }[] },
    }
  }
  const { body: first } = await put(await transparentPng(), '?x=0&y=0&size=1')
  expect((await ben.get(`/api/users/${ada.id}`)).body.picture).toBe(first.picture)
  for (const size of [64, 256, 512]) {
    const answer = await fetchAs(server, ben, `/api/pictures/${first.picture}/${size}`)
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      'image/webp',
      'private, max-age=31536000, immutable',
    ])
    expect(await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).toMatchObject({
      format: 'webp',
      width: size,
      height: size,
    })
  }
  expect((await fetchAs(server, null, `/api/pictures/${first.picture}/64`)).status).toBe(401)
  expect((await fetchAs(server, ben, `/api/pictures/${first.picture}/65`)).status).toBe(404)
  expect((await fetchAs(server, ben, `/api/pictures/..%2f..%2fjwt-secret/64`)).status).toBe(404)
  const { body: second } = await put(await transparentPng(400, 400))
  expect(second.picture).not.toBe(first.picture)
  expect((await fetchAs(server, ben, `/api/pictures/${first.picture}/64`)).status).toBe(404)
  expect(filesBelow(join(server.dataDir, 'media'))).toHaveLength(3)
  expect(await put(Buffer.from('no image'))).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', errors: [{ field: 'picture' }] },
  })
  expect(await put(await transparentPng(), '?x=0')).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'size' }] },
  })
  expect(await put(Buffer.alloc(10 * 1024 * 1024 + 1))).toMatchObject({
    status: 413,
    body: { code: 'too_large', limit: 10 * 1024 * 1024 },
  })
  expect((await ada.delete('/api/auth/me/picture')).body.picture).toBeNull()
  expect(filesBelow(join(server.dataDir, 'media'))).toEqual([])
})

it('only admins of a group change its picture, and the members are told', async () => {
  const server = await startServer()
  const [ada, ben] = [await person(server, 'ada'), await person(server, 'ben')]
  const { body: group } = await ada.post('/api/groups/create', {
    name: 'Choir',
    memberIds: [ben.id],
    clientGroupId: 'c',
  })
  const put = async (accessToken: string) => {
    const headers = { authorization: `Bearer ${accessToken}` }
    return fetch(`${server.url}/api/groups/${group.id}/picture`, {
      method: 'PUT',
      headers,
      body: new Uint8Array(await transparentPng()),
    })
  }
  expect((await put(ben.accessToken)).status).toBe(403)
  const answer = await put(ada.accessToken)
  const { group: changed } = (await answer.json()) as { group: { picture: string } }
  expect((await fetchAs(server, ben, `/api/pictures/${changed.picture}/256`)).status).toBe(200)
  const { items } = (await ben.get(`/api/messages/${group.id}?limit=1`)).body
  expect(items[0]).toMatchObject({ kind: 'system', event: { kind: 'pictureChanged', picture: changed.picture } })
  expect((await ada.delete(`/api/groups/${group.id}/picture`)).body.group.picture).toBeNull()
  expect(filesBelow(join(server.dataDir, 'media'))).toEqual([])
})

it('when the last member leaves a group, none of its messages and files are left', async () => {
  const server = await startServer()
  const [ada, ben] = [await person(server, 'ada'), await person(server, 'ben')]
  const group = async (clientGroupId: string) =>
    (await ada.post('/api/groups/create', { name: NAME, memberIds: [ben.id], clientGroupId })).body.id as string
  const [ends, goesOn] = [await group('a'), await group('b')]
  const fill = async (conversationId: string, content: string) => {
    await fetch(`${server.url}/api/groups/${conversationId}/picture`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${ada.accessToken}` },
      body: new Uint8Array(await transparentPng()),
    })
    for (let n = 0; n < 3; n += 1)
      await send(ben, { conversationId }, [await upload(server, ben, 'a.txt', Buffer.from(content))], `${content} ${n}`)
  }
  await fill(ends, CANARY)
  await fill(goesOn, 'stays')
  await ada.patch(`/api/groups/${goesOn}`, { name: 'Choir' })
  for (const member of [ben, ada])
    expect((await member.delete(`/api/groups/${ends}/members/${member.id}`)).status).toBe(204)
  expect(holding(join(server.dataDir, 'media'), CANARY)).toEqual([])
  expect(holding(join(server.dataDir, 'media'), 'stays')).toHaveLength(3)
  expect(filesBelow(join(server.dataDir, 'media'))).toHaveLength(6)
  expect((await ben.get(`/api/messages/${goesOn}?limit=3`)).body.items).toHaveLength(3)
  expect((await ada.get(`/api/messages/${ends}`)).status).toBe(404)
  await server.stop()
  expect(holding(server.dataDir, CANARY)).toEqual([])
})

it('the next start removes the remains of an ended group, and not a group that has a member', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const group = async (clientGroupId: string) =>
    (await ada.post('/api/groups/create', { name: 'Choir', memberIds: [], clientGroupId })).body.id as string
  const [ends, goesOn] = [await group('a'), await group('b')]
  for (const conversationId of [ends, goesOn])
    await send(ada, { conversationId }, [await upload(server, ada, 'a.txt', Buffer.from(conversationId))])
  await server.stop()
  await withStore(server.dataDir, async (connection) => {
    // Killed after the last member left, and before it.
    await connection
      .collection('participants')
      .updateOne({ conversationId: new Types.ObjectId(ends) }, { $unset: { role: '' } })
    await connection.collection('endedgroups').insertMany([ends, goesOn].map((id) => ({ _id: new Types.ObjectId(id) })))
  })
  const again = await startServer({}, server.dataDir)
  await expect.poll(() => holding(join(server.dataDir, 'media'), ends)).toEqual([])
  expect(holding(join(server.dataDir, 'media'), goesOn)).toHaveLength(1)
  expect((await call(again, 'GET', `/api/messages/${goesOn}`, ada.accessToken)).body.items).toHaveLength(2)
  await again.stop()
  await withStore(server.dataDir, async (connection) => {
    expect(await connection.collection('messages').countDocuments({ conversationId: new Types.ObjectId(ends) })).toBe(0)
    expect(await connection.collection('endedgroups').countDocuments()).toBe(0)
  })
})

it('a cancelled upload leaves no bytes', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const { id, target } = await announce(ada, 'a.txt', 1000)
  await patch(server, ada, target.url, 0, new TextEncoder().encode(CANARY))
  expect(holding(server.dataDir, CANARY)).toHaveLength(1)
  expect((await ada.delete(`/api/uploads/${id}`)).status).toBe(204)
  expect(holding(server.dataDir, CANARY)).toEqual([])
})
