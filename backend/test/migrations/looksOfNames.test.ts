import { Types } from 'mongoose'
import { expect, test } from 'vitest'
import { createLogger } from '../../src/lib/logger.ts'
import { looksOfNames } from '../../src/migrations/looksOfNames.migration.ts'
import { userModel } from '../../src/models/user.model.ts'
import { emptyStore } from '../helpers/openStore.ts'

test('accounts that look the same keep their names, and no new one can look like them', async () => {
  const connection = await emptyStore()
  const ids = Array.from({ length: 5 }, (_, index) => new Types.ObjectId(`00000000000000000000000${index + 1}`))
  const account = (index: number, username: string, fullName: string, state = 'active') => ({
    _id: new Types.ObjectId(ids[index]),
    username,
    usernameKey: state === 'deleted' ? `deleted-account-${String(ids[index])}` : username.toLowerCase(),
    email: `${index}@example.org`,
    fullName,
    state,
  })
  await connection
    .collection('users')
    .insertMany([
      account(0, 'boss', 'Ada Lovelace'),
      account(1, 'b0ss', 'Ben'),
      account(2, '', 'Deleted account', 'deleted'),
      account(3, '', 'Deleted account', 'deleted'),
      account(4, 'Ivan', 'Аdа Lovelace'),
    ])
  for (let run = 0; run < 2; run += 1) {
    await looksOfNames(connection, createLogger('silent'))
    const users = await connection.collection('users').find().sort({ _id: 1 }).toArray()
    expect(
      users.map(({ username, usernameSkeleton, hasNamesake }) => [username, usernameSkeleton, hasNamesake]),
    ).toEqual([
      ['boss', 'boss', true],
      ['b0ss', `boss ${String(ids[1])}`, false],
      ['', `deleted-account-${String(ids[2])}`, false],
      ['', `deleted-account-${String(ids[3])}`, false],
      ['Ivan', 'lvan', true],
    ])
  }
  const users = userModel(connection)
  await users.createIndexes()
  const other = {
    ...account(0, 'bOss', 'Eve'),
    _id: new Types.ObjectId(),
    usernameKey: 'other',
    email: 'other@example.org',
  }
  await expect(users.collection.insertOne({ ...other, usernameSkeleton: 'boss' })).rejects.toThrow(/duplicate|E11000/i)
  // Two accounts of a program that knows no looks.
  await users.collection.insertOne(other)
  await users.collection.insertOne({
    ...other,
    _id: new Types.ObjectId(),
    usernameKey: 'third',
    email: 'third@example.org',
  })
})
