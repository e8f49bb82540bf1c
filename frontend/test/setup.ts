import { cleanup, configure } from '@testing-library/react'
import { afterEach, beforeEach, vi } from 'vitest'

// The first use of a lazy page transforms it, which takes more than the default second.
configure({ asyncUtilTimeout: 5000 })

// No test of components has a server to connect to; what the socket brings is put into the stores instead.
vi.mock(import('../src/store/live.ts'), () => ({ goLive: () => {} }))

/** What jsdom leaves out of a browser, as far as the page's components use it. */

HTMLDialogElement.prototype.showModal = function () {
  this.open = true
  // A browser moves the focus into a dialog that opens.
  this.querySelector<HTMLElement>('[autofocus], input, button')?.focus()
}
HTMLDialogElement.prototype.close = function () {
  if (!this.open) return
  this.open = false
  this.dispatchEvent(new Event('close'))
}

Element.prototype.scrollIntoView = () => {}
Element.prototype.scrollTo = () => {}

class Observer {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
  takeRecords(): [] {
    return []
  }
}

beforeEach(() => {
  vi.stubGlobal('CSS', { supports: () => false, escape: (text: string) => text })
  vi.stubGlobal('ResizeObserver', Observer)
  vi.stubGlobal('IntersectionObserver', Observer)
  vi.stubGlobal('matchMedia', (media: string) => ({
    media,
    matches: false,
    addEventListener: () => {},
    removeEventListener: () => {},
  }))
})

afterEach(() => {
  cleanup()
  localStorage.clear()
  document.documentElement.removeAttribute('data-theme')
})
