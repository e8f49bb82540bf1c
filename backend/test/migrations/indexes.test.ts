import { expect, test } from 'vitest'
import { createLogger } from '../../src/lib/logger.ts'
import { dropObsoleteIndexes } from '../../src/migrations/obsoleteIndexes.migration.ts'
import { emptyStore } from '../helpers/openStore.ts'

const logger = createLogger('silent')

test('replaced indexes are dropped, others stay, and a store without any is left alone', async () => {
  const connection = await emptyStore()
  await dropObsoleteIndexes(connection, logger)
  const participants = connection.collection('participants')
  await participants.createIndex({ userId: 1, role: 1 })
  await participants.createIndex({ userId: 1, leftAt: 1 })
  await participants.createIndex({ userId: 1, conversationId: 1 })
  await dropObsoleteIndexes(connection, logger)
  await dropObsoleteIndexes(connection, logger)
  expect((await participants.indexes()).map(({ name }) => name)).toEqual(['_id_', 'userId_1_role_1'])
})
