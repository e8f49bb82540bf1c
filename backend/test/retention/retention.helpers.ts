import { Types } from 'mongoose'
import { expect } from 'vitest'
import { ANNOUNCEMENTS_ID, EVERYBODY, type Retention, type RetentionRun } from '../../src/contract/index.ts'
import { createColdMoveJob } from '../../src/retention/coldMove.job.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { createModels, type Models } from '../../src/models/index.ts'
import { createMessageLog } from '../../src/messageLog/messageLog.service.ts'
import { withStore } from '../helpers/openStore.ts'
import { call, type Person } from '../helpers/people.ts'
import { startServer, type TestServer } from '../helpers/startServer.ts'

const DAY_MS = 86_400_000
const KEEP = { days: null, action: 'delete' } as const

/** Returns the same user at a server that was restarted on the same data. */
export function on(server: Pick<TestServer, 'url'>, someone: Person): Person {
  const ask = (method: string) => (path: string, body?: unknown) =>
    call(server, method, path, someone.accessToken, body)
  return { ...someone, get: ask('GET'), post: ask('POST'), patch: ask('PATCH'), delete: ask('DELETE') }
}

/** Makes rules. Kinds without a rule keep their messages. */
export function rules(some: Partial<Retention>): Retention {
  return { direct: KEEP, group: KEEP, broadcast: KEEP, ...some }
}

/** Changes the data of a stopped server. */
export function inStore<T>({ dataDir }: Pick<TestServer, 'dataDir'>, work: (models: Models) => Promise<T>): Promise<T> {
  return withStore(dataDir, async (connection) => work(await createModels(connection)))
}

/** Stops the server, makes these messages this many days older, and starts it again. */
export async function aged(
  server: TestServer,
  conversationId: string,
  upTo: number,
  days: number,
): Promise<TestServer> {
  await server.stop()
  await inStore(server, (models) => makeOlder(models, conversationId, upTo, days))
  return startServer({ messagesPerMinute: 100_000 }, server.dataDir)
}

export async function makeOlder(
  { Message }: Models,
  conversationId: string,
  upTo: number,
  days: number,
): Promise<void> {
  const found = { conversationId: new Types.ObjectId(conversationId), seq: { $lte: upTo } }
  await Message.updateMany(found, { $set: { createdAt: new Date(Date.now() - days * DAY_MS) } })
}

/**
 * Moves messages that are older than this many days, as two rounds of the server some hours apart do. @returns how many
 * moved
 */
export async function moveToCold(models: Models, afterDays: number): Promise<number> {
  const logger = createLogger('silent')
  const runner = createColdMoveJob({ models, log: createMessageLog(models, logger), afterDays, logger, copiedMs: 0 })
  const throttle = { step: async () => {} }
  await runner.moveAll(throttle)
  const planned = await models.Conversation.find({}, { _id: 1 }).sort({ _id: 1 }).limit(1000).lean()
  await models.Conversation.updateMany(
    { _id: { $in: planned.map(({ _id }) => _id) } },
    { $set: { 'cold.at': new Date(Date.now() - 7_200_000) } },
  )
  return runner.moveAll(throttle)
}

/** Writes many messages without a server. */
export async function sayMany(models: Models, conversationId: string, sender: Person, texts: string[]): Promise<void> {
  const log = createMessageLog(models, createLogger('silent'))
  const draft = {
    conversationId: new Types.ObjectId(conversationId),
    senderId: new Types.ObjectId(sender.id),
    receiverId: conversationId === ANNOUNCEMENTS_ID ? EVERYBODY : null,
    title: null,
  }
  await Promise.all(
    texts.map((text, index) => log.append({ ...draft, text, clientMessageId: `many-${index}-${texts.length}` })),
  )
  await log.settled()
}

/** Starts a run and waits for its end. */
export async function run(admin: Person): Promise<RetentionRun> {
  expect((await admin.post('/api/admin/retention/run', {})).status).toBe(202)
  return ended(admin)
}

export async function ended(admin: Person): Promise<RetentionRun> {
  let state: RetentionRun | undefined
  await expect
    .poll(async () => (state = (await admin.get('/api/admin/retention/run')).body).state, {
      timeout: 60_000,
      interval: 100,
    })
    .not.toBe('running')
  if (!state) throw new Error('No run')
  return state
}
