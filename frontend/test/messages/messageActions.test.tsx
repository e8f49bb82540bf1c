import { act, fireEvent, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import type { Conversation, Message, OwnUser } from 'backend/contract'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { useToasts } from '../../src/ui/toast.store.ts'
import { getUser } from '../../src/people/people.api.ts'
import { listMessages, messageEdits, messageReceipts } from '../../src/timeline/message.api.ts'
import { ApiProblem } from '../../src/connection/problem.model.ts'
import { request } from '../../src/connection/socket.client.ts'
import type { PendingChange } from '../../src/timeline/timeline.model.ts'
import { useMessages } from '../../src/timeline/messages.store.ts'
import { useUsers } from '../../src/people/people.store.ts'
import { broadcast, conversation, message, problem, user } from '../generators/index.ts'
import { arrive, hold, openPane, run, settle, signIn } from '../helpers/chat.tsx'
import { giveLayout } from '../helpers/layout.ts'

// The network ends here; everything behind it is real.
vi.mock(import('../../src/connection/socket.client.ts'), { spy: true })

type Actions = ReturnType<typeof useMessages.getState>

const kofi = user({ fullName: 'Kofi Boateng' })
const edit = vi.fn<Actions['edit']>()
const remove = vi.fn<Actions['remove']>()
const retryChange = vi.fn<Actions['retryChange']>()
const discardChange = vi.fn<Actions['discardChange']>()
let me: OwnUser
let chat: Conversation

beforeEach(() => {
  giveLayout()
  me = signIn()
  useMessages.setState({ edit, remove, retryChange, discardChange })
  vi.spyOn(document, 'hasFocus').mockReturnValue(true)
  vi.mocked(request)
    .mockReset()
    .mockReturnValue(new Promise(() => {}))
  for (const call of [messageEdits, messageReceipts, getUser])
    vi.mocked(call)
      .mockReset()
      .mockReturnValue(new Promise<never>(() => {}))
  chat = conversation({ peer: kofi, lastMessage: message({ seq: 3, senderId: me.id }) })
})

/** One of Kofi's and two of the user's own. */
const talk = (more: Partial<Message> = {}): Message[] => [
  message({ conversationId: chat.id, seq: 1, senderId: kofi.id, text: 'Gate B opens at 06:45' }),
  message({
    conversationId: chat.id,
    seq: 2,
    senderId: me.id,
    text: 'See you at sevn',
    createdAt: '2026-11-21T09:01:00.000Z',
  }),
  message({
    conversationId: chat.id,
    seq: 3,
    senderId: me.id,
    text: 'With the drums',
    createdAt: '2026-11-21T09:02:00.000Z',
    ...more,
  }),
]

async function open(messages = talk(), changes: Record<number, PendingChange> = {}) {
  hold(chat, messages, { changes })
  return openPane(chat.id)
}

const log = () => screen.getByRole('log')
const items = () => screen.getAllByRole('menuitem').map((item) => item.textContent)
const openMenuOn = (text: string) =>
  fireEvent.contextMenu(within(log()).getByText(text), { clientX: 200, clientY: 300 })
const choose = (name: string, role: 'menuitem' | 'button' = 'menuitem') =>
  userEvent.click(screen.getByRole(role, { name }))
const field = (name: string) => screen.getByRole<HTMLTextAreaElement>('textbox', { name })

/** Whatever is watched is in view at once. */
class AllInView {
  constructor(report: (entries: { isIntersecting: boolean }[]) => void) {
    this.report = report
  }
  private readonly report: (entries: { isIntersecting: boolean }[]) => void
  observe(): void {
    this.report([{ isIntersecting: true }])
  }
  disconnect(): void {}
}

describe('the menu of a message [UX36]', () => {
  test('opens on right click: one’s own can be edited and deleted, others’ can be copied, asked about and reported', async () => {
    await open()
    openMenuOn('See you at sevn')
    expect(items()).toEqual(['Edit', 'Copy text', 'Info', 'Delete'])
    await userEvent.keyboard('{Escape}')
    expect(screen.queryByRole('menu')).toBeNull()
    openMenuOn('Gate B opens at 06:45')
    expect(items()).toEqual(['Copy text', 'Info', 'Report'])
  })

  test('opens on a long press, but not for a finger that scrolls', async () => {
    await open()
    vi.useFakeTimers()
    const bubble = within(log()).getByText('See you at sevn')
    const touch = { pointerType: 'touch', isPrimary: true, clientX: 100, clientY: 100 }
    fireEvent.pointerDown(bubble, touch)
    fireEvent.pointerMove(bubble, { ...touch, clientY: 140 })
    act(() => void vi.advanceTimersByTime(600))
    expect(screen.queryByRole('menu')).toBeNull()
    fireEvent.pointerDown(bubble, touch)
    act(() => void vi.advanceTimersByTime(600))
    expect(screen.getByRole('menu', { name: 'Message actions' })).toBeInTheDocument()
    vi.useRealTimers()
  })

  test('leaves links to the browser’s own menu', async () => {
    await open(talk({ text: 'See https://example.org/a' }))
    expect(fireEvent.contextMenu(within(log()).getByRole('link'))).toBe(true)
    expect(screen.queryByRole('menu')).toBeNull()
  })

  test('is reached by keyboard: one message is a tab stop, the arrows lead to the others, and the focus comes back', async () => {
    await open()
    const buttons = within(log()).getAllByRole('button', { name: 'Message actions' })
    expect(buttons.map(({ tabIndex }) => tabIndex)).toEqual([-1, -1, 0])
    act(() => buttons[2]?.focus())
    await userEvent.keyboard('{ArrowUp}')
    expect(document.activeElement).toBe(buttons[1])
    expect(buttons[1]?.tabIndex).toBe(0)
    const described = document.getElementById(buttons[1]?.getAttribute('aria-describedby') ?? '')
    expect(described?.textContent).toContain('See you at sevn')
    await userEvent.keyboard('{Enter}')
    expect(document.activeElement).toBe(screen.getByRole('menuitem', { name: 'Edit' }))
    await userEvent.keyboard('{Escape}')
    expect(document.activeElement).toBe(buttons[1])
  })

  test('copies the text, and says so', async () => {
    const keyboard = userEvent.setup()
    await open()
    openMenuOn('Gate B opens at 06:45')
    await keyboard.click(screen.getByRole('menuitem', { name: 'Copy text' }))
    expect(await navigator.clipboard.readText()).toBe('Gate B opens at 06:45')
    expect(useToasts.getState().toasts.at(-1)?.text).toBe('Copied.')
  })
})

describe('editing', () => {
  test('happens in the composer, which says so, and keeps the draft of a new message for afterwards', async () => {
    await open()
    await userEvent.type(field('Message Kofi'), 'Half a thought')
    openMenuOn('See you at sevn')
    await choose('Edit')
    expect(screen.getByText('Editing')).toBeInTheDocument()
    expect(document.activeElement).toBe(field('Edit message'))
    await userEvent.clear(field('Edit message'))
    await userEvent.keyboard('See you at seven{Enter}')
    expect(edit).toHaveBeenCalledExactlyOnceWith(chat.id, 2, 'See you at seven', {
      rev: 2,
      text: 'See you at sevn',
    })
    expect(field('Message Kofi').value).toBe('Half a thought')
    expect(document.activeElement).toBe(field('Message Kofi'))
  })

  test('begins with ArrowUp in an empty composer, for the last message of one’s own [UX14]', async () => {
    await open()
    await userEvent.type(field('Message Kofi'), 'x{ArrowUp}')
    expect(screen.queryByText('Editing')).toBeNull()
    await userEvent.keyboard('{Backspace}{ArrowUp}')
    expect(field('Edit message').value).toBe('With the drums')
  })

  test('is left with Escape, and changes nothing then nor when the text is the same [UX15]', async () => {
    await open()
    await userEvent.type(field('Message Kofi'), '{ArrowUp}')
    await userEvent.keyboard('{Escape}')
    expect(screen.queryByText('Editing')).toBeNull()
    await userEvent.type(field('Message Kofi'), '{ArrowUp}')
    await userEvent.keyboard(' and more{Escape}')
    await userEvent.click(screen.getByRole('button', { name: 'Discard' }))
    expect(screen.queryByText('Editing')).toBeNull()
    await userEvent.type(field('Message Kofi'), '{ArrowUp}')
    expect(field('Edit message').value).toBe('With the drums')
    await userEvent.keyboard('{Enter}')
    expect(edit).not.toHaveBeenCalled()
    expect(field('Message Kofi')).toBeDefined()
  })

  test('[E1] keeps the typed text over Escape, another conversation and a reload of the newest page', async () => {
    const { unmount } = await open()
    await userEvent.type(field('Message Kofi'), '{ArrowUp}')
    await userEvent.keyboard(' and more{Escape}')
    await userEvent.click(screen.getByRole('button', { name: 'Keep writing' }))
    expect(field('Edit message').value).toBe('With the drums and more')
    unmount()
    await open()
    expect(field('Edit message').value).toBe('With the drums and more')
    // 350 messages came while the page was offline.
    const [, , edited] = talk()
    vi.mocked(listMessages).mockResolvedValue({ items: edited ? [edited] : [], hasMore: true, rev: 353 })
    await act(async () => hold(chat, run(chat.id, kofi.id, 30, 324)))
    expect(field('Edit message').value).toBe('With the drums and more')
    await userEvent.type(field('Edit message'), '{Enter}')
    expect(edit).toHaveBeenCalledExactlyOnceWith(chat.id, 3, 'With the drums and more', {
      rev: 3,
      text: 'With the drums',
    })
  })

  test('[E1] shows a text that another device saved meanwhile, and asks before it is replaced', async () => {
    await open()
    await userEvent.type(field('Message Kofi'), '{ArrowUp}')
    // Nothing typed: the field follows, and Enter sends nothing.
    act(() => hold(chat, talk({ text: 'With the big drums', rev: 4 })))
    expect(field('Edit message').value).toBe('With the big drums')
    await userEvent.keyboard(' and more')
    act(() => hold(chat, talk({ text: 'Without drums', rev: 5 })))
    expect(within(screen.getByRole('alert')).getByText('Without drums')).toBeInTheDocument()
    await userEvent.keyboard('{Enter}')
    expect(edit).not.toHaveBeenCalled()
    await userEvent.click(screen.getByRole('button', { name: 'Keep my text' }))
    expect(screen.queryByRole('alert')).toBeNull()
    await userEvent.type(field('Edit message'), '{Enter}')
    expect(edit).toHaveBeenCalledExactlyOnceWith(chat.id, 3, 'With the big drums and more', {
      rev: 5,
      text: 'Without drums',
    })
  })

  test('[E1] sends nothing when nothing was typed, also when another device has edited meanwhile', async () => {
    await open()
    await userEvent.type(field('Message Kofi'), '{ArrowUp}')
    act(() => hold(chat, talk({ text: 'With the big drums', rev: 4 })))
    await userEvent.keyboard('{Enter}')
    expect(edit).not.toHaveBeenCalled()
    expect(screen.queryByText('Editing')).toBeNull()
  })

  test('[E1] offers the typed text for copying when the message was deleted elsewhere', async () => {
    const keyboard = userEvent.setup()
    await open()
    await keyboard.type(field('Message Kofi'), '{ArrowUp}')
    await keyboard.keyboard(' and more')
    act(() => hold(chat, talk({ text: '', deletedAt: '2026-11-21T09:05:00.000Z' })))
    expect(screen.getByText('The message was deleted')).toBeInTheDocument()
    await keyboard.keyboard('{Enter}')
    expect(edit).not.toHaveBeenCalled()
    const composer = within(screen.getByRole('form', { name: 'Edit message' }))
    await keyboard.click(composer.getByRole('button', { name: 'Copy text' }))
    expect(await navigator.clipboard.readText()).toBe('With the drums and more')
  })

  test('[E1] refused because another device was faster, shows both texts and asks', async () => {
    const theirs = { text: 'See you at nine', rev: 4 }
    const change: PendingChange = {
      kind: 'edit',
      text: 'See you at seven',
      state: 'failed',
      problem: problem({ code: 'outdated_revision', reason: 'message_edited', params: theirs }),
    }
    await open(talk(), { 2: change })
    await choose('Compare', 'button')
    expect((await screen.findByRole('region', { name: 'Your text' })).textContent).toContain('See you at seven')
    expect(screen.getByRole('region', { name: 'The other text' }).textContent).toContain('See you at nine')
    await choose('Keep my text', 'button')
    expect(edit).toHaveBeenCalledExactlyOnceWith(chat.id, 2, 'See you at seven', theirs)
    await choose('Compare', 'button')
    await choose('Go on editing', 'button')
    expect(discardChange).toHaveBeenCalledWith(chat.id, 2)
    expect(field('Edit message').value).toBe('See you at seven')
  })

  test('ends when the message is deleted meanwhile', async () => {
    await open()
    await userEvent.type(field('Message Kofi'), '{ArrowUp}')
    act(() => hold(chat, talk({ text: '', deletedAt: '2026-11-21T09:05:00.000Z' })))
    expect(screen.queryByText('Editing')).toBeNull()
    expect(field('Message Kofi')).toBeDefined()
  })

  test('on its way shows the new text as sending; refused, it says why and offers two ways out', async () => {
    await open(talk(), { 2: { kind: 'edit', text: 'See you at seven', state: 'sending', problem: null } })
    expect(within(log()).getByText('See you at seven').closest('.bubble')?.textContent).toMatch(/edited.*Sending$/u)
    act(() =>
      hold(chat, talk(), {
        changes: {
          2: { kind: 'edit', text: 'See you at seven', state: 'failed', problem: problem({ detail: 'Too often.' }) },
        },
      }),
    )
    expect(screen.getByText('Edit not saved. Too often.')).toBeInTheDocument()
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }))
    expect(retryChange).toHaveBeenCalledExactlyOnceWith(chat.id, 2)
    await userEvent.click(screen.getByRole('button', { name: 'Discard' }))
    expect(discardChange).toHaveBeenCalledExactlyOnceWith(chat.id, 2)
  })

  test('leaves a mark that opens the earlier texts', async () => {
    vi.mocked(messageEdits).mockRejectedValueOnce(new ApiProblem(problem({ detail: 'Not now.' })))
    await open(talk({ text: 'With all drums', editedAt: '2026-11-21T09:03:00.000Z' }))
    await userEvent.click(within(log()).getByRole('button', { name: 'edited, show earlier texts' }))
    const dialog = within(await screen.findByRole('dialog', { name: 'Earlier texts' }))
    expect(await dialog.findByText(/Not now\./u)).toBeInTheDocument()
    vi.mocked(messageEdits).mockResolvedValueOnce({
      items: [{ text: 'With the drums', writtenAt: '2026-11-21T09:02:00.000Z' }],
    })
    await userEvent.click(dialog.getByRole('button', { name: 'Try again' }))
    expect(await dialog.findByText('With the drums')).toBeInTheDocument()
    expect(dialog.getAllByRole('listitem').map(({ textContent }) => textContent)[1]).toBe('NowWith all drums')
    expect(messageEdits).toHaveBeenCalledWith(chat.id, 3)
  })
})

test('earlier texts that are tall are folded, and so is the text of now', async () => {
  await open(talk({ text: 'With all drums\n'.repeat(60), editedAt: '2026-11-21T09:03:00.000Z' }))
  vi.mocked(messageEdits).mockResolvedValueOnce({
    items: [{ text: 'With the drums\n'.repeat(60), writtenAt: '2026-11-21T09:02:00.000Z' }],
  })
  await userEvent.click(within(log()).getByRole('button', { name: 'edited, show earlier texts' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Earlier texts' }))
  const [earlier] = await dialog.findAllByRole('button', { name: 'Show more' })
  expect(dialog.getAllByRole('button', { name: 'Show more' })).toHaveLength(2)
  await userEvent.click(earlier ?? document.body)
  expect(dialog.getAllByRole('button', { name: /^Show (?:more|less)$/u }).map((each) => each.textContent)).toEqual([
    'Show less',
    'Show more',
  ])
})

describe('deleting', () => {
  test('is asked about first, with the safe choice at hand', async () => {
    await open()
    openMenuOn('See you at sevn')
    await choose('Delete')
    const dialog = within(await screen.findByRole('dialog', { name: 'Delete this message?' }))
    expect(document.activeElement).toBe(dialog.getByRole('button', { name: 'Cancel' }))
    await userEvent.keyboard('{Enter}')
    expect(remove).not.toHaveBeenCalled()
    openMenuOn('See you at sevn')
    await choose('Delete')
    await userEvent.click(screen.getByRole('button', { name: 'Delete' }))
    expect(remove).toHaveBeenCalledExactlyOnceWith(chat.id, 2)
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  test('leaves words in the place of the message, with which nothing more can be done', async () => {
    await open(talk({ text: '', deletedAt: '2026-11-21T09:05:00.000Z' }))
    const gone = within(log()).getByText('This message was deleted')
    expect(gone.closest('.bubble')?.textContent).toMatch(/^You: This message was deleted/u)
    fireEvent.contextMenu(gone)
    expect(screen.queryByRole('menu')).toBeNull()
  })

  test('on its way shows the words already; refused, the message is there again and says why', async () => {
    await open(talk(), { 3: { kind: 'delete', text: '', state: 'sending', problem: null } })
    expect(within(log()).getByText('This message was deleted').closest('.bubble')?.textContent).toMatch(/Sending$/u)
    act(() =>
      hold(chat, talk(), {
        changes: { 3: { kind: 'delete', text: '', state: 'failed', problem: problem({ detail: 'Not today.' }) } },
      }),
    )
    expect(within(log()).getByText('With the drums')).toBeInTheDocument()
    expect(screen.getByText('Not deleted. Not today.')).toBeInTheDocument()
  })

  test('is read out for a message that came and was taken back, instead of nothing', async () => {
    await open()
    arrive(
      message({
        conversationId: chat.id,
        seq: 4,
        rev: 4,
        senderId: kofi.id,
        text: '',
        deletedAt: '2026-11-21T09:06:00.000Z',
      }),
    )
    await settle()
    expect(document.querySelector('[aria-live="polite"]')?.textContent).toBe('Kofi Boateng: This message was deleted')
  })
})

describe('the info of a message', () => {
  test('says when it was sent, edited, delivered and read', async () => {
    vi.mocked(messageReceipts).mockResolvedValue({
      items: [{ userId: kofi.id, deliveredAt: '2026-11-21T09:10:00.000Z', readAt: null }],
      nextCursor: null,
    })
    await open(talk({ editedAt: '2026-11-21T09:04:00.000Z' }))
    openMenuOn('With the drums')
    await choose('Info')
    const dialog = within(await screen.findByRole('dialog', { name: 'Message info' }))
    await dialog.findByText('Delivered')
    expect(
      dialog.getAllByRole('definition').map((fact) => fact.querySelector('time')?.dateTime ?? fact.textContent),
    ).toEqual(['2026-11-21T09:02:00.000Z', '2026-11-21T09:04:00.000Z', '2026-11-21T09:10:00.000Z', 'Not yet'])
  })

  test('explains why it does not tell whether it was read', async () => {
    me = signIn({ hidesReadReceipts: true })
    vi.mocked(messageReceipts).mockResolvedValue({
      items: [{ userId: kofi.id, deliveredAt: '2026-11-21T09:10:00.000Z', readAt: null }],
      nextCursor: null,
    })
    await open()
    openMenuOn('With the drums')
    await choose('Info')
    expect(await screen.findByText('Not shown, because you hide your read receipts')).toBeInTheDocument()
  })

  test('[G] says from whom a message of another user is, and asks nothing about it', async () => {
    await open()
    openMenuOn('Gate B opens at 06:45')
    await choose('Info')
    const facts = screen.getAllByRole('definition')
    expect(facts).toHaveLength(2)
    expect(facts[0]).toHaveTextContent('Kofi Boateng')
    expect(messageReceipts).not.toHaveBeenCalled()
  })
})

describe('an announcement', () => {
  const amara = user({ fullName: 'Amara Okafor' })
  const leila = user({ fullName: 'Leila Haddad' })

  async function openNotice(sender: string) {
    const room = broadcast({ lastMessage: message({ seq: 1 }) })
    hold(room, [message({ conversationId: room.id, senderId: sender, title: 'Water off today', text: 'From 13:00.' })])
    useUsers.getState().put([amara, kofi, leila])
    await openPane(room.id)
    return room
  }

  test('can be deleted by any admin, and edited only by who wrote it', async () => {
    me = signIn({ role: 'admin' })
    useMessages.setState({ remove })
    const room = await openNotice(amara.id)
    openMenuOn('From 13:00.')
    expect(items()).toEqual(['Copy text', 'Info', 'Delete'])
    await choose('Delete')
    expect(screen.getByRole('dialog', { name: 'Delete this announcement?' })).toBeInTheDocument()
    await userEvent.click(screen.getByRole('button', { name: 'Delete' }))
    expect(remove).toHaveBeenCalledExactlyOnceWith(room.id, 1)
  })

  test('gets a composer while its author edits it, and no longer', async () => {
    me = signIn({ role: 'admin' })
    useMessages.setState({ edit })
    const room = await openNotice(me.id)
    openMenuOn('From 13:00.')
    await choose('Edit')
    await userEvent.clear(field('Edit message'))
    await userEvent.keyboard('From 14:00.{Enter}')
    expect(edit).toHaveBeenCalledExactlyOnceWith(room.id, 1, 'From 14:00.', { rev: 1, text: 'From 13:00.' })
    expect(screen.queryByRole('textbox')).toBeNull()
  })

  test('shows admins its recipients page by page, and members none', async () => {
    me = signIn({ role: 'admin' })
    vi.stubGlobal('IntersectionObserver', AllInView)
    vi.mocked(messageReceipts)
      .mockResolvedValueOnce({
        items: [{ userId: kofi.id, deliveredAt: '2026-11-21T09:10:00.000Z', readAt: '2026-11-21T09:11:00.000Z' }],
        nextCursor: 'two',
      })
      .mockResolvedValueOnce({ items: [{ userId: leila.id, deliveredAt: null, readAt: null }], nextCursor: null })
    const room = await openNotice(amara.id)
    openMenuOn('From 13:00.')
    await choose('Info')
    expect((await screen.findByText('Leila Haddad')).closest('li')?.textContent).toMatch(/Not delivered yet$/u)
    expect(screen.getByText('Kofi Boateng').closest('li')?.textContent).toMatch(/Kofi Boateng.*Read/u)
    expect(vi.mocked(messageReceipts).mock.calls).toEqual([
      [room.id, 1],
      [room.id, 1, 'two'],
    ])
  })

  test('shows members when it was sent, and nothing more', async () => {
    await openNotice(amara.id)
    openMenuOn('From 13:00.')
    expect(items()).toEqual(['Copy text', 'Info'])
    await choose('Info')
    expect(screen.queryByText('Recipients')).toBeNull()
    expect(messageReceipts).not.toHaveBeenCalled()
  })
})
