import { expect, test } from 'vitest'
import { createLogger } from '../../src/lib/logger.ts'
import { administration } from '../../src/migrations/administration.migration.ts'
import { emptyStore } from '../helpers/openStore.ts'

const logger = createLogger('silent')

test('older accounts and reports get a state, and a second run does no harm to those that have one', async () => {
  const connection = await emptyStore()
  const until = new Date()
  await connection
    .collection('users')
    .insertMany([{ username: 'ada' }, { username: 'grace', state: 'disabled', mutedUntil: until }])
  await connection
    .collection('reports')
    .insertMany([{ reason: 'Rude' }, { reason: 'Spam', state: 'resolved', note: 'Done' }])
  await administration(connection, logger)
  await administration(connection, logger)
  expect(
    await connection
      .collection('users')
      .find({}, { projection: { _id: 0 } })
      .sort({ username: 1 })
      .toArray(),
  ).toEqual([
    { username: 'ada', state: 'active', mutedUntil: null },
    { username: 'grace', state: 'disabled', mutedUntil: until },
  ])
  expect(
    await connection
      .collection('reports')
      .find({}, { projection: { _id: 0 } })
      .sort({ reason: 1 })
      .toArray(),
  ).toEqual([
    { reason: 'Rude', state: 'open', resolvedBy: null, resolvedAt: null, note: '' },
    { reason: 'Spam', state: 'resolved', note: 'Done', resolvedBy: null, resolvedAt: null },
  ])
})
