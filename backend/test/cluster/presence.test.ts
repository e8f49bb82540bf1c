import { expect, onTestFinished, test, vi } from 'vitest'
import { createDispatcher, type Bus, type Dispatcher } from '../../src/cluster/cluster.bus.ts'
import { createClusterPresence } from '../../src/cluster/cluster.presence.ts'
import { createLogger } from '../../src/lib/logger.ts'
import type { PresenceChange, PresenceList } from '../../src/contract/index.ts'

/** Makes nodes in one process on a bus that delivers at once while it is not cut. */
function createNodes() {
  const buses: { bus: Bus; dispatcher: Dispatcher; isCut: boolean }[] = []
  return (name: string) => {
    const dispatcher = createDispatcher(createLogger('silent'))
    const bus: Bus = {
      nodeId: name,
      publish(topic, body) {
        if (own.isCut) return
        for (const other of buses)
          if (other !== own && !other.isCut) other.dispatcher.dispatch(name, topic, structuredClone(body))
      },
      subscribe: dispatcher.subscribe,
      onGap: () => {},
      isConnected: () => !own.isCut,
      close: async () => {},
    }
    const own = { bus, dispatcher, isCut: false }
    buses.push(own)
    const here: PresenceList = { online: [], away: [] }
    let lost = 0
    const announced: Omit<PresenceChange, 'at'>[] = []
    const presence = createClusterPresence(
      bus,
      ({ online, away, offline }) => announced.push({ online, away, offline }),
      {
        list: () => here,
        stateOf: (userId) =>
          here.away.includes(userId) ? 'away' : here.online.includes(userId) ? 'online' : 'offline',
      },
      () => (lost += 1),
    )
    onTestFinished(() => presence.close())
    return {
      presence,
      announced,
      lost: () => lost,
      cut: (isCut: boolean) => (own.isCut = isCut),
      become(userId: string, state: 'online' | 'away' | 'offline') {
        here.online = here.online.filter((id) => id !== userId)
        here.away = here.away.filter((id) => id !== userId)
        if (state !== 'offline') here.online.push(userId)
        if (state === 'away') here.away.push(userId)
        presence.localChange({ online: [], away: [], offline: [], [state]: [userId], at: '2026-01-01T00:00:00.000Z' })
      },
    }
  }
}

test('a user of one node is present on all nodes, also on one that starts later', () => {
  const start = createNodes()
  const [a, b] = [start('a'), start('b')]
  a.become('ada', 'online')
  expect(b.announced).toEqual([{ online: ['ada'], away: [], offline: [] }])
  expect(start('c').presence.list()).toEqual({ online: ['ada'], away: [] })
})

test('a user on two nodes is offline only when gone from both, and away only when away on both', () => {
  const start = createNodes()
  const [a, b, c] = [start('a'), start('b'), start('c')]
  a.become('ada', 'online')
  b.become('ada', 'away')
  expect(c.presence.list()).toEqual({ online: ['ada'], away: [] })
  a.become('ada', 'offline')
  expect(c.presence.list()).toEqual({ online: ['ada'], away: ['ada'] })
  b.become('ada', 'offline')
  expect(c.presence.list()).toEqual({ online: [], away: [] })
  expect(c.announced).toEqual([
    { online: ['ada'], away: [], offline: [] },
    { online: [], away: ['ada'], offline: [] },
    { online: [], away: [], offline: ['ada'] },
  ])
})

test('the users of a stopped or lost node go offline on the others, after a loss within twenty seconds and with a notice', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const start = createNodes()
  const [a, b, c] = [start('a'), start('b'), start('c')]
  a.become('ada', 'online')
  b.become('bob', 'online')
  b.become('ada', 'online')
  a.presence.close()
  expect(c.presence.list().online).toEqual(['ada', 'bob'])
  expect(c.lost()).toBe(0)
  b.cut(true)
  vi.advanceTimersByTime(10_000)
  expect(c.presence.list().online).toEqual(['ada', 'bob'])
  vi.advanceTimersByTime(10_000)
  expect(c.presence.list().online).toEqual([])
  expect(c.lost()).toBe(1)
})

test('the users of a node that was cut off are present again when it is back, with the changes of that time', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const start = createNodes()
  const [a, b] = [start('a'), start('b')]
  a.become('ada', 'online')
  a.become('bob', 'online')
  b.become('cleo', 'online')
  a.cut(true)
  a.become('bob', 'offline')
  vi.advanceTimersByTime(30_000)
  expect(b.presence.list().online).toEqual(['cleo'])
  a.cut(false)
  vi.advanceTimersByTime(5000)
  expect(b.presence.list().online.toSorted()).toEqual(['ada', 'cleo'])
  expect(a.presence.list().online.toSorted()).toEqual(['ada', 'cleo'])
})
