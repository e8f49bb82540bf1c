import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import type { News, ToHub, ToTab } from '../../src/connection/connection.protocol.ts'
import { joinLeadingTab } from '../../src/connection/leadingTab.hub.ts'
import type { ServerConnection } from '../../src/connection/server.connection.ts'
import { giveLocks } from '../helpers/tabs.ts'

const connections: { tell: (news: News) => void; isOpen: boolean }[] = []
vi.mock(import('../../src/connection/server.connection.ts'), () => ({
  createServerConnection: (_user, _pollingUntil, tell) => {
    const own = { tell, isOpen: false }
    connections.push(own)
    return {
      open: () => (own.isOpen = true),
      close: () => (own.isOpen = false),
      isConnected: true,
      request: async () => ({ ok: true, data: 'Answered' }),
      signal: () => {},
      check: () => {},
      networkChanged: () => {},
      reconnect: () => {},
    } satisfies ServerConnection
  },
}))
vi.mock(import('../../src/connection/worker.address.ts'), () => ({
  WORKER_ADDRESS: '/worker.js',
  trustedWorkerAddress: () => '/worker.js',
}))

/** A tab that attaches whenever a tab begins to lead. */
function openTab() {
  const heard: ToTab[] = []
  const post = (message: ToHub): void => tab.port.postMessage(message, [])
  const attach = (): void => post({ kind: 'attach', lock: null, pollingUntil: null })
  const tab = joinLeadingTab('amara', attach)
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the port has no other way
  tab.port.onmessage = ({ data }: MessageEvent<ToTab>) => heard.push(data)
  attach()
  onTestFinished(tab.close)
  return { ...tab, post, heard, kinds: () => heard.map(({ kind }) => kind) }
}

beforeEach(() => {
  giveLocks()
  connections.length = 0
})

it('[E7] without shared workers one tab leads, and all have its connection; the next one leads when it closes', async () => {
  const first = openTab()
  await expect.poll(first.kinds).toContain('attached')
  const second = openTab()
  await expect.poll(second.kinds).toEqual(['attached'])
  expect(connections).toHaveLength(1)

  connections[0]?.tell({ kind: 'connected' })
  await expect.poll(second.kinds).toEqual(['attached', 'connected'])
  expect(first.kinds().at(-1)).toBe('connected')
  second.post({ kind: 'request', id: 7, event: 'markUnread', input: {} })
  await expect
    .poll(() => second.heard.at(-1))
    .toEqual({ kind: 'answer', id: 7, answer: { ok: true, data: 'Answered' } })
  expect(first.kinds().at(-1)).toBe('connected')

  first.close()
  await expect.poll(() => connections.map(({ isOpen }) => isOpen)).toEqual([false, true])
  connections[1]?.tell({ kind: 'connected' })
  await expect.poll(() => second.kinds().slice(-2)).toEqual(['attached', 'connected'])
})
