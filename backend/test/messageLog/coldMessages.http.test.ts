import { expect, test } from 'vitest'
import type { Message } from '../../src/contract/index.ts'
import { inStore, makeOlder, moveToCold, on, rules, run } from '../retention/retention.helpers.ts'
import { createGroup, messagesOf, say, syncAll, team } from '../helpers/groups.ts'
import { newId, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'
import { fetchAs, original, upload } from '../media/files.ts'

const COUNT = 12

/** Makes a group of two users in which every message but the newest is cold, and restarts the server. */
async function office() {
  const { server, people } = await team(['admin', 'grace'])
  const [admin, grace] = people as [Person, Person]
  const group = await createGroup(admin, [grace])
  const attachment = await upload(server, grace, 'plan.txt', Buffer.from('the plan'))
  await grace.post('/api/messages', {
    conversationId: group.id,
    text: 'with a file',
    attachmentIds: [attachment.id],
    clientMessageId: 'with-a-file',
  })
  for (let index = 1; index <= COUNT; index += 1) await say(index % 2 ? admin : grace, group.id, `text ${index}`)
  await grace.patch(`/api/messages/${group.id}/4`, { text: 'edited', clientEditId: newId() })
  await say(admin, group.id, 'newest')
  await admin.post(`/api/messages/${group.id}/read`, { seq: 5 })
  const before = {
    history: await messagesOf(grace, group.id),
    page: (await grace.get(`/api/messages/${group.id}?before=9&limit=4`)).body,
    chat: (await admin.get(`/api/chats/${group.id}`)).body,
  }
  await server.stop()
  await inStore(server, async (models) => {
    await makeOlder(models, group.id, 1000, 10)
    expect(await moveToCold(models, 1)).toBeGreaterThan(COUNT)
    expect(await models.Message.countDocuments({ conversationId: group.id })).toBe(1)
  })
  const again = await startServer({ messagesPerMinute: 100_000, coldAfterDays: 1 }, server.dataDir)
  return { server: again, admin: on(again, admin), grace: on(again, grace), group, attachment, before }
}

const textOf = (message: Message) => ({ ...message, createdAt: '', rev: 0 })

test('cold messages are read, paged and counted like others, with their files, edits and receipts', async () => {
  const { server, admin, grace, group, attachment, before } = await office()
  const path = `/api/messages/${group.id}`
  expect((await messagesOf(grace, group.id)).map(textOf)).toEqual(before.history.map(textOf))
  const { body: page } = await grace.get(`${path}?before=9&limit=4`)
  expect({ ...page, items: page.items.map(textOf) }).toEqual({ ...before.page, items: before.page.items.map(textOf) })
  expect((await admin.get(`/api/chats/${group.id}`)).body).toMatchObject({
    unreadCount: before.chat.unreadCount,
    lastSeq: before.chat.lastSeq,
    lastRev: before.chat.lastRev,
  })
  expect((await grace.get(`${path}/4/edits`)).body.items.length).toBeGreaterThan(0)
  expect((await grace.get(`${path}/4/receipts`)).status).toBe(200)
  expect((await grace.get(`${path}/changes?since=0`)).body.items).toHaveLength(before.history.length)
  expect(await (await fetchAs(server, admin, original(attachment))).text()).toBe('the plan')
  expect(
    (await syncAll(admin, new Date(0).toISOString(), { [group.id]: 3 })).messages.filter(
      ({ conversationId }) => conversationId === group.id,
    ),
  ).toHaveLength(before.history.length - 3)
})

test('a cold message can be edited, deleted, reported and sent again, and its file goes with it', async () => {
  const { server, admin, grace, group, attachment } = await office()
  const path = `/api/messages/${group.id}`
  const { body: chat } = await grace.get(`/api/chats/${group.id}`)
  const { body: edited } = await grace.patch(`${path}/6`, { text: 'edited when cold', clientEditId: newId() })
  expect(edited).toMatchObject({ text: 'edited when cold', rev: chat.lastRev + 1 })
  const { body: repeat } = await grace.post('/api/messages', {
    conversationId: group.id,
    text: 'with a file',
    attachmentIds: [attachment.id],
    clientMessageId: 'with-a-file',
  })
  expect(repeat.seq).toBeLessThan(4)
  const { body: report } = await grace.post('/api/reports', {
    userId: admin.id,
    conversationId: group.id,
    seq: 5,
    reason: 'Rude',
  })
  const { body: context } = await admin.get(`/api/admin/reports/${report.id}/context`)
  expect(context.items).toHaveLength(10)
  expect((await admin.post(`/api/admin/reports/${report.id}/delete-message`, {})).status).toBe(200)
  expect((await grace.delete(`${path}/${repeat.seq}`)).status).toBe(200)
  expect((await fetchAs(server, admin, original(attachment))).status).toBe(404)
  const { body: changes } = await admin.get(`${path}/changes?since=${chat.lastRev}`)
  expect(changes.items.map(({ seq, deletedAt }: Message) => [seq, deletedAt !== null])).toEqual([
    [6, false],
    [5, true],
    [repeat.seq, true],
  ])
})

test('an export has cold messages once; deleting a user with all messages, and retention, remove them too', async () => {
  const { server, admin, grace, group } = await office()
  await grace.patch(`/api/messages/${group.id}/6`, { text: 'back again', clientEditId: newId() })
  const lines = (await (await fetchAs(server, admin, `/api/admin/users/${grace.id}/export`)).text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; seq?: number })
  const exported = lines.flatMap(({ type, seq }) => (type === 'message' ? [seq] : []))
  expect(new Set(exported).size).toBe(exported.length)
  expect(exported.length).toBeGreaterThanOrEqual(COUNT / 2 + 1)
  expect((await admin.delete(`/api/admin/users/${grace.id}?messages=true`)).status).toBe(204)
  const left = (await messagesOf(admin, group.id)).filter(
    ({ kind, senderId, deletedAt }) => kind === 'user' && senderId === grace.id && deletedAt === null,
  )
  expect(left).toEqual([])
  await admin.patch('/api/admin/settings', { retention: rules({ group: { days: 5, action: 'delete' } }) })
  await run(admin)
  expect(
    (await messagesOf(admin, group.id)).filter(
      ({ kind, deletedAt, text }) => kind === 'user' && deletedAt === null && text !== 'newest',
    ),
  ).toEqual([])
})
