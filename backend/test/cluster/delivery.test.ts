import { expect, test } from 'vitest'
import { createEar, type Bus } from '../../src/cluster/cluster.bus.ts'
import { deliveryEverywhere } from '../../src/cluster/cluster.delivery.ts'
import type { Message } from '../../src/contract/index.ts'
import { createLogger } from '../../src/lib/logger.ts'
import type { Delivery } from '../../src/lib/delivery.ts'
import { createInstrumentation } from '../../src/lib/instrumentation.ts'

const logger = createLogger('silent')
const message = { id: 'm1', conversationId: 'c1', seq: 3, rev: 4, title: null } as Message

/** Two nodes on a bus that carries what JSON carries. */
function twoNodes() {
  const ears = [createEar(logger), createEar(logger)]
  const nodes = ears.map((ear, index) => {
    const bus = {
      nodeId: `node ${index}`,
      tell: (topic, body) => ears[1 - index]?.take(`node ${index}`, topic, JSON.parse(JSON.stringify(body))),
      hear: ear.hear,
    } as Bus
    const calls: unknown[][] = []
    const heard: number[] = []
    const here = new Proxy({} as Delivery, {
      ownKeys: () => ['newMessage', 'broadcastMessage', 'messageChanged', 'typing', 'serverStats'],
      getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true }),
      get:
        (_, name) =>
        (...args: unknown[]) =>
          void calls.push([name, ...args]),
    })
    return {
      delivery: deliveryEverywhere(here, bus, ({ rev }) => heard.push(rev), createInstrumentation(), logger),
      calls,
      heard,
    }
  })
  return nodes as [(typeof nodes)[0], (typeof nodes)[0]]
}

test('what one node delivers the other does too, with what it was called with', () => {
  const [a, b] = twoNodes()
  a.delivery.newMessage(message, { groupId: 'g1', except: ['ada'] })
  a.delivery.typing({ conversationId: 'c1', userId: 'ada', isTyping: true }, ['grace'])
  const calls = [
    ['newMessage', message, { groupId: 'g1', except: ['ada'] }],
    ['typing', { conversationId: 'c1', userId: 'ada', isTyping: true }, ['grace']],
  ]
  expect([a.calls, b.calls]).toEqual([calls, calls])
  expect([a.heard, b.heard]).toEqual([[], [4]])
})

test('an announcement to everybody is one to everybody on the other node too', () => {
  const [a, b] = twoNodes()
  a.delivery.broadcastMessage(message, undefined)
  a.delivery.broadcastMessage(message, ['ada'])
  expect(b.calls.map(([, , audience]) => audience)).toEqual([undefined, ['ada']])
})

test('how a node is doing, it tells its own connections only', () => {
  const [a, b] = twoNodes()
  a.delivery.serverStats({} as never)
  expect([a.calls.length, b.calls.length]).toEqual([1, 0])
})
