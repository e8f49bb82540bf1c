import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createLineProbe } from '../../src/connection/line.probe.ts'

const answers: (() => void)[] = []
const giveUp = vi.fn<() => void>()
const line = createLineProbe((answered) => void answers.push(answered), giveUp)

beforeEach(() => {
  vi.useFakeTimers()
  answers.length = 0
  giveUp.mockClear()
  line.start()
})
afterEach(() => {
  line.stop()
  vi.useRealTimers()
})

it('[E12] a probe without an answer gives the connection up within four seconds, once', () => {
  line.probe()
  line.probe()
  expect(answers).toHaveLength(1)
  vi.advanceTimersByTime(4000)
  expect(giveUp).toHaveBeenCalledTimes(1)
  line.stop()
  // A slow line gets twice the time, until an answer came.
  line.start()
  line.probe()
  vi.advanceTimersByTime(5000)
  expect(giveUp).toHaveBeenCalledTimes(1)
  answers.at(-1)?.()
  vi.advanceTimersByTime(10_000)
  line.probe()
  vi.advanceTimersByTime(4000)
  expect(giveUp).toHaveBeenCalledTimes(2)
})

it('[E12] an answered probe keeps the connection', () => {
  line.probe()
  answers[0]?.()
  vi.advanceTimersByTime(6000)
  expect(giveUp).not.toHaveBeenCalled()
})

it('[E12] a jump of the clock asks at once: the device slept for an hour', () => {
  vi.advanceTimersByTime(10_000)
  line.heard()
  expect(answers).toHaveLength(0)
  vi.setSystemTime(Date.now() + 60 * 60_000)
  vi.advanceTimersByTime(5000)
  expect(answers).toHaveLength(1)
  vi.advanceTimersByTime(4000)
  expect(giveUp).toHaveBeenCalledTimes(1)
})

it('[E12] a missing heartbeat of the server asks too, and a closed connection asks nothing', () => {
  vi.advanceTimersByTime(25_000)
  expect(answers).toHaveLength(0)
  vi.advanceTimersByTime(10_000)
  expect(answers).toHaveLength(1)
  line.stop()
  line.probe()
  vi.advanceTimersByTime(60_000)
  expect(answers).toHaveLength(1)
  expect(giveUp).not.toHaveBeenCalled()
})
