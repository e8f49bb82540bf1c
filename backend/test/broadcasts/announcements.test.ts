import { describe, expect, it, test } from 'vitest'
import type { Conversation, LedgerEntry } from '../../src/contract/index.ts'
import { newId, person, request, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'
import { countsOf } from './helpers.ts'

const announce = (from: Person, text: string, title?: string) =>
  from.post('/api/messages', { receiverId: 'all', text, title, clientMessageId: newId() })

async function announcementsOf(someone: Person): Promise<Conversation> {
  const { body } = await someone.get('/api/chats')
  return body.items.find(({ kind }: Conversation) => kind === 'broadcast')
}

test('a broadcast is stored with receiverId "all" and is unread for every user except its sender', async () => {
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

test('a user who reads a broadcast marks it as read for no other user', async () => {
  const server = await startServer()
  const [admin, one, two] = [await person(server, 'admin'), await person(server, 'one'), await person(server, 'two')]
  const { body: message } = await announce(admin, 'Welcome')
  await one.post(`/api/messages/${message.conversationId}/read`, { seq: message.seq })
  const isRead = async (someone: Person) =>
    (await someone.get(`/api/messages/${message.conversationId}`)).body.items[0].isRead
  expect([await isRead(one), await isRead(two)]).toEqual([true, false])
  expect([(await announcementsOf(one)).unreadCount, (await announcementsOf(two)).unreadCount]).toEqual([0, 1])
})

test('a user who signs up later sees the earlier announcements, and none counts as unread', async () => {
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

test('a user who is no admin cannot write to every user in any way', async () => {
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

describe('a message to every user', () => {
  it('is a broadcast with a ledger of its recipients, which the panel lists as sent', async () => {
    const server = await startServer()
    const admin = await person(server, 'admin')
    const [one, two] = [await person(server, 'one'), await person(server, 'two')]
    const clientMessageId = newId()
    const { status, body: message } = await admin.post('/api/messages', {
      receiverId: 'all',
      title: 'Drill',
      text: 'At ten',
      clientMessageId,
    })
    expect([status, message]).toMatchObject([
      201,
      { clientMessageId, broadcast: { priority: 'normal', needsAcknowledgement: false, revision: 1 } },
    ])
    const { items, totals } = (await admin.get('/api/admin/broadcasts')).body
    expect(totals).toMatchObject({ sent: 1, scheduled: 0, drafts: 0 })
    expect(items).toMatchObject([
      {
        id: message.broadcast.id,
        title: 'Drill',
        text: 'At ten',
        audience: { kind: 'everybody' },
        state: 'sent',
        seq: message.seq,
        recipientCount: 2,
        createdBy: admin.id,
      },
    ])
    await one.post(`/api/messages/${message.conversationId}/read`, { seq: message.seq })
    const ledger = (await admin.get(`/api/admin/broadcasts/${message.broadcast.id}/ledger`)).body.items
    expect(new Map(ledger.map(({ user, state }: LedgerEntry) => [user.id, state]))).toEqual(
      new Map([
        [one.id, 'opened'],
        [two.id, 'queued'],
      ]),
    )
  })

  it('is sent once, however often the request is repeated', async () => {
    const server = await startServer()
    const [admin, member] = [await person(server, 'admin'), await person(server, 'member')]
    const socket = await admin.connect()
    const input = { receiverId: 'all', text: 'At ten', clientMessageId: newId() }
    const [first, ...others] = await Promise.all([
      request(socket, 'sendMessage', input),
      request(socket, 'sendMessage', input),
      admin.post('/api/messages', input).then(({ body }) => body),
    ])
    others.push((await admin.post('/api/messages', { ...input, text: 'At eleven' })).body)
    // A repeat returns the current state of the message: its sender has read it.
    for (const other of others) expect({ ...other, isRead: true }).toEqual({ ...first, isRead: true })
    expect((await member.get(`/api/messages/${first.conversationId}`)).body.items).toHaveLength(1)
    const { items } = (await admin.get('/api/admin/broadcasts')).body
    expect(items).toMatchObject([{ id: first.broadcast?.id }])
    expect(await countsOf(admin, items[0].id)).toMatchObject({ recipients: 1 })
  })

  it('has its place in the order of its sender', async () => {
    const server = await startServer()
    const admin = await person(server, 'admin')
    const socket = await admin.connect()
    const texts = ['First', 'Second', 'Third', 'Fourth']
    const messages = await Promise.all(
      texts.map((text) => request(socket, 'sendMessage', { receiverId: 'all', text, clientMessageId: newId() })),
    )
    expect(messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
  })

  it('is not sent with the key of another message, and a repeat returns the first message', async () => {
    const server = await startServer()
    const [admin, member] = [await person(server, 'admin'), await person(server, 'member')]
    const clientMessageId = newId()
    const direct = await admin.post('/api/messages', { receiverId: member.id, text: 'Only you', clientMessageId })
    const repeat = await admin.post('/api/messages', { receiverId: 'all', text: 'All of you', clientMessageId })
    expect(repeat.body.id).toBe(direct.body.id)
    expect((await admin.get('/api/admin/broadcasts')).body.items).toEqual([])
  })

  it('is changed in its broadcast only', async () => {
    const server = await startServer()
    const [admin, member] = [await person(server, 'admin'), await person(server, 'member')]
    const { body: message } = await announce(admin, 'At ten')
    const path = `/api/messages/${message.conversationId}`
    expect(await admin.patch(`${path}/${message.seq}`, { text: 'At eleven', clientEditId: newId() })).toMatchObject({
      status: 403,
      body: { reason: 'announcement_has_broadcast' },
    })
    await admin.patch(`/api/admin/broadcasts/${message.broadcast.id}`, { text: 'At eleven', isMaterial: true })
    expect((await member.get(path)).body.items).toMatchObject([{ text: 'At eleven' }])
  })
})
