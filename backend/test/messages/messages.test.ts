import { expect, test } from 'vitest'
import { LIMITS, type Message, type MessagePage } from '../../src/contract/index.ts'
import { newId, person, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'

async function twoPeople(): Promise<[Person, Person]> {
  const server = await startServer()
  return [await person(server, 'ada', 'Ada Lovelace'), await person(server, 'grace', 'Grace Hopper')]
}

test('a message to a user begins the conversation and returns its place', async () => {
  const [ada, grace] = await twoPeople()
  const clientMessageId = newId()
  const { status, body } = await ada.post('/api/messages', {
    receiverId: grace.id,
    text: ' Hello 👋 ',
    clientMessageId,
  })
  expect(status).toBe(201)
  expect(body).toMatchObject({
    seq: 1,
    senderId: ada.id,
    receiverId: grace.id,
    text: 'Hello 👋',
    title: null,
    clientMessageId,
    isRead: false,
  })
  const page = await grace.get(`/api/messages/${body.conversationId}`)
  expect(page).toEqual({ status: 200, body: { items: [body], hasMore: false, rev: 1 } })
})

test('two first messages that cross meet in one conversation', async () => {
  const [ada, grace] = await twoPeople()
  const [one, two] = await Promise.all([
    ada.post('/api/messages', { receiverId: grace.id, text: 'Hello Grace', clientMessageId: newId() }),
    grace.post('/api/messages', { receiverId: ada.id, text: 'Hello Ada', clientMessageId: newId() }),
  ])
  expect(one.body.conversationId).toBe(two.body.conversationId)
  expect([one.body.seq, two.body.seq].toSorted((a, b) => a - b)).toEqual([1, 2])
})

test('[ONE1] a repeated send returns the first message and makes no second one', async () => {
  const [ada, grace] = await twoPeople()
  const send = { receiverId: grace.id, text: 'Once', clientMessageId: newId() }
  const answers = await Promise.all(Array.from({ length: 5 }, () => ada.post('/api/messages', send)))
  const first = answers[0]?.body as Message
  for (const { body } of answers) expect(body).toEqual(first)
  const later = await ada.post('/api/messages', { ...send, text: 'Something else under the same id' })
  expect(later.body).toEqual(first)
  const page = await ada.get(`/api/messages/${first.conversationId}`)
  expect(page.body.items).toHaveLength(1)
})

test('the same clientMessageId of two senders makes two messages', async () => {
  const [ada, grace] = await twoPeople()
  const clientMessageId = newId()
  const one = await ada.post('/api/messages', { receiverId: grace.id, text: 'Mine', clientMessageId })
  const two = await grace.post('/api/messages', { receiverId: ada.id, text: 'Mine too', clientMessageId })
  expect([one.body.seq, two.body.seq]).toEqual([1, 2])
})

test('[ORD1] many messages at the same time get every place exactly once, and repeats among them get none', async () => {
  const [ada, grace] = await twoPeople()
  const ids = Array.from({ length: 60 }, newId)
  const sends = ids.flatMap((clientMessageId, index) => {
    const send = () =>
      (index % 2 ? ada : grace).post('/api/messages', {
        receiverId: (index % 2 ? grace : ada).id,
        text: `No. ${index}`,
        clientMessageId,
      })
    return index % 5 === 0 ? [send(), send()] : [send()]
  })
  const answers = await Promise.all(sends)
  const seqs = new Map(answers.map(({ body }) => [body.clientMessageId, body.seq]))
  expect([...seqs.values()].toSorted((a, b) => a - b)).toEqual(ids.map((_, index) => index + 1))
  const history = await ada.get(`/api/messages/${answers[0]?.body.conversationId}?limit=100`)
  expect(history.body.items.map(({ seq }: Message) => seq)).toEqual(ids.map((_, index) => index + 1))
})

test('history comes in pages, before a place and after one, in ascending order', async () => {
  const [ada, grace] = await twoPeople()
  for (let index = 1; index <= 7; index += 1)
    await ada.post('/api/messages', { receiverId: grace.id, text: `No. ${index}`, clientMessageId: newId() })
  const { body: chats } = await ada.get('/api/chats')
  const conversationId = chats.items.find(({ kind }: { kind: string }) => kind === 'direct').id
  const seqs = async (query: string) => {
    const { body } = await grace.get(`/api/messages/${conversationId}?${query}`)
    const page = body as MessagePage
    return [page.items.map(({ seq }) => seq), page.hasMore]
  }
  expect(await seqs('limit=3')).toEqual([[5, 6, 7], true])
  expect(await seqs('limit=3&before=5')).toEqual([[2, 3, 4], true])
  expect(await seqs('limit=3&before=2')).toEqual([[1], false])
  expect(await seqs('limit=3&after=2')).toEqual([[3, 4, 5], true])
  expect(await seqs('limit=3&after=5')).toEqual([[6, 7], false])
  expect(await seqs('after=7')).toEqual([[], false])
})

test('[SEE1] another user cannot read or write a conversation, and cannot tell it from one that does not exist', async () => {
  const server = await startServer()
  const [ada, grace, mallory] = [
    await person(server, 'ada'),
    await person(server, 'grace'),
    await person(server, 'mallory'),
  ]
  const { body: message } = await ada.post('/api/messages', {
    receiverId: grace.id,
    text: 'Secret',
    clientMessageId: newId(),
  })
  const nowhere = 'f'.repeat(24)
  for (const id of [message.conversationId, nowhere]) {
    const attempts = [
      await mallory.get(`/api/messages/${id}`),
      await mallory.get(`/api/chats/${id}`),
      await mallory.post('/api/messages', { conversationId: id, text: 'Let me in', clientMessageId: newId() }),
      await mallory.post(`/api/messages/${id}/read`, { seq: 1 }),
    ]
    for (const { status, body } of attempts) {
      expect(status).toBe(404)
      expect(body).toMatchObject({
        code: 'not_found',
        detail: 'This conversation does not exist, or you are not in it.',
      })
    }
  }
})

test.each([
  ['an empty text', { text: '' }, 'text'],
  ['a blank text', { text: ' \n\t ' }, 'text'],
  ['a text that is too long', { text: 'x'.repeat(LIMITS.messageMax + 1) }, 'text'],
  ['half a surrogate pair', { text: 'broken \ud83d' }, 'text'],
  ['no text', { text: undefined }, 'text'],
  ['a number for a text', { text: 42 }, 'text'],
  ['a title in a direct message', { title: 'Hello' }, 'title'],
  ['no target', { receiverId: undefined }, 'receiverId'],
  ['two targets', { conversationId: 'f'.repeat(24) }, 'receiverId'],
  ['an id that is none', { receiverId: 'everybody' }, 'receiverId'],
  ['an object for an id', { receiverId: { $ne: null } }, 'receiverId'],
  ['no clientMessageId', { clientMessageId: undefined }, 'clientMessageId'],
  ['a clientMessageId that is too long', { clientMessageId: 'x'.repeat(65) }, 'clientMessageId'],
  ['a sender of its own choice', { senderId: 'f'.repeat(24) }, 'senderId'],
])('%s is refused, naming the field, and nothing is stored', async (_what, change, field) => {
  const [ada, grace] = await twoPeople()
  const { status, body } = await ada.post('/api/messages', {
    receiverId: grace.id,
    text: 'Hello',
    clientMessageId: newId(),
    ...change,
  })
  expect(status).toBe(400)
  expect(body).toMatchObject({ code: 'invalid_input', type: '/problems/invalid_input', status: 400 })
  expect(body.errors.map((error: { field: string }) => error.field)).toContain(field)
  const { body: chats } = await grace.get('/api/chats')
  expect(chats.items.filter(({ kind }: { kind: string }) => kind === 'direct')).toEqual([])
})

test('8,000 characters are counted in code points, so that 8,000 emoji fit', async () => {
  const [ada, grace] = await twoPeople()
  const text = '😀'.repeat(LIMITS.messageMax)
  const { status, body } = await ada.post('/api/messages', { receiverId: grace.id, text, clientMessageId: newId() })
  expect(status).toBe(201)
  expect(body.text).toBe(text)
})

test('a message to a user who does not exist is not found', async () => {
  const [ada] = await twoPeople()
  const { status, body } = await ada.post('/api/messages', {
    receiverId: 'f'.repeat(24),
    text: 'Hello?',
    clientMessageId: newId(),
  })
  expect([status, body.code]).toEqual([404, 'not_found'])
})

test('a message to oneself is stored in a conversation with oneself', async () => {
  const [ada] = await twoPeople()
  const { status, body } = await ada.post('/api/messages', {
    receiverId: ada.id,
    text: 'Buy milk',
    clientMessageId: newId(),
  })
  expect(status).toBe(201)
  const { body: chat } = await ada.get(`/api/chats/${body.conversationId}`)
  expect(chat).toMatchObject({ kind: 'direct', unreadCount: 0, peer: { id: ada.id } })
})

test.each(['before=x', 'before=-1', 'after=1&before=3', 'limit=0', 'limit=101', 'limit=x', 'page=2'])(
  'history refuses ?%s',
  async (query) => {
    const [ada, grace] = await twoPeople()
    const { body: message } = await ada.post('/api/messages', {
      receiverId: grace.id,
      text: 'Hello',
      clientMessageId: newId(),
    })
    const { status, body } = await ada.get(`/api/messages/${message.conversationId}?${query}`)
    expect([status, body.code]).toEqual([400, 'invalid_input'])
  },
)

test('a user who sends too much is told how long to wait', async () => {
  const server = await startServer({ messagesPerMinute: 3 })
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const statuses = []
  for (let index = 0; index < 4; index += 1) {
    const { status, body } = await ada.post('/api/messages', {
      receiverId: grace.id,
      text: `No. ${index}`,
      clientMessageId: newId(),
    })
    statuses.push(status)
    if (status === 429) expect(body).toMatchObject({ code: 'rate_limited', retryAfter: expect.any(Number) })
  }
  expect(statuses).toEqual([201, 201, 201, 429])
})
