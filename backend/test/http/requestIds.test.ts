import { expect, onTestFinished, test } from 'vitest'
import { createDispatcher, type Bus } from '../../src/cluster/cluster.bus.ts'
import { createClusterDelivery, receiveDeliveries } from '../../src/cluster/cluster.delivery.ts'
import { createInstrumentation } from '../../src/lib/instrumentation.ts'
import { createLogger } from '../../src/lib/logger.ts'
import type { Delivery } from '../../src/lib/delivery.ts'
import { currentRequest, requestContexts } from '../../src/lib/requestContext.ts'
import { emit, newId, person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'

const FORM = /^[0-9a-f-]{36}$/

test('behind a trusted proxy a request keeps the id of the proxy, if it has the form of an id', async () => {
  const { url } = await startServer({ trustProxy: 1 })
  const idFor = async (given: string) =>
    (await fetch(`${url}/api/chats`, { headers: { 'x-request-id': given } })).headers.get('x-request-id')
  for (const given of ['0123456789abcdef0123456789abcdef', '6f1c2f6e-93a8-4b0a-a3f6-0b8f4a4f2d11'])
    expect(await idFor(given)).toBe(given)
  for (const given of ['short', 'x'.repeat(65), 'two words', 'quote"d', '{"json":1}'])
    expect(await idFor(given)).toMatch(FORM)
})

test('without a proxy a client cannot choose the id of a request, and the problem carries the id', async () => {
  const { url } = await startServer({ trustProxy: 0 })
  const answer = await fetch(`${url}/api/chats`, { headers: { 'x-request-id': '0123456789abcdef0123456789abcdef' } })
  const id = answer.headers.get('x-request-id')
  expect(id).toMatch(FORM)
  expect(await answer.json()).toMatchObject({ requestId: id })
})

test('each event of a connection has an id of its own, which begins with the id of the connection', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const socket = await ada.connect()
  const ids: unknown[] = []
  for (const receiverId of ['nobody', 'no one']) {
    const answer = await emit(socket, 'sendMessage', { receiverId, text: 'x', clientMessageId: newId() })
    ids.push(answer.ok ? null : answer.problem.requestId)
  }
  expect(ids).toEqual([`${socket.id}.1`, `${socket.id}.2`])
})

test('the id of a request follows it to another node and into the log of that node', async () => {
  const lines: string[] = []
  const logger = createLogger('info', { write: (line: string) => void lines.push(line) })
  const dispatcher = createDispatcher(logger)
  const published: [unknown, unknown][] = []
  const bus: Bus = {
    nodeId: 'here',
    // The other node receives the message as JSON.
    publish: (topic, body) => void published.push([topic, JSON.parse(JSON.stringify(body))]),
    subscribe: dispatcher.subscribe,
    onGap: () => {},
    isConnected: () => true,
    close: async () => {},
  }
  const done: unknown[] = []
  const local = {
    typing() {
      done.push(currentRequest()?.requestId)
      logger.info('delivered')
      throw new Error('A failure of this node')
    },
    userChanged: () => void done.push(currentRequest()?.requestId),
  } as unknown as Delivery
  const instrumentation = createInstrumentation()
  onTestFinished(instrumentation.close)
  instrumentation.followRequests()
  const delivery = createClusterDelivery(local, bus)
  receiveDeliveries(local, bus, () => {}, instrumentation, logger)
  requestContexts.run({ requestId: 'of-the-request' }, () => void delivery.userChanged({} as never))
  void delivery.userChanged({} as never)
  expect(published).toEqual([
    ['deliver', ['userChanged', [{}], { requestId: 'of-the-request' }]],
    ['deliver', ['userChanged', [{}]]],
  ])
  expect(done).toEqual(['of-the-request', undefined])
  dispatcher.dispatch('there', 'deliver', [
    'typing',
    [],
    { requestId: 'of-another-node', traceparent: '00-11112222333344445555666677778888-1111222233334444-01' },
  ])
  expect(done.at(-1)).toBe('of-another-node')
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    expect.objectContaining({
      msg: 'delivered',
      requestId: 'of-another-node',
      traceId: '11112222333344445555666677778888',
    }),
    expect.objectContaining({
      msg: 'a delivery for another node failed',
      from: 'there',
      name: 'typing',
      requestId: 'of-another-node',
    }),
  ])
})
