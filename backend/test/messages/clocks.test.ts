import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ANNOUNCEMENTS_ID, type Conversation } from '../../src/contract/index.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { createMessageLog } from '../../src/messageLog/messageLog.service.ts'
import { createModels } from '../../src/models/index.ts'
import { add, createGroup, remove, say, syncAll } from '../helpers/groups.ts'
import { withStore } from '../helpers/openStore.ts'
import { newId, person, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'
import { at } from '../broadcasts/helpers.ts'

const HOUR = 3_600_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], shouldAdvanceTime: true })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Sets the clock of the server by some hours. Timers go on. */
const step = (hours: number) => vi.setSystemTime(Date.now() + hours * HOUR)

async function team() {
  // A step forward ends no session that this test uses.
  const server = await startServer({ accessTokenSeconds: 86_400 })
  const [ada, grace, linus] = [
    await person(server, 'ada'),
    await person(server, 'grace'),
    await person(server, 'linus'),
  ]
  return { server, ada, grace, linus }
}

const send = async (from: Person, to: Person, text: string): Promise<string> =>
  (await from.post('/api/messages', { receiverId: to.id, text, clientMessageId: newId() })).body.conversationId

const chatsOf = async (who: Person): Promise<string[]> =>
  (await who.get('/api/chats')).body.items
    .filter(({ kind }: Conversation) => kind !== 'broadcast')
    .map(({ lastMessage }: Conversation) => lastMessage?.text)

describe.each([
  ['an hour back', [-1]],
  ['an hour forward', [1]],
  ['an hour forward and back again', [1, -1]],
])('[E8] when the clock of the server is set %s', (_name, steps) => {
  test('a sync finds all that came, the chats are in their order, and so are the lists of admins, also after a restart', async () => {
    const { server, ada, grace, linus } = await team()
    const group = await createGroup(ada, [grace])
    const left = await createGroup(ada, [grace])
    let { until } = await syncAll(grace, null)
    for (const [index, hours] of steps.entries()) {
      step(hours)
      const [one, other] = [`direct ${index}`, `group ${index}`]
      const direct = await send(linus, grace, one)
      await say(ada, group.id, other)
      const found = await syncAll(grace, until, { [direct]: 0, [group.id]: 0 })
      expect(found.messages.map(({ text }) => text)).toEqual(expect.arrayContaining([one, other]))
      until = found.until
      const newest = (await chatsOf(grace)).slice(0, 2)
      // Two nodes wrote these within milliseconds, and their clocks differ by as much.
      if (process.env['REDIS_URL'] === undefined) expect(newest).toEqual([other, one])
      else expect(newest.toSorted(undefined)).toEqual([one, other])
      await ada.patch('/api/admin/settings', { maintenance: { text: `Notice ${index}` } })
      expect((await ada.get('/api/admin/audit')).body.items[0].detail).toEqual({
        maintenance: { text: `Notice ${index}` },
      })
    }

    // What has no message: a reading on another device, a member who joins, and one who was removed.
    await grace.post(`/api/messages/${group.id}/read`, { seq: 2 })
    await add(ada, group.id, linus)
    await remove(ada, left.id, grace)
    const { conversations, left: gone } = await syncAll(grace, until)
    expect(conversations.find(({ id }) => id === group.id)?.readSeq).toBe(2)
    expect(gone).toEqual([left.id])
    expect((await syncAll(linus, until)).conversations.map(({ id }) => id)).toContain(group.id)

    await server.stop()
    const again = await startServer({ accessTokenSeconds: 86_400 }, server.dataDir)
    const [boss, reader] = [at(again, ada), at(again, grace)]
    const before = (await syncAll(reader, until)).until
    step(-1)
    await send(boss, reader, 'after the restart')
    const { messages } = await syncAll(reader, before, { [await send(boss, reader, 'and more')]: 0 })
    expect(messages.map(({ text }) => text)).toEqual(expect.arrayContaining(['after the restart', 'and more']))
    expect((await chatsOf(reader))[0]).toBe('and more')
  })

  test('a broadcast reaches every user who signed up before it, and users have one', async () => {
    const { ada, grace } = await team()
    for (const hours of steps) step(hours)
    const { body } = await ada.post('/api/messages', { receiverId: 'all', text: 'Hello', clientMessageId: newId() })
    const { recipients } = (await ada.get(`/api/admin/broadcasts/${body.broadcast.id}/counts`)).body
    expect(recipients).toBe(2)
    expect((await grace.get(`/api/messages/${ANNOUNCEMENTS_ID}`)).body.items).toHaveLength(1)
  })
})

test('[E8] a server that was killed after its clock was set back repairs the lists at its start', async () => {
  const { server, ada, grace } = await team()
  await send(ada, grace, 'before')
  step(-1)
  const id = await send(ada, grace, 'after')
  await server.stop()
  await withStore(server.dataDir, async (connection) => {
    const models = await createModels(connection)
    // As it was when the message was on the disk and its summary was not.
    await models.Conversation.updateOne({ _id: id }, { $set: { lastSeq: 1, lastRev: 1 } })
    await createMessageLog(models, createLogger('silent')).repair()
    expect(await models.Conversation.findById(id).lean()).toMatchObject({ lastSeq: 2, lastMessage: { text: 'after' } })
  })
})

test('[E8] a place that the order has not reached counts as unknown: everything is found', async () => {
  const { ada, grace } = await team()
  const id = await send(ada, grace, 'Hello')
  const { conversations } = await syncAll(grace, new Date(Date.now() + 24 * HOUR).toISOString())
  expect(conversations.map((each) => each.id)).toContain(id)
})

test('[E8] a conversation with a blocked user keeps its place in the list when the clock of the server is set back', async () => {
  const { ada, grace, linus } = await team()
  await send(ada, grace, 'before')
  step(0.1)
  await send(ada, linus, 'Six minutes later')
  step(-1)
  await send(linus, grace, 'visible')
  await grace.post('/api/blocks', { userId: linus.id })
  await send(linus, grace, 'hidden')
  const { items } = (await grace.get('/api/chats')).body as { items: Conversation[] }
  const activityOf = (text: string) => items.find(({ lastMessage }) => lastMessage?.text === text)?.lastActivityAt ?? ''
  expect(activityOf('visible') > activityOf('before')).toBe(true)
})
