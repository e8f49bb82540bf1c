import { expect, test } from 'vitest'
import type { Conversation } from '../../src/contract/index.ts'
import { newId, person, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'

const announce = (from: Person, text: string, title?: string) =>
  from.post('/api/messages', { receiverId: 'all', text, title, clientMessageId: newId() })

async function announcementsOf(someone: Person): Promise<Conversation> {
  const { body } = await someone.get('/api/chats')
  return body.items.find(({ kind }: Conversation) => kind === 'broadcast')
}

test('a broadcast is kept with receiverId "all" and is unread for everybody but its sender', async () => {
  const server = await startServer()
  const [admin, member] = [await person(server, 'admin'), await person(server, 'member')]
  const { status, body } = await announce(admin, 'The hall is closed today.', 'Hall closed')
  expect(status).toBe(201)
  expect(body).toMatchObject({
    receiverId: 'all',
    title: 'Hall closed',
    text: 'The hall is closed today.',
    seq: 1,
    senderId: admin.id,
  })
  expect(await announcementsOf(member)).toMatchObject({
    unreadCount: 1,
    lastMessage: { text: 'The hall is closed today.', isRead: false },
  })
  expect(await announcementsOf(admin)).toMatchObject({ unreadCount: 0 })
})

test('who reads a broadcast has read it for themselves alone', async () => {
  const server = await startServer()
  const [admin, one, two] = [await person(server, 'admin'), await person(server, 'one'), await person(server, 'two')]
  const { body: message } = await announce(admin, 'Welcome')
  await one.post(`/api/messages/${message.conversationId}/read`, { seq: message.seq })
  const isRead = async (someone: Person) =>
    (await someone.get(`/api/messages/${message.conversationId}`)).body.items[0].isRead
  expect([await isRead(one), await isRead(two)]).toEqual([true, false])
  expect([(await announcementsOf(one)).unreadCount, (await announcementsOf(two)).unreadCount]).toEqual([0, 1])
})

test('who signs up later finds the earlier announcements, and none of them counts as missed', async () => {
  const server = await startServer()
  const admin = await person(server, 'admin')
  await announce(admin, 'First')
  const later = await person(server, 'later')
  const conversation = await announcementsOf(later)
  expect(conversation).toMatchObject({ lastSeq: 1, unreadCount: 0, lastMessage: { text: 'First' } })
  expect((await later.get(`/api/messages/${conversation.id}`)).body.items).toHaveLength(1)
  await announce(admin, 'Second')
  expect(await announcementsOf(later)).toMatchObject({ unreadCount: 1 })
})

test('a member can write to everybody by no way', async () => {
  const server = await startServer()
  await person(server, 'admin')
  const member = await person(server, 'member')
  const { id } = await announcementsOf(member)
  const refused = { status: 403, body: { code: 'forbidden', detail: 'Only admins can write to everybody.' } }
  expect(await announce(member, 'Me too')).toMatchObject(refused)
  expect(
    await member.post('/api/messages', { conversationId: id, text: 'Me too', clientMessageId: newId() }),
  ).toMatchObject(refused)
  expect((await announcementsOf(member)).lastSeq).toBe(0)
})
