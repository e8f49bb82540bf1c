import { afterEach, expect, it, vi } from 'vitest'

/** A browser in which the permission is `granted` until `become` says otherwise. It counts the looks. */
function browser() {
  const state = { permission: 'granted', looks: 0 }
  const changed = new EventTarget()
  vi.stubGlobal('isSecureContext', true)
  vi.stubGlobal('Notification', {
    get permission() {
      state.looks += 1
      return state.permission
    },
  })
  const query = vi.fn<() => Promise<EventTarget>>().mockResolvedValue(changed)
  vi.stubGlobal('navigator', { permissions: { query } })
  return {
    query,
    looks: () => state.looks,
    become(permission: string): void {
      state.permission = permission
      changed.dispatchEvent(new Event('change'))
    },
  }
}

const fresh = async () => {
  vi.resetModules()
  return (await import('../../src/notifications/notification.display.ts')).notificationState
}

afterEach(() => vi.unstubAllGlobals())

it('a burst of messages looks at the slow permission once, and a change of it holds at once', async () => {
  const { looks, become } = browser()
  const notificationState = await fresh()
  notificationState()
  await vi.waitFor(() => expect(looks()).toBe(2))
  for (let count = 0; count < 100; count += 1) expect(notificationState()).toBe('granted')
  expect(looks()).toBe(2)
  become('denied')
  expect(notificationState()).toBe('denied')
})

it('a browser that tells of no change is asked each time', async () => {
  const { looks, become, query } = browser()
  query.mockRejectedValue(new TypeError('not known'))
  const notificationState = await fresh()
  notificationState()
  await vi.waitFor(() => expect(query).toHaveBeenCalledTimes(1))
  become('denied')
  expect(notificationState()).toBe('denied')
  expect(looks()).toBe(2)
})
