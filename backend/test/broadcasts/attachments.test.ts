import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ANNOUNCEMENTS_ID } from '../../src/contract/index.ts'
import { messagesOf, team } from '../helpers/groups.ts'
import type { Person } from '../helpers/people.ts'
import { startServer, type TestServer } from '../helpers/startServer.ts'
import { fetchAs, filesBelow, holding, original, upload } from '../media/files.ts'
import { draft, pendingOf, secondAdmin, send, signIn } from './helpers.ts'

const CANARY = 'canary-9d20-in-the-broadcast'

test('attachments of a broadcast can be read by its recipients and by admins only, before and after sending', async () => {
  const { server, admin, chosen, other, boss } = await office()
  const plan = await upload(server, admin, 'plan.txt', Buffer.from('North door'))
  const reads = async () =>
    Promise.all([admin, boss, chosen, other].map(async (who) => (await fetchAs(server, who, original(plan))).status))
  expect(await reads()).toEqual([200, 404, 404, 404])
  const { id, attachments } = await draft(admin, {
    attachmentIds: [plan.id],
    audience: { kind: 'people', ids: [chosen.id] },
  })
  expect(attachments).toEqual([plan])
  expect(await reads()).toEqual([200, 200, 404, 404])
  expect((await admin.post(`/api/admin/broadcasts/${id}/send`, {})).body).toMatchObject({
    state: 'sent',
    attachments: [plan],
  })
  expect(await reads()).toEqual([200, 200, 200, 404])
  expect(await messagesOf(chosen, ANNOUNCEMENTS_ID)).toMatchObject([{ attachments: [plan] }])
  expect(await messagesOf(other, ANNOUNCEMENTS_ID)).toMatchObject([{ hidden: true, attachments: [] }])
  expect(await pendingOf(chosen)).toMatchObject([{ attachments: [plan] }])
  const { body: signed } = await boss.get(`/api/media/${plan.id}/url`)
  expect((await fetch(server.url + signed.url)).status).toBe(200)
  await admin.patch(`/api/admin/users/${boss.id}`, { role: 'member' })
  expect((await fetch(server.url + signed.url)).status).toBe(404)
})

test('an attachment belongs to one message of its uploader, and a message may have attachments only', async () => {
  const { server, admin, chosen, boss } = await office()
  const [mine, theirs, members] = [
    await upload(server, admin, 'a.txt', Buffer.from('a')),
    await upload(server, boss, 'b.txt', Buffer.from('b')),
    await upload(server, chosen, 'c.txt', Buffer.from('c')),
  ]
  const { id } = await draft(admin, { title: '', text: '', attachmentIds: [mine.id] })
  const refused = { status: 409, body: { code: 'attachment_unavailable' } }
  expect(await admin.post('/api/admin/broadcasts', { title: '', text: '', attachmentIds: [mine.id] })).toMatchObject(
    refused,
  )
  expect(
    await admin.post('/api/messages', {
      receiverId: chosen.id,
      text: '',
      attachmentIds: [mine.id],
      clientMessageId: 'x',
    }),
  ).toMatchObject(refused)
  expect(await admin.patch(`/api/admin/broadcasts/${id}`, { attachmentIds: [mine.id, members.id] })).toMatchObject(
    refused,
  )
  expect(await admin.patch(`/api/admin/broadcasts/${id}`, { attachmentIds: [theirs.id] })).toMatchObject(refused)
  // Another admin adds an attachment.
  expect(
    (await boss.patch(`/api/admin/broadcasts/${id}`, { attachmentIds: [mine.id, theirs.id] })).body.attachments,
  ).toEqual([mine, theirs])
  await admin.post(`/api/admin/broadcasts/${id}/send`, {})
  expect(await messagesOf(chosen, ANNOUNCEMENTS_ID)).toMatchObject([{ text: '', attachments: [mine, theirs] }])
  for (const attachment of [mine, theirs])
    expect((await fetchAs(server, chosen, original(attachment))).status).toBe(200)
})

test('drafts and scheduled broadcasts keep their attachments at any sweep, and removed attachments are deleted', async () => {
  const { server, admin } = await office()
  const [drafted, scheduled, dropped] = [
    await upload(server, admin, 'a.txt', Buffer.from('a')),
    await upload(server, admin, 'b.txt', Buffer.from('b')),
    await upload(server, admin, 'c.txt', Buffer.from(CANARY)),
  ]
  const { id } = await draft(admin, { attachmentIds: [drafted.id, dropped.id] })
  await admin.patch(`/api/admin/broadcasts/${id}`, { attachmentIds: [drafted.id] })
  await send(admin, { attachmentIds: [scheduled.id], sendAt: new Date(Date.now() + 72 * 3600_000).toISOString() })
  await server.stop()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 48 * 3600_000 })
  onTestFinished(() => void vi.useRealTimers())
  for (let times = 0; times < 2; times += 1) await (await startServer({}, server.dataDir)).stop()
  const left = filesBelow(join(server.dataDir, 'media')).map((path) => path.split('/').at(-2))
  expect(new Set(left)).toEqual(new Set([drafted.id, scheduled.id]))
  expect(holding(join(server.dataDir, 'media'), CANARY)).toEqual([])
  // A minute after its time. Much later it would be held.
  vi.setSystemTime(Date.now() + 24 * 3600_000 + 60_000)
  const later = await startServer({}, server.dataDir)
  const reader = await signIn(later, 'chosen')
  await expect.poll(() => messagesOf(reader, ANNOUNCEMENTS_ID)).toMatchObject([{ attachments: [scheduled] }])
  expect((await fetchAs(later, reader, original(scheduled))).status).toBe(200)
})

test('removing a draft or deleting the announcement leaves none of the attachments', async () => {
  const { server, admin, chosen } = await office()
  const media = join(server.dataDir, 'media')
  const { id } = await draft(admin, { attachmentIds: [(await upload(server, admin, 'a.txt', Buffer.from(CANARY))).id] })
  expect(holding(media, CANARY)).toHaveLength(1)
  expect((await admin.delete(`/api/admin/broadcasts/${id}`)).status).toBe(204)
  expect(filesBelow(media)).toEqual([])
  const shared = await upload(server, admin, 'b.txt', Buffer.from(CANARY))
  const { seq } = await send(admin, { attachmentIds: [shared.id] })
  // A recipient has a copy, so the content stays.
  const { body: copy } = await chosen.post(`/api/media/${shared.id}/copy`, {})
  await admin.delete(`/api/messages/${ANNOUNCEMENTS_ID}/${seq}`)
  for (const who of [admin, chosen]) expect((await fetchAs(server, who, original(shared))).status).toBe(404)
  expect(holding(media, CANARY)).toHaveLength(1)
  await chosen.delete(`/api/uploads/${copy.id}`)
  expect(filesBelow(media)).toEqual([])
  expect((await admin.get('/api/uploads')).body.remaining).toBe((await chosen.get('/api/uploads')).body.remaining)
})

interface Office {
  server: TestServer
  admin: Person
  chosen: Person
  other: Person
  /** A second admin, who is no recipient. */
  boss: Person
}

async function office(): Promise<Office> {
  const { server, people } = await team(['admin', 'chosen', 'other'])
  const [admin, chosen, other] = people
  if (!admin || !chosen || !other) throw new Error('Three people')
  return { server, admin, chosen, other, boss: await secondAdmin(server, admin, 'boss') }
}
