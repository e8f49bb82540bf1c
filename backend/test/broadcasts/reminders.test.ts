import { Types } from 'mongoose'
import { expect, onTestFinished, test } from 'vitest'
import { createBroadcastSendingService } from '../../src/broadcasts/broadcastSending.service.ts'
import { createLedgerUpdates } from '../../src/broadcasts/ledgerUpdates.service.ts'
import { createJobs } from '../../src/jobs/job.service.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { createLogger } from '../../src/lib/logger.ts'
import type { Delivery } from '../../src/lib/delivery.ts'
import { createModels, type Models } from '../../src/models/index.ts'
import { createLedgerRepository } from '../../src/broadcasts/ledger.repository.ts'
import { createMessageLog } from '../../src/messageLog/messageLog.service.ts'
import { team } from '../helpers/groups.ts'
import { withStore } from '../helpers/openStore.ts'
import { acknowledge, draft, readAnnouncements, send } from './helpers.ts'

const EVERY = 600
const refused = (field: string) => ({ status: 400, body: { errors: [{ field, code: 'must_be_in_future' }] } })

test('automatic reminders are sent on time by one of two nodes, also after a restart, until the set time', async () => {
  const { server, id, one, two } = await planned(4)
  await withStore(server.dataDir, async (connection) => {
    const models = await createModels(connection)
    const clock = manualClock()
    const reminded: string[] = []
    const nodes = [node(models, clock, reminded), node(models, clock, reminded)]
    for (const { start } of nodes) await start()
    await clock.advance(EVERY - 60)
    expect(reminded).toEqual([])
    await clock.advance(120)
    expect(reminded.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([one.id, two.id])
    // One recipient acknowledges and gets no further reminder.
    await createLedgerRepository(models).acknowledge(new Types.ObjectId(id), new Types.ObjectId(one.id), 1)
    await clock.advance(EVERY)
    expect(reminded.slice(2)).toEqual([two.id])
    for (const { close } of nodes) await close()
    await clock.advance(EVERY)
    expect(reminded).toHaveLength(3)
    const restarted = node(models, clock, reminded)
    await restarted.start()
    expect(reminded.slice(3)).toEqual([two.id])
    await clock.advance(3 * EVERY)
    expect(reminded.slice(3)).toEqual([two.id, two.id])
    expect(await models.Broadcast.findById(id).lean()).toMatchObject({ reminders: null, dueAt: null })
    await restarted.close()
  })
})

test('[E14] a reminder that comes an hour late, after a stop of the server, is left out, and the next one comes', async () => {
  const { server, id, one, two } = await planned(100)
  await withStore(server.dataDir, async (connection) => {
    const models = await createModels(connection)
    const clock = manualClock()
    await clock.advance(6 * EVERY)
    const reminded: string[] = []
    const { start, close } = node(models, clock, reminded)
    await start()
    expect(reminded).toEqual([])
    expect((await models.Broadcast.findById(id).lean())?.reminders).not.toBe(null)
    await clock.advance(EVERY)
    expect(reminded.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([one.id, two.id])
    await close()
  })
})

test('automatic reminders end when no recipient is missing, and when the broadcast has expired', async () => {
  const { server, id, one, two } = await planned(100, { needsAcknowledgement: false })
  const expiring = await planned(100, { expiresAt: new Date(Date.now() + 2 * EVERY * 1000).toISOString() })
  await withStore(server.dataDir, async (connection) => {
    const models = await createModels(connection)
    for (const who of [one, two])
      await createLedgerRepository(models).advance(new Types.ObjectId(who.id), 'read', { from: 1, to: 1 })
    expect(await remindersAfter(models, 3 * EVERY)).toEqual([])
    expect(await models.Broadcast.findById(id).lean()).toMatchObject({ reminders: null, dueAt: null })
  })
  await withStore(expiring.server.dataDir, async (connection) => {
    const models = await createModels(connection)
    expect(await remindersAfter(models, 4 * EVERY)).toHaveLength(2)
    expect(await models.Broadcast.findById(expiring.id).lean()).toMatchObject({ reminders: null, dueAt: null })
  })
})

test('users who remind or acknowledge too often have to wait', async () => {
  const { people } = await team(['admin', 'one'])
  const [admin, one] = people
  if (!admin || !one) throw new Error('Two people')
  const [{ id, seq }, other] = [await send(admin), await send(admin)]
  for (let times = 0; times < 10; times += 1)
    expect((await admin.post(`/api/admin/broadcasts/${id}/remind`, {})).status).toBe(200)
  const tooMany = { status: 429, body: { code: 'rate_limited', retryAfter: expect.any(Number) } }
  expect(await admin.post(`/api/admin/broadcasts/${id}/remind`, {})).toMatchObject(tooMany)
  expect((await admin.post(`/api/admin/broadcasts/${other.id}/remind`, {})).status).toBe(200)
  for (let times = 0; times < 120; times += 1) expect((await acknowledge(one, id)).status).toBe(200)
  expect(await acknowledge(one, id)).toMatchObject(tooMany)
  expect((await readAnnouncements(one, seq ?? 0)).status).toBe(200)
})

test('[E8] a time that has passed is refused: nothing is sent, and no reminder begins', async () => {
  const { people } = await team(['admin', 'one'])
  const [admin] = people
  if (!admin) throw new Error('No user')
  const past = new Date(Date.now() - 3 * 3_600_000).toISOString()
  // A page whose clock is 3 hours behind proposed this time.
  const { id } = await draft(admin, { sendAt: past })
  expect(await admin.post(`/api/admin/broadcasts/${id}/send`, {})).toMatchObject(refused('sendAt'))
  expect((await admin.get(`/api/admin/broadcasts/${id}`)).body.state).toBe('draft')
  const sent = await send(admin)
  const every = { everySeconds: EVERY, until: past }
  expect(await admin.post(`/api/admin/broadcasts/${sent.id}/remind`, every)).toMatchObject(refused('until'))
  expect((await admin.get(`/api/admin/broadcasts/${sent.id}`)).body.reminders).toBeNull()
})

/** Creates a broadcast to two users with this many reminders, and stops its server. */
async function planned(times: number, more: Record<string, unknown> = {}) {
  const { server, people } = await team(['admin', 'one', 'two'])
  const [admin, one, two] = people
  if (!admin || !one || !two) throw new Error('Three people')
  const { id } = await send(admin, more)
  const until = new Date(Date.now() + (times + 0.5) * EVERY * 1000).toISOString()
  expect((await admin.post(`/api/admin/broadcasts/${id}/remind`, { everySeconds: EVERY, until })).status).toBe(200)
  await server.stop()
  return { server, id, one, two }
}

async function remindersAfter(models: Models, seconds: number): Promise<string[]> {
  const [clock, reminded] = [manualClock(), [] as string[]]
  const { start, close } = node(models, clock, reminded)
  await start()
  await clock.advance(seconds)
  await close()
  return reminded
}

/** Starts only the part of a server that sends broadcasts. */
function node(models: Models, clock: Clock, reminded: string[]) {
  const logger = createLogger('silent')
  const ledger = createLedgerRepository(models)
  const delivery = new Proxy(
    { broadcastReminder: (_pending: unknown, people: string[]) => void reminded.push(...people) } as Delivery,
    {
      get: (target, name) => (name in target ? Reflect.get(target, name) : () => {}),
    },
  )
  const ledgerUpdates = createLedgerUpdates(ledger, delivery, logger)
  onTestFinished(ledgerUpdates.close)
  const jobs = createJobs({ Job: models.Job, isAlone: false, clock, logger })
  createBroadcastSendingService({
    models,
    log: createMessageLog(models, logger),
    ledger,
    ledgerUpdates,
    delivery,
    clock,
    jobs,
  })
  return {
    close: jobs.close,
    async start() {
      await jobs.start()
      await jobs.settled()
    },
  }
}

/** A clock that moves only by `advance`, which does everything that becomes due and waits until it is done. */
function manualClock() {
  let time = Date.now()
  const timers = new Set<{ at: number; work: () => Promise<void> }>()
  const due = (upTo: number) => [...timers].filter(({ at }) => at <= upTo).toSorted((a, b) => a.at - b.at)
  return {
    now: () => new Date(time),
    after(milliseconds: number, work: () => Promise<void>) {
      const timer = { at: time + milliseconds, work }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    async advance(seconds: number): Promise<void> {
      const end = time + seconds * 1000
      for (let next = due(end)[0]; next; next = due(end)[0]) {
        time = Math.max(time, next.at)
        const together = due(time)
        for (const timer of together) timers.delete(timer)
        await Promise.all(together.map(({ work }) => work()))
      }
      time = end
    },
  }
}
