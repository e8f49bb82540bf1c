import type { SyncPage } from 'backend/contract'
import { beforeEach, expect, it, vi } from 'vitest'
import { forgetSync, sync } from '../../src/app/sync.service.ts'
import { request } from '../../src/connection/socket.client.ts'
import { useConversations } from '../../src/conversations/conversations.store.ts'
import { reloadUsers, useUsers } from '../../src/people/people.store.ts'
import { user } from '../generators/index.ts'

vi.mock(import('../../src/connection/socket.client.ts'), async () =>
  (await import('../helpers/fakeSocket.ts')).fakeSocket(),
)
vi.mock(import('../../src/people/people.store.ts'), async (original) => ({
  ...(await original()),
  reloadUsers: vi.fn<typeof reloadUsers>(),
}))

const page = (more: Partial<SyncPage>) =>
  ({
    conversations: [],
    messages: [],
    reload: [],
    left: [],
    users: [],
    reloadUsers: false,
    usersRev: 0,
    nextCursor: null,
    until: '2026-01-01T00:00:00.000Z',
    ...more,
  }) as never

beforeEach(() => {
  forgetSync()
  useConversations.setState({ load: async () => {}, loadUnread: async () => {}, refresh: async () => {} })
})

it('[E13] each sync asks for the users that changed since the last one, and stores them', async () => {
  const ada = user({ fullName: 'Ada' })
  const asked = vi.mocked(request)
  asked.mockResolvedValueOnce(page({ usersRev: 7 }))
  await sync()
  expect(asked.mock.lastCall).toMatchObject(['sync', { usersRev: null }])

  // The second page has no users, and its number means nothing.
  asked.mockResolvedValueOnce(page({ usersRev: 9, users: [{ ...ada, fullName: 'Ada Lovelace' }], nextCursor: 'more' }))
  asked.mockResolvedValueOnce(page({ usersRev: 0 }))
  await sync()
  expect(useUsers.getState().byId[ada.id]?.fullName).toBe('Ada Lovelace')
  expect(reloadUsers).not.toHaveBeenCalled()

  asked.mockResolvedValueOnce(page({ usersRev: 900, reloadUsers: true }))
  await sync()
  expect(asked.mock.lastCall).toMatchObject(['sync', { usersRev: 9 }])
  expect(reloadUsers).toHaveBeenCalledTimes(1)
})
