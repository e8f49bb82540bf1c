import 'fake-indexeddb/auto'
import { act, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import type { Message, Problem, SendMessageInput } from 'backend/contract'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { listMessages } from '../../src/lib/api.ts'
import { ApiProblem } from '../../src/lib/problem.ts'
import { request } from '../../src/lib/socket.ts'
import { useMessages } from '../../src/store/messages.store.ts'
import { useMute } from '../../src/store/mute.ts'
import { conversation, message, problem, user } from '../generators/index.ts'
import { hold, openPane, run, signIn } from '../helpers/chat.tsx'
import { giveLayout } from '../helpers/layout.ts'

vi.mock(import('../../src/lib/api.ts'), { spy: true })
vi.mock(import('../../src/lib/socket.ts'), { spy: true })

/** `request` as it is used for sending. */
const send = vi.mocked(request as (event: 'sendMessage', input: SendMessageInput) => Promise<Message>)
const kofi = user({ fullName: 'Kofi Boateng' })
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()
let me: ReturnType<typeof signIn>

beforeEach(() => {
  giveLayout()
  me = signIn()
  send.mockReset()
  vi.mocked(listMessages).mockReset().mockReturnValue(new Promise(() => {}))
})

afterEach(() => useMessages.getState().forget())

async function write(text: string, refusal: Partial<Problem>) {
  const chat = conversation({ peer: kofi, lastMessage: message({ seq: 1, senderId: kofi.id }) })
  hold(chat, run(chat.id, kofi.id, 1))
  await openPane(chat.id)
  send.mockRejectedValueOnce(new ApiProblem(problem({ status: 403, ...refusal })))
  await userEvent.type(screen.getByRole('textbox'), `${text}{Enter}`)
  await screen.findByText(/^Not sent\./u)
  return chat
}

describe('a message with words that are not allowed', () => {
  test('says so, and is written anew instead of being sent again as it is', async () => {
    const chat = await write('Meet me at the casino', { code: 'text_refused', detail: '"casino" is not allowed here.' })
    expect(screen.getByText('Not sent. "casino" is not allowed here.')).toBeDefined()
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull()
    const [failed] = useMessages.getState().timelines[chat.id]?.pending ?? []
    send.mockImplementation(async (_event, { text }) => message({ conversationId: chat.id, seq: 2, senderId: me.id, text, clientMessageId: failed?.clientMessageId ?? '' }))
    await userEvent.click(screen.getByRole('button', { name: 'Edit' }))
    const dialog = screen.getByRole('dialog', { name: 'Edit message' })
    const field = within(dialog).getByRole<HTMLTextAreaElement>('textbox')
    expect(field.value).toBe('Meet me at the casino')
    await userEvent.clear(field)
    await userEvent.click(within(dialog).getByRole('button', { name: 'Send' }))
    expect(within(dialog).getByText('Write something, or delete the message.')).toBeDefined()
    await userEvent.type(field, 'Meet me at the library')
    await userEvent.click(within(dialog).getByRole('button', { name: 'Send' }))
    expect(await within(screen.getByRole('log')).findByText('Sent')).toBeDefined()
    expect(send).toHaveBeenLastCalledWith('sendMessage', { conversationId: chat.id, text: 'Meet me at the library', clientMessageId: failed?.clientMessageId })
    expect(screen.queryByText(/^Not sent\./u)).toBeNull()
  })

  test('can be given up', async () => {
    await write('Meet me at the casino', { code: 'text_refused', detail: '"casino" is not allowed here.' })
    await userEvent.click(screen.getByRole('button', { name: 'Delete' }))
    expect(screen.queryByText('Meet me at the casino')).toBeNull()
  })
})

describe('who is muted', () => {
  test('is told until when, at the message and at the composer, and nothing is tried again by itself', async () => {
    await write('Hello?', { code: 'muted', detail: 'You cannot write until 2026-11-21T10:00:00Z.', until: inAnHour() })
    expect(screen.getByText(/^Not sent\. You are muted until .*\d\d:\d\d/u)).toBeDefined()
    expect(screen.getByText(/An admin has muted you until/u)).toBeDefined()
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull()
    expect(screen.getByRole('button', { name: 'Delete' })).toBeDefined()
    expect(send).toHaveBeenCalledOnce()
  })

  test('is not once a message is taken again', async () => {
    const chat = await write('Hello?', { code: 'muted', until: inAnHour() })
    send.mockImplementation(async (_event, { text, clientMessageId }) => message({ conversationId: chat.id, seq: 2, senderId: me.id, text, clientMessageId: clientMessageId ?? '' }))
    await userEvent.type(screen.getByRole('textbox'), 'Thank you{Enter}')
    expect(await within(screen.getByRole('log')).findByText('Sent')).toBeDefined()
    expect(screen.queryByText(/An admin has muted you until/u)).toBeNull()
    // What was refused before can go now.
    expect(screen.getByRole('button', { name: 'Retry' })).toBeDefined()
  })

  test('can send what was refused when the time is over', async () => {
    await write('Hello?', { code: 'muted', until: new Date(Date.now() - 1000).toISOString() })
    expect(screen.getByText('Not sent. You were muted.')).toBeDefined()
    expect(screen.getByRole('button', { name: 'Retry' })).toBeDefined()
    expect(screen.queryByText(/An admin has muted you until/u)).toBeNull()
  })

  test('sees the note go at its time', async () => {
    await write('Hello?', { code: 'muted', until: inAnHour() })
    vi.useFakeTimers()
    act(() => useMute.setState({ until: new Date(Date.now() + 5000).toISOString() }))
    act(() => void vi.advanceTimersByTime(5000))
    expect(screen.queryByText(/An admin has muted you until/u)).toBeNull()
    vi.useRealTimers()
  })
})
