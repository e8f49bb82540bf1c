import { expect, test } from 'vitest'
import { LIMITS, type Contact } from '../../src/contract/index.ts'
import { createGroup, say, team } from '../helpers/groups.ts'
import { newId, next, type Person } from '../helpers/people.ts'

const three = async () => (await team(['admin', 'grace', 'linus'])).people as [Person, Person, Person]

test("contacts are stored once, may be favourites, and can be removed; the user's other devices are told", async () => {
  const [ada, grace, linus] = await three()
  const socket = await ada.connect()
  const heard = next(socket, 'contactChanged')
  const { body: contact } = await ada.post('/api/contacts', { userId: grace.id })
  expect(contact).toMatchObject({
    user: { id: grace.id, username: 'grace' },
    favourite: false,
    since: expect.any(String),
  })
  expect(await heard).toEqual({ userId: grace.id, contact })
  expect((await ada.post('/api/contacts', { userId: grace.id, favourite: true })).body).toEqual({
    ...contact,
    favourite: true,
  })
  expect((await ada.post('/api/contacts', { userId: grace.id })).body).toEqual({ ...contact, favourite: true })
  await Promise.all([ada.post('/api/contacts', { userId: linus.id }), ada.post('/api/contacts', { userId: linus.id })])
  const names = async (path: string) => {
    const { body } = await ada.get(path)
    return { names: body.items.map(({ user }: Contact) => user.username), nextCursor: body.nextCursor }
  }
  const first = await names('/api/contacts?limit=1')
  expect([first.names, await names(`/api/contacts?cursor=${first.nextCursor}`)]).toEqual([
    ['grace'],
    { names: ['linus'], nextCursor: null },
  ])
  const gone = next(socket, 'contactChanged')
  expect((await ada.delete(`/api/contacts/${grace.id}`)).status).toBe(204)
  expect(await gone).toEqual({ userId: grace.id, contact: null })
  expect((await ada.delete(`/api/contacts/${grace.id}`)).status).toBe(204)
  expect((await names('/api/contacts')).names).toEqual(['linus'])
  expect((await grace.get('/api/contacts')).body.items).toEqual([])
})

test('a user who does not exist cannot be a contact, blocked or reported', async () => {
  const [ada] = await three()
  const userId = 'f'.repeat(24)
  for (const [path, more] of [
    ['contacts', {}],
    ['blocks', {}],
    ['reports', { reason: 'Spam' }],
  ] as const) {
    expect((await ada.post(`/api/${path}`, { userId, ...more })).body).toMatchObject({ code: 'not_found' })
  }
  expect((await ada.post('/api/blocks', { userId: ada.id })).body).toMatchObject({
    code: 'invalid_input',
    errors: [{ field: 'userId' }],
  })
})

test('a report keeps the message as evidence, and only admins see it', async () => {
  const [admin, grace, linus] = await three()
  const { body: message } = await linus.post('/api/messages', {
    receiverId: grace.id,
    text: 'Something rude',
    clientMessageId: newId(),
  })
  const named = { userId: linus.id, conversationId: message.conversationId, seq: 1 }
  const { status, body: report } = await grace.post('/api/reports', { ...named, reason: ' Rude ' })
  expect([status, report]).toMatchObject([
    201,
    {
      conversationId: message.conversationId,
      seq: 1,
      reason: 'Rude',
      text: 'Something rude',
      reporter: { id: grace.id },
      user: { id: linus.id },
    },
  ])
  await linus.delete(`/api/messages/${message.conversationId}/1`)
  await grace.post('/api/reports', { userId: linus.id, reason: 'Again' })
  const { body: first } = await admin.get('/api/admin/reports?limit=1')
  expect(first.items).toMatchObject([{ reason: 'Again', text: null, conversationId: null, seq: null }])
  expect((await admin.get(`/api/admin/reports?cursor=${first.nextCursor}`)).body).toMatchObject({
    items: [report],
    nextCursor: null,
  })
  expect((await grace.get('/api/admin/reports')).body).toMatchObject({ code: 'forbidden' })
})

test('a user cannot report an invisible message, nor give a message another text', async () => {
  const [admin, grace, linus] = await three()
  const group = await createGroup(admin, [grace])
  await say(grace, group.id, 'Between us')
  const report = (who: Person, userId: string) =>
    who.post('/api/reports', { userId, conversationId: group.id, seq: 2, reason: 'Hm' })
  expect((await report(linus, grace.id)).body).toMatchObject({ code: 'not_found' })
  expect((await report(admin, linus.id)).body).toMatchObject({ code: 'not_found' })
  expect((await report(admin, grace.id)).status).toBe(201)
})

test.each([
  ['no reason', { reason: ' ' }, 'reason'],
  ['too long a reason', { reason: 'x'.repeat(LIMITS.reportReasonMax + 1) }, 'reason'],
  ['a place without a conversation', { reason: 'Spam', seq: 1 }, 'seq'],
])('a report with %s is refused, naming the field', async (_what, input, field) => {
  const [ada, grace] = await three()
  const { status, body } = await ada.post('/api/reports', { userId: grace.id, ...input })
  expect([status, body.errors?.[0]?.field]).toEqual([400, field])
})

test('reports are limited', async () => {
  const [ada, grace] = await three()
  const answers = []
  for (let count = 0; count < 21; count += 1)
    answers.push(await ada.post('/api/reports', { userId: grace.id, reason: 'Spam' }))
  expect(answers.at(-1)!.body).toMatchObject({ code: 'rate_limited', retryAfter: expect.any(Number) })
})
