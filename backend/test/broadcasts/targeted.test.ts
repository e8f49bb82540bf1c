import { expect, test, vi } from 'vitest'
import { ANNOUNCEMENTS_ID, type Message } from '../../src/contract/index.ts'
import { createModels } from '../../src/models/index.ts'
import { announcementsVisibleTo } from '../../src/messageLog/announcementVisibility.repository.ts'
import { messagesOf, syncAll, team } from '../helpers/groups.ts'
import { withStore } from '../helpers/openStore.ts'
import { next, newId, request, type Person } from '../helpers/people.ts'
import { draft, secondAdmin, send } from './helpers.ts'

const HOUR = 3600_000

test('a user who is no recipient gets a placeholder of the announcement in every page, change and sync, and never its text', async () => {
  const { admin, chosen, other } = await three()
  const first = await sendTo(chosen, admin, { title: 'Secret title', text: 'Secret text' })
  await admin.post('/api/messages', { receiverId: 'all', text: 'For all', clientMessageId: newId() })
  const before = await syncAll(other, new Date(Date.now() - HOUR).toISOString(), { [ANNOUNCEMENTS_ID]: 0 })
  expect(before.messages.map(({ seq, hidden, text }) => [seq, hidden, text])).toEqual([
    [1, true, ''],
    [2, false, 'For all'],
  ])
  const socket = await other.connect()
  const heard: Message[] = []
  socket.on('messageChanged', (message) => heard.push(message))
  const mine = next(await chosen.connect(), 'messageChanged')
  await admin.patch(`/api/admin/broadcasts/${first.id}`, { text: 'Secret again', isMaterial: true })
  expect(await mine).toMatchObject({ seq: 1, text: 'Secret again', hidden: false })
  const told = [
    await messagesOf(other, ANNOUNCEMENTS_ID),
    (await other.get(`/api/messages/${ANNOUNCEMENTS_ID}?before=2`)).body,
    (await other.get(`/api/messages/${ANNOUNCEMENTS_ID}/changes?since=2`)).body,
    await syncAll(other, before.until, { [ANNOUNCEMENTS_ID]: 2 }),
    (await other.get('/api/chats')).body,
    (await other.get(`/api/chats/${ANNOUNCEMENTS_ID}`)).body,
    await request(socket, 'sync', { since: before.until, held: { [ANNOUNCEMENTS_ID]: 0 } }),
  ]
  expect(told[2]).toMatchObject({ items: [{ seq: 1, hidden: true, text: '', title: null }], rev: 3 })
  expect(JSON.stringify([told, heard])).not.toContain('Secret')
  expect(heard).toEqual([])
  expect((await other.get(`/api/messages/${ANNOUNCEMENTS_ID}/1/edits`)).status).toBe(404)
  expect(
    (
      await other.post('/api/reports', {
        userId: admin.id,
        conversationId: ANNOUNCEMENTS_ID,
        seq: 1,
        reason: 'To read it',
      })
    ).status,
  ).toBe(404)
  expect((await chosen.get(`/api/messages/${ANNOUNCEMENTS_ID}/1/edits`)).body.items).toMatchObject([
    { text: 'Secret text' },
  ])
  expect((await syncAll(chosen, before.until, { [ANNOUNCEMENTS_ID]: 2 })).messages).toMatchObject([
    { seq: 1, text: 'Secret again' },
  ])
  // Only its recipients are told that it was deleted.
  const gone = next(await chosen.connect(), 'messageChanged')
  await admin.delete(`/api/messages/${ANNOUNCEMENTS_ID}/1`)
  expect(await gone).toMatchObject({ seq: 1, deletedAt: expect.any(String) })
  expect(heard).toEqual([])
})

test('an admin who is no recipient may delete an announcement, and cannot read it among the announcements', async () => {
  const { server, admin, chosen } = await three()
  await sendTo(chosen, admin, { title: 'Secret title', text: 'Secret text' })
  const boss = await secondAdmin(server, admin, 'boss')
  const path = `/api/messages/${ANNOUNCEMENTS_ID}/1`
  expect(await messagesOf(boss, ANNOUNCEMENTS_ID)).toMatchObject([{ hidden: true, text: '' }])
  expect((await boss.patch(path, { text: 'Mine', clientEditId: 'x' })).body).toMatchObject({ code: 'forbidden' })
  expect((await boss.delete(path)).body).toMatchObject({ hidden: true, deletedAt: expect.any(String) })
  expect(await messagesOf(chosen, ANNOUNCEMENTS_ID)).toMatchObject([
    { hidden: false, text: '', deletedAt: expect.any(String) },
  ])
})

test('announcements to others are not unread, and the list shows the newest one for the user', async () => {
  const { admin, chosen, other } = await three()
  await sendTo(chosen, admin, { title: 'One' })
  expect([await seen(chosen), await seen(other)]).toEqual([
    [1, 'One'],
    [0, null],
  ])
  expect((await other.get('/api/chats')).body.items).toEqual([])
  await send(admin, { title: 'Two' })
  await sendTo(other, admin, { title: 'Three' })
  await sendTo(chosen, admin, { title: 'Four' })
  await sendTo(chosen, admin, { title: 'Five' })
  expect([await seen(chosen), await seen(other), await seen(admin)]).toEqual([
    [4, 'Five'],
    [2, 'Three'],
    [0, 'Five'],
  ])
  await other.post(`/api/messages/${ANNOUNCEMENTS_ID}/read`, { seq: 3 })
  expect([await seen(chosen), await seen(other)]).toEqual([
    [4, 'Five'],
    [0, 'Three'],
  ])
  expect((await other.get('/api/chats?unread=true')).body.items).toEqual([])
  expect((await chosen.get('/api/chats?unread=true')).body.items).toMatchObject([{ unreadCount: 4 }])
  expect(
    (await admin.get(`/api/messages/${ANNOUNCEMENTS_ID}/4/receipts`)).body.items.map(
      ({ userId }: { userId: string }) => userId,
    ),
  ).toEqual([chosen.id])
})

test('an announcement to some users names none of them, and a page costs one query for its recipients, or none', async () => {
  const { server, admin, chosen, other } = await three()
  const [first, second] = [await sendTo(chosen, admin), await sendTo(other, admin)]
  await send(admin)
  await server.stop()
  await withStore(server.dataDir, async (connection) => {
    const models = await createModels(connection)
    const page = await models.Message.find({}, { edits: 0 }).sort({ seq: 1 }).lean()
    expect(page.map(({ isTargeted }) => isTargeted)).toEqual([true, true, undefined])
    expect(JSON.stringify(page)).not.toMatch(new RegExp(`${chosen.id}|${other.id}`))
    const find = vi.spyOn(models.Recipient, 'find')
    expect(await announcementsVisibleTo(models, chosen.id, page)).toEqual(new Set([first.id]))
    expect(await announcementsVisibleTo(models, other.id, page)).toEqual(new Set([second.id]))
    expect(find).toHaveBeenCalledTimes(2)
    expect(await announcementsVisibleTo(models, other.id, page.slice(2))).toEqual(new Set())
    expect(await announcementsVisibleTo(models, admin.id, page)).toEqual(new Set())
    expect(find).toHaveBeenCalledTimes(2)
  })
})

test('an audience of users or of a role has each of these users once, without the author', async () => {
  const { admin, chosen, other } = await three()
  const { id } = await draft(admin, {
    audience: { kind: 'people', ids: [chosen.id, chosen.id, admin.id, 'f'.repeat(24)] },
  })
  expect((await admin.post(`/api/admin/broadcasts/${id}/preview-count`, {})).body).toEqual({ recipients: 1 })
  expect((await admin.post(`/api/admin/broadcasts/${id}/send`, {})).body).toMatchObject({ recipientCount: 1 })
  const members = await send(admin, { audience: { kind: 'roles', roles: ['member'] } })
  expect(members.recipientCount).toBe(2)
  expect(await messagesOf(other, ANNOUNCEMENTS_ID)).toMatchObject([
    { hidden: true },
    { hidden: false, title: 'Fire drill' },
  ])
  const toNobody = await draft(admin, { audience: { kind: 'roles', roles: ['admin'] } })
  expect((await admin.post(`/api/admin/broadcasts/${toNobody.id}/send`, {})).body.errors).toMatchObject([
    { field: 'audience', code: 'reaches_no_user' },
  ])
  expect((await send(admin, { audience: { kind: 'roles', roles: ['admin', 'member'] } })).recipientCount).toBe(2)
  // A user whose role changes later stays a recipient.
  await admin.patch(`/api/admin/users/${other.id}`, { role: 'admin' })
  expect((await messagesOf(chosen, ANNOUNCEMENTS_ID)).map(({ hidden }) => hidden)).toEqual([false, false, false])
  expect(
    (await admin.post('/api/admin/broadcasts', { title: '', text: 'x', audience: { kind: 'roles', roles: ['owner'] } }))
      .body,
  ).toMatchObject({ code: 'invalid_input' })
  expect(
    (await admin.post('/api/admin/broadcasts', { title: '', text: 'x', audience: { kind: 'people', ids: [] } })).body,
  ).toMatchObject({ code: 'invalid_input' })
})

/** Returns the announcements as the list shows them to a user. */
async function seen(who: Person): Promise<[number, string | null]> {
  const { unreadCount, lastMessage } = (await who.get(`/api/chats/${ANNOUNCEMENTS_ID}`)).body
  return [unreadCount, lastMessage?.title ?? null]
}

const sendTo = (who: Person, admin: Person, more: object = {}) =>
  send(admin, { ...more, audience: { kind: 'people', ids: [who.id] } })

async function three() {
  const { server, people } = await team(['admin', 'chosen', 'other'])
  const [admin, chosen, other] = people
  if (!admin || !chosen || !other) throw new Error('Three people')
  return { server, admin, chosen, other }
}
