import { beforeEach, expect, test, vi } from 'vitest'
import { useConversations } from '../../src/conversations/conversations.store.ts'
import { conversation, message } from '../generators/index.ts'
import { signIn } from '../helpers/chat.tsx'

vi.mock(import('../../src/connection/socket.client.ts'), async () =>
  (await import('../helpers/fakeSocket.ts')).fakeSocket(),
)

const at = (time: string) => `2026-11-30T${time}:00.000Z`
const order = () => useConversations.getState().order

beforeEach(() => {
  useConversations.getState().forget()
  signIn()
})

test('[E8] a live message moves its conversation to the top when the clock of the server was set back, and one that was missed does not', async () => {
  const [older, newer] = [
    conversation({ lastMessage: message({ seq: 1, createdAt: at('18:00') }) }),
    conversation({ lastMessage: message({ seq: 1, createdAt: at('18:30') }) }),
  ]
  const { take, receive } = useConversations.getState()
  take([older, newer])
  expect(order()).toEqual([newer.id, older.id])
  // An hour back.
  receive(message({ conversationId: older.id, seq: 2, rev: 2, createdAt: at('17:31') }), { isLive: true })
  expect(order()).toEqual([older.id, newer.id])
  receive(message({ conversationId: newer.id, seq: 2, rev: 2, createdAt: at('17:32') }), { isLive: true })
  expect(order()).toEqual([newer.id, older.id])
  const [third, fourth] = [
    conversation({ lastMessage: message({ seq: 1, createdAt: at('18:40') }) }),
    conversation({ lastMessage: message({ seq: 1, createdAt: at('16:00') }) }),
  ]
  take([third, fourth])
  receive(message({ conversationId: fourth.id, seq: 2, rev: 2, createdAt: at('16:30') }))
  expect(order()).toEqual([third.id, newer.id, older.id, fourth.id])
})
