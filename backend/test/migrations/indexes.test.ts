import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/database/connect.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { dropObsoleteIndexes } from '../../src/migrations/indexes.ts'
import { configOf } from '../helpers/startServer.ts'

test('indexes that another one replaces go, others stay, and a store without any is left alone', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'parley-migrations-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const logger = createLogger('silent')
  const { mongoUri, dataDir } = configOf(dir)
  const { connection, close } = await openDatabase({ mongoUri, dataDir, logger })
  onTestFinished(close)
  await dropObsoleteIndexes(connection, logger)
  const participants = connection.collection('participants')
  await participants.createIndex({ userId: 1, role: 1 })
  await participants.createIndex({ userId: 1, leftAt: 1 })
  await participants.createIndex({ userId: 1, conversationId: 1 })
  await dropObsoleteIndexes(connection, logger)
  await dropObsoleteIndexes(connection, logger)
  expect((await participants.indexes()).map(({ name }) => name)).toEqual(['_id_', 'userId_1_role_1'])
})
