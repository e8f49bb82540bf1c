import { expect, it, onTestFinished, vi } from 'vitest'
import type { Attachment } from '../../src/contract/index.ts'
import { newId, person, type Person } from '../helpers/people.ts'
import { startServer, type TestServer } from '../helpers/startServer.ts'
import { fetchAs, send, upload } from '../media/files.ts'
import { transparentPng } from '../media/samples.ts'

const VARIANTS = ['original', 'thumbnail', 'preview']

/** Returns every address of an attachment. */
function paths({ id }: Attachment): string[] {
  return [
    ...VARIANTS.map((variant) => `/api/media/${id}/${variant}`),
    `/api/media/${id}/url`,
    `/api/media/${id.toUpperCase()}/original`,
  ]
}

async function expectNothing(server: TestServer, who: Person | null, attachment: Attachment): Promise<void> {
  for (const path of paths(attachment)) {
    for (const headers of [{}, { range: 'bytes=0-0' }, { 'if-none-match': `"${attachment.id}-original"` }] as Record<
      string,
      string
    >[]) {
      const answer = await fetchAs(server, who, path, headers)
      expect([path, answer.status]).toEqual([path, who ? 404 : 401])
      expect(answer.headers.get('content-disposition')).toBeNull()
    }
  }
  if (who) expect((await who.post(`/api/media/${attachment.id}/copy`, {})).status).toBe(404)
}

async function expectAll(server: TestServer, who: Person, attachment: Attachment): Promise<void> {
  for (const path of paths(attachment)) expect([path, (await fetchAs(server, who, path)).status]).toEqual([path, 200])
}

it('users outside the conversation and visitors get nothing at any address', async () => {
  const server = await startServer()
  const [ada, ben, eve] = [await person(server, 'ada'), await person(server, 'ben'), await person(server, 'eve')]
  const file = await upload(server, ben, 'a.png', await transparentPng())
  // Not sent yet: only its owner can read it.
  await expectAll(server, ben, file)
  for (const who of [ada, eve, null]) await expectNothing(server, who, file)
  await send(ben, { receiverId: ada.id }, [file])
  await expectAll(server, ben, file)
  await expectAll(server, ada, file)
  for (const who of [eve, null]) await expectNothing(server, who, file)
  // Its id in a message of another user does not give access either.
  const stolen = await eve.post('/api/messages', {
    receiverId: eve.id,
    text: '',
    attachmentIds: [file.id],
    clientMessageId: newId(),
  })
  expect(stolen.body.code).toBe('attachment_unavailable')
  await expectNothing(server, eve, file)
})

it('the first account, which is the admin, is no exception', async () => {
  const server = await startServer()
  const [admin, ben, cem] = [await person(server, 'admin'), await person(server, 'ben'), await person(server, 'cem')]
  const file = await upload(server, ben, 'a.png', await transparentPng())
  await send(ben, { receiverId: cem.id }, [file])
  expect(admin.user.role).toBe('admin')
  await expectNothing(server, admin, file)
})

it('a signed address works for five minutes, for one variant, and only while its user may see the message', async () => {
  const server = await startServer()
  const [ada, ben, eve] = [await person(server, 'ada'), await person(server, 'ben'), await person(server, 'eve')]
  const file = await upload(server, ada, 'a.png', await transparentPng())
  const other = await upload(server, ada, 'b.png', await transparentPng())
  const message = await send(ada, { receiverId: ben.id }, [file])
  const { body } = await ben.get(`/api/media/${file.id}/url?variant=thumbnail`)
  const signed = new URL(body.url, server.url)
  const ask = async (change: (url: URL) => void = () => {}) => {
    const url = new URL(signed)
    change(url)
    return (await fetch(url)).status
  }
  expect(await ask()).toBe(200)
  expect(await ask((url) => void (url.pathname = url.pathname.replace('thumbnail', 'original')))).toBe(404)
  expect(await ask((url) => void (url.pathname = url.pathname.replace(file.id, other.id)))).toBe(404)
  expect(await ask((url) => url.searchParams.set('user', ada.id))).toBe(404)
  expect(await ask((url) => url.searchParams.set('user', eve.id))).toBe(404)
  expect(await ask((url) => url.searchParams.set('expires', String(Date.now() + 1e9)))).toBe(404)
  expect(await ask((url) => url.searchParams.set('signature', 'x'.repeat(43)))).toBe(404)
  expect(await ask((url) => url.searchParams.delete('user'))).toBe(404)
  expect(await ask((url) => url.searchParams.set('session', '0'.repeat(24)))).toBe(404)
  expect(await ask((url) => url.searchParams.append('signature', 'x'))).toBe(404)
  expect(new Date(body.expiresAt).getTime()).toBeLessThanOrEqual(Date.now() + 300_000)
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(body.expiresAt).getTime() + 1 })
  onTestFinished(() => void vi.useRealTimers())
  expect(await ask()).toBe(404)
  vi.useRealTimers()
  expect(await ask()).toBe(200)
  await ada.delete(`/api/messages/${message.conversationId}/${message.seq}`)
  expect(await ask()).toBe(404)
})

it.each([
  ['the account is disabled', (admin: Person, ben: Person) => admin.post(`/api/admin/users/${ben.id}/disable`, {})],
  ['its session is signed out', (_admin: Person, ben: Person) => ben.post('/api/auth/logout', {})],
])('a signed address is dead as soon as %s', async (_when, end) => {
  const server = await startServer()
  const [admin, ben] = [await person(server, 'admin'), await person(server, 'ben')]
  const file = await upload(server, ben, 'a.png', await transparentPng())
  const { body } = await ben.get(`/api/media/${file.id}/url`)
  expect((await fetch(server.url + body.url)).status).toBe(200)
  expect((await end(admin, ben)).status).toBeLessThan(300)
  expect((await fetch(server.url + body.url)).status).toBe(404)
})

it('a removed member loses the media of a group at once, and a later member cannot read earlier ones', async () => {
  const server = await startServer()
  const [ada, ben, cem] = [await person(server, 'ada'), await person(server, 'ben'), await person(server, 'cem')]
  const { body: group } = await ada.post('/api/groups/create', {
    name: 'Choir',
    memberIds: [ben.id],
    history: 'joined',
    clientGroupId: newId(),
  })
  const early = await upload(server, ada, 'early.png', await transparentPng())
  await send(ada, { conversationId: group.id }, [early])
  const { body: signed } = await ben.get(`/api/media/${early.id}/url`)
  await expectAll(server, ben, early)
  await expectNothing(server, cem, early)
  expect((await ada.post(`/api/groups/${group.id}/members`, { userIds: [cem.id] })).status).toBe(200)
  await expectNothing(server, cem, early)
  const late = await upload(server, ada, 'late.png', await transparentPng())
  await send(ada, { conversationId: group.id }, [late])
  await expectAll(server, cem, late)
  expect((await ada.delete(`/api/groups/${group.id}/members/${ben.id}`)).status).toBe(204)
  await expectNothing(server, ben, early)
  await expectNothing(server, ben, late)
  expect((await fetch(server.url + signed.url)).status).toBe(404)
})

it('the files of a blocked user cannot be read by the blocker, and the sender cannot tell', async () => {
  const server = await startServer()
  const [ada, ben] = [await person(server, 'ada'), await person(server, 'ben')]
  expect((await ada.post('/api/blocks', { userId: ben.id })).status).toBeLessThan(300)
  const file = await upload(server, ben, 'a.png', await transparentPng())
  expect((await send(ben, { receiverId: ada.id }, [file])).attachments).toEqual([file])
  await expectNothing(server, ada, file)
  await expectAll(server, ben, file)
})

it('every user may read the attachments of an announcement', async () => {
  const server = await startServer()
  const [admin, ben] = [await person(server, 'admin'), await person(server, 'ben')]
  const file = await upload(server, admin, 'a.png', await transparentPng())
  expect((await send(admin, { receiverId: 'all' }, [file], 'Look')).attachments).toEqual([file])
  await expectAll(server, ben, file)
  await expectNothing(server, null, file)
})
