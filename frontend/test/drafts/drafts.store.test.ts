import type { OwnUser } from 'backend/contract'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ownUser } from '../generators/index.ts'

let user: OwnUser

/** Loads the store as a reload does: every module begins anew, and the sign-in is restored first. */
async function reload() {
  vi.resetModules()
  const { useSession } = await import('../../src/accounts/session.store.ts')
  useSession.setState({ status: 'signedIn', user })
  const store = await import('../../src/drafts/drafts.store.ts')
  const { forgetUnsent } = await import('../../src/accounts/unsent.registry.ts')
  const { useToasts } = await import('../../src/ui/toast.store.ts')
  return { ...store, forgetUnsent, useSession, useToasts, drafts: () => store.useDrafts.getState().drafts }
}

const placeOf = (key: string) => `parley.drafts.${user.id}.${key}`
/** Delivers what the browser tells a tab when another tab has changed a draft. */
const fromOtherTab = (key: string, text: string) =>
  dispatchEvent(new StorageEvent('storage', { key: placeOf(key), newValue: `1 ${text}` }))

beforeEach(() => {
  localStorage.clear()
  user = ownUser()
})
afterEach(() => {
  vi.restoreAllMocks()
  document.body.replaceChildren()
})

test('drafts kept before a reload are there when the store is loaded after the sign-in was restored [UX13]', async () => {
  const before = await reload()
  before.useDrafts.getState().setDraft('somewhere', 'Half a thought')
  before.useDrafts.getState().setDraft('elsewhere', 'Another')
  before.useDrafts.getState().setDraft('elsewhere', '')
  const after = await reload()
  expect(after.drafts()).toEqual({ somewhere: 'Half a thought' })
})

test('[E1] an update of the page keeps the drafts that an earlier build stored', async () => {
  localStorage.setItem(`parley.drafts.${user.id}`, JSON.stringify({ somewhere: 'Half a thought' }))
  localStorage.setItem(`parley.broadcasts.${user.id}`, JSON.stringify({ new: { title: 'A', text: 'B' } }))
  const kept = { somewhere: 'Half a thought', 'broadcast:new': '{"title":"A","text":"B"}' }
  const store = await reload()
  expect(store.drafts()).toEqual(kept)
  store.useDrafts.getState().setDraft('third', 'C')
  expect((await reload()).drafts()).toEqual({ ...kept, third: 'C' })
})

describe('[E1] the room on the device', () => {
  test('is bounded: the drafts that were changed longest ago are removed first', async () => {
    const { useDrafts } = await reload()
    const text = 'a'.repeat(400_000)
    for (const [index, key] of ['first', 'second', 'third', 'fourth'].entries()) {
      vi.spyOn(Date, 'now').mockReturnValue(1_800_000_000_000 + index)
      useDrafts.getState().setDraft(key, text)
      dispatchEvent(new Event('pagehide'))
    }
    expect(Object.keys((await reload()).drafts()).toSorted()).toEqual(['fourth', 'second', 'third'])
  })

  test('is full: the page says so once, keeps the text, and the browser asks before the page is closed', async () => {
    const { useDrafts, useToasts, drafts } = await reload()
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    useDrafts.getState().setDraft('somewhere', 'H')
    useDrafts.getState().setDraft('somewhere', 'Ha')
    expect(useToasts.getState().toasts.map(({ text }) => text)).toEqual([
      'This browser has no room for your draft. Send or copy it before you close the page.',
    ])
    expect(drafts()).toEqual({ somewhere: 'Ha' })
    expect(dispatchEvent(new Event('beforeunload', { cancelable: true }))).toBe(false)
    vi.restoreAllMocks()
    expect(dispatchEvent(new Event('beforeunload', { cancelable: true }))).toBe(true)
    expect(localStorage.getItem(placeOf('somewhere'))).toContain('Ha')
  })
})

test('[E16] the draft of another tab is taken over only where the user is not typing it', async () => {
  const { useDrafts, drafts } = await reload()
  useDrafts.getState().setDraft('somewhere', 'Mine')
  vi.spyOn(document, 'hasFocus').mockReturnValue(true)
  document.body.innerHTML = '<form data-draft="somewhere"><textarea></textarea></form>'
  document.querySelector('textarea')?.focus()
  fromOtherTab('somewhere', 'Theirs')
  fromOtherTab('elsewhere', 'Theirs')
  expect(drafts()).toEqual({ somewhere: 'Mine', elsewhere: 'Theirs' })
  document.querySelector('textarea')?.blur()
  fromOtherTab('somewhere', 'Theirs')
  expect(drafts()['somewhere']).toBe('Theirs')
})

test('[E5] drafts go with the sign-out, and stay when the server ended the session', async () => {
  const { useDrafts, useSession, forgetUnsent, drafts } = await reload()
  useDrafts.getState().setDraft('somewhere', 'a'.repeat(30_000))
  useSession.getState().ended('expired')
  expect(drafts()).toEqual({})
  expect(localStorage.getItem(placeOf('somewhere'))).toContain('aaa')
  useSession.setState({ status: 'signedIn', user })
  useDrafts.getState().setDraft('somewhere', 'b'.repeat(30_000))
  await forgetUnsent(user.id)
  useSession.setState({ status: 'signedOut', user: null, endReason: null })
  dispatchEvent(new Event('pagehide'))
  expect(Object.keys(localStorage)).toEqual([])
})
