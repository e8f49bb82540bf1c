import { act, screen, waitFor, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { EMPTY_TIMELINE } from '../../src/timeline/timeline.model.ts'
import { useSession } from '../../src/accounts/session.store.ts'
import { useConnection } from '../../src/connection/connection.store.ts'
import { useConversations } from '../../src/conversations/conversations.store.ts'
import { useDrafts } from '../../src/drafts/drafts.store.ts'
import { useMessages } from '../../src/timeline/messages.store.ts'
import { usePendingBroadcasts } from '../../src/announcements/pendingBroadcasts.store.ts'
import { useTheme } from '../../src/settings/theme.store.ts'
import { conversation, message, ownUser, problem, user } from '../generators/index.ts'
import { described, offline, openPage, server } from '../helpers/page.tsx'

afterEach(() => {
  vi.useRealTimers()
  useTheme.getState().setPreference('system')
})

function pass(milliseconds: number): void {
  act(() => {
    vi.advanceTimersByTime(milliseconds)
  })
}

const profile = () => screen.findByRole('button', { name: 'Your profile' })

describe('the way around', () => {
  it('shows Admin to admins only', async () => {
    const member = openPage('/', { user: ownUser({ role: 'member' }) })
    await profile()
    expect(screen.queryByRole('link', { name: 'Admin' })).toBeNull()
    member.unmount()
    openPage('/', { user: ownUser({ role: 'admin' }) })
    expect(await screen.findAllByRole('link', { name: 'Admin' })).not.toHaveLength(0)
  })

  it('says how much is unread, in words and in the icon of the window', async () => {
    document.head.insertAdjacentHTML('beforeend', '<link rel="icon" href="/favicon.svg">')
    const unread = conversation({ lastMessage: message({ seq: 4 }), readSeq: 1 })
    openPage('/', { conversations: [unread] })
    expect(await screen.findAllByRole('link', { name: 'Chats, 3 unread' })).not.toHaveLength(0)
    expect(document.querySelector('link[rel="icon"]')?.getAttribute('href')).toBe('/favicon-unread.svg')
    act(() => useConversations.getState().markRead(unread.id, 4))
    expect(document.title).toBe('Parley')
    expect(document.querySelector('link[rel="icon"]')?.getAttribute('href')).toBe('/favicon.svg')
  })

  it('[G] names the open conversation in the title of the window', async () => {
    const open = conversation({ peer: user({ fullName: 'Kofi Boateng' }) })
    openPage(`/c/${open.id}`, { conversations: [open] })
    await waitFor(() => expect(document.title).toContain('Kofi Boateng'))
    expect(document.title).toMatch(/· Parley$/)
  })

  it('[G] is not seen before the urgent announcements are known, half a second at most', async () => {
    openPage('/', { answers: () => server.pendingBroadcasts.mockReturnValue(new Promise(() => {})) })
    await profile()
    const shell = document.querySelector('.shell')
    expect(shell).toHaveClass('opacity-0')
    await waitFor(() => expect(shell).not.toHaveClass('opacity-0'))
    expect(usePendingBroadcasts.getState().isLoaded).toBe(false)
  })

  it('has no tabs inside a conversation, where a phone needs the height', async () => {
    const open = conversation()
    const { unmount } = openPage(`/c/${open.id}`, { conversations: [open] })
    await profile()
    expect(screen.getAllByRole('navigation', { name: 'Primary' })).toHaveLength(1)
    unmount()
    openPage('/', { conversations: [open] })
    await profile()
    expect(screen.getAllByRole('navigation', { name: 'Primary' })).toHaveLength(2)
  })

  it('leads to the search with Ctrl+K, also from a page that has none', async () => {
    const { keyboard } = openPage('/settings/appearance')
    await screen.findByRole('heading', { name: 'Appearance' })
    await keyboard.keyboard('{Control>}k{/Control}')
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Search chats and people')))
    expect(location.pathname).toBe('/')
  })

  it('[G] keeps above a keyboard that lies over the page', async () => {
    const view = Object.assign(new EventTarget(), { height: innerHeight, scale: 1 })
    vi.stubGlobal('visualViewport', view)
    vi.stubGlobal('scrollTo', vi.fn())
    const { unmount } = openPage('/')
    await profile()
    const heightAt = (height: number, scale = 1) => {
      Object.assign(view, { height, scale }).dispatchEvent(new Event('resize'))
      return document.documentElement.style.getPropertyValue('--page-height')
    }
    expect(heightAt(innerHeight - 300)).toBe(`${innerHeight - 300}px`)
    expect(heightAt(innerHeight / 2, 2)).toBe('')
    expect(heightAt(innerHeight - 300)).not.toBe('')
    expect(heightAt(innerHeight - 40)).toBe('')
    unmount()
  })

  it('[G] lists the shortcuts at `?`, but not while the user writes', async () => {
    const { keyboard } = openPage('/')
    await keyboard.type(await screen.findByLabelText('Search chats and people'), '?')
    expect(screen.queryByRole('dialog')).toBeNull()
    act(() => screen.getByLabelText<HTMLInputElement>('Search chats and people').blur())
    await keyboard.keyboard('?')
    expect(await screen.findByRole('dialog', { name: 'Shortcuts' })).toHaveTextContent('Edit your last message')
    await keyboard.click(screen.getByRole('button', { name: 'Close' }))
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  it('has an answer for addresses that lead nowhere', async () => {
    openPage('/nowhere')
    expect(await screen.findByText('This page does not exist')).toBeInTheDocument()
    expect(screen.getByRole('link', { name: 'Go to your chats' }).getAttribute('href')).toBe('/')
  })
})

describe('without a connection', () => {
  it('says so after a second, with what waits to be sent, and no longer when it is back', async () => {
    const held = conversation()
    openPage('/', { conversations: [held] })
    await profile()
    vi.useFakeTimers()
    act(() => {
      useConnection.setState({ state: 'offline' })
      useMessages.getState().send(held.id, 'One')
      useMessages.getState().send(held.id, 'Two')
    })
    pass(900)
    expect(screen.queryByText(/Offline/)).toBeNull()
    pass(200)
    expect(
      screen.getByText('Offline. 2 messages are waiting and will be sent when you are back online.'),
    ).toBeInTheDocument()
    act(() => useConnection.setState({ state: 'online' }))
    pass(10)
    expect(screen.queryByText(/Offline/)).toBeNull()
  })

  it('counts edits and deletions that wait apart, and not what was refused', async () => {
    const held = conversation()
    openPage('/', { conversations: [held] })
    await profile()
    vi.useFakeTimers()
    const pending = {
      clientMessageId: 'one',
      conversationId: held.id,
      text: 'One',
      files: [],
      order: 1,
      createdAt: '2026-11-21T09:00:00Z',
    }
    act(() => {
      useConnection.setState({ state: 'offline' })
      useMessages.setState({
        timelines: {
          [held.id]: {
            ...EMPTY_TIMELINE,
            pending: [
              { ...pending, state: 'sending', problem: null },
              { ...pending, clientMessageId: 'two', state: 'failed', problem: problem() },
            ],
            changes: { 1: { kind: 'edit', text: 'Better', state: 'sending', problem: null } },
          },
        },
      })
    })
    pass(1100)
    expect(
      screen.getByText('Offline. 1 message and 1 change are waiting and will be sent when you are back online.'),
    ).toBeInTheDocument()
  })

  it('says when it was the server that closed it, and why', async () => {
    openPage('/')
    await profile()
    vi.useFakeTimers()
    act(() => useConnection.setState({ state: 'offline', notice: 'too_many_requests' }))
    pass(1100)
    expect(
      screen.getByText(/The server closed the connection because this page sent too much at once\./),
    ).toBeInTheDocument()
  })

  it('is silent about a connection that is back at once', async () => {
    openPage('/')
    await profile()
    vi.useFakeTimers()
    act(() => useConnection.setState({ state: 'offline' }))
    pass(500)
    act(() => useConnection.setState({ state: 'online' }))
    pass(5000)
    expect(screen.queryByText(/Offline/)).toBeNull()
  })
})

describe('a new version', () => {
  it('is offered, never forced [UX31]', async () => {
    openPage('/')
    await profile()
    act(() => useConnection.setState({ updateAvailable: true }))
    expect(screen.getByText('A new version is ready.').closest('[role="status"]')).not.toBeNull()
    expect(screen.getByRole('button', { name: 'Reload' })).toBeInTheDocument()
  })
})

describe('the profile menu', () => {
  it('is walked with the arrow keys, and gives the focus back on Escape', async () => {
    const { keyboard } = openPage('/', { user: ownUser({ fullName: 'Ingrid Sørensen', username: 'ingrid' }) })
    await keyboard.click(await profile())
    expect(screen.getByRole('menu', { name: 'Your profile' })).toBeInTheDocument()
    expect(screen.getByText('Ingrid Sørensen')).toBeInTheDocument()
    await keyboard.keyboard('{End}')
    expect(document.activeElement).toBe(screen.getByRole('menuitem', { name: 'Sign out' }))
    await keyboard.keyboard('{ArrowDown}')
    expect(document.activeElement).toBe(screen.getByRole('menuitemradio', { name: 'Light' }))
    await keyboard.keyboard('{Escape}')
    expect(screen.queryByRole('menu')).toBeNull()
    expect(document.activeElement).toBe(await profile())
  })

  it('changes the theme for this browser', async () => {
    const { keyboard } = openPage('/')
    await keyboard.click(await profile())
    await keyboard.click(screen.getByRole('menuitemradio', { name: 'Dark' }))
    expect(document.documentElement.getAttribute('data-theme')).toBe('dark')
    expect(localStorage.getItem('parley.theme')).toBe('dark')
    expect(screen.getByRole('menuitemradio', { name: 'Dark' }).getAttribute('aria-checked')).toBe('true')
    await keyboard.click(screen.getByRole('menuitemradio', { name: 'System' }))
    expect(document.documentElement.getAttribute('data-theme')).toBeNull()
    expect(localStorage.getItem('parley.theme')).toBeNull()
  })

  it('signs out, and the next person begins at the list', async () => {
    const { keyboard } = openPage('/people')
    server.logout.mockResolvedValue()
    server.login.mockResolvedValue({ user: ownUser(), accessExpiresAt: '2026-11-21T10:00:00Z' })
    await keyboard.click(await profile())
    await keyboard.click(screen.getByRole('menuitem', { name: 'Sign out' }))
    await keyboard.type(await screen.findByLabelText('Username or e-mail'), 'kofi')
    expect(screen.queryByText(/You were signed out/)).toBeNull()
    await keyboard.type(screen.getByLabelText('Password'), 'correct horse{Enter}')
    await screen.findByRole('heading', { name: 'Chats' })
    expect(location.pathname).toBe('/')
  })

  it('[E5] asks before it signs out while something is unsent, and deletes it then', async () => {
    const { keyboard, user } = openPage('/')
    server.logout.mockResolvedValue()
    const open = await profile()
    useDrafts.getState().setDraft('somewhere', 'Half a thought')
    await keyboard.click(open)
    await keyboard.click(screen.getByRole('menuitem', { name: 'Sign out' }))
    const question = await screen.findByRole('dialog', { name: 'Sign out and delete what is not sent?' })
    expect(within(question).getByRole('listitem').textContent).toBe('1 draft')
    await keyboard.click(within(question).getByRole('button', { name: 'Stay signed in' }))
    expect(localStorage.getItem(`parley.drafts.${user?.id}.somewhere`)).toContain('Half a thought')
    await keyboard.click(await profile())
    await keyboard.click(screen.getByRole('menuitem', { name: 'Sign out' }))
    await keyboard.click(await screen.findByRole('button', { name: 'Sign out' }))
    await screen.findByLabelText('Username or e-mail')
    expect(Object.keys(localStorage).filter((key) => key.startsWith('parley.drafts'))).toEqual([])
  })

  it('says so when signing out did not work', async () => {
    const { keyboard } = openPage('/')
    server.logout.mockRejectedValue(offline())
    await keyboard.click(await profile())
    await keyboard.click(screen.getByRole('menuitem', { name: 'Sign out' }))
    expect(await screen.findByText('Not signed out. No connection to the server.')).toBeInTheDocument()
    expect(await profile()).toBeDefined()
  })
})

describe('settings', () => {
  it('[G] show one section beside their list, and a phone the list first', async () => {
    const { keyboard, unmount } = openPage('/settings')
    expect(await screen.findByRole('region', { name: 'Profile' })).toBeInTheDocument()
    await keyboard.click(screen.getByRole('link', { name: 'Privacy' }))
    expect(screen.getByRole('region', { name: 'Privacy' })).toBeInTheDocument()
    expect(screen.queryByRole('region', { name: 'Profile' })).toBeNull()
    unmount()
    vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener() {}, removeEventListener() {} }))
    openPage('/settings')
    await keyboard.click(await screen.findByRole('link', { name: 'Blocked people' }))
    expect(screen.getByRole('heading', { level: 1, name: 'Blocked people' })).toBeInTheDocument()
    await keyboard.click(screen.getByRole('link', { name: 'Back to settings' }))
    expect(screen.getByRole('heading', { level: 1, name: 'Settings' })).toBeInTheDocument()
  })

  it('show the profile and follow a theme that was chosen in another tab', async () => {
    const { keyboard } = openPage('/settings', {
      user: ownUser({ fullName: 'Ingrid Sørensen', username: 'ingrid', email: 'ingrid@tamarind.example' }),
    })
    const facts = within(await screen.findByRole('region', { name: 'Profile' }))
    expect(facts.getByLabelText('Full name')).toHaveProperty('value', 'Ingrid Sørensen')
    for (const fact of ['ingrid', 'ingrid@tamarind.example']) expect(facts.getByText(fact)).toBeInTheDocument()
    await keyboard.click(screen.getByRole('link', { name: 'Appearance' }))
    localStorage.setItem('parley.theme', 'light')
    act(() => void dispatchEvent(new StorageEvent('storage', { key: 'parley.theme', newValue: 'light' })))
    expect(screen.getByRole('radio', { name: 'Light' })).toHaveProperty('checked', true)
    expect(document.documentElement.getAttribute('data-theme')).toBe('light')
  })

  it('hide read receipts once the server has agreed, and say that it goes both ways', async () => {
    const user = ownUser()
    const { keyboard } = openPage('/settings/privacy', { user })
    const choice = await screen.findByRole('switch', { name: 'Hide read receipts' })
    expect(described(choice)).toMatch(
      /Other people do not see what you have read, and you do not see what they have read/,
    )
    server.updateMe.mockResolvedValueOnce({ ...user, hidesReadReceipts: true })
    await keyboard.click(choice)
    expect(server.updateMe).toHaveBeenCalledExactlyOnceWith({ hidesReadReceipts: true })
    await waitFor(() => expect(useSession.getState().user?.hidesReadReceipts).toBe(true))
    server.updateMe.mockRejectedValueOnce(offline())
    await keyboard.click(choice)
    expect(await screen.findByText('Not changed. No connection to the server.')).toBeInTheDocument()
    expect(choice).toHaveProperty('checked', true)
  })

  it('ask for notifications only when told to, and explain what the browser said [UX29]', async () => {
    const permission = grantable()
    const { keyboard, unmount } = openPage('/settings/notifications')
    const ask = await screen.findByRole('button', { name: 'Allow notifications' })
    expect(permission.requestPermission).not.toHaveBeenCalled()
    permission.requestPermission.mockImplementation(async () => (permission.permission = 'denied'))
    await keyboard.click(ask)
    expect(await screen.findByText(/Notifications are blocked\./)).toBeInTheDocument()
    permission.permission = 'granted'
    act(() => void dispatchEvent(new Event('focus')))
    expect(screen.getByText(/This browser shows notifications\./)).toBeInTheDocument()
    unmount()
    vi.stubGlobal('isSecureContext', false)
    openPage('/settings/notifications')
    expect(await screen.findByText(/cannot show notifications here/)).toBeInTheDocument()
  })
})

/** A browser that has notifications and was not asked yet. */
function grantable() {
  const notification = { permission: 'default', requestPermission: vi.fn<() => Promise<string>>() }
  vi.stubGlobal('isSecureContext', true)
  vi.stubGlobal('Notification', notification)
  return notification
}
