import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { keepAccessFresh, stopKeepingAccess } from '../../src/connection/access.keeper.ts'
import { noteFreshAccess } from '../../src/connection/access.storage.ts'
import { refresh } from '../../src/connection/http.client.ts'

vi.mock(import('../../src/connection/http.client.ts'), () => ({
  refresh: vi.fn<() => Promise<never>>(async () => {
    noteFreshAccess()
    return {} as never
  }),
}))

let visibility: DocumentVisibilityState = 'visible'
beforeEach(() => {
  vi.useFakeTimers()
  visibility = 'visible'
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility)
  vi.mocked(refresh).mockClear()
  noteFreshAccess()
})
afterEach(() => {
  stopKeepingAccess()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

it('[E6] a visible page refreshes its access token before it expires, again and again', async () => {
  keepAccessFresh(900)
  await vi.advanceTimersByTimeAsync(7 * 60_000)
  expect(refresh).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2 * 60_000)
  expect(refresh).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(60 * 60_000)
  expect(vi.mocked(refresh).mock.calls.length).toBeGreaterThanOrEqual(7)
  expect(vi.mocked(refresh).mock.calls.length).toBeLessThanOrEqual(9)
})

it('[E6] a hidden page lets it expire, and refreshes when it is shown; another tab that refreshed spares it', async () => {
  keepAccessFresh(900)
  visibility = 'hidden'
  await vi.advanceTimersByTimeAsync(60 * 60_000)
  expect(refresh).not.toHaveBeenCalled()
  visibility = 'visible'
  document.dispatchEvent(new Event('visibilitychange'))
  await vi.advanceTimersByTimeAsync(0)
  expect(refresh).toHaveBeenCalledTimes(1)
  for (let minutes = 0; minutes < 30; minutes += 5) {
    await vi.advanceTimersByTimeAsync(5 * 60_000)
    noteFreshAccess()
  }
  expect(refresh).toHaveBeenCalledTimes(1)
})

it('[E6] a clock that is 3 hours off, or is moved, only refreshes once more', async () => {
  keepAccessFresh(900)
  vi.setSystemTime(Date.now() - 3 * 60 * 60_000)
  await vi.advanceTimersByTimeAsync(5 * 60_000)
  expect(refresh).toHaveBeenCalledTimes(1)
  vi.setSystemTime(Date.now() + 3 * 60 * 60_000)
  await vi.advanceTimersByTimeAsync(5 * 60_000)
  expect(refresh).toHaveBeenCalledTimes(2)
})
