import { beforeEach, describe, expect, test, vi } from 'vitest'
import * as overlays from '../../src/lib/overlayHistory.ts'

/** Opens an overlay that closes itself when it is told to, as a component does. */
function opened({ stays = false } = {}) {
  const overlay = { isOpen: true, asked: 0, close: () => {} }
  const remove = overlays.openOverlay(() => {
    overlay.asked += 1
    if (!stays) overlay.close()
  })
  overlay.close = () => {
    overlay.isOpen = false
    remove()
  }
  return overlay
}

const level = (): number => (history.state as { overlays?: number } | null)?.overlays ?? 0
const settled = (wanted: { path: string; level: number }) =>
  vi.waitFor(() => expect({ path: location.pathname, level: level() }).toEqual(wanted), { interval: 2 })

beforeEach(() => {
  overlays.belowOverlays(() => history.pushState({ key: 'list' }, '', '/'))
  overlays.belowOverlays(() => history.pushState({ key: 'chat' }, '', '/c/1'))
})

describe('[E3] overlays in the history', () => {
  test('Back closes the top overlay, then the next, then leaves the page', async () => {
    const [first, second] = [opened(), opened()]
    await settled({ path: '/c/1', level: 2 })
    history.back()
    await settled({ path: '/c/1', level: 1 })
    expect([first.isOpen, second.isOpen]).toEqual([true, false])
    history.back()
    await settled({ path: '/c/1', level: 0 })
    expect(first.isOpen).toBe(false)
    history.back()
    await settled({ path: '/', level: 0 })
  })

  test('an overlay that the page closes loses its entry, and one in its place keeps it', async () => {
    const menu = opened()
    await settled({ path: '/c/1', level: 1 })
    const before = history.length
    menu.close()
    const dialog = opened()
    await settled({ path: '/c/1', level: 1 })
    expect(history.length).toBe(before)
    dialog.close()
    await settled({ path: '/c/1', level: 0 })
    history.back()
    await settled({ path: '/', level: 0 })
  })

  test('a page that is opened from an overlay lies directly above the page below', async () => {
    const [outer, inner] = [opened(), opened()]
    await settled({ path: '/c/1', level: 2 })
    overlays.belowOverlays(() => history.pushState({ key: 'other' }, '', '/c/2'))
    inner.close()
    outer.close()
    await settled({ path: '/c/2', level: 0 })
    history.back()
    await settled({ path: '/c/1', level: 0 })
    expect(outer.isOpen || inner.isOpen).toBe(false)
  })

  test('a page that is replaced below an overlay keeps the overlay', async () => {
    const dialog = opened()
    await settled({ path: '/c/1', level: 1 })
    overlays.belowOverlays(() => history.replaceState({ key: 'saved' }, '', '/c/saved'))
    await settled({ path: '/c/saved', level: 1 })
    expect(dialog.asked).toBe(0)
    dialog.close()
    await settled({ path: '/c/saved', level: 0 })
    history.back()
    await settled({ path: '/', level: 0 })
  })

  test('an overlay that asks first stays open, and has an entry again', async () => {
    const dialog = opened({ stays: true })
    await settled({ path: '/c/1', level: 1 })
    history.back()
    await vi.waitFor(() => expect(dialog.asked).toBe(1), { interval: 2 })
    await settled({ path: '/c/1', level: 1 })
    expect(dialog.isOpen).toBe(true)
    dialog.close()
    await settled({ path: '/c/1', level: 0 })
  })

  test('Forward to a closed overlay ends on the page itself, and the router hears of neither step', async () => {
    opened()
    await settled({ path: '/c/1', level: 1 })
    history.back()
    await settled({ path: '/c/1', level: 0 })
    const heard = vi.fn<() => void>()
    addEventListener('popstate', heard)
    history.forward()
    await new Promise((resolve) => addEventListener('popstate', resolve, { capture: true, once: true }))
    await settled({ path: '/c/1', level: 0 })
    expect(heard).not.toHaveBeenCalled()
    removeEventListener('popstate', heard)
  })

  test('going back over several pages closes all overlays', async () => {
    const dialog = opened()
    await settled({ path: '/c/1', level: 1 })
    history.go(-2)
    await settled({ path: '/', level: 0 })
    expect(dialog.isOpen).toBe(false)
  })

  test('a reload with an open overlay leaves its entry', async () => {
    history.pushState({ key: 'chat', overlays: 1 }, '')
    vi.resetModules()
    await import('../../src/lib/overlayHistory.ts')
    await settled({ path: '/c/1', level: 0 })
    expect(history.state).toMatchObject({ key: 'chat' })
  })
})
