import { expect, test } from 'vitest'
import { createDispatcher, type Bus } from '../../src/cluster/cluster.bus.ts'
import { createClusterDelivery, receiveDeliveries } from '../../src/cluster/cluster.delivery.ts'
import type { Message } from '../../src/contract/index.ts'
import { createLogger } from '../../src/lib/logger.ts'
import type { Delivery } from '../../src/lib/delivery.ts'
import { createInstrumentation } from '../../src/lib/instrumentation.ts'

const logger = createLogger('silent')
const message = { id: 'm1', conversationId: 'c1', seq: 3, rev: 4, title: null } as Message

/** Makes two nodes on a bus that carries JSON. */
function twoNodes() {
  const dispatchers = [createDispatcher(logger), createDispatcher(logger)]
  const nodes = dispatchers.map(({ subscribe }, index) => {
    const bus = {
      nodeId: `node ${index}`,
      publish: (topic, body) =>
        dispatchers[1 - index]?.dispatch(`node ${index}`, topic, JSON.parse(JSON.stringify(body))),
      subscribe,
    } as Bus
    const calls: unknown[][] = []
    const received: number[] = []
    const local = new Proxy({} as Delivery, {
      ownKeys: () => ['newMessage', 'broadcastMessage', 'messageChanged', 'typing', 'serverStats'],
      getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true }),
      get:
        (_, name) =>
        (...args: unknown[]) =>
          void calls.push([name, ...args]),
    })
    receiveDeliveries(local, bus, ({ rev }) => received.push(rev), createInstrumentation(), logger)
    return { delivery: createClusterDelivery(local, bus), calls, received }
  })
  return nodes as [(typeof nodes)[0], (typeof nodes)[0]]
}

test('a delivery of one node reaches the other node with the same arguments', () => {
  const [a, b] = twoNodes()
  a.delivery.newMessage(message, { groupId: 'g1', except: ['ada'] })
  a.delivery.typing({ conversationId: 'c1', userId: 'ada', isTyping: true }, ['grace'])
  const calls = [
    ['newMessage', message, { groupId: 'g1', except: ['ada'] }],
    ['typing', { conversationId: 'c1', userId: 'ada', isTyping: true }, ['grace']],
  ]
  expect([a.calls, b.calls]).toEqual([calls, calls])
  expect([a.received, b.received]).toEqual([[], [4]])
})

test('an announcement to every user is one on the other node too', () => {
  const [a, b] = twoNodes()
  a.delivery.broadcastMessage(message, undefined)
  a.delivery.broadcastMessage(message, ['ada'])
  expect(b.calls.map(([, , audience]) => audience)).toEqual([undefined, ['ada']])
})

test('a node sends its statistics to its own connections only', () => {
  const [a, b] = twoNodes()
  a.delivery.serverStats({} as never)
  expect([a.calls.length, b.calls.length]).toEqual([1, 0])
})
