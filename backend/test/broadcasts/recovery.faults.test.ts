import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Types } from 'mongoose'
import { expect, onTestFinished, test } from 'vitest'
import { ANNOUNCEMENTS_ID } from '../../src/contract/index.ts'
import { openDatabase } from '../../src/database/database.connection.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { createModels, type Models } from '../../src/models/index.ts'
import { recipientId } from '../../src/models/recipient.model.ts'
import { messagesOf, team } from '../helpers/groups.ts'
import { call, newId, type Person } from '../helpers/people.ts'
import { configOf, startServer, type TestServer } from '../helpers/startServer.ts'
import { acknowledge, at, countsOf, draft, readAnnouncements, send } from './helpers.ts'
import { programOf } from '../helpers/programs.ts'

const SERVER = fileURLToPath(new URL('../deliveryModel/server.child.ts', import.meta.url))
const NAMES = ['admin', 'one', 'two', 'three']

test('a scheduled broadcast survives a restart and is sent exactly once', async () => {
  const { server, people } = await team(NAMES)
  const [admin] = people
  if (!admin) throw new Error('No user')
  const { id, state } = await send(admin, { sendAt: new Date(Date.now() + 1500).toISOString() })
  expect(state).toBe('scheduled')
  await server.stop()
  const again = await startServer({}, server.dataDir)
  const [boss, one] = [at(again, admin), at(again, people[1])]
  await expect
    .poll(async () => (await boss.get(`/api/admin/broadcasts/${id}`)).body.state, { timeout: 5000 })
    .toBe('sent')
  expect(await messagesOf(one, ANNOUNCEMENTS_ID)).toMatchObject([{ clientMessageId: id }])
  await again.stop()
  const third = await startServer({}, server.dataDir)
  expect(await messagesOf(at(third, people[1]), ANNOUNCEMENTS_ID)).toHaveLength(1)
  expect(await countsOf(at(third, admin), id)).toMatchObject({ recipients: 3 })
})

test.each([
  ['its time passed an hour ago', { dueAt: new Date(Date.now() - 3_600_000) }],
  ['it has expired', { dueAt: new Date(Date.now() - 1000), expiresAt: new Date(Date.now() - 500) }],
])('[E14] a scheduled broadcast is held after a stop of the server when %s, and an admin decides', async (_, late) => {
  const { server, people } = await team(NAMES)
  const [admin, one] = people
  if (!admin || !one) throw new Error('No user')
  const { id } = await send(admin, { sendAt: new Date(Date.now() + 86_400_000).toISOString() })
  const [removed, punctual] = [
    await send(admin, { sendAt: new Date(Date.now() + 86_400_000).toISOString() }),
    await send(admin, { title: 'On time', sendAt: new Date(Date.now() + 86_400_000).toISOString() }),
  ]
  await server.stop()
  await change(server, async ({ Broadcast }) => {
    await Broadcast.updateMany({ _id: { $in: [id, removed.id] } }, { $set: late })
    // A restart takes minutes, and the announcement is still right.
    await Broadcast.updateOne({ _id: punctual.id }, { $set: { dueAt: new Date(Date.now() - 5 * 60_000) } })
  })
  const again = await startServer({}, server.dataDir)
  const [boss, reader] = [at(again, admin), at(again, one)]
  await sent(boss, punctual.id)
  await expect.poll(async () => (await boss.get(`/api/admin/broadcasts/${id}`)).body.state).toBe('held')
  const { items, totals } = (await boss.get('/api/admin/broadcasts?show=held')).body
  expect([items.length, totals]).toEqual([2, { all: 3, held: 2, waiting: 1, scheduled: 0, sent: 1, drafts: 0 }])
  expect(await messagesOf(reader, ANNOUNCEMENTS_ID)).toMatchObject([{ title: 'On time' }])
  // Now the admin decides.
  expect((await boss.delete(`/api/admin/broadcasts/${removed.id}`)).status).toBe(204)
  await boss.patch(`/api/admin/broadcasts/${id}`, { sendAt: null, expiresAt: null })
  expect((await boss.post(`/api/admin/broadcasts/${id}/send`, {})).body).toMatchObject({ state: 'sent' })
  expect(await messagesOf(reader, ANNOUNCEMENTS_ID)).toHaveLength(2)
})

test('a server that was killed while it wrote the recipients continues where it stopped', async () => {
  const { server, people } = await team(NAMES)
  const [admin, one] = people
  if (!admin || !one) throw new Error('No user')
  const { id } = await draft(admin)
  await server.stop()
  await change(server, async ({ Broadcast, Recipient }) => {
    const [broadcastId, userId] = [new Types.ObjectId(id), new Types.ObjectId(one.id)]
    await Broadcast.updateOne(
      { _id: broadcastId },
      { $set: { state: 'sending', claimedAt: new Date(), dueAt: new Date() } },
    )
    await Recipient.create({
      _id: recipientId(broadcastId, userId),
      broadcastId,
      userId,
      needsAcknowledgement: true,
      state: 'queued',
    })
  })
  const again = await startServer({}, server.dataDir)
  await sent(at(again, admin), id)
  expect(await countsOf(at(again, admin), id)).toEqual({
    recipients: 3,
    queued: 3,
    delivered: 0,
    opened: 0,
    acknowledged: 0,
  })
  expect(await messagesOf(at(again, one), ANNOUNCEMENTS_ID)).toHaveLength(1)
})

test('a server that was killed after it wrote the announcement writes no second one, and readers of that time are in the ledger', async () => {
  const { server, people } = await team(NAMES)
  const [admin, one, two] = people
  if (!admin || !one || !two) throw new Error('No user')
  const { id } = await send(admin)
  await server.stop()
  await change(server, async ({ Broadcast, Recipient }) => {
    await Broadcast.updateOne(
      { _id: new Types.ObjectId(id) },
      { $set: { state: 'sending', seq: null, sentAt: null, isFrozen: false, dueAt: new Date() } },
    )
    await Recipient.updateMany({ broadcastId: new Types.ObjectId(id) }, { $set: { seq: null } })
  })
  const again = await startServer({}, server.dataDir)
  await readAnnouncements(at(again, one), 1)
  await sent(at(again, admin), id)
  expect((await acknowledge(at(again, two), id)).status).toBe(200)
  expect(await countsOf(at(again, admin), id)).toEqual({
    recipients: 3,
    queued: 1,
    delivered: 0,
    opened: 1,
    acknowledged: 1,
  })
  expect(await messagesOf(at(again, one), ANNOUNCEMENTS_ID)).toHaveLength(1)
})

test('a material change that a kill interrupted reaches the ledger and the announcement', async () => {
  const { server, people } = await team(NAMES)
  const [admin, one] = people
  if (!admin || !one) throw new Error('No user')
  const { id } = await send(admin)
  await acknowledge(one, id)
  await server.stop()
  await change(server, async ({ Broadcast }) => {
    await Broadcast.updateOne(
      { _id: new Types.ObjectId(id) },
      {
        $set: {
          text: 'Changed',
          revision: 2,
          materialRevision: 2,
          isApplied: false,
          revisedAt: new Date(),
          dueAt: new Date(),
        },
      },
    )
  })
  const again = await startServer({}, server.dataDir)
  await expect.poll(() => messagesOf(at(again, one), ANNOUNCEMENTS_ID)).toMatchObject([{ text: 'Changed' }])
  expect(await countsOf(at(again, admin), id)).toMatchObject({ opened: 1, acknowledged: 0 })
})

test.skipIf(process.env['MONGO_DB_URI'] !== undefined)(
  'a server that is killed while it sends a scheduled broadcast has sent it once to every recipient after its next start',
  async () => {
    const { server, people } = await team([...NAMES, ...Array.from({ length: 16 }, (_, index) => `more${index}`)])
    const [admin, one] = people
    if (!admin || !one) throw new Error('No user')
    const scheduled: string[] = []
    for (let index = 0; index < 5; index += 1)
      scheduled.push((await send(admin, { sendAt: new Date(Date.now() + 4000).toISOString() })).id)
    await server.stop()
    const child = spawn(process.execPath, [programOf(SERVER), server.dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [port] = await once(createInterface({ input: child.stdout }), 'line')
    const states = async () => {
      const { body } = await call(
        { url: `http://127.0.0.1:${port}` },
        'GET',
        '/api/admin/broadcasts',
        admin.accessToken,
      )
      return body.totals.scheduled
    }
    await expect.poll(states, { timeout: 20_000, interval: 1 }).toBeLessThan(5)
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    const again = await startServer({}, server.dataDir)
    for (const id of scheduled) {
      await expect
        .poll(async () => (await at(again, admin).get(`/api/admin/broadcasts/${id}`)).body.state, { timeout: 20_000 })
        .toBe('sent')
      expect(await countsOf(at(again, admin), id)).toMatchObject({ recipients: 19 })
    }
    const ids = (await messagesOf(at(again, one), ANNOUNCEMENTS_ID)).map(({ clientMessageId }) => clientMessageId)
    expect(ids.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(scheduled.toSorted((a, b) => (a < b ? -1 : 1)))
  },
  60_000,
)

test('an announcement by a message that a kill left unsent is sent at the next start, and a repeat of the request returns it', async () => {
  const { server, people } = await team(NAMES)
  const [admin, one] = people
  if (!admin || !one) throw new Error('No user')
  const clientMessageId = newId()
  const input = { receiverId: 'all', text: 'Leave by the north door.', clientMessageId }
  const { body: first } = await admin.post('/api/messages', input)
  await server.stop()
  await change(server, async ({ Broadcast, Message, Recipient }) => {
    const broadcastId = new Types.ObjectId(first.broadcast.id)
    await Message.deleteMany({ clientMessageId })
    await Recipient.deleteMany({ broadcastId })
    await Broadcast.updateOne(
      { _id: broadcastId },
      { $set: { state: 'scheduled', seq: null, sentAt: null, isFrozen: false, dueAt: new Date() } },
    )
  })
  const again = await startServer({}, server.dataDir)
  await sent(at(again, admin), first.broadcast.id)
  const { body: repeat } = await at(again, admin).post('/api/messages', input)
  expect(repeat).toMatchObject({ clientMessageId, text: input.text, broadcast: { id: first.broadcast.id } })
  expect(await messagesOf(at(again, one), ANNOUNCEMENTS_ID)).toMatchObject([{ clientMessageId }])
  expect(await countsOf(at(again, admin), first.broadcast.id)).toMatchObject({ recipients: 3 })
})

test('a broadcast whose key the message log knows already is discarded, with its rows', async () => {
  const { server, people } = await team(NAMES)
  const [admin] = people
  if (!admin) throw new Error('No user')
  const clientMessageId = newId()
  const { body: first } = await admin.post('/api/messages', { receiverId: 'all', text: 'Drill', clientMessageId })
  await server.stop()
  const double = new Types.ObjectId()
  await change(server, async ({ Broadcast }) => {
    const record = await Broadcast.findById(first.broadcast.id).lean()
    await Broadcast.create({
      ...record,
      _id: double,
      state: 'scheduled',
      seq: null,
      sentAt: null,
      isFrozen: false,
      dueAt: new Date(),
    })
  })
  const again = await startServer({}, server.dataDir)
  const boss = at(again, admin)
  await expect.poll(async () => (await boss.get(`/api/admin/broadcasts/${double.toHexString()}`)).status).toBe(404)
  expect((await boss.get('/api/admin/broadcasts')).body.items).toMatchObject([{ id: first.broadcast.id }])
  expect(await messagesOf(boss, ANNOUNCEMENTS_ID)).toHaveLength(1)
  await again.stop()
  await change(again, async ({ Recipient }) => {
    expect(await Recipient.countDocuments({ broadcastId: double })).toBe(0)
  })
})

test.skipIf(process.env['MONGO_DB_URI'] !== undefined)(
  'requests that kill -9 interrupted are sent once to every recipient after their repeat',
  async () => {
    const { server, people } = await team([...NAMES, ...Array.from({ length: 16 }, (_, index) => `more${index}`)])
    const [admin, one] = people
    if (!admin || !one) throw new Error('No user')
    await server.stop()
    const child = spawn(process.execPath, ['--import', 'tsx', SERVER, server.dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [port] = await once(createInterface({ input: child.stdout }), 'line')
    const inputs = Array.from({ length: 5 }, (_, index) => ({
      receiverId: 'all',
      text: `Announcement ${index}`,
      clientMessageId: newId(),
    }))
    const sending = inputs.map((input) =>
      call({ url: `http://127.0.0.1:${port}` }, 'POST', '/api/messages', admin.accessToken, input).catch(() => null),
    )
    await Promise.race(sending)
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    const again = await startServer({}, server.dataDir)
    const boss = at(again, admin)
    for (const input of inputs)
      expect(await boss.post('/api/messages', input)).toMatchObject({ status: 201, body: { text: input.text } })
    const texts = (await messagesOf(at(again, one), ANNOUNCEMENTS_ID)).map(({ text }) => text)
    expect(texts.toSorted(undefined)).toEqual(inputs.map(({ text }) => text))
    const { items } = (await boss.get('/api/admin/broadcasts')).body
    expect(items).toHaveLength(inputs.length)
    for (const item of items) expect(item).toMatchObject({ state: 'sent', recipientCount: 19 })
  },
  60_000,
)

async function sent(admin: Person, id: string): Promise<void> {
  await expect.poll(async () => (await admin.get(`/api/admin/broadcasts/${id}`)).body.state).toBe('sent')
}

/** Leaves the storage in the state that a kill leaves. */
async function change({ dataDir }: TestServer, work: (models: Models) => Promise<void>): Promise<void> {
  const database = await openDatabase({ mongoUri: configOf(dataDir).mongoUri, dataDir, logger: createLogger('silent') })
  try {
    await work(await createModels(database.connection))
  } finally {
    await database.close()
  }
}
