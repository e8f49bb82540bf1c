import { beforeEach, describe, expect, test, vi } from 'vitest'
import { getChat } from '../../src/conversations/conversation.api.ts'
import { getUsers } from '../../src/people/people.api.ts'
import { useConversations } from '../../src/conversations/conversations.store.ts'
import { useDrafts } from '../../src/drafts/drafts.store.ts'
import { leaveConversation } from '../../src/timeline/leaveConversation.action.ts'
import { useMessages } from '../../src/timeline/messages.store.ts'
import { conversation, group, message, ownUser, told, user } from '../generators/index.ts'
import { hold, run, signIn } from '../helpers/chat.tsx'

vi.mock(import('../../src/connection/socket.client.ts'), async () =>
  (await import('../helpers/fakeSocket.ts')).fakeSocket(),
)

const ingrid = ownUser()
const kofi = user()
const store = () => useConversations.getState()

beforeEach(() => {
  useMessages.getState().forget()
  signIn(ingrid)
  store().forget()
})

describe('a group', () => {
  const fair = group({ lastMessage: message({ senderId: kofi.id, seq: 4 }) })
  const facts = () => store().byId[fair.id]?.group
  const happens = (senderId: string, event: Parameters<typeof told>[1], rev: number) =>
    store().receive(told(senderId, event, { conversationId: fair.id, seq: rev, rev }))

  test('becomes what its system messages tell, without being asked for again', () => {
    store().take([fair])
    happens(kofi.id, { kind: 'renamed', name: 'Winter Fair', revision: 3 }, 5)
    happens(kofi.id, { kind: 'added', userIds: ['x'], memberCount: 4 }, 6)
    happens(kofi.id, { kind: 'roleChanged', userId: ingrid.id, role: 'admin' }, 7)
    happens(kofi.id, { kind: 'roleChanged', userId: 'x', role: 'admin' }, 8)
    expect(facts()).toMatchObject({ name: 'Winter Fair', revision: 3, memberCount: 4, role: 'admin' })
    happens(kofi.id, { kind: 'transferred', userId: ingrid.id }, 9)
    expect(facts()).toMatchObject({ role: 'owner' })
    happens(ingrid.id, { kind: 'transferred', userId: 'x' }, 10)
    expect(facts()).toMatchObject({ role: 'admin' })
    expect(getChat).not.toHaveBeenCalled()
  })

  test('is asked for when something between was missed', () => {
    store().take([fair])
    vi.mocked(getChat).mockResolvedValue(fair)
    happens(kofi.id, { kind: 'described', description: 'New' }, 7)
    expect(getChat).toHaveBeenCalledWith(fair.id)
  })

  test('is not taken back by an answer that was on its way before the event', () => {
    store().take([fair])
    happens(kofi.id, { kind: 'renamed', name: 'Winter Fair' }, 5)
    store().take([fair])
    expect(facts()?.name).toBe('Winter Fair')
  })

  test('that one is out of leaves nothing behind but why, until one is in again', () => {
    store().take([fair])
    hold(fair, run(fair.id, kofi.id, 4))
    useDrafts.getState().setDraft(fair.id, 'Half a thought')
    leaveConversation({ conversationId: fair.id, reason: 'removed' })
    expect(store().byId[fair.id]).toBeUndefined()
    expect(store().order).not.toContain(fair.id)
    expect(useMessages.getState().timelines[fair.id]).toBeUndefined()
    expect(useDrafts.getState().drafts).toEqual({})
    expect(store().left[fair.id]).toEqual({ reason: 'removed', name: 'Autumn Fair' })
    store().take([fair])
    expect(store().left).toEqual({})
  })

  test('begins in the timeline where one may see it', async () => {
    const late = group({ lastMessage: message({ seq: 9 }), firstSeq: 7 })
    store().take([late])
    const { listMessages } = await import('../../src/timeline/message.api.ts')
    vi.mocked(listMessages).mockResolvedValue({ items: run(late.id, kofi.id, 3, 7), hasMore: true, rev: 9 })
    await useMessages.getState().load(late.id)
    expect(useMessages.getState().timelines[late.id]).toMatchObject({ firstSeq: 7, hasOlder: false })
  })
})

describe('hidden messages', () => {
  const chat = conversation({ peer: kofi, lastMessage: message({ senderId: kofi.id, seq: 3 }) })
  const hidden = (seq: number) => message({ conversationId: chat.id, senderId: kofi.id, seq, text: '', hidden: true })

  test('count nothing, are no last message and move no conversation', () => {
    store().take([chat])
    store().receive(hidden(4))
    expect(store().byId[chat.id]).toMatchObject({
      lastSeq: 4,
      lastRev: 4,
      unreadCount: 0,
      lastMessage: { seq: 3 },
      lastActivityAt: chat.lastActivityAt,
    })
  })

  test('are left out of what is unread, as the server counts it', () => {
    const answer = {
      ...chat,
      lastSeq: 9,
      lastRev: 9,
      readSeq: 3,
      unreadCount: 2,
      lastMessage: message({ conversationId: chat.id, seq: 8 }),
    }
    store().take([chat])
    store().take([answer])
    expect(store().byId[chat.id]?.unreadCount).toBe(2)
    store().markRead(chat.id, 8)
    expect(store().byId[chat.id]?.unreadCount).toBe(0)
  })

  test('that no live event told of make the page ask for the count', () => {
    store().take([chat])
    const counted = {
      ...chat,
      lastSeq: 7,
      lastRev: 7,
      readSeq: 3,
      unreadCount: 1,
      lastMessage: message({ conversationId: chat.id, senderId: kofi.id, seq: 7 }),
    }
    vi.mocked(getChat).mockResolvedValue(counted)
    store().receive(message({ conversationId: chat.id, senderId: kofi.id, seq: 7 }))
    return vi.waitFor(() => expect(store().byId[chat.id]?.unreadCount).toBe(1))
  })
})

test('people whom the page has not met are asked for together', async () => {
  const { renderHook } = await import('@testing-library/react')
  const { useUsersById } = await import('../../src/people/people.store.ts')
  const people = [user(), user(), user()]
  vi.mocked(getUsers).mockResolvedValue({ items: people, nextCursor: null })
  const ids = people.map(({ id }) => id)
  const { result } = renderHook(() => useUsersById(ids))
  await vi.waitFor(() =>
    expect(Object.values(result.current).map((person) => person?.fullName)).toEqual(
      people.map(({ fullName }) => fullName),
    ),
  )
  expect(getUsers).toHaveBeenCalledExactlyOnceWith(ids)
})
