import { expect, test } from 'vitest'
import { COST_LIMITS } from '../../src/lib/limits/costLimits.ts'
import { emit, newId, next, person, request, type Person } from '../helpers/people.ts'
import { startNode } from '../helpers/startServer.ts'

const sendTo = async (from: Person, to: Person) => {
  const { body } = await from.post('/api/messages', { receiverId: to.id, text: 'Hello', clientMessageId: newId() })
  return body as { conversationId: string; seq: number }
}

test('requests of one user over many connections and REST are refused together, and other users are served', async () => {
  const server = await startNode({ costLimits: { ...COST_LIMITS, requestsAtOnce: 2, requestsWaiting: 10 } })
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const { conversationId } = await sendTo(ada, grace)
  const sockets = await Promise.all(Array.from({ length: 4 }, () => ada.connect()))
  const other = await grace.connect()
  const path = `/api/messages/${conversationId}`
  const flood = Promise.all([
    ...sockets.flatMap((socket) =>
      Array.from({ length: 20 }, async () => {
        const answer = await emit(socket, 'sync', { since: null, held: {} })
        return answer.ok ? 'served' : answer.problem.reason
      }),
    ),
    ...Array.from({ length: 20 }, async () => {
      const { status, body } = await ada.get(path)
      return status === 200 ? 'served' : (body as { reason: string }).reason
    }),
  ])
  const served = await Promise.all(
    Array.from({ length: 10 }, () =>
      request(other, 'sendMessage', { receiverId: ada.id, text: 'Still here', clientMessageId: newId() }),
    ),
  )
  expect(served).toHaveLength(10)
  const answers = await flood
  expect(new Set(answers)).toEqual(new Set(['served', 'too_many_requests_at_once']))
  // The flood is over: nothing of it holds a place.
  expect((await ada.get(path)).status).toBe(200)
}, 60_000)

test('the token bucket of a user is one for all connections', async () => {
  const server = await startNode({ costLimits: { ...COST_LIMITS, requestsInBurst: 20, requestsPerSecond: 0.001 } })
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const { conversationId } = await sendTo(ada, grace)
  const sockets = await Promise.all(Array.from({ length: 5 }, () => ada.connect()))
  const answers = await Promise.all(
    sockets.flatMap((socket) => Array.from({ length: 10 }, () => emit(socket, 'markRead', { conversationId, seq: 1 }))),
  )
  // The message that was sent and the five handshakes took a token each.
  expect(answers.filter(({ ok }) => ok)).toHaveLength(14)
  expect(answers.find(({ ok }) => !ok)).toMatchObject({ problem: { reason: 'too_many_requests_of_user' } })
  const answer = await request(await grace.connect(), 'markRead', { conversationId, seq: 1 })
  expect(answer).toMatchObject({ readSeq: 1 })
})

test('one conversation that is named 200 times is marked as delivered once', async () => {
  const server = await startNode()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const { conversationId } = await sendTo(ada, grace)
  await sendTo(ada, grace)
  const socket = await grace.connect()
  const items = Array.from({ length: 200 }, (_, index) => ({ conversationId, seq: index % 3 }))
  expect(await request(socket, 'markDelivered', { items })).toEqual([
    { conversationId, userId: grace.id, deliveredSeq: 2, readSeq: 0 },
  ])
})

test('the conversations that a user marks as delivered or read are counted over all connections', async () => {
  const server = await startNode({ costLimits: { ...COST_LIMITS, receiptsPerMinute: 300 } })
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const { conversationId } = await sendTo(ada, grace)
  const [first, second] = [await grace.connect(), await grace.connect()]
  const unknown = Array.from({ length: 199 }, (_, index) => ({
    conversationId: index.toString(16).padStart(24, '0'),
    seq: 1,
  }))
  const items = [{ conversationId, seq: 1 }, ...unknown]
  // It counts 200 conversations, though the unknown ones are refused.
  expect(await emit(first, 'markDelivered', { items })).toMatchObject({ problem: { code: 'not_found' } })
  expect(await request(second, 'markRead', { conversationId, seq: 1 })).toMatchObject({ readSeq: 1 })
  const refusal = { reason: 'too_many_requests', params: { name: 'receipts' } }
  expect(await emit(second, 'markDelivered', { items })).toMatchObject({ problem: refusal })
  expect((await grace.post(`/api/messages/${conversationId}/read`, { seq: 1 })).body).toMatchObject(refusal)
  expect(await request(await ada.connect(), 'markRead', { conversationId, seq: 1 })).toMatchObject({ readSeq: 1 })
})

test('a flood of typing from many connections reaches the others as few events', async () => {
  const server = await startNode({ costLimits: { ...COST_LIMITS, requestsWaiting: 1000, typingPerMinute: 30 } })
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const { conversationId } = await sendTo(ada, grace)
  const sockets = await Promise.all(Array.from({ length: 5 }, () => ada.connect()))
  const watcher = await grace.connect()
  let heard = 0
  watcher.on('typing', () => (heard += 1))
  for (const socket of sockets)
    for (let index = 0; index < 50; index += 1) socket.emit('typing', { conversationId, isTyping: true })
  // A request of each connection is answered after its events.
  await Promise.all(sockets.map((socket) => request(socket, 'markRead', { conversationId, seq: 1 })))
  const last = next(watcher, 'newMessage')
  await sendTo(ada, grace)
  await last
  expect(heard).toBeGreaterThan(0)
  expect(heard).toBeLessThanOrEqual(30)
})

test('pages of history are limited for each user', async () => {
  const server = await startNode({ costLimits: { ...COST_LIMITS, historyPagesPerMinute: 5 } })
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const { conversationId } = await sendTo(ada, grace)
  const path = `/api/messages/${conversationId}`
  const paths = Array.from({ length: 4 }, () => [path, `${path}/changes?since=0`]).flat()
  const statuses = await Promise.all(paths.map(async (each) => (await ada.get(each)).status))
  expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 200, 200, 200, 200, 429, 429, 429])
  expect((await grace.get(path)).status).toBe(200)
})
