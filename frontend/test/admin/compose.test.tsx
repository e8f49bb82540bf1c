import { fireEvent, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { LIMITS, type SendMessageInput } from 'backend/contract'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { useToasts } from '../../src/components/ui/toasts.ts'
import { sendMessage } from '../../src/lib/api.ts'
import { ApiProblem, NO_CONNECTION } from '../../src/lib/problem.ts'
import { AdminPage } from '../../src/pages/AdminComposePage.tsx'
import { message, problem } from '../generators/index.ts'
import { renderAt, signIn } from '../helpers/chat.tsx'

vi.mock(import('../../src/lib/api.ts'), { spy: true })

beforeEach(() => {
  vi.mocked(sendMessage).mockReset().mockImplementation((input) => Promise.resolve(kept(input)))
  signIn({ role: 'admin' })
})

/** The server's answer to a broadcast that it took. */
function kept({ title, text, clientMessageId }: SendMessageInput) {
  return message({ title: title ?? null, text, clientMessageId, receiverId: 'all' })
}

const open = () => renderAt('/admin/broadcasts/new', <AdminPage />)
const title = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Title (optional)' })
const text = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' })
const preview = () => within(screen.getByRole('region', { name: 'Preview' })).getByRole('article')
const press = (name: string) => userEvent.click(screen.getAllByRole('button', { name })[0] ?? document.body)
const dialog = () => within(screen.getByRole('dialog'))

async function write(): Promise<void> {
  await userEvent.type(title(), 'Water off today')
  await userEvent.type(text(), 'From 13:00 to 15:30.')
}

describe('a new broadcast', () => {
  test('is previewed as it is written', async () => {
    open()
    await write()
    expect(within(preview()).getByRole('heading', { name: 'Water off today' })).toBeDefined()
    expect(preview().textContent).toContain('From 13:00 to 15:30.')
  })

  test('is sent after a question, then the list says so', async () => {
    open()
    await write()
    await press('Send to everybody')
    expect(sendMessage).not.toHaveBeenCalled()
    expect(dialog().getByText('It cannot be taken back.')).toBeDefined()
    await userEvent.click(dialog().getByRole('button', { name: 'Send' }))
    expect(sendMessage).toHaveBeenCalledWith(expect.objectContaining({ receiverId: 'all', title: 'Water off today', text: 'From 13:00 to 15:30.' }))
    expect(await screen.findByText('Elsewhere')).toBeDefined()
    expect(useToasts.getState().toasts.at(-1)?.text).toBe('Sent to everybody.')
    expect(localStorage.length).toBe(0)
  })

  test('without words is not sent; the field says why and has the focus', async () => {
    open()
    await press('Send to everybody')
    expect(screen.getByText('Write a message first.')).toBeDefined()
    expect(document.activeElement).toBe(text())
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  test('with a title that is too long says by how much', async () => {
    open()
    fireEvent.change(title(), { target: { value: '😀'.repeat(LIMITS.titleMax + 2) } })
    fireEvent.change(text(), { target: { value: 'x' } })
    await press('Send to everybody')
    expect(screen.getByText('Shorten the title by 2 characters.')).toBeDefined()
    expect(document.activeElement).toBe(title())
  })

  test('sent again after its answer was lost is the same broadcast, also after a reload', async () => {
    vi.mocked(sendMessage).mockRejectedValue(new ApiProblem(NO_CONNECTION))
    const { unmount } = open()
    await write()
    await press('Send to everybody')
    await userEvent.click(dialog().getByRole('button', { name: 'Send' }))
    expect((await dialog().findByRole('alert')).textContent).toBe('No connection to the server.')
    await userEvent.click(dialog().getByRole('button', { name: 'Send' }))
    unmount()
    open()
    expect(title().value).toBe('Water off today')
    await press('Send to everybody')
    await userEvent.click(dialog().getByRole('button', { name: 'Send' }))
    const ids = vi.mocked(sendMessage).mock.calls.map(([input]) => input.clientMessageId)
    expect(ids).toHaveLength(3)
    expect(new Set(ids).size).toBe(1)
  })

  test('changed after an attempt that had arrived all the same says that the former words were sent', async () => {
    vi.mocked(sendMessage).mockImplementation(({ clientMessageId }) => Promise.resolve(message({ text: 'The former words', clientMessageId })))
    open()
    await write()
    await press('Send to everybody')
    await userEvent.click(dialog().getByRole('button', { name: 'Send' }))
    expect(await screen.findByText(/An earlier version was already sent/u)).toBeDefined()
    await press('Send to everybody')
    await userEvent.click(dialog().getByRole('button', { name: 'Send' }))
    const [first, second] = vi.mocked(sendMessage).mock.calls.map(([input]) => input.clientMessageId)
    expect(second).not.toBe(first)
  })

  test('that the server refuses shows its reason at the field', async () => {
    vi.mocked(sendMessage).mockRejectedValue(new ApiProblem(problem({ code: 'invalid_input', status: 400, errors: [{ field: 'text', message: 'Not these words.' }] })))
    open()
    await write()
    await press('Send to everybody')
    await userEvent.click(dialog().getByRole('button', { name: 'Send' }))
    expect(await screen.findByText('Not these words.')).toBeDefined()
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  test('is discarded only after a question', async () => {
    open()
    await write()
    await press('Discard')
    await userEvent.click(dialog().getByRole('button', { name: 'Keep it' }))
    expect(title().value).toBe('Water off today')
    await press('Discard')
    await userEvent.click(dialog().getByRole('button', { name: 'Discard' }))
    expect(await screen.findByText('Elsewhere')).toBeDefined()
    expect(localStorage.length).toBe(0)
  })
})
