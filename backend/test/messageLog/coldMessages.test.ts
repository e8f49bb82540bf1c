import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { Types } from 'mongoose'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createColdMoveJob } from '../../src/retention/coldMove.job.ts'
import { openDatabase } from '../../src/database/database.connection.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { createModels, type Models } from '../../src/models/index.ts'
import type { MessageRecord } from '../../src/models/message.model.ts'
import { createMessageLog, type MessageLog } from '../../src/messageLog/messageLog.service.ts'
import { createMessageRepository } from '../../src/messageLog/message.repository.ts'

const logger = createLogger('silent')
const DAY_MS = 86_400_000
const senderId = new Types.ObjectId()

interface World {
  models: Models
  /** Two nodes, each with a log of its own. */
  logs: [MessageLog, MessageLog]
  conversationId: Types.ObjectId
  /** Runs two rounds, more than an hour apart: the second moves the messages that the first has planned. */
  moveAll: () => Promise<number>
}

/** Only the clock is a fake, so that days pass at once. */
async function world(): Promise<World> {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  const mongoUri = process.env['MONGO_DB_URI']
  const database = await openDatabase({ mongoUri, dataDir, logger })
  const connection =
    mongoUri === undefined ? database.connection : database.connection.useDb(`cold_${dataDir.split('-').at(-1)}`)
  const models = await createModels(connection)
  const logs: World['logs'] = [createMessageLog(models, logger), createMessageLog(models, logger)]
  onTestFinished(async () => {
    await Promise.all(logs.map((log) => log.settled()))
    await database.close()
    await rm(dataDir, { recursive: true, force: true })
  })
  const conversationId = new Types.ObjectId()
  await models.Conversation.create({
    _id: conversationId,
    kind: 'direct',
    participantIds: [senderId, senderId],
    createdAt: new Date(),
  })
  const runner = createColdMoveJob({ models, log: logs[0], afterDays: 1, logger, copiedMs: 0 })
  const throttle = { step: async () => {} }
  return {
    models,
    logs,
    conversationId,
    async moveAll() {
      await Promise.all(logs.map((log) => log.settled()))
      await runner.moveAll(throttle)
      pass(2 * 3600_000)
      return runner.moveAll(throttle)
    },
  }
}

function pass(milliseconds: number): void {
  vi.setSystemTime(Date.now() + milliseconds)
}

function draft(conversationId: Types.ObjectId, clientMessageId: string) {
  return {
    conversationId,
    senderId,
    receiverId: null,
    title: null,
    text: `text of ${clientMessageId}`,
    clientMessageId,
  }
}

const edited = (text: string) => (record: MessageRecord) => ({
  text,
  editedAt: new Date(),
  edits: [...record.edits, { text: record.text, writtenAt: record.createdAt, clientEditId: text }],
})

async function say({ logs, conversationId }: World, count: number): Promise<void> {
  for (let index = 1; index <= count; index += 1) await logs[0].append(draft(conversationId, `first-${index}`))
}

test('old messages move, except the newest one, and are read as before', async () => {
  const place = await world()
  const { models, conversationId } = place
  await say(place, 20)
  const messages = createMessageRepository(models)
  const before = await messages.find({ filter: { conversationId }, sort: { by: 'seq', direction: 1 } })
  pass(2 * DAY_MS)
  expect(await place.moveAll()).toBe(19)
  expect(await models.Message.countDocuments({ conversationId })).toBe(1)
  expect(await messages.find({ filter: { conversationId }, sort: { by: 'seq', direction: 1 } })).toEqual(before)
  expect(await messages.count({ conversationId, seq: { $lte: 10 } })).toBe(10)
})

test('a node without news does not assign a number again that only a cold message has', async () => {
  const place = await world()
  const { logs, conversationId, models } = place
  const [awake, asleep] = logs
  await say(place, 5)
  // The node knows the end now, and hears of nothing for days.
  await asleep.append(draft(conversationId, 'from the one that sleeps'))
  await awake.append(draft(conversationId, 'from the one that is awake'))
  for (const seq of [1, 2, 3]) await awake.change(conversationId, seq, edited(`edit of ${seq}`))
  await awake.append(draft(conversationId, 'newest'))
  pass(2 * DAY_MS)
  expect(await place.moveAll()).toBeGreaterThan(5)
  const woken = await asleep.change(conversationId, 2, edited('after a long sleep'))
  expect(woken?.record.rev).toBe(12)
  const all = await createMessageRepository(models).find({ filter: { conversationId } })
  const numbers = all.flatMap(({ revs }) => revs)
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1))
})

test('a message that is sent again after it became cold is still one', async () => {
  const place = await world()
  const { logs, conversationId, models } = place
  await say(place, 5)
  pass(2 * DAY_MS)
  await place.moveAll()
  pass(DAY_MS)
  const [again, fresh] = await Promise.all([
    logs[1].append(draft(conversationId, 'first-2')),
    logs[1].append(draft(conversationId, 'new')),
  ])
  expect(again).toMatchObject({ repeated: true, record: { seq: 2 } })
  expect(fresh).toMatchObject({ repeated: false, record: { seq: 6 } })
  expect(await createMessageRepository(models).count({ conversationId })).toBe(6)
})

test('the text of a deleted cold message is in neither collection', async () => {
  const place = await world()
  const { logs, conversationId, models } = place
  await say(place, 3)
  pass(2 * DAY_MS)
  await place.moveAll()
  await logs[1].changeMany(conversationId, [1, 2], () => ({ text: '', deletedAt: new Date() }))
  for (const model of [models.Message, models.ColdMessage])
    expect(await model.countDocuments({ conversationId, text: { $in: ['text of first-1', 'text of first-2'] } })).toBe(
      0,
    )
})

const step = fc.oneof(
  fc.record({
    kind: fc.constant('append' as const),
    node: fc.integer({ min: 0, max: 1 }),
    count: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ kind: fc.constant('edit' as const), node: fc.integer({ min: 0, max: 1 }), at: fc.nat() }),
  fc.record({ kind: fc.constant('delete' as const), node: fc.integer({ min: 0, max: 1 }), at: fc.nat() }),
  fc.record({ kind: fc.constant('repeat' as const), node: fc.integer({ min: 0, max: 1 }), at: fc.nat() }),
  fc.record({ kind: fc.constant('move' as const), days: fc.integer({ min: 0, max: 3 }), alongside: fc.boolean() }),
)

test(
  'histories and changes are those of one collection, whatever is written, changed and moved in between',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const place = await world()
        const { models, logs, conversationId } = place
        const expected = new Map<number, { text: string; rev: number; clientMessageId: string }>()
        let rev = 0
        let sent = 0
        const seqAt = (at: number) => (expected.size === 0 ? null : (at % expected.size) + 1)
        const change = async (
          node: number,
          at: number,
          text: string,
          revise: (record: MessageRecord) => object | null,
        ) => {
          const seq = seqAt(at)
          const changed = seq === null ? null : await logs[node]?.change(conversationId, seq, revise)
          if (seq === null || !changed?.changed) return
          rev += 1
          expect(changed.record.rev).toBe(rev)
          expected.set(seq, { ...expected.get(seq)!, text, rev })
        }
        for (const each of steps) {
          if (each.kind === 'append') {
            for (let count = 0; count < each.count; count += 1) {
              const clientMessageId = `m-${(sent += 1)}`
              const appended = await logs[each.node]!.append(draft(conversationId, clientMessageId))
              rev += 1
              expect(appended).toMatchObject({ repeated: false, record: { seq: expected.size + 1, rev } })
              expected.set(expected.size + 1, { text: `text of ${clientMessageId}`, rev, clientMessageId })
            }
          } else if (each.kind === 'edit') {
            const text = `edit ${rev}`
            await change(each.node, each.at, text, (record) => (record.deletedAt ? null : edited(text)(record)))
          } else if (each.kind === 'delete') {
            await change(each.node, each.at, '', (record) =>
              record.deletedAt ? null : { text: '', edits: [], deletedAt: new Date() },
            )
          } else if (each.kind === 'repeat') {
            const seq = seqAt(each.at)
            if (seq !== null)
              expect(
                await logs[each.node]!.append(draft(conversationId, expected.get(seq)!.clientMessageId)),
              ).toMatchObject({ repeated: true, record: { seq } })
          } else {
            pass(each.days * DAY_MS)
            const moving = place.moveAll()
            if (each.alongside)
              await change(0, each.days, 'alongside', (record) =>
                record.deletedAt ? null : edited('alongside')(record),
              )
            await moving
            pass(11_000)
          }
          await check(models, conversationId, expected)
        }
      }),
      { numRuns: Number(process.env['COLD_RUNS'] ?? 15) },
    )
  },
)

const seen = (records: MessageRecord[]) => records.map(({ seq, text, rev }) => ({ seq, text, rev }))

async function check(
  models: Models,
  conversationId: Types.ObjectId,
  expected: ReadonlyMap<number, { text: string; rev: number }>,
): Promise<void> {
  const messages = createMessageRepository(models)
  const all = [...expected].map(([seq, { text, rev }]) => ({ seq, text, rev }))
  for (const [before, limit] of [
    [all.length + 1, 4],
    [Math.ceil(all.length / 2), 3],
    [4, 10],
  ] as const) {
    const page = await messages.find({
      filter: { conversationId, seq: { $gte: 1, $lt: before } },
      sort: { by: 'seq', direction: -1 },
      limit,
    })
    expect(seen(page)).toEqual(
      all
        .filter(({ seq }) => seq < before)
        .toReversed()
        .slice(0, limit),
    )
  }
  const forward = await messages.find({
    filter: { conversationId, seq: { $gte: 1, $gt: 2 } },
    sort: { by: 'seq', direction: 1 },
    limit: 5,
  })
  expect(seen(forward)).toEqual(all.filter(({ seq }) => seq > 2).slice(0, 5))
  for (const since of [0, Math.floor(all.length / 2)]) {
    const changes = await messages.find({
      filter: { conversationId, rev: { $gt: since } },
      sort: { by: 'rev', direction: 1 },
      limit: 6,
    })
    expect(seen(changes)).toEqual(
      all
        .filter(({ rev }) => rev > since)
        .toSorted((a, b) => a.rev - b.rev)
        .slice(0, 6),
    )
  }
}
