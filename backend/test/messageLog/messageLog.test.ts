import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Types } from 'mongoose'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../../src/database/database.connection.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { createModels, type Models } from '../../src/models/index.ts'
import { createMessageLog, type Draft, type MessageLog } from '../../src/messageLog/messageLog.service.ts'

const logger = createLogger('silent')

/** Makes several nodes on one storage. Each has a log of its own, which knows nothing of the others. */
async function nodes(count: number): Promise<{ models: Models; logs: MessageLog[] }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  const mongoUri = process.env['MONGO_DB_URI']
  const database = await openDatabase({ mongoUri, dataDir, logger })
  const connection =
    mongoUri === undefined ? database.connection : database.connection.useDb(`log_${dataDir.split('-').at(-1)}`)
  const models = await createModels(connection)
  const logs = Array.from({ length: count }, () => createMessageLog(models, logger))
  onTestFinished(async () => {
    await Promise.all(logs.map((log) => log.settled()))
    await database.close()
    await rm(dataDir, { recursive: true, force: true })
  })
  return { models, logs }
}

const senderId = new Types.ObjectId()
let last = 0

function draft(conversationId: Types.ObjectId, clientMessageId = `id-${(last += 1)}`): Draft {
  return {
    conversationId,
    senderId,
    receiverId: null,
    title: null,
    text: `text of ${clientMessageId}`,
    clientMessageId,
  }
}

async function conversation({ Conversation }: Models): Promise<Types.ObjectId> {
  const _id = new Types.ObjectId()
  await Conversation.create({ _id, kind: 'direct', participantIds: [senderId, senderId], createdAt: new Date() })
  return _id
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b)

test(
  'several nodes that write to one conversation at the same time leave no hole and no double place',
  { timeout: 60_000 },
  async () => {
    const { models, logs } = await nodes(3)
    const conversationId = await conversation(models)
    const appended = await Promise.all(logs.flatMap((log) => upTo(40).map(() => log.append(draft(conversationId)))))
    expect(sorted(appended.map(({ record }) => record.seq))).toEqual(upTo(120))
    expect(sorted(appended.map(({ record }) => record.rev))).toEqual(upTo(120))
    expect(await models.Message.countDocuments({ conversationId })).toBe(120)
  },
)

test(
  'nodes that append, edit and delete at the same time give every change its own number',
  { timeout: 60_000 },
  async () => {
    const { models, logs } = await nodes(2)
    const conversationId = await conversation(models)
    const [first] = logs
    await Promise.all(upTo(5).map(() => first!.append(draft(conversationId))))
    const changes = logs.flatMap((log, node) =>
      upTo(20).flatMap((index) => [
        log.append(draft(conversationId)).then(({ record }) => record.rev),
        log
          .change(conversationId, (index % 5) + 1, () => ({
            text: `edit ${index} of node ${node}`,
            editedAt: new Date(),
          }))
          .then((outcome) => outcome!.record.rev),
      ]),
    )
    expect(sorted(await Promise.all(changes))).toEqual(upTo(85).slice(5))
    const records = await models.Message.find({ conversationId }).sort({ seq: 1 }).lean()
    expect(records.map(({ seq }) => seq)).toEqual(upTo(45))
    expect(new Set(records.map(({ rev }) => rev)).size).toBe(45)
    const [newest] = records.toSorted((a, b) => b.rev - a.rev)
    await Promise.all(logs.map((log) => log.settled()))
    expect(await models.Conversation.findById(conversationId).lean()).toMatchObject({
      lastSeq: 45,
      lastRev: newest!.rev,
    })
  },
)

test('a node that has not heard of changes assigns none of their numbers again', async () => {
  const {
    models,
    logs: [one, other],
  } = await nodes(2)
  const conversationId = await conversation(models)
  const edit = (log: MessageLog, seq: number, text: string) =>
    log.change(conversationId, seq, () => ({ text, editedAt: new Date() })).then((outcome) => outcome!.record.rev)
  await one!.append(draft(conversationId))
  expect((await other!.append(draft(conversationId))).record.rev).toBe(2)
  // The second edit of a message replaces the first, whose number no message has any more.
  expect([await edit(one!, 1, 'a'), await edit(one!, 1, 'b'), await edit(one!, 1, 'c')]).toEqual([3, 4, 5])
  expect(await edit(other!, 2, 'd')).toBe(6)
  expect([await edit(one!, 1, 'e'), await edit(one!, 1, 'f')]).toEqual([7, 8])
  expect((await other!.append(draft(conversationId))).record).toMatchObject({ seq: 3, rev: 9 })
})

test('messages of many conversations are written together, each conversation in its own order', async () => {
  const {
    models,
    logs: [log],
  } = await nodes(1)
  const conversations = await Promise.all(upTo(30).map(() => conversation(models)))
  const appended = await Promise.all(
    upTo(10).flatMap((index) => conversations.map((id, place) => log!.append(draft(id, `${place}-${index}`)))),
  )
  for (const id of conversations) {
    const own = appended
      .filter(({ record }) => record.conversationId.equals(id))
      .map(({ record }) => [record.clientMessageId.split('-')[1], record.seq])
    expect(own).toEqual(upTo(10).map((index) => [String(index), index]))
  }
})

test('a repeat in a batch is answered with the first message and leaves no hole, wherever it stands', async () => {
  const {
    models,
    logs: [log],
  } = await nodes(1)
  const [here, there] = [await conversation(models), await conversation(models)]
  const { record: first } = await log!.append(draft(here, 'the first'))
  const ids = ['a', 'b', 'the first', 'c', 'd', 'the first', 'e']
  const answers = await Promise.all(
    ids.flatMap((id) => [
      log!.append(draft(here, id)),
      log!.append(draft(there, `there ${id === 'the first' ? (last += 1) : id}`)),
    ]),
  )
  const own = answers.filter(({ record }) => record.conversationId.equals(here))
  expect(own.filter(({ repeated }) => repeated).map(({ record }) => record.seq)).toEqual([first.seq, first.seq])
  expect(own.filter(({ repeated }) => !repeated).map(({ record }) => [record.clientMessageId, record.seq])).toEqual([
    ['a', 2],
    ['b', 3],
    ['c', 4],
    ['d', 5],
    ['e', 6],
  ])
  expect((await models.Message.find({ conversationId: there }).sort({ seq: 1 }).lean()).map(({ seq }) => seq)).toEqual(
    upTo(7),
  )
})

test('a change that was not summarized when the server died is summarized at the next start', async () => {
  const {
    models,
    logs: [log],
  } = await nodes(1)
  const conversationId = await conversation(models)
  await log!.append(draft(conversationId))
  await log!.settled()
  // The state that a server leaves when it is killed right after the commit of a deletion.
  await models.Message.updateOne({ conversationId, seq: 1 }, { $set: { text: '', deletedAt: new Date(), rev: 2 } })
  await models.PendingChange.create({ conversationId, seq: 1 })
  expect((await models.Conversation.findById(conversationId).lean())?.lastMessage?.text).not.toBe('')
  await createMessageLog(models, logger).repair()
  expect(await models.Conversation.findById(conversationId).lean()).toMatchObject({
    lastRev: 2,
    lastMessage: { text: '', rev: 2 },
  })
  expect(await models.PendingChange.countDocuments()).toBe(0)
})

test('a conversation of many messages shares one write of its summary, which a list does not wait for', async () => {
  const { models, logs } = await nodes(1)
  const [log] = logs
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const conversationId = await conversation(models)
  const writes = vi.spyOn(models.Conversation.collection, 'bulkWrite')
  for (const _ of upTo(10)) await log!.append(draft(conversationId))
  const summarized = () => models.Conversation.findById(conversationId, { lastSeq: 1 }).lean()
  const other = await conversation(models)
  await log!.settled(other)
  expect(writes).not.toHaveBeenCalled()
  await log!.settled(conversationId)
  expect(await summarized()).toMatchObject({ lastSeq: 10 })
  expect(writes).toHaveBeenCalledTimes(1)
  await log!.append(draft(conversationId))
  vi.advanceTimersByTime(300)
  await expect.poll(summarized).toMatchObject({ lastSeq: 11 })
})
