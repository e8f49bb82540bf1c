import 'fake-indexeddb/auto'
import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import type { Message, Problem, SendMessageInput } from 'backend/contract'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { listMessages } from '../../src/timeline/message.api.ts'
import { ApiProblem } from '../../src/connection/problem.model.ts'
import { request } from '../../src/connection/socket.client.ts'
import { useSession } from '../../src/accounts/session.store.ts'
import { useMessages } from '../../src/timeline/messages.store.ts'
import { conversation, message, problem, user } from '../generators/index.ts'
import { hold, openPane, run, signIn } from '../helpers/chat.tsx'
import { giveLayout } from '../helpers/layout.ts'

vi.mock(import('../../src/connection/socket.client.ts'), { spy: true })

/** `request` as it is used for sending. */
const send = vi.mocked(request as (event: 'sendMessage', input: SendMessageInput) => Promise<Message>)
const kofi = user({ fullName: 'Kofi Boateng' })
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()
let me: ReturnType<typeof signIn>

beforeEach(() => {
  giveLayout()
  me = signIn()
  send.mockReset()
  vi.mocked(listMessages)
    .mockReset()
    .mockReturnValue(new Promise(() => {}))
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
    expect(screen.getByText('Not sent. "casino" is not allowed here.')).toBeInTheDocument()
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull()
    const [failed] = useMessages.getState().timelines[chat.id]?.pending ?? []
    send.mockImplementation(async (_event, { text }) =>
      message({
        conversationId: chat.id,
        seq: 2,
        senderId: me.id,
        text,
        clientMessageId: failed?.clientMessageId ?? '',
      }),
    )
    await userEvent.click(screen.getByRole('button', { name: 'Edit' }))
    const dialog = await screen.findByRole('dialog', { name: 'Edit message' })
    const field = within(dialog).getByRole<HTMLTextAreaElement>('textbox')
    expect(field.value).toBe('Meet me at the casino')
    await userEvent.clear(field)
    await userEvent.click(within(dialog).getByRole('button', { name: 'Send' }))
    expect(within(dialog).getByText('Write a text, or delete the message.')).toBeInTheDocument()
    await userEvent.type(field, 'Meet me at the library')
    await userEvent.click(within(dialog).getByRole('button', { name: 'Send' }))
    expect(await within(screen.getByRole('log')).findByText('Sent')).toBeInTheDocument()
    expect(send).toHaveBeenLastCalledWith('sendMessage', {
      conversationId: chat.id,
      text: 'Meet me at the library',
      clientMessageId: failed?.clientMessageId,
    })
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
    expect(screen.getByText(/^Not sent\. You are muted until .*\d\d:\d\d/u)).toBeInTheDocument()
    expect(screen.getByText(/An admin has muted you until/u)).toBeInTheDocument()
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull()
    expect(screen.getByRole('button', { name: 'Delete' })).toBeInTheDocument()
    expect(send).toHaveBeenCalledOnce()
  })

  test('writes again as soon as an admin lifts it; what was written meanwhile waits in the field', async () => {
    await write('Hello?', { code: 'muted', until: inAnHour() })
    await userEvent.type(screen.getByRole('textbox'), 'Thank you{Enter}')
    expect(send).toHaveBeenCalledOnce()
    expect(screen.getByRole('button', { name: 'Send' }).getAttribute('aria-disabled')).toBe('true')
    act(() => useSession.getState().ownUserChanged(me))
    expect(screen.queryByText(/An admin has muted you until/u)).toBeNull()
    // What was refused before can go now.
    expect(screen.getByRole('button', { name: 'Retry' })).toBeInTheDocument()
    send.mockReturnValueOnce(new Promise(() => {}))
    await userEvent.click(screen.getByRole('button', { name: 'Send' }))
    // The outbox stores a message before it sends it.
    await waitFor(() =>
      expect(send).toHaveBeenLastCalledWith('sendMessage', expect.objectContaining({ text: 'Thank you' })),
    )
  })

  test('is told at once, before anything is refused, and can neither send nor save nor record', async () => {
    const chat = conversation({ peer: kofi, lastMessage: message({ seq: 1, senderId: me.id }) })
    hold(chat, run(chat.id, me.id, 1))
    await openPane(chat.id)
    act(() => useSession.getState().ownUserChanged({ ...me, mutedUntil: inAnHour() }))
    expect(screen.getByText(/An admin has muted you until/u)).toBeInTheDocument()
    expect(screen.queryByRole('button', { name: 'Record a voice message' })).toBeNull()
    await userEvent.type(screen.getByRole('textbox'), '{ArrowUp}')
    await userEvent.type(screen.getByRole('textbox', { name: 'Edit message' }), ' edited')
    await userEvent.click(screen.getByRole('button', { name: 'Save' }))
    expect(screen.getByRole('textbox', { name: 'Edit message' })).toHaveProperty('value', 'Message 1 edited')
    expect(send).not.toHaveBeenCalled()
  })

  test('can send what was refused when the time is over', async () => {
    await write('Hello?', { code: 'muted', until: new Date(Date.now() - 1000).toISOString() })
    expect(screen.getByText('Not sent. You were muted.')).toBeInTheDocument()
    expect(screen.getByRole('button', { name: 'Retry' })).toBeInTheDocument()
    expect(screen.queryByText(/An admin has muted you until/u)).toBeNull()
  })

  test.each([
    ['soon', 5000],
    ['later than a browser can wait at once', 40 * 86_400_000],
  ])('sees the note go at its time, %s', async (_when, left) => {
    await write('Hello?', { code: 'muted', until: inAnHour() })
    vi.useFakeTimers()
    act(() => useSession.getState().muted(new Date(Date.now() + left).toISOString()))
    act(() => void vi.advanceTimersByTime(left - 1000))
    expect(screen.getByText(/An admin has muted you until/u)).toBeInTheDocument()
    act(() => void vi.advanceTimersByTime(1000))
    expect(screen.queryByText(/An admin has muted you until/u)).toBeNull()
    vi.useRealTimers()
  })
})
