import { Types } from 'mongoose'
import { expect, test, vi } from 'vitest'
import { createProfileController } from '../../src/accounts/profile.controller.ts'
import { createUser } from '../../src/accounts/user.repository.ts'
import { createUserChangePublisher } from '../../src/accounts/userChange.publisher.ts'
import { recordUserChange, userChangesSince } from '../../src/accounts/userChange.repository.ts'
import type { SyncPage } from '../../src/contract/index.ts'
import type { Delivery } from '../../src/lib/delivery.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { createModels } from '../../src/models/index.ts'
import { team } from '../helpers/groups.ts'
import { emptyStore, withStore } from '../helpers/openStore.ts'
import { next, type Person } from '../helpers/people.ts'

async function syncUsers(someone: Person, usersRev: number | null): Promise<SyncPage> {
  const { status, body } = await someone.post('/api/sync', { since: null, held: {}, usersRev })
  expect(status).toBe(200)
  return body
}

test('[E13] sync tells the users that changed while a client was away, once each, and only those', async () => {
  const { people, server } = await team(['ada', 'grace', 'linus'])
  const [ada, grace] = people as [Person, Person]
  // The accounts themselves may count as changes, because of equal names.
  const { usersRev } = await syncUsers(ada, null)
  expect(await syncUsers(ada, usersRev)).toMatchObject({ users: [], reloadUsers: false, usersRev })

  const socket = await ada.connect()
  const told = next(socket, 'userChanged')
  await grace.patch('/api/auth/me', { fullName: 'Grace Hopper' })
  expect(await told).toMatchObject({ fullName: 'Grace Hopper' })
  await grace.patch('/api/auth/me', { statusText: 'At sea' })
  const page = await vi.waitFor(async () => {
    const synced = await syncUsers(ada, usersRev)
    expect(synced.usersRev).toBe(usersRev + 2)
    return synced
  })
  expect(page).toMatchObject({ reloadUsers: false })
  expect(page.users).toMatchObject([{ id: grace.id, fullName: 'Grace Hopper', statusText: 'At sea' }])
  expect(page.users[0]).not.toHaveProperty('email')
  // A client that began a moment ago learns what changed while it loaded its lists.
  expect((await syncUsers(ada, null)).users).toHaveLength(1)
  // A client that does not ask gets none.
  const { body } = await ada.post('/api/sync', { since: null, held: {} })
  expect(body).toMatchObject({ users: [], reloadUsers: false })
  // The number of a client is from a time that the server does not know, as after a restored backup.
  expect(await syncUsers(ada, usersRev + 100)).toMatchObject({ users: [], reloadUsers: true, usersRev: usersRev + 2 })
  await server.stop()

  await withStore(server.dataDir, async (connection) => {
    const models = await createModels(connection)
    // As several nodes do at the same time: no number is lost, and none is given twice.
    const before = (await userChangesSince(models, null)).rev
    await Promise.all(Array.from({ length: 20 }, () => recordUserChange(models, ada.id)))
    expect((await userChangesSince(models, before)).rev).toBe(before + 20)
    expect((await userChangesSince(models, before)).users).toHaveLength(1)
    // More than one answer tells, and more than is kept.
    const userId = new Types.ObjectId(ada.id)
    await models.UserChange.insertMany(
      Array.from({ length: 200 }, (_, index) => ({ _id: before + 21 + index, userId, at: new Date() })),
    )
    expect(await userChangesSince(models, before)).toMatchObject({ users: [], reload: true, rev: before + 220 })
    expect(await userChangesSince(models, before + 20)).toMatchObject({ reload: false })
    await models.UserChange.deleteMany({ _id: { $lte: before + 100 } })
    expect(await userChangesSince(models, before + 99)).toMatchObject({ reload: true })
    expect(await userChangesSince(models, before + 100)).toMatchObject({ reload: false })
  })
})

test('[E15] a changed profile is answered when its note is stored, and a repeat stores the note of a request that was cut off', async () => {
  const models = await createModels(await emptyStore())
  const logger = createLogger('silent')
  const { delivery } = createUserChangePublisher(models, silentDelivery, logger)
  const profile = createProfileController({
    users: models.User,
    delivery,
    moderation: { refusal: () => null },
    createRateLimit: () => ({ take: async () => {}, reset: async () => {} }),
  })
  const { _id } = await createUser(models.User, {
    username: 'ada',
    fullName: 'Ada',
    email: 'ada@example.org',
    passwordHash: 'none',
  })
  const actor = { userId: _id.toHexString(), sessionId: '', role: 'member' } as const
  await profile.update(actor, { statusText: 'At sea' })
  expect(await userChangesSince(models, 0)).toMatchObject({ rev: 1, users: [{ statusText: 'At sea' }] })
  // The process died between the change and its note.
  await models.UserChange.deleteMany({})
  await profile.update(actor, { statusText: 'At sea' })
  expect((await userChangesSince(models, 0)).rev).toBe(1)
})

/** Sends to no connection. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the profile sends two events
const silentDelivery = { userChanged: () => {}, ownUserChanged: () => {} } as unknown as Delivery
