import { expect, test } from 'vitest'
import { searchRank, searchWords } from '../../src/contract/index.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { rebuildUserSearchKeys } from '../../src/migrations/userSearchKeys.migration.ts'
import { emptyStore } from '../helpers/openStore.ts'

test('[F] accounts from before are found by any part of a word, and deleted ones are not found', async () => {
  const connection = await emptyStore()
  const users = connection.collection('users')
  await users.insertMany([
    { username: 'jm', fullName: 'Jörg Müller', searchKeys: ['jorg muller', 'jm', 'muller'], state: 'active' },
    { username: '', fullName: 'Deleted account', searchKeys: [], state: 'deleted' },
  ])
  for (let run = 0; run < 2; run += 1) {
    await rebuildUserSearchKeys(connection, createLogger('silent'))
    const [active, deleted] = await users.find().sort({ _id: 1 }).toArray()
    expect(searchRank(active?.['searchKeys'], searchWords('mueller oerg'))).toBe(1)
    expect(deleted?.['searchKeys']).toEqual([])
  }
})
