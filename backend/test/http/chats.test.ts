import { expect, test } from 'vitest'
import type { Conversation, Page } from '../../src/contract/index.ts'
import { newId, person, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'

const write = (from: Person, to: Person, text: string) => from.post('/api/messages', { receiverId: to.id, text, clientMessageId: newId() })

async function chatsOf(someone: Person, query = ''): Promise<Page<Conversation>> {
  return (await someone.get(`/api/chats${query}`)).body
}

test('the list has the other person, the last message and the unread count, newest first', async () => {
  const server = await startServer()
  const [ada, grace, linus] = [await person(server, 'ada', 'Ada Lovelace'), await person(server, 'grace'), await person(server, 'linus')]
  await write(grace, ada, 'One')
  await write(grace, ada, 'Two')
  await write(linus, ada, 'Three')
  const { items, nextCursor } = await chatsOf(ada)
  expect(nextCursor).toBeNull()
  expect(items.map(({ kind, peer }) => peer?.username ?? kind)).toEqual(['linus', 'grace', 'broadcast'])
  expect(items[1]).toMatchObject({ lastMessage: { text: 'Two', seq: 2 }, lastSeq: 2, readSeq: 0, unreadCount: 2, peerReadSeq: 2 })
  expect(items[1]?.peer).not.toHaveProperty('email')
})

test("one's own message counts as read for oneself and unread for the other", async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  await write(grace, ada, 'Hello')
  await write(ada, grace, 'Hello yourself')
  expect((await chatsOf(ada)).items[0]).toMatchObject({ unreadCount: 0, readSeq: 2 })
  expect((await chatsOf(grace)).items[0]).toMatchObject({ unreadCount: 1, readSeq: 1 })
})

test('pages follow each other without a gap or a repeat', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const friends = []
  for (let index = 0; index < 7; index += 1) friends.push(await person(server, `friend${index}`))
  for (const friend of friends) await write(friend, ada, 'Hello')
  const names: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Page<Conversation> = await chatsOf(ada, `?limit=3${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
    expect(page.items.length).toBeLessThanOrEqual(3)
    names.push(...page.items.map(({ peer }) => peer?.username ?? 'announcements'))
    cursor = page.nextCursor
  }
  expect(names).toEqual([...friends.map(({ user }) => user.username).toReversed(), 'announcements'])
})

test.each(['cursor=nonsense', 'cursor=WzEsMl0', 'limit=0', 'limit=1000', 'sort=name'])('the list refuses ?%s', async (query) => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const { status, body } = await ada.get(`/api/chats?${query}`)
  expect([status, body.code]).toEqual([400, 'invalid_input'])
})

test('opening a conversation twice gives the same one, which no list shows before something was said', async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const [one, two] = await Promise.all([ada.post('/api/chats', { userId: grace.id }), grace.post('/api/chats', { userId: ada.id })])
  expect(one.body).toMatchObject({ kind: 'direct', lastMessage: null, lastSeq: 0, unreadCount: 0, peer: { id: grace.id } })
  expect(two.body.id).toBe(one.body.id)
  expect((await chatsOf(ada)).items.map(({ kind }) => kind)).toEqual(['broadcast'])
  await ada.post('/api/messages', { conversationId: one.body.id, text: 'Hello', clientMessageId: newId() })
  expect((await chatsOf(grace)).items[0]).toMatchObject({ id: one.body.id, unreadCount: 1 })
})

test('a conversation with nobody cannot be opened', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  expect(await ada.post('/api/chats', { userId: 'f'.repeat(24) })).toMatchObject({ status: 404, body: { code: 'not_found' } })
  expect(await ada.post('/api/chats', { userId: 'x' })).toMatchObject({ status: 400, body: { errors: [{ field: 'userId' }] } })
})

test('reading raises the watermark, never above the last message and never down', async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  let conversationId = ''
  for (const text of ['One', 'Two', 'Three']) conversationId = (await write(grace, ada, text)).body.conversationId
  const read = async (seq: number) => (await ada.post(`/api/messages/${conversationId}/read`, { seq })).body
  expect(await read(2)).toEqual({ conversationId, userId: ada.id, readSeq: 2, deliveredSeq: 2 })
  expect((await chatsOf(ada)).items[0]).toMatchObject({ unreadCount: 1, readSeq: 2 })
  expect(await read(1)).toMatchObject({ readSeq: 2 })
  expect(await read(99)).toMatchObject({ readSeq: 3 })
  const { body } = await grace.get(`/api/messages/${conversationId}`)
  expect(body.items.map(({ isRead }: { isRead: boolean }) => isRead)).toEqual([true, true, true])
  expect((await chatsOf(grace)).items[0]).toMatchObject({ peerReadSeq: 3 })
})

test('who opens conversations without end is told to wait', async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const answers = await Promise.all(Array.from({ length: 61 }, () => ada.post('/api/chats', { userId: grace.id })))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(60)
  expect(answers.find(({ status }) => status !== 200)).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
})
