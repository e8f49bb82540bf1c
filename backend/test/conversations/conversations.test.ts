import { Types, type Connection } from 'mongoose'
import { expect, test } from 'vitest'
import { ANNOUNCEMENTS_ID, type Conversation, type Page } from '../../src/contract/index.ts'
import { everywhere } from '../helpers/cluster.ts'
import { withStore } from '../helpers/openStore.ts'
import { call, newId, person, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'

const write = (from: Person, to: Person, text: string) =>
  from.post('/api/messages', { receiverId: to.id, text, clientMessageId: newId() })

async function chatsOf(someone: Person, query = ''): Promise<Page<Conversation>> {
  return (await someone.get(`/api/chats${query}`)).body
}

test('the list has the other user, the last message and the unread count, newest first', async () => {
  const server = await startServer()
  const [ada, grace, linus] = [
    await person(server, 'ada', 'Ada Lovelace'),
    await person(server, 'grace'),
    await person(server, 'linus'),
  ]
  await write(grace, ada, 'One')
  await write(grace, ada, 'Two')
  await write(linus, ada, 'Three')
  const { items, nextCursor } = await everywhere(async () => {
    const page = await chatsOf(ada)
    expect(page.items.map(({ kind, peer }) => peer?.username ?? kind)).toEqual(['linus', 'grace', 'broadcast'])
    return page
  })
  expect(nextCursor).toBeNull()
  expect(items[1]).toMatchObject({
    lastMessage: { text: 'Two', seq: 2 },
    lastSeq: 2,
    readSeq: 0,
    unreadCount: 2,
    peerReadSeq: 2,
  })
  expect(items[1]?.peer).not.toHaveProperty('email')
})

test('a message counts as read for its sender and unread for the other user', async () => {
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

test('the list of unread conversations has each of them once, whatever the page, and no other', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const friends = []
  for (let index = 0; index < 6; index += 1) friends.push(await person(server, `friend${index}`))
  const ids: string[] = []
  for (const friend of friends) ids.push((await write(friend, ada, 'Hello')).body.conversationId)
  const unread = ids.slice(1).toSorted()
  const [, marked] = ids
  for (const id of ids.slice(0, 2)) await ada.post(`/api/messages/${id}/read`, { seq: 1 })
  await ada.post(`/api/messages/${marked}/unread`, {})
  const silent = await person(server, 'silent')
  await ada.post('/api/chats', { userId: silent.id })
  expect(await unreadOf(ada, 100)).toEqual(unread)
  expect(await unreadOf(ada, 2)).toEqual(unread)
  expect(await unreadOf(friends[0], 2)).toEqual([])
  await ada.post('/api/messages', { receiverId: 'all', text: 'Hear, hear', clientMessageId: newId() })
  expect(await unreadOf(silent, 100)).toEqual([ANNOUNCEMENTS_ID])
})

test('a user with more conversations than one request looks at gets short pages, and in the end every unread one', async () => {
  const before = await startServer()
  const { id, accessToken } = await person(before, 'ada')
  await before.stop()
  const unread = await withStore(before.dataDir, (connection) => fill(connection, id, 2500))
  const server = await startServer({}, before.dataDir)
  const pages: Page<Conversation>[] = []
  for (let cursor: string | null = ''; cursor !== null; cursor = pages.at(-1)?.nextCursor ?? null) {
    pages.push((await call(server, 'GET', `/api/chats?unread=true${cursor && `&cursor=${cursor}`}`, accessToken)).body)
  }
  expect(pages.map(({ items }) => items.length)).toEqual([0, 1, 1])
  expect(pages.flatMap(({ items }) => items.map((chat) => chat.id))).toEqual(unread)
})

/** Gives a user this many conversations. Returns the unread ones: each thousandth. */
async function fill(connection: Connection, person: string, count: number): Promise<string[]> {
  const [userId, now] = [new Types.ObjectId(person), new Date()]
  const ids = Array.from({ length: count }, () => new Types.ObjectId())
  const unread = ids.filter((_, index) => index % 1000 === 0 && index > 0)
  await connection.collection('conversations').insertMany(
    ids.map((_id) => {
      const empty = { kind: 'direct', participantIds: [userId], lastMessage: null }
      return { _id, ...empty, lastSeq: 1, lastRev: 1, lastActivityAt: now, changedAt: now, createdAt: now }
    }),
  )
  await connection.collection('participants').insertMany(
    ids.map((conversationId) => ({
      conversationId,
      userId,
      readSeq: unread.includes(conversationId) ? 0 : 1,
      deliveredSeq: 1,
      markedUnread: false,
    })),
  )
  return unread.map(String)
}

async function unreadOf(someone: Person | undefined, limit: number): Promise<string[]> {
  if (!someone) throw new Error('No user')
  const ids: string[] = []
  let query: string | null = `?unread=true&limit=${limit}`
  while (query !== null) {
    const page: Page<Conversation> = await chatsOf(someone, query)
    expect(page.items.length).toBeLessThanOrEqual(limit)
    ids.push(...page.items.map(({ id }) => id))
    query = page.nextCursor && `?unread=true&limit=${limit}&cursor=${page.nextCursor}`
  }
  return ids
}

test.each([
  'unread=false',
  'unread=true&cursor=WzEsMl0',
  'cursor=nonsense',
  'cursor=WzEsMl0',
  'limit=0',
  'limit=1000',
  'sort=name',
])('the list refuses ?%s', async (query) => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const { status, body } = await ada.get(`/api/chats?${query}`)
  expect([status, body.code]).toEqual([400, 'invalid_input'])
})

test('opening a conversation twice returns the same one, which no list shows before its first message', async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const [one, two] = await Promise.all([
    ada.post('/api/chats', { userId: grace.id }),
    grace.post('/api/chats', { userId: ada.id }),
  ])
  expect(one.body).toMatchObject({
    kind: 'direct',
    lastMessage: null,
    lastSeq: 0,
    unreadCount: 0,
    peer: { id: grace.id },
  })
  expect(two.body.id).toBe(one.body.id)
  expect((await chatsOf(ada)).items.map(({ kind }) => kind)).toEqual(['broadcast'])
  await ada.post('/api/messages', { conversationId: one.body.id, text: 'Hello', clientMessageId: newId() })
  expect((await chatsOf(grace)).items[0]).toMatchObject({ id: one.body.id, unreadCount: 1 })
})

test('a conversation with a user who does not exist cannot be opened', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  expect(await ada.post('/api/chats', { userId: 'f'.repeat(24) })).toMatchObject({
    status: 404,
    body: { code: 'not_found' },
  })
  expect(await ada.post('/api/chats', { userId: 'x' })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'userId' }] },
  })
})

test('reading raises the watermark, never above the last message and never down', async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  let conversationId = ''
  for (const text of ['One', 'Two', 'Three']) conversationId = (await write(grace, ada, text)).body.conversationId
  const read = async (seq: number) => (await ada.post(`/api/messages/${conversationId}/read`, { seq })).body
  expect(await read(2)).toEqual({
    conversationId,
    userId: ada.id,
    readSeq: 2,
    deliveredSeq: 2,
    own: { seen: [], unreadCount: 1, lastRev: 3 },
  })
  expect((await chatsOf(ada)).items[0]).toMatchObject({ unreadCount: 1, readSeq: 2 })
  expect(await read(1)).toMatchObject({ readSeq: 2 })
  expect(await read(99)).toMatchObject({ readSeq: 3 })
  const { body } = await grace.get(`/api/messages/${conversationId}`)
  expect(body.items.map(({ isRead }: { isRead: boolean }) => isRead)).toEqual([true, true, true])
  expect((await chatsOf(grace)).items[0]).toMatchObject({ peerReadSeq: 3 })
})

test('a user who opens too many conversations has to wait', async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const answers = await Promise.all(Array.from({ length: 61 }, () => ada.post('/api/chats', { userId: grace.id })))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(60)
  expect(answers.find(({ status }) => status !== 200)).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
})
