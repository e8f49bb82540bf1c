import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { useConversations } from '../../src/conversations/conversations.store.ts'
import { useDrafts } from '../../src/drafts/drafts.store.ts'
import { usePresence } from '../../src/people/presence.store.ts'
import { useTyping } from '../../src/typing/typing.store.ts'
import { broadcast, conversation, group, message, ownUser, told, user } from '../generators/index.ts'
import { arrive, offline, openPage, refusal, server } from '../helpers/page.tsx'

const ingrid = ownUser({ fullName: 'Ingrid Sørensen', username: 'ingrid' })
const kofi = user({ fullName: 'Kofi Boateng', username: 'kofi' })
const tomas = user({ fullName: 'Tomás Ferreira', username: 'tomas' })
const anaya = user({ fullName: 'Anaya Sharma', username: 'anaya' })

const withKofi = conversation({
  peer: kofi,
  lastMessage: message({ senderId: kofi.id, text: 'Perfect', seq: 5, createdAt: '2026-11-21T09:30:00Z' }),
  readSeq: 3,
})
const withTomas = conversation({
  peer: tomas,
  lastMessage: message({ senderId: ingrid.id, text: 'Boiler man\nbooked', seq: 9, createdAt: '2026-11-20T09:30:00Z' }),
})
const notes = conversation({
  peer: ingrid,
  lastMessage: message({ senderId: ingrid.id, text: 'Buy tape', createdAt: '2026-11-19T09:30:00Z' }),
})
const notices = broadcast({
  lastMessage: message({
    senderId: kofi.id,
    title: 'Water off',
    text: 'Until three',
    createdAt: '2026-11-18T09:30:00Z',
  }),
})
const world = { user: ingrid, conversations: [withKofi, withTomas, notes, notices] }

const list = () => within(screen.getByRole('region', { name: 'Conversations' }))
/** The rows below Announcements, and Announcements last. */
const rows = async () => {
  await screen.findByRole('link', { name: /Kofi Boateng/ })
  const [first, ...others] = list().getAllByRole('link')
  return first?.textContent.startsWith('Announcements') ? [...others, first] : list().getAllByRole('link')
}
const row = async (index: number) => {
  const found = (await rows())[index]
  if (!found) throw new Error(`no row ${index}`)
  return found
}

describe('the conversation list', () => {
  it('shows who, what was said last and what is unread, the newest first', async () => {
    openPage('/', world)
    const texts = (await rows()).map((row) => row.textContent)
    expect(texts[0]).toMatch(/Kofi Boateng.*Perfect2 unread/)
    expect(texts[1]).toMatch(/Tomás Ferreira.*You: Boiler man booked$/)
    expect(texts[2]).toMatch(/You.*Buy tape$/)
    expect(texts[3]).toMatch(/Announcements.*Water off$/)
  })

  it('shows groups with who spoke last or what happened, and has enough of them not to be called empty', async () => {
    const fair = group({ lastMessage: message({ senderId: kofi.id, text: 'Six tables', seq: 5 }), readSeq: 4 })
    const crew = group(
      {
        lastMessage: told(
          kofi.id,
          { kind: 'added', userIds: [ingrid.id], memberCount: 4 },
          { createdAt: '2026-11-20T09:00:00Z' },
        ),
      },
      { name: 'Crew' },
    )
    openPage('/', { user: ingrid, conversations: [fair, crew], answers: () => server.getUser.mockResolvedValue(kofi) })
    const texts = (await screen.findAllByRole('link', { name: /^(?:Autumn Fair|Crew)/ })).map((row) => row.textContent)
    expect(texts).toEqual([
      // The letters of the picture come first.
      expect.stringMatching(/^AFAutumn Fair.*Kofi: Six tables1 unread$/),
      expect.stringMatching(/^CCrew.*Kofi Boateng added you$/),
    ])
    expect(screen.queryByText('No conversations yet')).toBeNull()
  })

  it('marks who is online, and changes with them', async () => {
    openPage('/', world)
    const first = await row(0)
    expect(within(first).queryByText('Online')).toBeNull()
    act(() => usePresence.getState().learn({ online: [kofi.id], away: [], offline: [] }))
    expect(within(first).getByText('Online')).toBeInTheDocument()
    act(() => usePresence.getState().apply({ online: [], away: [kofi.id], offline: [], at: '2026-11-21T09:40:00Z' }))
    expect(within(first).getByText('Away')).toBeInTheDocument()
  })

  it('says how far one’s own last message got [UX25]', async () => {
    openPage('/', world)
    expect((await row(1)).textContent).toMatch(/Tomás Ferreira.*Sent/)
    act(() =>
      useConversations
        .getState()
        .applyReceipt({ conversationId: withTomas.id, userId: tomas.id, deliveredSeq: 9, readSeq: 0 }),
    )
    expect(within(await row(1)).getByText('Delivered')).toBeInTheDocument()
    act(() =>
      useConversations
        .getState()
        .applyReceipt({ conversationId: withTomas.id, userId: tomas.id, deliveredSeq: 9, readSeq: 9 }),
    )
    expect(within(await row(1)).getByText('Read')).toBeInTheDocument()
    // A note to oneself and an announcement have no recipient whose receipt could show.
    expect((await row(2)).textContent).not.toMatch(/Sent|Delivered|Read/)
  })

  it('says who types in the place of the last message', async () => {
    openPage('/', world)
    const first = await row(0)
    act(() => useTyping.getState().receive({ conversationId: withKofi.id, userId: kofi.id, isTyping: true }))
    expect(within(first).getByText('typing…')).toBeInTheDocument()
    expect(within(first).queryByText('Perfect')).toBeNull()
    act(() => useTyping.getState().receive({ conversationId: withKofi.id, userId: kofi.id, isTyping: false }))
    expect(within(first).getByText('Perfect')).toBeInTheDocument()
  })

  it('has words for a last message that was deleted, in the results of a search too', async () => {
    const gone = {
      ...withKofi,
      lastMessage: message({ senderId: kofi.id, seq: 5, text: '', deletedAt: '2026-11-21T09:31:00Z' }),
    }
    const { keyboard } = openPage('/', { ...world, conversations: [gone] })
    expect((await row(0)).textContent).toContain('This message was deleted')
    await keyboard.type(screen.getByLabelText('Search chats and people'), 'kofi')
    expect((await row(0)).textContent).toContain('This message was deleted')
  })

  it('offers to mark a conversation as unread and as read, by right click, and gives the focus back', async () => {
    const { keyboard } = openPage('/', world)
    const second = await row(1)
    second.focus()
    fireEvent.contextMenu(second)
    expect(screen.getByRole('menu', { name: 'Conversation actions: Tomás Ferreira' })).toBeInTheDocument()
    await keyboard.keyboard('{Escape}')
    expect(document.activeElement).toBe(second)
    act(() => useConversations.getState().applyUnreadMark({ conversationId: withTomas.id, markedUnread: true }))
    expect(within(second).getByText('Marked as unread')).toBeInTheDocument()
    fireEvent.contextMenu(second)
    await keyboard.click(screen.getByRole('menuitem', { name: 'Mark as read' }))
    expect(within(second).queryByText('Marked as unread')).toBeNull()
    fireEvent.contextMenu(await row(0))
    await keyboard.click(screen.getByRole('menuitem', { name: 'Mark as read' }))
    expect((await row(0)).textContent).not.toContain('unread')
  })

  it('brings a conversation up when a message comes, and counts it in the row and in the title', async () => {
    openPage('/', world)
    await rows()
    arrive(
      message({
        conversationId: withTomas.id,
        senderId: tomas.id,
        seq: 10,
        text: 'He is here',
        createdAt: '2026-11-21T10:00:00Z',
      }),
    )
    expect((await row(0)).textContent).toMatch(/Tomás Ferreira.*He is here1 unread/)
    expect(document.title).toBe('(3) Parley')
  })

  it('shows a draft in the place of the last message, but not in the conversation that is open', async () => {
    openPage(`/c/${withTomas.id}`, world)
    await rows()
    act(() => {
      useDrafts.getState().setDraft(withKofi.id, 'Shall we')
      useDrafts.getState().setDraft(withTomas.id, 'Thank')
    })
    const [first, second] = await rows()
    expect(first?.textContent).toContain('Draft: Shall we')
    expect(second?.textContent).toContain('You: Boiler man booked')
    expect(second?.getAttribute('aria-current')).toBe('true')
  })

  it('says why it could not load, and tries again', async () => {
    const { keyboard } = openPage('/', {
      ...world,
      answers: () => server.listChats.mockRejectedValueOnce(refusal({ requestId: 'req-8f2c' })),
    })
    expect(await screen.findByText('Could not load your chats')).toBeInTheDocument()
    expect(screen.getByText(/req-8f2c/)).toBeInTheDocument()
    await keyboard.click(screen.getByRole('button', { name: 'Try again' }))
    expect(await rows()).toHaveLength(4)
  })

  it('helps a newcomer to find someone', async () => {
    const { keyboard } = openPage('/', { user: ingrid })
    server.searchUsers.mockResolvedValue({ items: [kofi], nextCursor: null })
    await keyboard.click(await screen.findByRole('button', { name: 'Find someone' }))
    const dialog = within(await screen.findByRole('dialog', { name: 'New conversation' }))
    expect(await dialog.findByText('Kofi Boateng')).toBeInTheDocument()
  })

  it('is walked with the arrow keys, and has one tab stop', async () => {
    const { keyboard } = openPage('/', world)
    await rows()
    const all = list().getAllByRole('link')
    expect(all.filter((row) => row.tabIndex === 0)).toHaveLength(1)
    await keyboard.click(screen.getByLabelText('Search chats and people'))
    await keyboard.keyboard('{ArrowDown}{ArrowDown}')
    expect(document.activeElement).toBe(all[1])
    expect(all[1]?.tabIndex).toBe(0)
    await keyboard.keyboard('{End}')
    expect(document.activeElement).toBe(all[3])
    await keyboard.keyboard('{Home}{ArrowUp}')
    expect(document.activeElement).toBe(screen.getByLabelText('Search chats and people'))
  })

  it('leads on to the neighbour with Alt and an arrow', async () => {
    const { keyboard } = openPage(`/c/${withKofi.id}`, world)
    await rows()
    await keyboard.keyboard('{Alt>}{ArrowDown}{/Alt}')
    await waitFor(() => expect(location.pathname).toBe(`/c/${withTomas.id}`))
    await keyboard.keyboard('{Alt>}{ArrowUp}{/Alt}')
    await waitFor(() => expect(location.pathname).toBe(`/c/${withKofi.id}`))
    await keyboard.keyboard('{Alt>}{ArrowUp}{/Alt}')
    await waitFor(() => expect(location.pathname).toBe('/announcements'))
    await keyboard.keyboard('{Alt>}{ArrowUp}{/Alt}')
    expect(location.pathname).toBe('/announcements')
  })

  it('[G] keeps Announcements above all, also when they are older than the first page', async () => {
    openPage('/', {
      ...world,
      answers: () => {
        server.listChats.mockResolvedValue({ items: [withKofi, withTomas], nextCursor: 'next' })
        server.getChat.mockResolvedValue(notices)
      },
    })
    await screen.findByRole('link', { name: /Announcements.*Water off/ })
    expect(list().getAllByRole('link')[0]).toHaveAccessibleName(/Announcements/)
  })

  it('[G] is filtered, and keeps the open conversation that has been read meanwhile', async () => {
    const { keyboard } = openPage('/', world)
    await rows()
    const names = () =>
      list()
        .getAllByRole('link')
        .map((row) => row.querySelector('bdi')?.textContent)
    const filter = async (name: string) => {
      await keyboard.click(screen.getByRole('button', { name: 'Filter the list' }))
      await keyboard.click(screen.getByRole('menuitemradio', { name }))
    }
    await filter('Unread')
    expect(names()).toEqual(['Kofi Boateng'])
    await keyboard.click(list().getByRole('link'))
    act(() => useConversations.getState().markRead(withKofi.id, 5))
    expect(names()).toEqual(['Kofi Boateng'])
    await filter('Groups')
    expect(names()).toEqual(['Kofi Boateng'])
    await keyboard.click(screen.getByRole('button', { name: 'Stop filtering: Groups' }))
    expect(names()).toHaveLength(4)
  })

  it('opens Announcements that lie beyond the first page', async () => {
    openPage('/announcements', {
      ...world,
      answers: () => {
        server.listChats.mockResolvedValue({ items: [withKofi], nextCursor: 'next' })
        server.getChat.mockResolvedValue(notices)
      },
    })
    await screen.findByRole('link', { name: /Announcements.*Water off/ })
    expect(server.getChat).toHaveBeenLastCalledWith(notices.id)
  })
})

/** Presses a key that an input method uses. */
function compose(field: HTMLElement, key: string): boolean {
  fireEvent.keyDown(field, { key, isComposing: true })
  // Safari's key that ends a composition.
  return fireEvent.keyDown(field, { key, keyCode: 229 })
}

describe('searching', () => {
  it('[E17] leaves Enter and Escape to an input method, in the list, the picker and its dialog', async () => {
    const { keyboard } = openPage('/', {
      ...world,
      answers: () => server.searchUsers.mockResolvedValue({ items: [anaya], nextCursor: null }),
    })
    await rows()
    const search = screen.getByLabelText('Search chats and people')
    await keyboard.type(search, 'ferr')
    await screen.findByRole('link', { name: /Ferreira/ })
    compose(search, 'Enter')
    compose(search, 'Escape')
    expect(location.pathname).toBe('/')
    expect(search).toHaveProperty('value', 'ferr')

    await keyboard.click(screen.getAllByRole('button', { name: 'New conversation' }).at(0) as HTMLElement)
    const picker = await screen.findByLabelText('Search people')
    await keyboard.type(picker, 'ana')
    await within(screen.getByRole('dialog')).findByRole('button', { name: /Anaya Sharma/ })
    compose(picker, 'Enter')
    // The browser closes a dialog by an Escape whose default is not prevented.
    expect(compose(picker, 'Escape')).toBe(false)
    expect(picker).toHaveProperty('value', 'ana')
    expect(server.openChat).not.toHaveBeenCalled()
    fireEvent.keyDown(picker, { key: 'Escape' })
    expect(picker).toHaveProperty('value', '')
  })

  it('filters conversations without accents, and offers people one has not talked to', async () => {
    const { keyboard } = openPage('/', world)
    await rows()
    server.searchUsers.mockImplementation(async (search) => ({
      items: search === 'to' ? [tomas, anaya] : [],
      nextCursor: null,
    }))
    await keyboard.type(screen.getByLabelText('Search chats and people'), 'to')
    expect(await screen.findByRole('button', { name: /Anaya Sharma/ })).toBeInTheDocument()
    expect(list().getAllByRole('link')).toHaveLength(1)
    expect(list().getByRole('link').textContent).toContain('Tomás Ferreira')
    expect(screen.queryByRole('button', { name: /Tomás/ })).toBeNull()
  })

  it('opens the first result on Enter, and is empty afterwards', async () => {
    const { keyboard } = openPage('/', world)
    await rows()
    await keyboard.type(screen.getByLabelText('Search chats and people'), 'ferr{Enter}')
    await waitFor(() => expect(location.pathname).toBe(`/c/${withTomas.id}`))
    expect(screen.getByLabelText('Search chats and people')).toHaveProperty('value', '')
  })

  it('says that there is nothing, and Escape brings the list back', async () => {
    const { keyboard } = openPage('/', world)
    await rows()
    await keyboard.type(screen.getByLabelText('Search chats and people'), 'zzz')
    expect(await screen.findByText(/Nothing found for/)).toBeInTheDocument()
    await keyboard.keyboard('{Escape}')
    expect(await rows()).toHaveLength(4)
  })
})

describe('a new conversation', () => {
  it('begins with the person who was chosen', async () => {
    const { keyboard } = openPage('/', world)
    const fresh = conversation({ peer: anaya, lastMessage: null })
    server.searchUsers.mockResolvedValue({ items: [anaya, kofi], nextCursor: null })
    server.openChat.mockResolvedValue(fresh)
    await keyboard.click((await screen.findAllByRole('button', { name: 'New conversation' }))[0] ?? document.body)
    expect(document.activeElement).toBe(screen.getByLabelText('Search people'))
    await keyboard.click(await screen.findByRole('button', { name: /Anaya Sharma/ }))
    await waitFor(() => expect(location.pathname).toBe(`/c/${fresh.id}`))
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(server.openChat).toHaveBeenCalledWith(anaya.id)
  })

  it('says why it could not begin, and stays open for another try', async () => {
    const { keyboard } = openPage('/', world)
    server.searchUsers.mockResolvedValue({ items: [anaya], nextCursor: null })
    server.openChat.mockRejectedValue(offline())
    await keyboard.click((await screen.findAllByRole('button', { name: 'New conversation' }))[0] ?? document.body)
    await keyboard.click(await screen.findByRole('button', { name: /Anaya Sharma/ }))
    expect(await screen.findByText('Could not open the conversation. No connection to the server.')).toBeInTheDocument()
    expect(screen.getByRole('dialog')).toBeInTheDocument()
  })

  it('calls oneself You among the people', async () => {
    openPage('/people', {
      ...world,
      answers: () => server.searchUsers.mockResolvedValue({ items: [ingrid], nextCursor: null }),
    })
    expect(await screen.findByRole('button', { name: /Ingrid Sørensen.*You.*Notes to yourself/ })).toBeInTheDocument()
  })
})
