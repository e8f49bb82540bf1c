import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ANNOUNCEMENTS_ID } from '../../src/contract/index.ts'
import { foundIn } from '../helpers/foundIn.ts'
import { createGroup, messagesOf, say, syncAll, team } from '../helpers/groups.ts'
import { client, newId, next, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'
import { upload } from '../media/files.ts'
import { aged, ended, inStore, makeOlder, on, rules, run, sayMany } from './retention.helpers.ts'

const PATIENCE = { timeout: 8000, interval: 200 }
const DAYS_30 = { days: 30, action: 'delete' } as const

async function two() {
  const { server, people } = await team(['admin', 'grace'])
  return { server, admin: people[0] as Person, grace: people[1] as Person }
}

test('a dry run counts messages by unsaved rules, and a run removes exactly these', async () => {
  const { server, admin, grace } = await two()
  const group = await createGroup(admin, [grace])
  for (const text of ['canary-group-1', 'canary-group-2', 'kept-group-3']) await say(grace, group.id, text)
  await admin.post('/api/messages', { receiverId: grace.id, text: 'kept-direct', clientMessageId: newId() })
  const [first] = await messagesOf(admin, group.id)
  const upTo = (await messagesOf(admin, group.id)).find(({ text }) => text === 'canary-group-2')?.seq ?? 0
  expect(first?.kind).toBe('system')
  const again = await aged(server, group.id, upTo, 40)
  const [boss, member] = [on(again, admin), on(again, grace)]
  expect((await boss.post('/api/admin/retention/dry-run', {})).body).toEqual({ direct: 0, group: 0, broadcast: 0 })
  const tried = await boss.post('/api/admin/retention/dry-run', {
    retention: rules({ group: DAYS_30, direct: DAYS_30 }),
  })
  expect(tried).toMatchObject({ status: 200, body: { direct: 0, group: 2, broadcast: 0 } })
  expect(
    (await boss.post('/api/admin/retention/dry-run', { retention: rules({ group: { days: 50, action: 'archive' } }) }))
      .body.group,
  ).toBe(0)

  await boss.patch('/api/admin/settings', { retention: rules({ group: DAYS_30 }) })
  expect(await run(boss)).toMatchObject({
    state: 'done',
    removed: { direct: 0, group: 2, broadcast: 0 },
    total: 2,
    problem: null,
    finishedAt: expect.any(String),
  })
  const left = await messagesOf(member, group.id)
  expect(left.map(({ seq }) => seq)).toEqual(left.map((_, index) => index + 1))
  expect(
    left
      .map(({ kind, text, deletedAt }) => (deletedAt ? '-' : kind === 'system' ? '!' : text))
      .filter((text) => text !== '!'),
  ).toEqual(['-', '-', 'kept-group-3'])
  await expect.poll(() => foundIn(again.dataDir, /canary-[a-z]+-\d/), PATIENCE).toEqual([])
  expect(foundIn(again.dataDir, /kept-[a-z]+(-\d)?/)).toEqual(['kept-direct', 'kept-group-3'])
  expect(await run(boss)).toMatchObject({ state: 'done', removed: { group: 0 }, total: 0 })
}, 60_000)

test('a connected user gets one event when a thousand messages are removed, and loads the newest page again', async () => {
  const { server, admin, grace } = await two()
  await server.stop()
  await inStore(server, async (models) => {
    await sayMany(
      models,
      ANNOUNCEMENTS_ID,
      admin,
      Array.from({ length: 1000 }, (_, index) => `canary-many-${index}`),
    )
    await makeOlder(models, ANNOUNCEMENTS_ID, 990, 40)
  })
  const again = await startServer({}, server.dataDir)
  const [boss, member] = [on(again, admin), on(again, grace)]
  const until = (await syncAll(member, null)).until
  const held = (await member.get('/api/chats')).body.items.find(({ id }: { id: string }) => id === ANNOUNCEMENTS_ID)
  expect(held.lastRev).toBe(1000)
  await boss.patch('/api/admin/settings', { retention: rules({ broadcast: DAYS_30 }) })
  const socket = client(again, grace.accessToken)
  const heard: number[] = []
  socket.on('messageChanged', ({ seq }) => heard.push(seq))
  const connected = next(socket, 'hello')
  socket.connect()
  await connected
  expect(await run(boss)).toMatchObject({ state: 'done', removed: { broadcast: 990 }, total: 990 })
  await expect.poll(() => heard).toEqual([990])
  const sync = await syncAll(member, until, { [ANNOUNCEMENTS_ID]: held.lastRev })
  expect(sync).toMatchObject({ reload: [ANNOUNCEMENTS_ID], messages: [] })
  expect(sync.conversations[0]).toMatchObject({ lastSeq: 1000, lastRev: 1990 })
  expect((await messagesOf(member, ANNOUNCEMENTS_ID)).filter(({ deletedAt }) => !deletedAt)).toHaveLength(10)
  await expect.poll(() => foundIn(again.dataDir, /canary-many-\d+/).length, PATIENCE).toBe(10)
}, 60_000)

test('a removed newest message leaves the list too, and attachments are removed with their message', async () => {
  const { server, admin, grace } = await two()
  const attachment = await upload(server, grace, 'plan.txt', Buffer.from('canary-content-1'))
  const { body } = await grace.post('/api/messages', {
    receiverId: admin.id,
    text: 'canary-text-1',
    attachmentIds: [attachment.id],
    clientMessageId: newId(),
  })
  const again = await aged(server, body.conversationId, 1, 31)
  const boss = on(again, admin)
  await boss.patch('/api/admin/settings', { retention: rules({ direct: DAYS_30 }) })
  expect(await run(boss)).toMatchObject({ state: 'done', removed: { direct: 1 } })
  const chats = (await boss.get('/api/chats')).body.items
  expect(chats.find(({ id }: { id: string }) => id === body.conversationId).lastMessage).toMatchObject({
    text: '',
    attachments: [],
    deletedAt: expect.any(String),
  })
  await expect.poll(() => foundIn(again.dataDir, /canary-[a-z]+-\d/), PATIENCE).toEqual([])
  expect((await boss.get(`/api/media/${attachment.id}/original`)).status).toBe(404)
}, 60_000)

test('users write while old messages are removed, and places and changes stay without holes', async () => {
  const { server, admin, grace } = await two()
  const group = await createGroup(admin, [grace])
  await server.stop()
  await inStore(server, async (models) => {
    await sayMany(
      models,
      group.id,
      grace,
      Array.from({ length: 600 }, (_, index) => `old-${index}`),
    )
    await makeOlder(models, group.id, 600, 40)
  })
  const again = await startServer({ messagesPerMinute: 100_000 }, server.dataDir)
  const [boss, member] = [on(again, admin), on(again, grace)]
  await boss.patch('/api/admin/settings', { retention: rules({ group: DAYS_30 }) })
  const running = run(boss)
  for (let count = 0; count < 40; count += 1) await say(member, group.id, `new-${count}`)
  expect((await running).state).toBe('done')
  await again.stop()
  const all = await inStore(again, ({ Message }) =>
    Message.find({ conversationId: group.id }, { seq: 1, rev: 1 }).sort({ seq: 1 }).lean(),
  )
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1))
  expect(new Set(all.map(({ rev }) => rev)).size).toBe(all.length)
}, 60_000)

test('a run that a stop of the server interrupted continues at the next start', async () => {
  const { server, admin, grace } = await two()
  const group = await createGroup(admin, [grace])
  await server.stop()
  await inStore(server, async (models) => {
    await sayMany(
      models,
      group.id,
      grace,
      Array.from({ length: 800 }, (_, index) => `canary-old-${index}`),
    )
    await makeOlder(models, group.id, 3000, 40)
  })
  const again = await startServer({}, server.dataDir)
  await on(again, admin).patch('/api/admin/settings', { retention: rules({ group: DAYS_30 }) })
  expect((await on(again, admin).post('/api/admin/retention/run', {})).body.state).toBe('running')
  await again.stop()
  const third = await startServer({}, server.dataDir)
  expect(await ended(on(third, admin))).toMatchObject({ state: 'done', removed: { group: 800 }, total: 800 })
  await expect.poll(() => foundIn(join(third.dataDir), /canary-old-\d+/), PATIENCE).toEqual([])
}, 90_000)

test('invalid rules are refused', async () => {
  const { admin } = await two()
  for (const retention of [{}, rules({ group: { days: 0, action: 'delete' } }), { ...rules({}), other: DAYS_30 }]) {
    expect((await admin.post('/api/admin/retention/dry-run', { retention })).status).toBe(400)
  }
  expect((await admin.get('/api/admin/retention/run')).body).toMatchObject({
    state: 'never',
    startedAt: null,
    total: 0,
  })
})

test('a run starts by itself when it is due, and not while no rule removes messages', async () => {
  const { server, admin, grace } = await two()
  const group = await createGroup(admin, [grace])
  await say(grace, group.id, 'old')
  const due = async (dataDir: string, retention: object) => {
    await inStore({ dataDir }, async (models) => {
      await makeOlder(models, group.id, 100, 40)
      await models.Setting.updateOne({ _id: 'retention' }, { $set: { value: retention } }, { upsert: true })
      await models.Job.updateOne({ kind: 'retention' }, { $set: { dueAt: new Date() } })
    })
    return startServer({}, dataDir)
  }
  await server.stop()
  const idle = await due(server.dataDir, rules({}))
  await idle.stop()
  expect(await inStore(idle, ({ RetentionRun }) => RetentionRun.countDocuments())).toBe(0)
  const again = await due(server.dataDir, rules({ group: DAYS_30 }))
  await expect
    .poll(async () => (await on(again, admin).get('/api/admin/retention/run')).body, { timeout: 20_000 })
    .toMatchObject({ state: 'done', removed: { group: 1 } })
}, 60_000)
