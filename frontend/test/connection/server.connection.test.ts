import type { News } from '../../src/connection/connection.protocol.ts'
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'

type Handler = (...args: never[]) => void
const handlers = new Map<string, Handler[]>()
const listen = (event: string, handler: Handler): void =>
  void handlers.set(event, [...(handlers.get(event) ?? []), handler])
const socket = {
  connected: true,
  active: true,
  on: listen,
  onAny: () => {},
  connect: vi.fn<() => void>(),
  disconnect: (): { connect(): void } => socket,
  emit: vi.fn<(event: string, answered: () => void) => void>(),
  io: {
    opts: {},
    engine: { transport: { name: 'websocket', close: vi.fn<() => void>() }, on: () => {} },
    on: (event: string, handler: Handler) => listen(`manager ${event}`, handler),
  },
}
const transports = { WebSocket: EventTarget, XHR: EventTarget }
vi.mock(import('socket.io-client'), () => ({ io: () => socket, ...transports }) as never)
const { createServerConnection } = await import('../../src/connection/server.connection.ts')
const news = vi.fn<(news: News) => void>()

function hear(event: string, ...args: unknown[]): void {
  if (event === 'disconnect') socket.connected = false
  for (const handler of handlers.get(event) ?? []) handler(...(args as never[]))
}

beforeEach(() => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  handlers.clear()
  const connection = createServerConnection('64b000000000000000000001', null, news)
  connection.open()
  socket.connected = true
  socket.connect.mockClear()
})

it('when a node of several stops, the page goes to another one at once', () => {
  hear('serverStopping', { elsewhere: true })
  vi.advanceTimersByTime(10_000)
  expect(socket.connect).not.toHaveBeenCalled()
  hear('disconnect', 'transport close')
  vi.advanceTimersByTime(200)
  expect(socket.connect).toHaveBeenCalledTimes(1)
})

it('when the only server stops, the page leaves it to the growing delays', () => {
  hear('serverStopping', { elsewhere: false })
  hear('disconnect', 'transport close')
  vi.advanceTimersByTime(60_000)
  expect(socket.connect).not.toHaveBeenCalled()
})

it('a page that went to another node does not hurry the next time that it loses its connection', () => {
  hear('serverStopping', { elsewhere: true })
  hear('disconnect', 'transport close')
  vi.advanceTimersByTime(200)
  socket.connected = true
  socket.connect.mockClear()
  hear('connect')
  hear('disconnect', 'transport close')
  vi.advanceTimersByTime(60_000)
  expect(socket.connect).not.toHaveBeenCalled()
})

it('a page that has too many connections waits before it tries again, and asks for no new token', () => {
  socket.active = false
  onTestFinished(() => void (socket.active = true))
  hear('connect_error', { data: { code: 'rate_limited', reason: 'too_many_connections', status: 429, detail: '' } })
  vi.advanceTimersByTime(14_000)
  expect(socket.connect).not.toHaveBeenCalled()
  vi.advanceTimersByTime(32_000)
  expect(socket.connect).toHaveBeenCalledTimes(1)
})
