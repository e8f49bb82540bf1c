import { screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { openPage, refusal, server } from '../helpers/page.tsx'

async function choose(keyboard: ReturnType<typeof openPage>['keyboard'], password: string, again = password) {
  await keyboard.type(await screen.findByLabelText('New password'), password)
  await keyboard.type(screen.getByLabelText('Repeat the password'), again)
  await keyboard.click(screen.getByRole('button', { name: 'Set the password' }))
}

describe('a link to a new password', () => {
  it('sets it, and then leads to the sign-in', async () => {
    const { keyboard } = openPage('/reset/the-token', { user: null })
    server.resetPassword.mockReset().mockResolvedValue()
    await choose(keyboard, 'correct horse')
    expect(await screen.findByRole('heading', { name: 'Your new password is set' })).toBeInTheDocument()
    expect(server.resetPassword).toHaveBeenCalledExactlyOnceWith({ token: 'the-token', password: 'correct horse' })
    expect(document.activeElement).toBe(screen.getByRole('link', { name: 'Sign in' }))
    await keyboard.keyboard('{Enter}')
    expect(await screen.findByRole('heading', { name: 'Welcome back' })).toBeInTheDocument()
  })

  it('asks for the same password twice, before the server is asked', async () => {
    const { keyboard } = openPage('/reset/the-token', { user: null })
    server.resetPassword.mockReset()
    await choose(keyboard, 'correct horse', 'correct hose')
    expect(await screen.findByText('The two passwords are different.')).toBeInTheDocument()
    expect(document.activeElement).toBe(screen.getByLabelText('Repeat the password'))
    expect(server.resetPassword).not.toHaveBeenCalled()
  })

  it("shows the server's objection at its field", async () => {
    const { keyboard } = openPage('/reset/the-token', { user: null })
    server.resetPassword.mockReset().mockRejectedValue(
      refusal({
        status: 400,
        code: 'invalid_input',
        errors: [
          { field: 'password', code: 'too_short', params: { min: 12 }, message: 'must have at least 12 characters' },
        ],
      }),
    )
    await choose(keyboard, 'correct horse')
    expect(await screen.findByText('Use at least 12 characters.')).toBeInTheDocument()
  })

  it.each([
    { status: 410, code: 'link_not_valid' as const },
    {
      status: 400,
      code: 'invalid_input' as const,
      errors: [
        { field: 'token', code: 'must_be_reset_token' as const, params: {}, message: 'is not the token of a link' },
      ],
    },
  ])('that was used or has run out says so, and who can help: $code', async (given) => {
    const { keyboard } = openPage('/reset/old', { user: null })
    server.resetPassword.mockReset().mockRejectedValue(refusal(given))
    await choose(keyboard, 'correct horse')
    expect(await screen.findByRole('heading', { name: 'This link is no longer valid' })).toBeInTheDocument()
    expect(screen.getByText(/Ask an admin for a new one/u, { selector: 'p' })).toBeInTheDocument()
  })

  it('keeps what was typed where there is no connection', async () => {
    const { keyboard } = openPage('/reset/the-token', { user: null })
    server.resetPassword
      .mockReset()
      .mockRejectedValue(refusal({ status: 0, code: 'unavailable', detail: 'No connection to the server.' }))
    await choose(keyboard, 'correct horse')
    expect(await screen.findByRole('button', { name: 'Try again' })).toBeInTheDocument()
    expect(screen.getByLabelText<HTMLInputElement>('New password').value).toBe('correct horse')
  })

  it('works for who is signed in', async () => {
    openPage('/reset/the-token')
    expect(await screen.findByRole('heading', { name: 'Choose a new password' })).toBeInTheDocument()
  })
})
