import { screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import {
  checkEmail,
  checkFullName,
  checkNewPassword,
  checkUsername,
} from '../../src/accounts/accountForm.validation.ts'
import { ownUser } from '../generators/index.ts'
import { described, openPage, refusal, server } from '../helpers/page.tsx'

async function fill(keyboard: ReturnType<typeof openPage>['keyboard']) {
  await keyboard.type(await screen.findByLabelText('Your name'), ' Noor Rahman ')
  await keyboard.type(screen.getByLabelText('Username'), 'noor')
  await keyboard.type(screen.getByLabelText('E-mail'), 'noor@mail.example')
  await keyboard.type(screen.getByLabelText('Password'), 'correct horse')
}

describe('signing up', () => {
  it('leads to the chats', async () => {
    const { keyboard } = openPage('/signup', { user: null })
    server.signup.mockResolvedValue({ user: ownUser(), accessExpiresAt: '2026-11-21T10:00:00Z' })
    await fill(keyboard)
    await keyboard.click(screen.getByRole('button', { name: 'Create account' }))
    expect(await screen.findByRole('heading', { name: 'Chats' })).toBeInTheDocument()
    expect(server.signup).toHaveBeenCalledWith({
      fullName: 'Noor Rahman',
      username: 'noor',
      email: 'noor@mail.example',
      password: 'correct horse',
    })
  })

  it("shows the server's objection at its field, with the focus there", async () => {
    const { keyboard } = openPage('/signup', { user: null })
    server.signup.mockRejectedValue(
      refusal({
        status: 409,
        code: 'username_taken',
        detail: 'Taken.',
        errors: [{ field: 'username', code: 'is_taken', params: {}, message: 'is taken' }],
      }),
    )
    await fill(keyboard)
    await keyboard.keyboard('{Enter}')
    expect(await screen.findByText('Another account uses this.')).toBeInTheDocument()
    expect(document.activeElement).toBe(screen.getByLabelText('Username'))
    expect(described(screen.getByLabelText('Username'))).toBe('Another account uses this.')
  })

  it('lets password managers know what belongs where', async () => {
    openPage('/signup', { user: null })
    expect((await screen.findByLabelText('Your name')).getAttribute('autocomplete')).toBe('name')
    expect(screen.getByLabelText('Username').getAttribute('autocomplete')).toBe('username')
    expect(screen.getByLabelText('E-mail').getAttribute('autocomplete')).toBe('email')
    expect(screen.getByLabelText('Password').getAttribute('autocomplete')).toBe('new-password')
  })
})

describe('on a server that limits the sign-up', () => {
  it('says that it takes an invitation before anything is typed, and takes the link of one', async () => {
    const { keyboard } = openPage('/signup', {
      user: null,
      answers: () =>
        server.registration.mockImplementation(async (invite) => ({
          mode: 'invite',
          domains: [],
          isInviteValid: invite === undefined ? null : invite === 'good',
          firstAccount: null,
        })),
    })
    expect(await screen.findByRole('heading', { name: 'By invitation only' })).toBeInTheDocument()
    expect(screen.queryByLabelText('Username')).toBeNull()
    await keyboard.type(screen.getByLabelText('Invitation link'), 'https://chat.example/signup?invite=good')
    await keyboard.click(screen.getByRole('button', { name: 'Continue' }))
    expect(await screen.findByText(/Your invitation is valid/u)).toBeInTheDocument()
    server.signup.mockReset().mockResolvedValue({ user: ownUser(), accessExpiresAt: '2026-11-21T10:00:00Z' })
    await fill(keyboard)
    await keyboard.keyboard('{Enter}')
    await screen.findByRole('heading', { name: 'Chats' })
    expect(server.signup.mock.calls[0]?.[0]).toMatchObject({ invite: 'good' })
  })

  it('asks for the setup code of a new server, and says what the first account is', async () => {
    const { keyboard } = openPage('/signup', {
      user: null,
      answers: () =>
        server.registration.mockResolvedValue({
          mode: 'invite',
          domains: [],
          isInviteValid: null,
          firstAccount: 'setupCode',
        }),
    })
    expect(await screen.findByText(/It becomes the admin/u)).toBeVisible()
    server.signup.mockReset()
    await fill(keyboard)
    await keyboard.keyboard('{Enter}')
    expect(await screen.findByText('Enter the setup code.')).toBeVisible()
    expect(screen.getByLabelText('Setup code')).toHaveFocus()
    server.signup.mockRejectedValueOnce(
      refusal({ code: 'signup_closed', reason: 'setup_code_not_valid', params: {}, status: 403 }),
    )
    await keyboard.keyboard('WRONG-12345{Enter}')
    expect(await screen.findByText(/The setup code is wrong/u)).toBeVisible()
    server.signup.mockResolvedValue({ user: ownUser(), accessExpiresAt: '2026-11-21T10:00:00Z' })
    await keyboard.clear(screen.getByLabelText('Setup code'))
    await keyboard.type(screen.getByLabelText('Setup code'), 'ABCDE-12345{Enter}')
    await screen.findByRole('heading', { name: 'Chats' })
    expect(server.signup.mock.lastCall?.[0]).toMatchObject({ setupCode: 'ABCDE-12345' })
  })

  it('says of an invitation that it has run out', async () => {
    openPage('/signup?invite=old', {
      user: null,
      answers: () =>
        server.registration.mockResolvedValue({
          mode: 'invite',
          domains: [],
          isInviteValid: false,
          firstAccount: null,
        }),
    })
    expect(await screen.findByText(/has expired or was used up/u)).toBeInTheDocument()
    expect(screen.getByLabelText('Invitation link')).toBeInTheDocument()
  })

  it('says which addresses are taken, and refuses others at their field', async () => {
    const { keyboard } = openPage('/signup', {
      user: null,
      answers: () =>
        server.registration.mockResolvedValue({
          mode: 'domain',
          domains: ['school.example', 'staff.example'],
          isInviteValid: null,
          firstAccount: null,
        }),
    })
    expect(await screen.findByText(/of school.example or staff.example, or an invitation/u)).toBeInTheDocument()
    server.signup.mockReset()
    await fill(keyboard)
    await keyboard.keyboard('{Enter}')
    expect(described(screen.getByLabelText('E-mail'))).toBe(
      'Use an address of school.example or staff.example, or ask an admin for an invitation.',
    )
    expect(server.signup).not.toHaveBeenCalled()
  })

  it("puts the server's refusal of an address at the address", async () => {
    const { keyboard } = openPage('/signup', {
      user: null,
      answers: () =>
        server.registration.mockResolvedValue({
          mode: 'domain',
          domains: ['mail.example'],
          isInviteValid: null,
          firstAccount: null,
        }),
    })
    server.signup
      .mockReset()
      .mockRejectedValue(refusal({ status: 403, code: 'signup_closed', detail: 'You need an invitation.' }))
    await fill(keyboard)
    await keyboard.keyboard('{Enter}')
    await screen.findByText('You need an invitation.')
    expect(described(screen.getByLabelText('E-mail'))).toBe('You need an invitation.')
  })

  it('lets one try where the server could not be asked', async () => {
    openPage('/signup', {
      user: null,
      answers: () => server.registration.mockRejectedValue(refusal({ status: 503, code: 'unavailable' })),
    })
    expect(await screen.findByLabelText('Username')).toBeInTheDocument()
  })
})

describe('what the page can tell of a value before the server does', () => {
  it.each(['abc', 'a.b-c_d', 'Łukasz', '田中由紀', '  noor  '])('takes the username %j', (value) => {
    expect(checkUsername(value)).toBeUndefined()
  })

  it.each(['', 'ab', 'x'.repeat(33), '.noor', 'noor-', 'no or', 'noor@mail', '🙂🙂🙂'])(
    'refuses the username %j',
    (value) => {
      expect(checkUsername(value)).toEqual(expect.any(String))
    },
  )

  it('counts characters of a password as people do, and its bytes as bcrypt does', () => {
    expect(checkNewPassword('🙂'.repeat(7))).toMatch(/at least 8/)
    expect(checkNewPassword('🙂'.repeat(8))).toBeUndefined()
    expect(checkNewPassword('a'.repeat(72))).toBeUndefined()
    expect(checkNewPassword('🙂'.repeat(19))).toMatch(/76 bytes/)
  })

  it('refuses only what cannot be an address', () => {
    for (const address of ['a@b.co', 'noor+chat@mail.example', 'ñ@exämple.org'])
      expect(checkEmail(address)).toBeUndefined()
    for (const address of ['', 'noor', 'noor@mail', '@mail.example', 'no or@mail.example', 'noor@mail.'])
      expect(checkEmail(address)).toBeDefined()
  })

  it('needs a name of at most 80 characters', () => {
    expect(checkFullName('  ')).toBeDefined()
    expect(checkFullName('é'.repeat(80))).toBeUndefined()
    expect(checkFullName('é'.repeat(81))).toBeDefined()
  })
})
