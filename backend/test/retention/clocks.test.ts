import { Types } from 'mongoose'
import { expect, test } from 'vitest'
import { createModels } from '../../src/models/index.ts'
import { createRetentionScanRepository } from '../../src/retention/retentionScan.repository.ts'
import { emptyStore } from '../helpers/openStore.ts'

const DAY_MS = 86_400_000
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS)

/** Writes a conversation whose messages are so many days old. */
async function conversation(ages: number[], mark?: { seq: number; nextAt: Date }) {
  const models = await createModels(await emptyStore())
  const _id = new Types.ObjectId()
  const sender = new Types.ObjectId()
  await models.Conversation.collection.insertOne({
    _id,
    kind: 'group',
    participantIds: [],
    group: null,
    lastSeq: ages.length,
    ...(mark && { cleared: mark }),
  })
  const messages = ages.map((age, index) => ({
    _id: new Types.ObjectId(),
    conversationId: _id,
    senderId: sender,
    clientMessageId: `${index}`,
    seq: index + 1,
    rev: index + 1,
    revs: [index + 1],
    kind: 'user',
    text: 'Old',
    deletedAt: null,
    createdAt: daysAgo(age),
  }))
  await models.Message.collection.insertMany(messages)
  return { _id, scan: createRetentionScanRepository(models) }
}

async function dueIn({ scan }: Awaited<ReturnType<typeof conversation>>): Promise<number[]> {
  const found: number[] = []
  for await (const { upTo } of scan.conversations('group', daysAgo(30), { remember: true, tick: async () => {} }))
    found.push(upTo)
  return found
}

test.each([
  ['first', [-900, 60, 50, 40, 10], 4],
  ['in the middle', [90, 80, -900, 60, 50, 40, 10], 6],
  ['before those that are not due', [90, 80, -900, 20, 10], 2],
  ['many in a row', [90, -900, -900, -900, -900, 60, 10], 6],
])('[E8] a message that is stamped years ahead stops no retention (%s)', async (_name, ages, upTo) => {
  expect(await dueIn(await conversation(ages))).toEqual([upTo])
})

test('[E8] a scan looks again behind a stored place whose next message is stamped years ahead', async () => {
  const held = await conversation([90, -900, 60, 10], { seq: 1, nextAt: daysAgo(-900) })
  expect(await dueIn(held)).toEqual([3])
  expect((await held.scan.markAt(held._id, 1)).nextAt?.getTime()).toBeLessThan(daysAgo(59).getTime())
})
