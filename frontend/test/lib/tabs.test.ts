import { beforeEach, expect, it, vi } from 'vitest'
import { freshBrowser, takeLocks } from '../helpers/tabs.ts'

async function openTab() {
  vi.resetModules()
  return import('../../src/lib/tabs.ts')
}

beforeEach(() => {
  freshBrowser()
  takeLocks()
})

it('[E11] without Web Locks a tab learns from the other tabs whether one has a role', async () => {
  const [one, other] = [await openTab(), await openTab()]
  const begun = vi.fn<() => void>()
  const giveUp = one.holdRole('parley.uploads.1', begun)
  expect(await other.isHeld('parley.uploads.1')).toBe(true)
  expect(await one.isHeld('parley.uploads.1')).toBe(true)
  // Every tab would have it.
  expect(begun).not.toHaveBeenCalled()

  giveUp()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const asked = other.isHeld('parley.uploads.1')
  vi.advanceTimersByTime(3000)
  expect(await asked).toBe(false)
  vi.useRealTimers()
})
