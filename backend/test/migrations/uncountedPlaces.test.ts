import { Types } from 'mongoose'
import { expect, test } from 'vitest'
import { createLogger } from '../../src/lib/logger.ts'
import { uncountedPlaces } from '../../src/migrations/uncountedPlaces.migration.ts'
import { emptyStore } from '../helpers/openStore.ts'

const logger = createLogger('silent')

test('older events, deleted, hidden and targeted messages are noted as places that do not count', async () => {
  const connection = await emptyStore()
  const [chat, quiet] = [new Types.ObjectId(), new Types.ObjectId()]
  const message = (seq: number, more: Record<string, unknown> = {}) => ({
    conversationId: chat,
    seq,
    deletedAt: null,
    ...more,
  })
  const someone = new Types.ObjectId()
  await connection.collection('conversations').insertMany([{ _id: chat }, { _id: quiet }])
  await connection
    .collection('coldmessages')
    .insertMany([message(1, { kind: 'system' }), message(2, { deletedAt: new Date() }), message(3)])
  await connection
    .collection('messages')
    .insertMany([
      message(2, { deletedAt: new Date() }),
      message(4, { hiddenFrom: [someone] }),
      message(5, { isTargeted: true }),
      message(6),
      { ...message(1), conversationId: quiet },
    ])
  for (let run = 0; run < 2; run += 1) {
    await uncountedPlaces(connection, logger)
    const places = await connection.collection('uncountedplaces').find().sort({ seq: 1 }).toArray()
    expect(places.map(({ conversationId, seq }) => [String(conversationId), seq])).toEqual(
      [1, 2, 4, 5].map((seq) => [String(chat), seq]),
    )
    expect(await connection.collection('conversations').findOne({ _id: chat })).toMatchObject({ lastUncountedSeq: 5 })
    expect(await connection.collection('conversations').findOne({ _id: quiet })).toEqual({ _id: quiet })
  }
})
