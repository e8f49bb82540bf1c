import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import type { Message, MessagePage, SendMessageInput } from 'backend/contract'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { storeUser } from '../../src/app/storeUser.action.ts'
import { getChat } from '../../src/conversations/conversation.api.ts'
import { listMessages } from '../../src/timeline/message.api.ts'
import { ApiProblem } from '../../src/connection/problem.model.ts'
import { request } from '../../src/connection/socket.client.ts'
import { useConnection } from '../../src/connection/connection.store.ts'
import { useConversations } from '../../src/conversations/conversations.store.ts'
import { useMessages } from '../../src/timeline/messages.store.ts'
import { useUsers } from '../../src/people/people.store.ts'
import { usePresence } from '../../src/people/presence.store.ts'
import { useTyping } from '../../src/typing/typing.store.ts'
import { broadcast, conversation, id, message, problem, user } from '../generators/index.ts'
import { arrive, hold, openPane, run, settle, signIn } from '../helpers/chat.tsx'
import { Deferred } from '../helpers/deferred.ts'
import { giveLayout, scrollLog } from '../helpers/layout.ts'

// The network ends here; everything behind it is real.
vi.mock(import('../../src/connection/socket.client.ts'), { spy: true })

/** `request` as it is used for sending. */
const send = request as (event: 'sendMessage', input: SendMessageInput) => Promise<Message>

const kofi = user({ fullName: 'Kofi Boateng' })
let me: ReturnType<typeof signIn>

beforeEach(() => {
  giveLayout()
  me = signIn()
  vi.spyOn(document, 'hasFocus').mockReturnValue(true)
  // Nothing answers unless a test says so.
  vi.mocked(request)
    .mockReset()
    .mockReturnValue(new Promise(() => {}))
  vi.mocked(listMessages)
    .mockReset()
    .mockReturnValue(new Promise(() => {}))
  vi.mocked(getChat)
    .mockReset()
    .mockReturnValue(new Promise(() => {}))
})

const log = () => screen.getByRole('log')
/** Waits until the reader has seen what is in view. */
const waitForUnread = (conversationId: string, fits: (unread: number) => boolean) =>
  waitFor(() => expect(fits(useConversations.getState().byId[conversationId]?.unreadCount ?? -1)).toBe(true), {
    timeout: 10_000,
  })
const textbox = () => screen.getByRole('textbox')
const direct = (seq: number, more: Parameters<typeof conversation>[0] = {}) =>
  conversation({ peer: kofi, lastMessage: message({ seq, senderId: kofi.id }), ...more })

test('[E15] an account that is not active cannot be written to, until it is active again', async () => {
  const chat = direct(1)
  hold(chat, run(chat.id, kofi.id, 1))
  await openPane(chat.id)
  expect(textbox()).toBeEnabled()
  act(() => storeUser({ ...kofi, state: 'disabled' }))
  expect(screen.queryByRole('textbox')).toBeNull()
  expect(screen.getByText(/^This account is disabled/)).toBeInTheDocument()
  expect(screen.getByText('Disabled account')).toBeInTheDocument()
  act(() => storeUser({ ...kofi, state: 'deleted' }))
  expect(screen.getByText(/^This account was deleted/)).toBeInTheDocument()
  act(() => storeUser(kofi))
  expect(textbox()).toBeEnabled()
})

describe('the header', () => {
  test('says who it is and whether they are there, as that changes', async () => {
    const chat = direct(1)
    hold(chat, run(chat.id, kofi.id, 1))
    await openPane(chat.id)
    expect(screen.getByRole('heading', { name: 'Kofi Boateng' })).toBeInTheDocument()
    act(() => usePresence.getState().learn({ online: [], away: [], offline: [kofi.id] }))
    expect(screen.getByText('Offline')).toBeInTheDocument()
    act(() => usePresence.getState().learn({ online: [kofi.id], away: [], offline: [] }))
    expect(screen.getByText('Online')).toBeInTheDocument()
    act(() =>
      usePresence.getState().apply({ online: [], away: [kofi.id], offline: [], at: '2026-11-20T09:47:00.000Z' }),
    )
    expect(screen.getByText('Away')).toBeInTheDocument()
    act(() =>
      usePresence.getState().apply({ online: [], away: [], offline: [kofi.id], at: '2026-11-20T09:47:00.000Z' }),
    )
    expect(screen.getByText(/^Last seen /u).closest('time')?.dateTime).toBe('2026-11-20T09:47:00.000Z')
  })

  test('marks the conversation as unread, and leads back to the list, where it waits', async () => {
    const chat = direct(1)
    hold(chat, run(chat.id, kofi.id, 1))
    await openPane(chat.id)
    await userEvent.click(screen.getByRole('button', { name: 'Conversation actions' }))
    await userEvent.click(screen.getByRole('menuitem', { name: 'Mark as unread' }))
    expect(request).toHaveBeenCalledWith('markUnread', { conversationId: chat.id })
    expect(useConversations.getState().byId[chat.id]?.markedUnread).toBe(true)
  })

  test('calls the conversation with oneself "You"', async () => {
    const chat = conversation({ peer: me, lastMessage: null })
    hold(chat, [])
    await openPane(chat.id)
    expect(screen.getByRole('heading', { name: 'You' })).toBeInTheDocument()
    expect(screen.getByText('Other members cannot read this. Admins can read backups.')).toBeInTheDocument()
  })
})

describe('messages', () => {
  test('names the author of each for those who do not see its side, and keeps the exact time at hand [UX9]', async () => {
    const chat = direct(2)
    hold(chat, [
      message({ conversationId: chat.id, seq: 1, senderId: kofi.id, text: 'Hello' }),
      message({ conversationId: chat.id, seq: 2, senderId: me.id, text: 'Good morning' }),
    ])
    await openPane(chat.id)
    expect(log().textContent).toMatch(/Kofi Boateng: Hello.*You: Good morning/u)
    const time = within(log())
      .getAllByText(/^\d{1,2}.\d\d/u)[0]
      ?.closest('time')
    expect(time?.dateTime).toBe('2026-11-21T09:00:00.000Z')
    expect(time?.title).toMatch(/2026/u)
  })

  test('make their links clickable, in a tab of its own that learns nothing of this one', async () => {
    const chat = direct(1)
    hold(chat, [message({ conversationId: chat.id, text: 'See https://example.org/a. <img src=x>' })])
    await openPane(chat.id)
    const link = within(log()).getByRole('link')
    expect(link.getAttribute('href')).toBe('https://example.org/a')
    expect(link.getAttribute('rel')).toBe('noopener noreferrer')
    expect(link.getAttribute('target')).toBe('_blank')
    expect(log().querySelector('img')).toBeNull()
  })

  test('show at once, then one tick, then two, then read [UX21, UX25]', async () => {
    const chat = direct(1)
    hold(chat, run(chat.id, kofi.id, 1))
    await openPane(chat.id)
    const answer = new Deferred<Message>()
    vi.mocked(send).mockReturnValueOnce(answer.promise)
    await userEvent.type(textbox(), 'On my way{Enter}')
    expect(within(log()).getByText('Sending')).toBeInTheDocument()
    const sent = useMessages.getState().timelines[chat.id]?.pending[0]
    answer.resolve(
      message({
        conversationId: chat.id,
        seq: 2,
        senderId: me.id,
        text: 'On my way',
        clientMessageId: sent?.clientMessageId ?? '',
      }),
    )
    expect(await within(log()).findByText('Sent')).toBeInTheDocument()
    act(() =>
      useConversations
        .getState()
        .applyReceipt({ conversationId: chat.id, userId: kofi.id, deliveredSeq: 2, readSeq: 0 }),
    )
    expect(within(log()).getByText('Delivered')).toBeInTheDocument()
    act(() =>
      useConversations
        .getState()
        .applyReceipt({ conversationId: chat.id, userId: kofi.id, deliveredSeq: 2, readSeq: 2 }),
    )
    expect(within(log()).getByText('Read')).toBeInTheDocument()
  })

  test('that were refused say why, and can be sent again or deleted [UX22]', async () => {
    const chat = direct(1)
    hold(chat, run(chat.id, kofi.id, 1))
    await openPane(chat.id)
    const again = new Deferred<Message>()
    vi.mocked(send)
      .mockRejectedValueOnce(new ApiProblem(problem({ detail: 'Too many messages.' })))
      .mockReturnValueOnce(again.promise)
    await userEvent.type(textbox(), 'Again{Enter}')
    expect(await screen.findByText('Not sent. Too many messages.')).toBeInTheDocument()
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }))
    expect(within(log()).getByText('Sending')).toBeInTheDocument()
    again.reject(new ApiProblem(problem({ detail: 'Still too many.' })))
    expect(await screen.findByText('Not sent. Still too many.')).toBeInTheDocument()
    await userEvent.click(screen.getByRole('button', { name: 'Delete' }))
    expect(within(log()).queryByText('Again')).toBeNull()
  })

  test('wait while there is no connection, and say so', async () => {
    const chat = direct(1)
    hold(chat, run(chat.id, kofi.id, 1))
    await openPane(chat.id)
    await userEvent.type(textbox(), 'Later{Enter}')
    await userEvent.type(textbox(), 'Even later{Enter}')
    expect(within(log()).getAllByText('Sending')).toHaveLength(2)
    expect(textbox()).toHaveProperty('disabled', false)
  })
})

describe('the place in a long conversation', () => {
  test('is the end when everything was read, and stays there as messages come [UX1]', async () => {
    const chat = direct(200)
    hold(chat, run(chat.id, kofi.id, 200))
    await openPane(chat.id)
    expect(within(log()).getByText('Message 200')).toBeInTheDocument()
    expect(within(log()).queryByText('Message 100')).toBeNull()
    arrive(message({ conversationId: chat.id, seq: 201, senderId: kofi.id, text: 'The newest' }))
    await settle()
    expect(log().scrollTop).toBe(log().scrollHeight - 600)
    expect(screen.queryByRole('button', { name: /newest message/u })).toBeNull()
  })

  test('is the line above what is new, which counts as read only when it was in view [UX4, UX26]', async () => {
    const chat = direct(200, { readSeq: 100 })
    hold(chat, run(chat.id, kofi.id, 200))
    await openPane(chat.id)
    expect(within(log()).getByRole('separator', { name: 'New messages' })).toBeInTheDocument()
    expect(within(log()).getByText('Message 101')).toBeInTheDocument()
    await waitForUnread(chat.id, (unread) => unread < 100)
    const read = useConversations.getState().byId[chat.id]?.readSeq ?? 0
    expect(read).toBeGreaterThan(100)
    expect(read).toBeLessThan(120)
    expect(screen.getByRole('button', { name: `Go to the newest message, ${200 - read} new` })).toBeInTheDocument()
  })

  test('does not move for a new message while one reads further up; a button counts it and leads there [UX5]', async () => {
    const chat = direct(200)
    hold(chat, run(chat.id, kofi.id, 200))
    await openPane(chat.id)
    act(() => scrollLog(log(), log().scrollHeight - 2000))
    await settle()
    const place = log().scrollTop
    arrive(message({ conversationId: chat.id, seq: 201, senderId: kofi.id, text: 'The newest' }))
    await settle()
    expect(log().scrollTop).toBe(place)
    expect(useConversations.getState().byId[chat.id]?.unreadCount).toBe(1)
    await userEvent.click(screen.getByRole('button', { name: 'Go to the newest message, 1 new' }))
    await settle()
    expect(within(log()).getByText('The newest')).toBeInTheDocument()
    await waitForUnread(chat.id, (unread) => unread === 0)
    expect(screen.queryByRole('button', { name: /newest message/u })).toBeNull()
  })

  test('goes to the end for a message of one’s own', async () => {
    const chat = direct(200)
    hold(chat, run(chat.id, kofi.id, 200))
    await openPane(chat.id)
    act(() => scrollLog(log(), 4000))
    await settle()
    await userEvent.type(textbox(), 'Mine{Enter}')
    await settle()
    expect(within(log()).getByText('Mine')).toBeInTheDocument()
  })

  test('goes to the end and stays there, also while the list still looks for the first unread message', async () => {
    // The list never comes to rest by itself.
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const chat = direct(200, { readSeq: 100 })
    hold(chat, run(chat.id, kofi.id, 200))
    await openPane(chat.id)
    const newLine = log().scrollTop
    expect(newLine).toBeGreaterThan(0)
    fireEvent.click(screen.getByRole('button', { name: /^Go to the newest message/u }))
    await settle()
    expect(within(log()).getByText('Message 200')).toBeInTheDocument()
    expect(log().scrollTop).toBe(log().scrollHeight - 600)
  })

  test('goes where the reader turns the wheel, also while the list still looks for the first unread message', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const chat = direct(200, { readSeq: 100 })
    hold(chat, run(chat.id, kofi.id, 200))
    await openPane(chat.id)
    fireEvent.wheel(log(), { deltaY: -3000 })
    act(() => scrollLog(log(), 2000))
    await settle()
    expect(log().scrollTop).toBe(2000)
    expect(within(log()).getByText('Message 45')).toBeInTheDocument()
  })

  test('goes to the very end by the End key', async () => {
    const chat = direct(200)
    hold(chat, run(chat.id, kofi.id, 200))
    await openPane(chat.id)
    act(() => scrollLog(log(), 4000))
    await settle()
    fireEvent.keyDown(log(), { key: 'End' })
    await settle()
    expect(within(log()).getByText('Message 200')).toBeInTheDocument()
  })

  test('is found again on coming back to a conversation [UX6]', async () => {
    const chat = direct(200)
    hold(chat, run(chat.id, kofi.id, 200))
    const view = await openPane(chat.id)
    act(() => scrollLog(log(), 4000))
    await settle()
    view.unmount()
    await openPane(chat.id)
    expect(log().scrollTop).toBe(4000)
  })

  test('loads older messages near the top, once, and keeps the place [UX2]', async () => {
    const chat = direct(200)
    hold(chat, run(chat.id, kofi.id, 100, 101), { hasOlder: true })
    await openPane(chat.id)
    const page = new Deferred<MessagePage>()
    vi.mocked(listMessages).mockReturnValue(page.promise)
    act(() => scrollLog(log(), 500))
    act(() => scrollLog(log(), 400))
    await settle()
    expect(listMessages).toHaveBeenCalledTimes(1)
    expect(listMessages).toHaveBeenCalledWith(chat.id, { before: 101 })
    const fromEnd = log().scrollHeight - log().scrollTop
    page.resolve({ items: run(chat.id, kofi.id, 50, 51), hasMore: true, rev: 200 })
    await settle()
    expect(log().scrollHeight - log().scrollTop).toBe(fromEnd)
    expect(log().scrollTop).toBeGreaterThan(2000)
  })

  test('says when older messages cannot be loaded, and tries again when asked', async () => {
    const chat = direct(200)
    hold(chat, run(chat.id, kofi.id, 20, 181), {
      hasOlder: true,
      olderProblem: problem({ detail: 'No connection to the server.' }),
    })
    await openPane(chat.id)
    act(() => scrollLog(log(), 0))
    await settle()
    expect(screen.getByText(/Could not load older messages\. No connection/u)).toBeInTheDocument()
    expect(listMessages).not.toHaveBeenCalled()
    // The list takes no clicks for a moment after scrolling.
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }), { pointerEventsCheck: 0 })
    expect(listMessages).toHaveBeenCalledWith(chat.id, { before: 181 })
  })
})

describe('reading', () => {
  test('does not count while the window has no focus, and does as soon as it has [UX26]', async () => {
    vi.mocked(document.hasFocus).mockReturnValue(false)
    const chat = direct(3, { readSeq: 1 })
    hold(chat, run(chat.id, kofi.id, 3))
    await openPane(chat.id)
    expect(request).not.toHaveBeenCalled()
    vi.mocked(document.hasFocus).mockReturnValue(true)
    act(() => void fireEvent.focus(window))
    expect(request).not.toHaveBeenCalled()
    await waitForUnread(chat.id, (unread) => unread === 0)
    expect(request).toHaveBeenCalledWith('markRead', { conversationId: chat.id, seq: 3, seenFrom: 2 })
  })

  test('counts what was in view past others, and the others only when they were in view', async () => {
    const chat = direct(200, { readSeq: 100 })
    hold(chat, run(chat.id, kofi.id, 200))
    await openPane(chat.id)
    await userEvent.click(screen.getByRole('button', { name: /^Go to the newest message/u }))
    await settle()
    await waitFor(() => expect(useConversations.getState().byId[chat.id]?.seen).toHaveLength(1), { timeout: 10_000 })
    const { readSeq = 0, seen = [], unreadCount } = useConversations.getState().byId[chat.id] ?? {}
    expect(readSeq).toBeLessThan(115)
    expect(seen).toEqual([{ from: expect.any(Number), to: 200 }])
    expect(seen[0]?.from).toBeGreaterThan(185)
    expect(unreadCount).toBe((seen[0]?.from ?? 0) - readSeq - 1)
  })

  test('aloud: new messages of others, once, and nothing that scrolling brings [UX37]', async () => {
    const chat = direct(200)
    hold(chat, run(chat.id, kofi.id, 200))
    const { container } = await openPane(chat.id)
    const live = container.querySelector('[aria-live="polite"]')
    expect(log().getAttribute('aria-live')).toBe('off')
    expect(live?.textContent).toBe('')
    act(() => scrollLog(log(), 0))
    await settle()
    arrive(message({ conversationId: chat.id, seq: 201, senderId: kofi.id, text: 'Are you there?' }))
    arrive(message({ conversationId: chat.id, seq: 202, senderId: me.id, text: 'Yes' }))
    expect(live?.textContent).toBe('Kofi Boateng: Are you there?')
  })
})

describe('what is new', () => {
  test('gets a separator of its own when it comes while the page is hidden, which stays when it is read [UX4]', async () => {
    const chat = direct(3)
    hold(chat, run(chat.id, kofi.id, 3))
    await openPane(chat.id)
    arrive(message({ conversationId: chat.id, seq: 4, rev: 4, senderId: kofi.id, text: 'While the page is shown' }))
    await settle()
    await waitForUnread(chat.id, (unread) => unread === 0)
    expect(within(log()).queryByRole('separator')).toBeNull()
    vi.mocked(document.hasFocus).mockReturnValue(false)
    act(() => void fireEvent.blur(window))
    arrive(message({ conversationId: chat.id, seq: 5, rev: 5, senderId: kofi.id, text: 'While the page is hidden' }))
    arrive(message({ conversationId: chat.id, seq: 6, rev: 6, senderId: kofi.id, text: 'And another' }))
    await settle()
    vi.mocked(document.hasFocus).mockReturnValue(true)
    act(() => void fireEvent.focus(window))
    await waitForUnread(chat.id, (unread) => unread === 0)
    expect(log().textContent).toMatch(/While the page is shown.*New messages.*While the page is hidden/u)
    arrive(message({ conversationId: chat.id, seq: 7, rev: 7, senderId: kofi.id, text: 'Looked at again' }))
    await settle()
    expect(log().textContent).toMatch(/New messages.*While the page is hidden/u)
  })

  test('that was missed while the connection was gone stands below a line too', async () => {
    const chat = direct(3)
    hold(chat, run(chat.id, kofi.id, 3))
    await openPane(chat.id)
    act(() => useConnection.setState({ state: 'offline' }))
    act(() => useConnection.setState({ state: 'online' }))
    arrive(message({ conversationId: chat.id, seq: 4, rev: 4, senderId: kofi.id, text: 'Missed' }))
    await settle()
    expect(log().textContent).toMatch(/Message 3.*New messages.*Missed/u)
  })

  test('includes what was marked as unread: coming back takes the mark away', async () => {
    const chat = direct(3, { markedUnread: true })
    hold(chat, run(chat.id, kofi.id, 3))
    await openPane(chat.id)
    await waitFor(() => expect(request).toHaveBeenCalled(), { timeout: 10_000 })
    expect(request).toHaveBeenCalledWith('markRead', { conversationId: chat.id, seq: 3, seenFrom: null })
  })
})

describe('typing', () => {
  test('is shown below the newest message until it stops, and is not read out [UX20]', async () => {
    const chat = direct(1)
    hold(chat, run(chat.id, kofi.id, 1))
    await openPane(chat.id)
    act(() => useTyping.getState().receive({ conversationId: chat.id, userId: kofi.id, isTyping: true }))
    const line = within(log()).getByText(/is typing$/u)
    expect(line.textContent).toBe('Kofi is typing')
    expect(line.closest('[aria-live="polite"], [role="status"]')).toBeNull()
    act(() => useTyping.getState().receive({ conversationId: chat.id, userId: kofi.id, isTyping: false }))
    expect(within(log()).queryByText(/is typing$/u)).toBeNull()
  })

  test('of one’s own in another window is no news', async () => {
    const chat = direct(1)
    hold(chat, run(chat.id, kofi.id, 1))
    await openPane(chat.id)
    act(() => useTyping.getState().receive({ conversationId: chat.id, userId: me.id, isTyping: true }))
    expect(within(log()).queryByText(/is typing$/u)).toBeNull()
  })
})

describe('before there is anything to show', () => {
  test('a new conversation offers two things to say', async () => {
    const chat = conversation({ peer: kofi, lastMessage: null })
    hold(chat, [])
    await openPane(chat.id)
    expect(screen.getByText('Say hello to', { exact: false })).toBeInTheDocument()
    await userEvent.click(screen.getByRole('button', { name: '👋 Hello, Kofi' }))
    expect(within(log()).getByText('👋 Hello, Kofi')).toBeInTheDocument()
  })

  test('a conversation that does not exist says so and leads back', async () => {
    vi.mocked(getChat).mockRejectedValue(new ApiProblem(problem({ status: 404, code: 'not_found' })))
    await openPane(id())
    expect(screen.getByText('Conversation not found')).toBeInTheDocument()
    expect(screen.getAllByRole('link', { name: 'Back to chats' }).map((link) => link.getAttribute('href'))).toEqual([
      '/',
      '/',
    ])
    expect(screen.queryByRole('textbox')).toBeNull()
  })

  test('a failure says why, and Try again opens it', async () => {
    const chat = direct(1)
    vi.mocked(getChat)
      .mockRejectedValueOnce(new ApiProblem(problem({ detail: 'The server is resting.', requestId: 'req-1' })))
      .mockResolvedValueOnce(chat)
    vi.mocked(listMessages).mockResolvedValue({ items: run(chat.id, kofi.id, 1), hasMore: false, rev: 200 })
    await openPane(chat.id)
    expect(screen.getByRole('alert').textContent).toMatch(/The server is resting\. Your drafts are safe.*req-1/u)
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
    await settle()
    expect(within(log()).getByText('Message 1')).toBeInTheDocument()
  })

  test('older pages are fetched until the first unread message is there', async () => {
    const chat = direct(120, { readSeq: 30 })
    useConversations.setState({ status: 'ready', byId: { [chat.id]: chat } })
    vi.mocked(listMessages)
      .mockResolvedValueOnce({ items: run(chat.id, kofi.id, 50, 71), hasMore: true, rev: 200 })
      .mockResolvedValueOnce({ items: run(chat.id, kofi.id, 50, 21), hasMore: true, rev: 200 })
      .mockReturnValue(new Promise(() => {}))
    await openPane(chat.id)
    await settle()
    expect(within(log()).getByRole('separator', { name: 'New messages' })).toBeInTheDocument()
    expect(within(log()).getByText('Message 31')).toBeInTheDocument()
  })
})

describe('announcements', () => {
  const amara = user({ fullName: 'Amara Okafor' })

  test('are notices with title, text and who wrote them; members get no composer', async () => {
    const room = broadcast({ lastMessage: message({ seq: 1 }) })
    hold(room, [
      message({ conversationId: room.id, senderId: amara.id, title: 'Water off today', text: 'From 13:00.' }),
    ])
    useUsers.getState().put([amara])
    await openPane(room.id)
    const notice = screen.getByRole('article')
    expect(within(notice).getByRole('heading', { name: 'Water off today' })).toBeInTheDocument()
    expect(within(notice).getByText('Amara Okafor')).toBeInTheDocument()
    expect(screen.getByText('You can read here. Only admins can post.')).toBeInTheDocument()
    expect(screen.queryByRole('textbox')).toBeNull()
    expect(screen.queryByRole('link', { name: 'New broadcast' })).toBeNull()
  })

  test('let an admin begin a broadcast', async () => {
    signIn({ role: 'admin' })
    const room = broadcast({ lastMessage: null })
    hold(room, [])
    await openPane(room.id)
    expect(screen.getAllByRole('link', { name: 'New broadcast' })[0]?.getAttribute('href')).toBe(
      '/admin/broadcasts/new',
    )
    expect(screen.getByText('No announcements yet')).toBeInTheDocument()
  })
})

test('a tall message is folded, and stays unfolded once the reader asked for all of it', async () => {
  const chat = direct(1)
  hold(chat, [message({ conversationId: chat.id, senderId: kofi.id, seq: 1, text: `a${'\n'.repeat(7998)}b` })])
  await openPane(chat.id)
  const folded = () => log().querySelector('[data-folded]')
  expect(folded()?.textContent.length).toBeLessThan(4000)
  fireEvent.click(within(log()).getByRole('button', { name: 'Show more' }))
  expect(folded()).toBeNull()
  expect(log().textContent).toContain('\nb')
  expect(within(log()).getByRole('button', { name: 'Show less' })).toBeInTheDocument()
})
