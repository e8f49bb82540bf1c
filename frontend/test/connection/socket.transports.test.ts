import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import {
  rememberedTransport,
  rememberTransport,
  stopRetryingWebSocket,
} from '../../src/connection/socket.transports.ts'

const opened: FakeWebSocket[] = []
let stored: string | null = null
const store = (until: string | null): void => void (stored = until)
class FakeWebSocket extends EventTarget {
  readonly url: string
  constructor(url: string) {
    super()
    this.url = url
    opened.push(this)
  }
  close(): void {}
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeWebSocket)
  opened.length = 0
  stored = null
})
afterEach(() => {
  stopRetryingWebSocket()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

it('[E7] polling is remembered for a day, and not for ever by a clock that was wrong', () => {
  expect(rememberedTransport(stored)).toBe('websocket')
  rememberTransport('polling', 'https://chat.example.org', store, () => {})
  expect(rememberedTransport(stored)).toBe('polling')
  vi.setSystemTime(Date.now() + 25 * 60 * 60_000)
  expect(rememberedTransport(stored)).toBe('websocket')
  vi.setSystemTime(Date.now() - 365 * 24 * 60 * 60_000)
  expect(rememberedTransport(stored)).toBe('websocket')
})

it('[E7] a polling page tries WebSocket again with growing delays, and changes when it works', async () => {
  const better = vi.fn<() => void>()
  rememberTransport('polling', 'https://chat.example.org', store, better)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(opened.map(({ url }) => url)).toEqual(['wss://chat.example.org/socket.io/?EIO=4&transport=websocket'])
  // It stays silent.
  await vi.advanceTimersByTimeAsync(5000)
  await vi.advanceTimersByTimeAsync(110_000)
  expect(opened).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(opened).toHaveLength(2)
  expect(better).not.toHaveBeenCalled()
  opened[1]?.dispatchEvent(new Event('message'))
  await vi.advanceTimersByTimeAsync(0)
  expect(better).toHaveBeenCalledTimes(1)
  expect(rememberedTransport(stored)).toBe('websocket')
})
