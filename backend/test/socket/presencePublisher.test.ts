import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { PresenceChange } from '../../src/contract/index.ts'
import { createPresencePublisher } from '../../src/socket/presence.publisher.ts'

const AT = '2026-11-21T09:00:00.000Z'

beforeEach(() => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
})

function news(connections: number) {
  const told: Omit<PresenceChange, 'at'>[] = []
  const { add } = createPresencePublisher(({ online, away, offline }) => {
    told.push({ online, away, offline })
    return connections
  })
  return {
    told,
    become: (userId: string, state: 'online' | 'away' | 'offline') =>
      add({ online: [], away: [], offline: [], [state]: [userId], at: AT }),
  }
}

test('a node with few connections sends each change at once', () => {
  const { told, become } = news(5)
  become('ada', 'online')
  vi.advanceTimersByTime(1)
  become('grace', 'online')
  expect(told.map(({ online }) => online)).toEqual([['ada'], ['grace']])
})

test('a full node sends the first change at once and the later ones together, with the latest state of each user', () => {
  const { told, become } = news(5000)
  become('ada', 'online')
  expect(told).toEqual([{ online: ['ada'], away: [], offline: [] }])
  become('ada', 'offline')
  become('grace', 'online')
  vi.advanceTimersByTime(900)
  become('ada', 'away')
  expect(told).toHaveLength(1)
  vi.advanceTimersByTime(100)
  expect(told.slice(1)).toEqual([{ online: ['grace'], away: ['ada'], offline: [] }])
  vi.advanceTimersByTime(5000)
  expect(told).toHaveLength(2)
})
