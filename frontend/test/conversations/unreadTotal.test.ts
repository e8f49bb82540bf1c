import { renderHook } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import { getChat, listChats, listUnreadChats } from '../../src/conversations/conversation.api.ts'
import { request } from '../../src/connection/socket.client.ts'
import { useConversations, useUnreadTotal } from '../../src/conversations/conversations.store.ts'
import { forgetSync, sync } from '../../src/app/sync.service.ts'
import { refusal } from '../helpers/page.tsx'
import { broadcast, conversation, message, syncPage } from '../generators/index.ts'
import { signIn } from '../helpers/chat.tsx'

vi.mock(import('../../src/connection/socket.client.ts'), async () =>
  (await import('../helpers/fakeSocket.ts')).fakeSocket(),
)

const unread = (lastSeq: number, readSeq: number) => conversation({ lastMessage: message({ seq: lastSeq }), readSeq })
const total = () => renderHook(() => useUnreadTotal()).result.current

beforeEach(() => {
  forgetSync()
  useConversations.getState().forget()
  signIn()
  vi.mocked(request).mockResolvedValue(syncPage() as never)
  vi.mocked(getChat).mockResolvedValue(broadcast({ lastMessage: null }))
})

test('what is unread counts wherever in the list it is, also beyond the page that was loaded', async () => {
  const [near, far, marked] = [unread(5, 3), unread(9, 2), { ...unread(4, 4), markedUnread: true }]
  vi.mocked(listChats).mockResolvedValue({ items: [near], nextCursor: 'older' })
  vi.mocked(listUnreadChats)
    // The server looks at so many at once, and none of them was unread.
    .mockResolvedValueOnce({ items: [], nextCursor: 'a' })
    .mockResolvedValueOnce({ items: [near, far], nextCursor: 'b' })
    .mockResolvedValueOnce({ items: [marked], nextCursor: null })
  await sync()
  expect(total()).toBe(2 + 7 + 1)
  expect(vi.mocked(listUnreadChats).mock.calls).toEqual([[undefined], ['a'], ['b']])
})

test('a list that ends is asked for once', async () => {
  vi.mocked(listChats).mockResolvedValue({ items: [unread(5, 3)], nextCursor: null })
  await sync()
  expect(total()).toBe(2)
  expect(listUnreadChats).not.toHaveBeenCalled()
})

test('however much is unread, the page stops asking', async () => {
  vi.mocked(listChats).mockResolvedValue({ items: [], nextCursor: 'older' })
  vi.mocked(listUnreadChats).mockImplementation(async () => ({ items: [unread(2, 1)], nextCursor: 'more' }))
  await sync()
  expect(total()).toBe(5)
})

test('when it could not be counted, it is counted again', async () => {
  vi.useFakeTimers()
  vi.mocked(listChats).mockResolvedValue({ items: [], nextCursor: 'older' })
  vi.mocked(listUnreadChats)
    .mockRejectedValueOnce(refusal({ status: 503, code: 'unavailable' }))
    .mockResolvedValueOnce({ items: [unread(3, 1)], nextCursor: null })
  await sync()
  expect(total()).toBe(0)
  await vi.advanceTimersByTimeAsync(2000)
  vi.useRealTimers()
  expect(total()).toBe(2)
})
