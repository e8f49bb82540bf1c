import { beforeEach, expect, it, vi } from 'vitest'
import { forgetSync, sync } from '../../src/app/sync.service.ts'
import { request } from '../../src/connection/socket.client.ts'
import { useConversations } from '../../src/conversations/conversations.store.ts'
import { reloadUsers, useUsers } from '../../src/people/people.store.ts'
import { syncPage, user } from '../generators/index.ts'

vi.mock(import('../../src/connection/socket.client.ts'), async () =>
  (await import('../helpers/fakeSocket.ts')).fakeSocket(),
)
vi.mock(import('../../src/people/people.store.ts'), async (original) => ({
  ...(await original()),
  reloadUsers: vi.fn<typeof reloadUsers>(),
}))

beforeEach(() => {
  forgetSync()
  useConversations.setState({ load: async () => {}, loadUnread: async () => {}, refresh: async () => {} })
})

it('[E13] each sync asks for the users that changed since the last one, and stores them', async () => {
  const ada = user({ fullName: 'Ada' })
  const asked = vi.mocked(request)
  asked.mockResolvedValueOnce(syncPage({ usersRev: 7 }) as never)
  await sync()
  expect(asked.mock.lastCall).toMatchObject(['sync', { usersRev: null }])

  // The second page has no users, and its number means nothing.
  asked.mockResolvedValueOnce(
    syncPage({ usersRev: 9, users: [{ ...ada, fullName: 'Ada Lovelace' }], nextCursor: 'more' }) as never,
  )
  asked.mockResolvedValueOnce(syncPage({ usersRev: 0 }) as never)
  await sync()
  expect(useUsers.getState().byId[ada.id]?.fullName).toBe('Ada Lovelace')
  expect(reloadUsers).not.toHaveBeenCalled()

  asked.mockResolvedValueOnce(syncPage({ usersRev: 900, reloadUsers: true }) as never)
  await sync()
  expect(asked.mock.lastCall).toMatchObject(['sync', { usersRev: 9 }])
  expect(reloadUsers).toHaveBeenCalledTimes(1)
})
