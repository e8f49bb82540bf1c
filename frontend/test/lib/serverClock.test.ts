import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

const HOUR = 3_600_000
const load = () => import('../../src/lib/serverClock.ts')
const SERVER = Date.parse('2026-11-30T18:00:00.000Z')

describe.each([
  ['3 hours ahead', 3 * HOUR],
  ['3 hours behind', -3 * HOUR],
])('[E8] with the clock of the computer %s', (_name, offset) => {
  beforeEach(() => {
    vi.resetModules()
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] })
    vi.setSystemTime(SERVER + offset)
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('the page knows the time of the server from the hello of the connection, and runs on', async () => {
    const { noteServerTime, serverNow, serverTime } = await load()
    expect(serverNow()).toBe(SERVER + offset)
    noteServerTime(new Date(SERVER).toISOString())
    expect(serverNow()).toBe(SERVER)
    vi.advanceTimersByTime(90_000)
    expect(serverTime()).toBe('2026-11-30T18:01:30.000Z')
  })

  test('a clock that is set while the page is open changes nothing', async () => {
    const { noteServerTime, serverNow } = await load()
    noteServerTime(new Date(SERVER).toISOString())
    vi.setSystemTime(SERVER - 5 * HOUR)
    expect(serverNow()).toBe(SERVER)
  })

  test('the first answer tells the time before there is a connection, and corrects only what is wrong by more than its second', async () => {
    const { noteDateHeader, noteServerTime, serverNow } = await load()
    noteDateHeader(undefined)
    noteDateHeader('no date')
    expect(serverNow()).toBe(SERVER + offset)
    noteDateHeader(new Date(SERVER).toUTCString())
    expect(Math.abs(serverNow() - SERVER)).toBeLessThan(1000)
    noteServerTime(new Date(SERVER).toISOString())
    noteDateHeader(new Date(SERVER + 1000).toUTCString())
    expect(serverNow()).toBe(SERVER)
    // The server's clock was set, or the computer slept.
    noteDateHeader(new Date(SERVER + HOUR).toUTCString())
    expect(serverNow()).toBe(SERVER + HOUR + 500)
  })

  test('work for a time of the server is done then, also when the estimate moves, and not when cancelled', async () => {
    const { atServerTime, noteServerTime } = await load()
    noteServerTime(new Date(SERVER).toISOString())
    const [first, second, cancelled] = [vi.fn<() => void>(), vi.fn<() => void>(), vi.fn<() => void>()]
    atServerTime(SERVER + HOUR, first)
    vi.advanceTimersByTime(HOUR - 1000)
    expect(first).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1000)
    expect(first).toHaveBeenCalledTimes(1)
    atServerTime(SERVER + 3 * HOUR, second)
    atServerTime(SERVER + 3 * HOUR, cancelled)()
    noteServerTime(new Date(SERVER + 3 * HOUR).toISOString())
    expect(second).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(24 * HOUR)
    expect([first, second, cancelled].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 0])
  })
})

test('[E8] days are those of the server’s time in the zone of the viewer', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  const { noteServerTime } = await import('../../src/lib/serverClock.ts')
  const noon = new Date(2026, 10, 30, 12)
  vi.setSystemTime(noon.getTime() + 30 * HOUR)
  noteServerTime(noon.toISOString())
  const format = await import('../../src/lib/format.ts')
  expect(format.dayLabel(noon.toISOString())).toBe('Today')
  expect(format.listTime(noon.toISOString())).toBe(format.shortTime(noon.toISOString()))
  vi.useRealTimers()
})
