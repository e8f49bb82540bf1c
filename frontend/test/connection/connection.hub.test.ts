import type { Hello, Problem } from 'backend/contract'
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { createConnectionHub, type HubPort } from '../../src/connection/connection.hub.ts'
import { NEWS_WAITING_MAX, type News, type ToHub, type ToTab } from '../../src/connection/connection.protocol.ts'
import type { ServerConnection } from '../../src/connection/server.connection.ts'
import type * as Tabs from '../../src/lib/tabs.ts'

/** The Web Locks of the tabs: a test says when a tab has ended. */
const ends = new Map<string, () => void>()
vi.mock(import('../../src/lib/tabs.ts'), async (original) => ({
  ...(await original()),
  onEnd: ((name, ended) => {
    ends.set(name, ended)
    return () => void ends.delete(name)
  }) as typeof Tabs.onEnd,
}))

let tell: (news: News) => void
let server: ReturnType<typeof fakeServer>
let hub: ReturnType<typeof createConnectionHub>

function fakeServer() {
  return {
    isConnected: false,
    open: vi.fn<() => void>(),
    close: vi.fn<() => void>(),
    request: vi.fn<ServerConnection['request']>(),
    signal: vi.fn<ServerConnection['signal']>(),
    check: vi.fn<() => void>(),
    networkChanged: vi.fn<(isOnline: boolean) => void>(),
    reconnect: vi.fn<() => void>(),
  }
}

beforeEach(() => {
  ends.clear()
  server = fakeServer()
  const connect = vi.fn<Parameters<typeof createConnectionHub>[0]>((_, given) => {
    tell = given
    return server
  })
  hub = createConnectionHub(connect, 'parley.connection.1')
})

function connectServer(): void {
  server.isConnected = true
  tell({ kind: 'connected' })
}

let tabs = 0
/** A tab that has attached. */
function openTab(lock: string | null = `tab ${(tabs += 1)}`) {
  const heard: ToTab[] = []
  const port = {
    postMessage: (message: ToTab) => void heard.push(message),
    close: vi.fn<() => void>(),
    onmessage: null,
  } as unknown as HubPort
  hub.listen(port)
  const say = (data: ToHub) => port.onmessage?.call(port as MessagePort, { data } as MessageEvent)
  say({ kind: 'attach', lock, pollingUntil: null })
  return { heard, say, lock: lock ?? '' }
}

const event = (event: 'catchUp'): News => ({ kind: 'event', event, args: [] })
const SERVER_TIME = '2026-11-30T18:00:00.000Z'
const hello: Hello = {
  pageVersion: '/assets/index.js',
  maintenance: null,
  accessSeconds: 900,
  serverTime: SERVER_TIME,
}

it('[E7] ten tabs share one connection, which tells all the same and closes with the last tab', () => {
  const [first, ...others] = Array.from({ length: 10 }, () => openTab())
  connectServer()
  tell({ kind: 'event', event: 'hello', args: [hello] })
  tell({ kind: 'refused', problem: null })
  for (const tab of others) expect(tab.heard).toEqual(first?.heard)
  expect(first?.heard).toEqual([
    { kind: 'attached', lock: 'parley.connection.1' },
    { kind: 'connected' },
    { kind: 'event', event: 'hello', args: [hello] },
    { kind: 'refused', problem: null },
  ])

  first?.say({ kind: 'detach' })
  // A tab that crashed says nothing. Its lock does.
  for (const { lock } of others.slice(1)) ends.get(lock)?.()
  expect(server.close).not.toHaveBeenCalled()
  others[0]?.say({ kind: 'detach' })
  expect(server.close).toHaveBeenCalledTimes(1)
})

it('[E7] a new tab hears at once how the connection is, and what time it is at the server', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  openTab()
  connectServer()
  tell({ kind: 'event', event: 'hello', args: [hello] })
  tell({ kind: 'event', event: 'maintenanceChanged', args: [null] })
  vi.advanceTimersByTime(3_600_000)
  expect(openTab().heard.slice(1)).toEqual([
    { kind: 'connected' },
    { kind: 'event', event: 'hello', args: [{ ...hello, serverTime: '2026-11-30T19:00:00.000Z' }] },
  ])

  tell({ kind: 'disconnected' })
  tell({ kind: 'refused', problem: null })
  expect(openTab().heard.slice(1)).toEqual([{ kind: 'disconnected' }, { kind: 'refused', problem: null }])
})

it('[E7] the user is away when all tabs say so, and statistics go to the tabs that watch', () => {
  const [one, other] = [openTab(), openTab()]
  connectServer()
  one.say({ kind: 'signal', event: 'setActivity', input: 'away' })
  expect(server.signal).not.toHaveBeenCalled()
  other.say({ kind: 'signal', event: 'setActivity', input: 'away' })
  expect(server.signal).toHaveBeenLastCalledWith({ event: 'setActivity', input: 'away' })
  const third = openTab()
  expect(server.signal).toHaveBeenLastCalledWith({ event: 'setActivity', input: 'active' })
  third.say({ kind: 'detach' })
  expect(server.signal).toHaveBeenLastCalledWith({ event: 'setActivity', input: 'away' })

  one.say({ kind: 'signal', event: 'watchStats', input: true })
  other.say({ kind: 'signal', event: 'watchStats', input: false })
  expect(server.signal.mock.calls.flat().filter((signal) => signal.event === 'watchStats')).toEqual([
    { event: 'watchStats', input: true },
  ])
  tell({ kind: 'event', event: 'serverStats', args: [{} as never] })
  expect(one.heard.at(-1)).toMatchObject({ event: 'serverStats' })
  expect(other.heard.at(-1)).not.toMatchObject({ event: 'serverStats' })

  // The server forgets both with the connection.
  server.signal.mockClear()
  tell({ kind: 'disconnected' })
  connectServer()
  expect(server.signal.mock.calls.flat()).toEqual([
    { event: 'setActivity', input: 'away' },
    { event: 'watchStats', input: true },
  ])
})

it('[E7] an answer goes to the tab that asked, and the tabs together keep below the limit of a connection', async () => {
  const [one, other] = [openTab(), openTab()]
  connectServer()
  const answers: (() => void)[] = []
  server.request.mockImplementation(
    (_, input) => new Promise((resolve) => answers.push(() => resolve({ ok: true, data: input }))),
  )
  for (let id = 0; id < 40; id += 1)
    for (const tab of [one, other]) tab.say({ kind: 'request', id, event: 'sync', input: `${tab.lock} ${id}` })
  expect(server.request).toHaveBeenCalledTimes(48)
  while (answers.length > 0) {
    answers.shift()?.()
    await new Promise((resolve) => setTimeout(resolve))
    expect(answers.length).toBeLessThanOrEqual(48)
  }
  for (const tab of [one, other])
    expect(tab.heard.filter(({ kind }) => kind === 'answer')).toEqual(
      Array.from({ length: 40 }, (_, id) => ({ kind: 'answer', id, answer: { ok: true, data: `${tab.lock} ${id}` } })),
    )
})

it('the answer of a sent message reaches every tab as the event that the server sends to other connections', async () => {
  const [one, other] = [openTab(), openTab()]
  const message = { id: 'm1' }
  server.request.mockResolvedValue({ ok: true, data: message })
  one.say({ kind: 'request', id: 1, event: 'sendMessage', input: {} })
  const event = { kind: 'event', event: 'newMessage', args: [message] }
  await vi.waitFor(() => expect(one.heard.at(-1)).toMatchObject({ kind: 'answer' }))
  for (const tab of [one, other]) expect(tab.heard.filter(({ kind }) => kind === 'event')).toEqual([event])
  server.request.mockResolvedValue({ ok: false, problem: {} as Problem })
  one.say({ kind: 'request', id: 2, event: 'sendMessage', input: {} })
  await vi.waitFor(() => expect(one.heard.at(-1)).toMatchObject({ id: 2 }))
  expect(other.heard.filter(({ kind }) => kind === 'event')).toEqual([event])
})

it('the connection watches the users that its tabs show together, and each tab is told', async () => {
  const [one, other] = [openTab(), openTab()]
  const states = { online: ['amara'], away: ['kofi'], offline: [] }
  server.request.mockResolvedValue({ ok: true, data: states })
  const asked = () => server.request.mock.calls.map(([, input]) => input)
  one.say({ kind: 'watch', userIds: ['amara', 'kofi'] })
  connectServer()
  expect(asked()).toEqual([{ add: ['amara', 'kofi'], remove: [] }])
  await vi.waitFor(() => expect(one.heard.at(-1)).toEqual({ kind: 'presence', states }))
  const at = '2026-11-30T18:00:00.000Z'
  tell({ kind: 'event', event: 'presenceChanged', args: [{ online: [], away: [], offline: ['amara'], at }] })

  // The connection knows it, so the server is not asked.
  other.say({ kind: 'watch', userIds: ['amara'] })
  expect(other.heard.at(-1)).toEqual({ kind: 'presence', states: { online: [], away: [], offline: ['amara'] } })
  one.say({ kind: 'watch', userIds: [] })
  expect(asked().slice(1)).toEqual([{ add: [], remove: ['kofi'] }])

  tell({ kind: 'disconnected' })
  connectServer()
  expect(asked().slice(2)).toEqual([{ add: ['amara'], remove: [] }])
})

it('presence that the server did not tell is asked for again', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const tab = openTab()
  connectServer()
  server.request
    .mockResolvedValueOnce(null)
    .mockResolvedValue({ ok: true, data: { online: [], away: [], offline: [] } })
  tab.say({ kind: 'watch', userIds: ['amara'] })
  await vi.advanceTimersByTimeAsync(5000)
  expect(server.request.mock.calls.map(([, input]) => input)).toEqual(
    Array.from({ length: 2 }, () => ({ add: ['amara'], remove: [] })),
  )
})

it('[E7] a frozen tab holds up no other one, few news wait for it, and afterwards it syncs', () => {
  const [frozen, other] = [openTab(), openTab()]
  connectServer()
  for (let count = 1; count <= 3 * NEWS_WAITING_MAX; count += 1) {
    tell(event('catchUp'))
    other.say({ kind: 'taken', count: count + 1 })
  }
  expect(other.heard).toHaveLength(3 * NEWS_WAITING_MAX + 2)
  expect(frozen.heard).toHaveLength(NEWS_WAITING_MAX + 1)

  frozen.say({ kind: 'taken', count: NEWS_WAITING_MAX / 2 })
  tell(event('catchUp'))
  expect(frozen.heard).toHaveLength(NEWS_WAITING_MAX + 1)
  frozen.say({ kind: 'taken', count: NEWS_WAITING_MAX })
  expect(frozen.heard.slice(NEWS_WAITING_MAX + 1)).toEqual([{ kind: 'disconnected' }, { kind: 'connected' }])
  tell(event('catchUp'))
  expect(frozen.heard.at(-1)).toEqual(event('catchUp'))
})

it('[E7] without Web Locks a tab that was silent for minutes is gone, and comes back when it attaches', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const tab = openTab(null)
  vi.advanceTimersByTime(100_000)
  tab.say({ kind: 'ping' })
  expect(tab.heard.at(-1)).toEqual({ kind: 'pong' })
  vi.advanceTimersByTime(150_000)
  expect(server.close).not.toHaveBeenCalled()
  vi.advanceTimersByTime(100_000)
  expect(server.close).toHaveBeenCalledTimes(1)
  const { length } = tab.heard
  tab.say({ kind: 'ping' })
  expect(tab.heard).toHaveLength(length)
  tab.say({ kind: 'attach', lock: null, pollingUntil: null })
  expect(server.open).toHaveBeenCalledTimes(2)
})

it('[E7] what every tab notices at the same time counts once', () => {
  const open = [openTab(), openTab(), openTab()]
  for (const tab of open) tab.say({ kind: 'network', isOnline: false })
  for (const tab of open) tab.say({ kind: 'network', isOnline: true })
  expect(server.networkChanged.mock.calls).toEqual([[false], [true]])
})
