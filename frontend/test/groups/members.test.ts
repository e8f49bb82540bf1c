import { act, renderHook, waitFor } from '@testing-library/react'
import type { GroupMember } from 'backend/contract'
import { beforeEach, expect, test, vi } from 'vitest'
import { listMembers } from '../../src/groups/group.api.ts'
import { ApiProblem, NO_CONNECTION } from '../../src/connection/problem.model.ts'
import { forgetGroups, useMembers } from '../../src/groups/groups.store.ts'
import { group, message, told, user } from '../generators/index.ts'
import { arrive, hold, signIn } from '../helpers/chat.tsx'

const fair = group({ lastMessage: message({ seq: 1 }) })
const member = (fullName: string): GroupMember => ({
  user: user({ fullName }),
  role: 'member',
  joinedAt: '2026-11-20T09:00:00Z',
})
const [kofi, amara, leila] = [member('Kofi'), member('Amara'), member('Leila')]
const page = (items: GroupMember[], nextCursor: string | null = null) => ({ items, nextCursor })

function open(search = '') {
  const { result, rerender } = renderHook((sought: string) => useMembers(fair.id, sought), { initialProps: search })
  return {
    rerender,
    shown: () => result.current,
    names: () => result.current.members.map(({ user: { fullName } }) => fullName),
  }
}

beforeEach(() => {
  signIn()
  forgetGroups()
  hold(fair, [message({ conversationId: fair.id, seq: 1 })])
})

test('members come a page at a time', async () => {
  vi.mocked(listMembers)
    .mockResolvedValueOnce(page([kofi, amara], 'more'))
    .mockResolvedValueOnce(page([leila]))
  const { shown, names } = open()
  await waitFor(() => expect(shown().hasMore).toBe(true))
  await act(() => shown().loadMore())
  expect(listMembers).toHaveBeenLastCalledWith(fair.id, '', 'more')
  expect(names()).toEqual(['Kofi', 'Amara', 'Leila'])
  expect(shown().hasMore).toBe(false)
})

test('members are found by the server, and the last search wins whichever answer comes first', async () => {
  vi.mocked(listMembers).mockImplementation(async (_id, search) => page(search === 'le' ? [leila] : [kofi, amara]))
  const { rerender, names } = open()
  await waitFor(() => expect(names()).toEqual(['Kofi', 'Amara']))
  rerender('le')
  await waitFor(() => expect(names()).toEqual(['Leila']))
  rerender('')
  await waitFor(() => expect(names()).toEqual(['Kofi', 'Amara']))
})

test('members are fetched anew when a member joins, and not when one writes', async () => {
  vi.mocked(listMembers)
    .mockResolvedValueOnce(page([kofi]))
    .mockResolvedValueOnce(page([kofi, leila]))
  const { names } = open()
  await waitFor(() => expect(names()).toEqual(['Kofi']))
  arrive(message({ conversationId: fair.id, seq: 2, senderId: kofi.user.id }))
  arrive(told(leila.user.id, { kind: 'joinedByLink', memberCount: 4 }, { conversationId: fair.id, seq: 3 }))
  await waitFor(() => expect(names()).toEqual(['Kofi', 'Leila']))
  expect(listMembers).toHaveBeenCalledTimes(2)
})

test('members that could not be loaded can be asked for again', async () => {
  vi.mocked(listMembers)
    .mockRejectedValueOnce(new ApiProblem(NO_CONNECTION))
    .mockResolvedValueOnce(page([kofi]))
  const { shown, names } = open()
  await waitFor(() => expect(shown().status).toBe('error'))
  act(() => shown().retry())
  await waitFor(() => expect(names()).toEqual(['Kofi']))
  expect(shown().status).toBe('ready')
})
