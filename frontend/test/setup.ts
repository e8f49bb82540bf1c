import '@testing-library/jest-dom/vitest'
import { i18n } from '@lingui/core'
import { cleanup, configure } from '@testing-library/react'
import { afterEach, beforeEach, vi } from 'vitest'
import { unanswered } from './helpers/unanswered.ts'

// The first use of a lazy page transforms it, which takes seconds on a busy machine.
configure({ asyncUtilTimeout: 10_000 })

// Tests run without a catalogue: each text is the English one of the source.
i18n.loadAndActivate({ locale: 'en', messages: {} })
vi.mock(import('../src/locales/catalogue.loader.ts'), () => ({ loadCatalogue: async () => {} }))

// No test of components has a server to connect to; what the socket brings is put into the stores instead.
vi.mock(import('../src/app/socket.events.ts'), () => ({ startSocketEvents: () => {} }))

// No test reaches a server.
vi.mock(import('../src/accounts/session.api.ts'), async (original) => unanswered(await original()))
vi.mock(import('../src/people/people.api.ts'), async (original) => unanswered(await original()))
vi.mock(import('../src/pictures/picture.api.ts'), async (original) => unanswered(await original()))
vi.mock(import('../src/conversations/conversation.api.ts'), async (original) => unanswered(await original()))
vi.mock(import('../src/timeline/message.api.ts'), async (original) => unanswered(await original()))
vi.mock(import('../src/announcements/announcement.api.ts'), async (original) => unanswered(await original()))
vi.mock(import('../src/groups/group.api.ts'), async (original) => unanswered(await original()))
vi.mock(import('../src/uploads/upload.api.ts'), async (original) => unanswered(await original()))

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

const hasOverlay = () => Boolean((history.state as { overlays?: number } | null)?.overlays)

afterEach(async () => {
  cleanup()
  // An overlay that was open leaves its entry of the history. The next page must not open before.
  if (hasOverlay()) await vi.waitUntil(() => !hasOverlay(), { interval: 2 })
  localStorage.clear()
  document.documentElement.removeAttribute('data-theme')
})
