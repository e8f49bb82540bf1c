import { Types } from 'mongoose'
import { expect, test } from 'vitest'
import { createLogger } from '../../src/lib/logger.ts'
import { groups } from '../../src/migrations/groups.migration.ts'
import { createModels } from '../../src/models/index.ts'
import { emptyStore } from '../helpers/openStore.ts'

const logger = createLogger('silent')

test('documents from before groups get their new fields, and a second run does no harm', async () => {
  const connection = await emptyStore()
  const [userId, conversationId] = [new Types.ObjectId(), new Types.ObjectId()]
  await connection.collection('users').insertMany([
    { _id: userId, username: 'ada' },
    { username: 'grace', bio: 'Kept', pictureHash: 'abc', statusText: 'Too' },
  ])
  await connection.collection('conversations').insertMany([
    { _id: conversationId, kind: 'direct' },
    { kind: 'group', group: { name: 'Choir' } },
  ])
  await connection.collection('participants').insertOne({ conversationId, userId, readSeq: 3 })
  await connection.collection('participants').createIndex({ userId: 1 })
  await groups(connection, logger)
  await groups(connection, logger)
  expect(
    await connection
      .collection('users')
      .find({}, { projection: { _id: 0 } })
      .sort({ username: 1 })
      .toArray(),
  ).toEqual([
    { username: 'ada', pictureHash: null, bio: '', statusText: '' },
    { username: 'grace', bio: 'Kept', pictureHash: 'abc', statusText: 'Too' },
  ])
  expect(
    await connection
      .collection('conversations')
      .find({}, { projection: { _id: 0 } })
      .sort({ kind: 1 })
      .toArray(),
  ).toEqual([
    { kind: 'direct', group: null },
    { kind: 'group', group: { name: 'Choir' } },
  ])
  expect((await connection.collection('participants').indexes()).map(({ name }) => name)).toEqual(['_id_'])
})

test('an empty store needs no change, and the models create their indexes after it', async () => {
  const connection = await emptyStore()
  await groups(connection, logger)
  const { Participant } = await createModels(connection)
  const names = (await Participant.collection.indexes()).map(({ name }) => name)
  expect(new Set(names)).toEqual(
    new Set(['_id_', 'conversationId_1_userId_1', 'userId_1_leftAt_1_conversationId_1', 'userId_1_role_1']),
  )
})
