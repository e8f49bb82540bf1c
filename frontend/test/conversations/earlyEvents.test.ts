import type { Conversation, Page } from 'backend/contract'
import { beforeEach, expect, test, vi } from 'vitest'
import * as realApi from '../../src/conversations/conversation.api.ts'
import { useConversations } from '../../src/conversations/conversations.store.ts'
import * as realPeopleApi from '../../src/people/people.api.ts'
import { useContacts } from '../../src/people/contacts.store.ts'
import { useUsers } from '../../src/people/people.store.ts'
import { conversation, group, message, user } from '../generators/index.ts'
import { signIn } from '../helpers/chat.tsx'
import { Deferred } from '../helpers/deferred.ts'

vi.mock(import('../../src/connection/socket.client.ts'), async () =>
  (await import('../helpers/fakeSocket.ts')).fakeSocket(),
)
vi.mock(import('../../src/conversations/conversation.api.ts'), { spy: true })
vi.mock(import('../../src/people/people.api.ts'), { spy: true })

const api = vi.mocked(realApi)
const peopleApi = vi.mocked(realPeopleApi)
const store = () => useConversations.getState()

beforeEach(() => {
  vi.resetAllMocks()
  store().forget()
  useContacts.getState().forget()
  useUsers.setState({ byId: {} })
  signIn()
})

/** Loads the list, whose answer was made before the events that `live` brings. */
async function load(items: Conversation[], live: () => void): Promise<void> {
  const answer = new Deferred<Page<Conversation>>()
  api.listChats.mockReturnValueOnce(answer.promise)
  const loaded = store().load()
  live()
  answer.resolve({ items, nextCursor: null })
  await loaded
}

test('[E13] what happens while a list loads counts for the conversations of its answer', async () => {
  const kofi = user({ fullName: 'Kofi' })
  const direct = conversation({ peer: kofi, lastMessage: message({ seq: 5 }), lastSeq: 5, peerReadSeq: 0 })
  const fair = group({ lastMessage: message({ seq: 3 }), lastSeq: 3 })
  await load([direct, fair], () => {
    store().applyReceipt({ conversationId: direct.id, userId: kofi.id, deliveredSeq: 5, readSeq: 5 })
    store().applyUnreadMark({ conversationId: direct.id, markedUnread: true })
    store().userChanged({ ...kofi, fullName: 'Kofi Boateng' })
    store().leave({ conversationId: fair.id, reason: 'removed' })
  })
  expect(store().byId[direct.id]).toMatchObject({
    peerDeliveredSeq: 5,
    peerReadSeq: 5,
    markedUnread: true,
    peer: { fullName: 'Kofi Boateng' },
  })
  expect(useUsers.getState().byId[kofi.id]).toMatchObject({ fullName: 'Kofi Boateng' })
  expect(store().byId[fair.id]).toBeUndefined()

  // Also for a conversation that is known, and what the user did here.
  await load([{ ...direct, markedUnread: true }], () => store().markRead(direct.id, 5))
  expect(store().byId[direct.id]).toMatchObject({ markedUnread: false, readSeq: 5 })
  await load([{ ...direct, peerReadSeq: 4 }], () => void store().receiptsHidden(true))
  expect(store().byId[direct.id]).toMatchObject({ receiptsHidden: true, peerReadSeq: 0 })
})

test('[E13] an answer that was asked for after an event is not changed by it', async () => {
  const fair = group({ lastMessage: message({ seq: 3 }), lastSeq: 3 })
  const [first, second] = [new Deferred<Page<Conversation>>(), new Deferred<Conversation>()]
  api.listChats.mockReturnValueOnce(first.promise)
  const loaded = store().load()
  store().leave({ conversationId: fair.id, reason: 'removed' })
  // An admin has added the user again.
  api.getChat.mockReturnValueOnce(second.promise)
  store().receive(message({ conversationId: fair.id, seq: 4, rev: 4 }))
  second.resolve({ ...fair, lastSeq: 4 })
  await vi.waitFor(() => expect(store().byId[fair.id]).toBeDefined())
  first.resolve({ items: [fair], nextCursor: null })
  await loaded
  expect(store().byId[fair.id]).toMatchObject({ lastSeq: 4 })
})

test('[E13] contacts and blocks that change while the lists load are right afterwards', async () => {
  const [kofi, leila] = [user(), user()]
  const since = '2026-11-21T09:00:00.000Z'
  const contacts = new Deferred<Awaited<ReturnType<typeof realPeopleApi.listContacts>>>()
  peopleApi.listContacts.mockReturnValueOnce(contacts.promise)
  peopleApi.listBlocks.mockResolvedValueOnce({ items: [], nextCursor: null })
  const loaded = useContacts.getState().load()
  useContacts.getState().blockChanged({ userId: leila.id, isBlocked: true })
  useContacts.getState().contactChanged({ userId: kofi.id, contact: null })
  contacts.resolve({ items: [{ user: kofi, favourite: false, since }], nextCursor: null })
  await loaded
  expect(useContacts.getState()).toMatchObject({ contacts: {}, blocks: { [leila.id]: {} } })
})
