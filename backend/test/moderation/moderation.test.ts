import { expect, test } from 'vitest'
import type { FilteredWord } from '../../src/contract/index.ts'
import { everywhere } from '../helpers/cluster.ts'
import { messagesOf, team } from '../helpers/groups.ts'
import { emit, newId, next, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'

const three = async () => {
  const { server, people } = await team(['admin', 'grace', 'linus'])
  const [admin, grace, linus] = people as [Person, Person, Person]
  return { server, admin, grace, linus }
}
const soon = () => new Date(Date.now() + 3_600_000).toISOString()
const write = (who: Person, to: Person, text: string, clientMessageId = newId()) =>
  who.post('/api/messages', { receiverId: to.id, text, clientMessageId })
const filter = (admin: Person, words: FilteredWord[]) => admin.patch('/api/admin/settings', { words })

test('a muted user cannot write or edit, by REST or socket, and a repeat of an earlier send is acknowledged', async () => {
  const { server, admin, grace, linus } = await three()
  const key = newId()
  const { body: before } = await write(grace, linus, 'Hello', key)
  const until = soon()
  expect((await admin.post(`/api/admin/users/${grace.id}/mute`, { until })).body.mutedUntil).toBe(until)
  await everywhere(async () =>
    expect((await write(grace, linus, 'More')).body).toMatchObject({ code: 'muted', status: 403, until }),
  )
  const socket = await grace.connect()
  expect(
    await emit(socket, 'sendMessage', { receiverId: linus.id, text: 'More', clientMessageId: newId() }),
  ).toMatchObject({ ok: false, problem: { code: 'muted', until } })
  expect(
    (await grace.patch(`/api/messages/${before.conversationId}/1`, { text: 'Changed', clientEditId: newId() })).body
      .code,
  ).toBe('muted')
  expect((await write(grace, linus, 'Hello', key)).body.id).toBe(before.id)
  expect((await write(linus, grace, 'I can')).status).toBe(201)
  await server.stop()
  const again = await startServer({}, server.dataDir)
  const answer = await fetch(`${again.url}/api/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${grace.accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ receiverId: linus.id, text: 'After a restart', clientMessageId: newId() }),
  })
  expect(await answer.json()).toMatchObject({ code: 'muted' })
})

test('a muted user is told on every connection, also of the end, and no other user is', async () => {
  const { admin, grace, linus } = await three()
  const [first, second, other] = await Promise.all([grace.connect(), grace.connect(), linus.connect()])
  const told: unknown[] = []
  other.on('ownUserChanged', (user) => told.push(user))
  const mute = async (until: string | null) => {
    const heard = [first, second].map((socket) => next(socket, 'ownUserChanged'))
    await admin.post(`/api/admin/users/${grace.id}/mute`, { until })
    return Promise.all(heard)
  }
  const until = soon()
  for (const user of await mute(until)) expect(user).toEqual({ ...grace.user, mutedUntil: until })
  expect((await grace.get('/api/auth/me')).body.mutedUntil).toBe(until)
  for (const user of await mute(null)) expect(user.mutedUntil).toBeNull()
  expect((await grace.get('/api/auth/me')).body.mutedUntil).toBeNull()
  // If other users were told, the event would have come before this one.
  await emit(other, 'markDelivered', { items: [] })
  expect(told).toEqual([])
})

test('an admin can end a mute', async () => {
  const { admin, grace, linus } = await three()
  await admin.post(`/api/admin/users/${grace.id}/mute`, { until: soon() })
  expect((await admin.post(`/api/admin/users/${grace.id}/mute`, { until: null })).body.mutedUntil).toBeNull()
  expect((await write(grace, linus, 'Thank you')).status).toBe(201)
  expect((await admin.post(`/api/admin/users/${grace.id}/mute`, { until: 'tomorrow' })).body.errors[0].field).toBe(
    'until',
  )
})

test.each([
  ['Casino', 'Visit the CÀSINO!', true],
  ['casino', 'Casinos are many', false],
  ['casin*', 'Casinos are many', true],
  ['ass', 'First class', false],
  ['buy now', 'Please BUY  NOW', true],
  ['赌博', '欢迎来赌博吧', true],
  ['a.b', 'axb', false],
  ['x-ray', 'An X-ray.', true],
])('the word %s is found in "%s": %s', async (word, text, isFound) => {
  const { admin, grace, linus } = await three()
  await filter(admin, [{ word, action: 'refuse' }])
  const answer = await write(grace, linus, text)
  expect(answer.body.code).toBe(isFound ? 'text_refused' : undefined)
})

test('an edit cannot bring in a text that a message may not have', async () => {
  const { admin, grace, linus } = await three()
  await filter(admin, [{ word: 'casino', action: 'refuse' }])
  const { body } = await write(grace, linus, 'Hello')
  expect(
    (await grace.patch(`/api/messages/${body.conversationId}/1`, { text: 'Casino', clientEditId: newId() })).body.code,
  ).toBe('text_refused')
})

test('a message with a word to report is sent, and the admins find it in their queue', async () => {
  const { admin, grace, linus } = await three()
  await filter(admin, [{ word: 'casino', action: 'report' }])
  const { status, body: message } = await write(grace, linus, 'A casino')
  expect(status).toBe(201)
  await expect
    .poll(async () => (await admin.get('/api/admin/reports?state=open')).body.items)
    .toMatchObject([
      {
        reporter: null,
        user: { id: grace.id },
        conversationId: message.conversationId,
        seq: 1,
        text: 'A casino',
        reason: 'Words: casino',
        state: 'open',
      },
    ])
})

test('a report can be resolved with a note, and opened again', async () => {
  const { admin, grace, linus } = await three()
  const { body: report } = await grace.post('/api/reports', { userId: linus.id, reason: 'Rude' })
  const change = async (input: object) => (await admin.patch(`/api/admin/reports/${report.id}`, input)).body
  expect(await change({ state: 'resolved', note: 'Talked to Linus' })).toMatchObject({
    state: 'resolved',
    note: 'Talked to Linus',
    resolvedBy: { id: admin.id },
    resolvedAt: expect.any(String),
  })
  expect((await admin.get('/api/admin/reports?state=open')).body.items).toEqual([])
  expect((await admin.get('/api/admin/reports?state=resolved')).body.items).toMatchObject([{ id: report.id }])
  expect(await change({ state: 'open' })).toMatchObject({
    state: 'open',
    note: 'Talked to Linus',
    resolvedBy: null,
    resolvedAt: null,
  })
})

test('an admin can delete a reported message of other users, both are told, and the report keeps the text', async () => {
  const { admin, grace, linus } = await three()
  const { body: message } = await write(linus, grace, 'Something rude')
  const { body: report } = await grace.post('/api/reports', {
    userId: linus.id,
    conversationId: message.conversationId,
    seq: 1,
    reason: 'Rude',
  })
  expect((await admin.get('/api/admin/reports')).body.items[0]).toMatchObject({ isMessageGone: false })
  const sockets = await Promise.all([grace.connect(), linus.connect()])
  const heard = sockets.map((socket) => next(socket, 'messageChanged'))
  expect((await admin.post(`/api/admin/reports/${report.id}/delete-message`, {})).body).toMatchObject({
    id: report.id,
    text: 'Something rude',
    isMessageGone: true,
  })
  const listed = (await admin.get('/api/admin/reports')).body.items
  expect(listed.map(({ isMessageGone }: { isMessageGone: boolean }) => isMessageGone)).toEqual([true])
  for (const change of await Promise.all(heard))
    expect(change).toMatchObject({ id: message.id, text: '', rev: 2, deletedAt: expect.any(String) })
  expect((await messagesOf(grace, message.conversationId))[0]).toMatchObject({
    text: '',
    deletedAt: expect.any(String),
  })
  expect((await admin.post(`/api/admin/reports/${report.id}/delete-message`, {})).status).toBe(200)
  expect((await admin.get(`/api/messages/${message.conversationId}`)).body.code).toBe('not_found')
})

test('a report about a user has no message to delete', async () => {
  const { admin, grace, linus } = await three()
  const { body: report } = await grace.post('/api/reports', { userId: linus.id, reason: 'Rude' })
  expect((await admin.post(`/api/admin/reports/${report.id}/delete-message`, {})).body.code).toBe('not_found')
})

const around = async (admin: Person, reportId: string) =>
  (await admin.get(`/api/admin/reports/${reportId}/context`)).body

test('a report shows five messages before and five after the reported one with their senders, and the audit log has the look', async () => {
  const { admin, grace, linus } = await three()
  for (let seq = 1; seq <= 13; seq += 1)
    await write(seq % 2 === 0 ? grace : linus, seq % 2 === 0 ? linus : grace, `Message ${seq}`)
  const { body: message } = await write(linus, grace, 'Message 14')
  const { body: report } = await grace.post('/api/reports', {
    userId: linus.id,
    conversationId: message.conversationId,
    seq: 7,
    reason: 'Rude',
  })
  await grace.patch(`/api/messages/${message.conversationId}/6`, { text: 'Mended', clientEditId: newId() })
  await linus.delete(`/api/messages/${message.conversationId}/7`)
  const { seq, items } = await around(admin, report.id)
  expect(seq).toBe(7)
  expect(items.map((item: { seq: number }) => item.seq)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  expect(items[0]).toEqual({
    seq: 2,
    kind: 'user',
    event: null,
    sender: expect.objectContaining({ id: grace.id, fullName: 'grace' }),
    title: null,
    text: 'Message 2',
    files: [],
    createdAt: expect.any(String),
    editedAt: null,
    deletedAt: null,
    isArchived: false,
    isHiddenFromSome: false,
  })
  expect(items[4]).toMatchObject({ text: 'Mended', editedAt: expect.any(String) })
  expect(items[5]).toMatchObject({
    sender: { id: linus.id },
    text: '',
    deletedAt: expect.any(String),
    isArchived: false,
  })
  const { body: audit } = await admin.get('/api/admin/audit')
  expect(audit.items[0]).toMatchObject({ action: 'report.context', targetId: report.id, actor: { id: admin.id } })
})

test('around a reported message, messages that never reached their receiver are marked', async () => {
  const { admin, grace, linus } = await three()
  const { body: message } = await write(linus, grace, 'Rude')
  const { body: report } = await grace.post('/api/reports', {
    userId: linus.id,
    conversationId: message.conversationId,
    seq: 1,
    reason: 'Rude',
  })
  await grace.post('/api/blocks', { userId: linus.id })
  await write(linus, grace, 'Are you there?')
  expect((await around(admin, report.id)).items).toMatchObject([
    { text: 'Rude', isHiddenFromSome: false },
    { text: 'Are you there?', isHiddenFromSome: true },
  ])
})

test('no conversation is shown without a report about one of its messages', async () => {
  const { admin, grace, linus } = await three()
  const { body: message } = await write(linus, grace, 'Hello')
  const { body: report } = await grace.post('/api/reports', { userId: linus.id, reason: 'Rude' })
  for (const id of [report.id, message.conversationId, 'f'.repeat(24)])
    expect((await around(admin, id)).code).toBe('not_found')
})

test('[E8] an admin mutes for a length of time, which the server counts from its own time, and until no time that is over', async () => {
  const { admin, grace, linus } = await three()
  const mute = (input: object) => admin.post(`/api/admin/users/${grace.id}/mute`, input)
  const before = Date.now()
  const until = Date.parse((await mute({ seconds: 3600 })).body.mutedUntil)
  expect(until).toBeGreaterThanOrEqual(before + 3_600_000)
  expect(until).toBeLessThanOrEqual(Date.now() + 3_600_000)
  expect((await write(grace, linus, 'More')).body.code).toBe('muted')
  // A page whose clock is hours behind sent such a time, and no user was muted.
  const past = new Date(Date.now() - 2 * 3_600_000).toISOString()
  expect((await mute({ until: past })).body.errors).toMatchObject([{ field: 'until', code: 'must_be_in_future' }])
  for (const input of [{}, { seconds: 60, until: soon() }])
    expect((await mute(input)).body.errors).toMatchObject([{ field: 'until', code: 'exactly_one_of' }])
  for (const seconds of [0, 1.5, 400 * 86_400]) expect((await mute({ seconds })).status).toBe(400)
  expect((await admin.get(`/api/admin/users/${grace.id}`)).body.mutedUntil).toBe(new Date(until).toISOString())
})
