import { afterEach, expect, test, vi } from 'vitest'
import { createLogger } from '../../src/lib/logger.ts'
import { createModels } from '../../src/models/index.ts'
import { createMuteService } from '../../src/moderation/mute.service.ts'
import { emptyStore } from '../helpers/openStore.ts'

const MINUTE = 60_000

afterEach(() => void vi.useRealTimers())

test('[E8] a mute of an hour ends after an hour, also when the clock of the server is set back meanwhile', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  const models = await createModels(await emptyStore())
  const until = new Date(Date.now() + 60 * MINUTE)
  const { _id } = await models.User.create({
    username: 'grace',
    usernameKey: 'grace',
    role: 'member',
    email: 'grace@example.org',
    passwordHash: '-',
    fullName: 'Grace',
    mutedUntil: until,
    createdAt: new Date(),
  })
  const id = _id.toHexString()
  const reloads: (() => void)[] = []
  const ended: string[] = []
  const cacheInvalidation = {
    publish() {},
    subscribe: (_: string, given: () => void) => void reloads.push(given),
  }
  const service = await createMuteService(
    models,
    cacheInvalidation,
    ({ username }) => ended.push(username),
    createLogger('silent'),
  )

  vi.setSystemTime(Date.now() - 60 * MINUTE)
  vi.advanceTimersByTime(59 * MINUTE)
  reloads.forEach((reload) => reload())
  expect(service.mutedUntil(id)).toEqual(until)
  vi.advanceTimersByTime(2 * MINUTE)
  expect(service.mutedUntil(id)).toBeNull()
  // The page is told, and so are other nodes.
  reloads.forEach((reload) => reload())
  await vi.waitFor(() => expect(ended).toEqual(['grace']))
  expect((await models.User.findById(_id).lean())?.mutedUntil).toBeNull()
  service.close()
})
