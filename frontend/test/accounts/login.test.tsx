import { act, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { useSession } from '../../src/accounts/session.store.ts'
import { ownUser, user } from '../generators/index.ts'
import { offline, described, openPage, refusal, server } from '../helpers/page.tsx'

const name = () => screen.findByLabelText('Username or e-mail')
const password = () => screen.getByLabelText('Password')

describe('signing in', () => {
  it('leads to where the visitor was going', async () => {
    const ingrid = ownUser()
    const { keyboard } = openPage('/people', { user: null })
    server.login.mockResolvedValue({ user: ingrid, accessExpiresAt: '2026-11-21T10:00:00Z' })
    server.searchUsers.mockResolvedValue({ items: [user({ fullName: 'Kofi Boateng' })], nextCursor: null })
    await keyboard.type(await name(), '  ingrid ')
    await keyboard.type(password(), ' correct horse {Enter}')
    expect(await screen.findByRole('heading', { name: 'People' })).toBeInTheDocument()
    expect(location.pathname).toBe('/people')
    // The name is trimmed; blanks of a password belong to it.
    expect(server.login).toHaveBeenCalledWith({ login: 'ingrid', password: ' correct horse ' })
  })

  it('says that name or password is wrong, and marks neither of them', async () => {
    const { keyboard } = openPage('/login', { user: null })
    server.login.mockRejectedValue(
      refusal({ status: 401, code: 'invalid_credentials', detail: 'The name or the password is wrong.' }),
    )
    await keyboard.type(await name(), 'ingrid')
    await keyboard.type(password(), 'wrong{Enter}')
    expect(await screen.findByText('The name or the password is wrong.')).toBeInTheDocument()
    expect(await name()).toHaveProperty('value', 'ingrid')
    expect((await name()).getAttribute('aria-invalid')).toBeNull()
    expect(password().getAttribute('aria-invalid')).toBeNull()
  })

  it('says why an account cannot be signed in to, and keeps what was typed', async () => {
    const { keyboard } = openPage('/login', { user: null })
    server.login.mockRejectedValue(
      refusal({ status: 403, code: 'account_disabled', detail: 'This account is disabled. Ask an admin.' }),
    )
    await keyboard.type(await name(), 'ingrid')
    await keyboard.type(password(), 'correct horse{Enter}')
    expect(within(screen.getByRole('alert')).getByText('This account is disabled. Ask an admin.')).toBeInTheDocument()
    expect(await name()).toHaveProperty('value', 'ingrid')
  })

  it('puts the focus into the first field that is empty, and asks the server nothing', async () => {
    const { keyboard } = openPage('/login', { user: null })
    await name()
    await keyboard.click(screen.getByRole('button', { name: 'Sign in' }))
    expect(document.activeElement).toBe(await name())
    expect(described(await name())).toBe('Enter your username or e-mail address.')
    expect(described(password())).toBe('Enter your password.')
    expect(server.login).not.toHaveBeenCalled()
    await keyboard.type(await name(), 'i')
    expect((await name()).getAttribute('aria-invalid')).toBeNull()
  })

  it('keeps what was typed without a connection, and tries again', async () => {
    const { keyboard } = openPage('/login', { user: null })
    server.login
      .mockRejectedValueOnce(offline())
      .mockResolvedValueOnce({ user: ownUser(), accessExpiresAt: '2026-11-21T10:00:00Z' })
    await keyboard.type(await name(), 'ingrid')
    await keyboard.type(password(), 'correct horse{Enter}')
    expect(await screen.findByText(/What you typed is still here/)).toBeInTheDocument()
    await keyboard.click(screen.getByRole('button', { name: 'Try again' }))
    expect(await screen.findByRole('heading', { name: 'Chats' })).toBeInTheDocument()
  })

  it('is sent once however often Enter is pressed', async () => {
    const { keyboard } = openPage('/login', { user: null })
    server.login.mockReturnValue(new Promise(() => {}))
    await keyboard.type(await name(), 'ingrid')
    await keyboard.type(password(), 'correct horse{Enter}{Enter}{Enter}')
    await keyboard.click(screen.getByRole('button', { name: 'Sign in' }))
    expect(server.login).toHaveBeenCalledTimes(1)
    expect(screen.getByRole('button', { name: 'Sign in' }).getAttribute('aria-busy')).toBe('true')
  })

  it('says why, when the session has ended', async () => {
    openPage('/')
    await screen.findByRole('heading', { name: 'Chats' })
    useSession.getState().ended('revoked')
    expect(await screen.findByText('You were signed out because your session was ended.')).toBeInTheDocument()
  })

  it('is not shown to a user who is signed in', async () => {
    openPage('/login')
    expect(await screen.findByRole('heading', { name: 'Chats' })).toBeInTheDocument()
    expect(location.pathname).toBe('/')
  })

  it('shows the password while asked to', async () => {
    const { keyboard } = openPage('/login', { user: null })
    await name()
    expect(password().getAttribute('type')).toBe('password')
    await keyboard.click(screen.getByRole('button', { name: 'Show password' }))
    expect(password().getAttribute('type')).toBe('text')
    await keyboard.click(screen.getByRole('button', { name: 'Hide password' }))
    expect(password().getAttribute('type')).toBe('password')
  })
})

describe('starting without the server', () => {
  it('says so and tries again', async () => {
    const { keyboard } = openPage('/', {
      answers: () =>
        server.session
          .mockReset()
          .mockRejectedValueOnce(offline())
          .mockResolvedValueOnce({ user: ownUser(), isRefreshable: true }),
    })
    await keyboard.click(await screen.findByRole('button', { name: 'Try again' }))
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Chats' })).toBeInTheDocument())
  })
})

it('a page that a busy server turned away asks again by itself when the server said', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  openPage('/login', {
    user: null,
    answers: () => server.session.mockRejectedValueOnce(refusal({ status: 429, code: 'rate_limited', retryAfter: 10 })),
  })
  await act(() => vi.advanceTimersByTimeAsync(9000))
  expect(server.session).toHaveBeenCalledTimes(1)
  expect(screen.getByText('Could not reach Parley')).toBeInTheDocument()
  await act(() => vi.advanceTimersByTimeAsync(6100))
  expect(server.session).toHaveBeenCalledTimes(2)
  expect(screen.queryByText('Could not reach Parley')).toBeNull()
})
