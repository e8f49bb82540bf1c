import { Types } from 'mongoose'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createAccountInviteRepository } from '../../src/accounts/accountInvite.repository.ts'
import { recordLastSeen } from '../../src/accounts/user.repository.ts'
import { createDistributedLock } from '../../src/cluster/distributedLock.service.ts'
import { linkTokenHash } from '../../src/lib/auth/linkTokens.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { createHasColdMessages } from '../../src/messageLog/hasColdMessages.cache.ts'
import { withMigrationLock } from '../../src/migrations/migration.lock.ts'
import { createModels } from '../../src/models/index.ts'
import type { MessageModel } from '../../src/models/message.model.ts'
import { emptyStore } from '../helpers/openStore.ts'

/*
 * The server's clock was set back by an hour. A time that was stored before is in the future, and must not hold for an
 * hour what it would have held for seconds.
 */
const inAnHour = (): Date => new Date(Date.now() + 3_600_000)

const logger = createLogger('silent')

test('[E8] a lock of nodes from before the clock was set back is taken over', async () => {
  const models = await createModels(await emptyStore())
  await models.Lock.create({ _id: 'group', holder: 'a node of before', until: inAnHour() })
  expect(await createDistributedLock(models.Lock)('group', async () => 'done')).toBe('done')
})

test('[E8] a lock of a migration from before the clock was set back is taken over', async () => {
  const connection = await emptyStore()
  const locks = connection.collection<{ _id: string; holder: string; until: Date }>('versions')
  await locks.insertOne({ _id: 'migration', holder: 'a node of before', until: inAnHour() })
  const work = vi.fn<() => Promise<void>>().mockResolvedValue()
  await withMigrationLock(connection, logger, async () => work.mock.calls.length === 0, work)
  expect(work).toHaveBeenCalledTimes(1)
})

test('[E8] a use of an invitation that a dead sign-up held before the clock was set back is given back', async () => {
  const models = await createModels(await emptyStore())
  const invite = {
    _id: new Types.ObjectId(),
    tokenHash: linkTokenHash('token'),
    createdBy: new Types.ObjectId(),
    createdAt: new Date(),
    uses: 1,
    usesLeft: 0,
    holds: [{ userId: new Types.ObjectId(), until: inAnHour() }],
  }
  await models.AccountInvite.create(invite)
  expect(await createAccountInviteRepository(models).findUsable('token')).toMatchObject({ uses: 0, usesLeft: 1 })
})

test('[E8] a user is last seen now, whatever was stored before the clock was set back', async () => {
  const models = await createModels(await emptyStore())
  const [wrong, right] = [new Types.ObjectId(), new Types.ObjectId()]
  const soon = new Date(Date.now() + 30_000)
  await models.User.collection.insertMany([
    { _id: wrong, usernameKey: 'wrong', usernameSkeleton: 'wrong', email: 'wrong', lastSeenAt: inAnHour() },
    { _id: right, usernameKey: 'right', usernameSkeleton: 'right', email: 'right', lastSeenAt: soon },
  ] as never[])
  const at = new Date().toISOString()
  await recordLastSeen(models.User, logger, [wrong.toHexString(), right.toHexString()], at)
  const seen = async (_id: Types.ObjectId) => (await models.User.findById(_id).lean())?.lastSeenAt
  expect(await seen(wrong)).toEqual(new Date(at))
  // Another node's clock may be a little ahead.
  expect(await seen(right)).toEqual(soon)
})

test('[E8] a node that knew of no cold messages asks again after the clock was set back', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const exists = vi.fn<() => Promise<object | null>>().mockResolvedValue(null)
  const hasColdMessages = createHasColdMessages({ exists } as unknown as MessageModel)
  await hasColdMessages()
  await hasColdMessages()
  expect(exists).toHaveBeenCalledTimes(1)
  vi.setSystemTime(Date.now() - 3_600_000)
  exists.mockResolvedValue({})
  expect(await hasColdMessages()).toBe(true)
})
