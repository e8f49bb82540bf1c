import { screen } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import { checkEmail, checkFullName, checkNewPassword, checkUsername } from '../../src/components/auth/checks.ts'
import { ownUser } from '../generators/index.ts'
import { described, openPage, refusal, server } from '../helpers/page.tsx'

vi.mock(import('../../src/lib/api.ts'), async (original) => (await import('../helpers/mockedApi.ts')).mockedApi(original))

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
    expect(await screen.findByRole('heading', { name: 'Chats' })).toBeDefined()
    expect(server.signup).toHaveBeenCalledWith({
      fullName: 'Noor Rahman', username: 'noor', email: 'noor@mail.example', password: 'correct horse',
    })
  })

  it("shows the server's objection at its field, with the focus there", async () => {
    const { keyboard } = openPage('/signup', { user: null })
    server.signup.mockRejectedValue(
      refusal({ status: 409, code: 'username_taken', detail: 'Taken.', errors: [{ field: 'username', message: 'is taken' }] }),
    )
    await fill(keyboard)
    await keyboard.keyboard('{Enter}')
    expect(await screen.findByText('Username is taken.')).toBeDefined()
    expect(document.activeElement).toBe(screen.getByLabelText('Username'))
    expect(described(screen.getByLabelText('Username'))).toBe('Username is taken.')
  })

  it('lets password managers know what belongs where', async () => {
    openPage('/signup', { user: null })
    expect((await screen.findByLabelText('Your name')).getAttribute('autocomplete')).toBe('name')
    expect(screen.getByLabelText('Username').getAttribute('autocomplete')).toBe('username')
    expect(screen.getByLabelText('E-mail').getAttribute('autocomplete')).toBe('email')
    expect(screen.getByLabelText('Password').getAttribute('autocomplete')).toBe('new-password')
  })
})

describe('what the page can tell of a value before the server does', () => {
  it.each(['abc', 'a.b-c_d', 'Łukasz', '田中由紀', '  noor  '])('takes the username %j', (value) => {
    expect(checkUsername(value)).toBeUndefined()
  })

  it.each(['', 'ab', 'x'.repeat(33), '.noor', 'noor-', 'no or', 'noor@mail', '🙂🙂🙂'])('refuses the username %j', (value) => {
    expect(checkUsername(value)).toEqual(expect.any(String))
  })

  it('counts characters of a password as people do, and its bytes as bcrypt does', () => {
    expect(checkNewPassword('🙂'.repeat(7))).toMatch(/at least 8/)
    expect(checkNewPassword('🙂'.repeat(8))).toBeUndefined()
    expect(checkNewPassword('a'.repeat(72))).toBeUndefined()
    expect(checkNewPassword('🙂'.repeat(19))).toMatch(/76 bytes/)
  })

  it('refuses only what cannot be an address', () => {
    for (const address of ['a@b.co', 'noor+chat@mail.example', 'ñ@exämple.org']) expect(checkEmail(address)).toBeUndefined()
    for (const address of ['', 'noor', 'noor@mail', '@mail.example', 'no or@mail.example', 'noor@mail.']) expect(checkEmail(address)).toBeDefined()
  })

  it('needs a name of at most 80 characters', () => {
    expect(checkFullName('  ')).toBeDefined()
    expect(checkFullName('é'.repeat(80))).toBeUndefined()
    expect(checkFullName('é'.repeat(81))).toBeDefined()
  })
})
