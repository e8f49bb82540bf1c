import { screen, within } from '@testing-library/react'
import type { AccountInvite } from 'backend/contract'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import * as adminApi from '../../../src/admin/shared/admin.api.ts'
import { id } from '../../generators/index.ts'
import { openAdmin, settings } from '../../helpers/admin.tsx'
import { offline } from '../../helpers/page.tsx'

vi.mock(import('../../../src/admin/shared/admin.api.ts'), { spy: true })

const api = vi.mocked(adminApi)

const invite = (given: Partial<AccountInvite> = {}): AccountInvite => ({
  id: id(),
  note: 'Parents of year 5',
  createdBy: id(),
  createdAt: '2026-11-20T09:00:00Z',
  expiresAt: null,
  maxUses: null,
  uses: 0,
  ...given,
})

beforeEach(() => {
  api.getSettings.mockResolvedValue(settings())
  api.listInvites.mockResolvedValue({ items: [], nextCursor: null })
})

const save = () =>
  within(screen.getByRole('region', { name: 'Who may make an account' })).getByRole('button', { name: 'Save' })

describe('who may make an account', () => {
  test('is chosen and saved, and says so', async () => {
    const { keyboard } = openAdmin('sign-in')
    await keyboard.click(await screen.findByRole('radio', { name: 'By invitation' }))
    expect(screen.getByText('Unsaved changes')).toBeInTheDocument()
    api.changeSettings.mockResolvedValue(settings({ registration: { mode: 'invite', domains: [] } }))
    await keyboard.click(save())
    expect(api.changeSettings).toHaveBeenCalledExactlyOnceWith({
      registration: { mode: 'invite', domains: [] },
      fromRevision: 0,
    })
    expect(await screen.findByText('Saved')).toBeInTheDocument()
  })

  test('by domain takes them as people write them', async () => {
    const { keyboard } = openAdmin('sign-in')
    await keyboard.click(await screen.findByRole('radio', { name: 'By e-mail domain' }))
    await keyboard.type(screen.getByLabelText('Domains'), '@School.example, staff.school.example\nschool.example')
    api.changeSettings.mockRejectedValueOnce(offline())
    await keyboard.click(save())
    const domains = ['school.example', 'staff.school.example']
    expect(api.changeSettings).toHaveBeenCalledExactlyOnceWith({
      registration: { mode: 'domain', domains },
      fromRevision: 0,
    })
    expect((await screen.findByRole('alert')).textContent).toMatch(/^Not saved\. No connection/u)
    expect(screen.getByLabelText('Domains')).toHaveProperty(
      'value',
      '@School.example, staff.school.example\nschool.example',
    )
  })

  test.each([
    ['', 'Name at least one domain.'],
    ['school', '“school” is not a domain, such as school.example.'],
  ])('by the domain "%s" is not saved', async (text, why) => {
    const { keyboard } = openAdmin('sign-in')
    await keyboard.click(await screen.findByRole('radio', { name: 'By e-mail domain' }))
    if (text !== '') await keyboard.type(screen.getByLabelText('Domains'), text)
    await keyboard.click(save())
    expect(screen.getByText(why)).toBeInTheDocument()
    expect(api.changeSettings).not.toHaveBeenCalled()
  })
})

describe('an invite link', () => {
  test('is made with note, end and uses, shown once, and listed', async () => {
    const { keyboard } = openAdmin('sign-in')
    await keyboard.click(await screen.findByRole('button', { name: 'New link' }))
    await keyboard.type(screen.getByLabelText('Note'), 'Parents of year 5')
    await keyboard.selectOptions(screen.getByLabelText('It works for'), '30 days')
    await keyboard.type(screen.getByLabelText('How many may use it'), '0')
    await keyboard.click(screen.getByRole('button', { name: 'Make a link' }))
    expect(screen.getByText('A number from 1 to 1000, or nothing.')).toBeInTheDocument()
    expect(api.createAccountInvite).not.toHaveBeenCalled()
    api.createAccountInvite.mockResolvedValue({ ...invite({ maxUses: 30 }), token: 'se/cret' })
    await keyboard.clear(screen.getByLabelText('How many may use it'))
    await keyboard.type(screen.getByLabelText('How many may use it'), '30')
    await keyboard.click(screen.getByRole('button', { name: 'Make a link' }))
    expect(api.createAccountInvite).toHaveBeenCalledExactlyOnceWith({
      note: 'Parents of year 5',
      expiresInSeconds: 2_592_000,
      maxUses: 30,
    })
    expect(await screen.findByLabelText('Invite link')).toHaveProperty(
      'value',
      'http://localhost/signup?invite=se%2Fcret',
    )
    await keyboard.click(screen.getByRole('button', { name: 'Done' }))
    expect(within(screen.getByRole('list', { name: 'Invite links' })).getByText(/0 of 30 used/u)).toBeInTheDocument()
    expect(screen.queryByDisplayValue(/cret/u)).toBeNull()
  })

  test('says that it no longer works when it is used up or over', async () => {
    api.listInvites.mockResolvedValue({
      items: [
        invite({ maxUses: 3, uses: 3 }),
        invite({ note: 'Old', expiresAt: '2020-01-01T00:00:00Z' }),
        invite({ note: 'Good' }),
      ],
      nextCursor: null,
    })
    openAdmin('sign-in')
    const rows = within(await screen.findByRole('list', { name: 'Invite links' }))
    expect(
      (await rows.findAllByRole('listitem')).map(({ textContent }) => /No longer works/u.test(textContent ?? '')),
    ).toEqual([true, true, false])
  })

  test('is revoked after a question', async () => {
    const one = invite()
    api.listInvites.mockResolvedValue({ items: [one], nextCursor: null })
    api.revokeAccountInvite.mockResolvedValue(undefined)
    const { keyboard } = openAdmin('sign-in')
    await keyboard.click(await screen.findByRole('button', { name: 'Revoke Parents of year 5' }))
    expect(api.revokeAccountInvite).not.toHaveBeenCalled()
    await keyboard.click(screen.getByRole('button', { name: 'Revoke' }))
    expect(api.revokeAccountInvite).toHaveBeenCalledExactlyOnceWith(one.id)
    expect(await screen.findByText('The link no longer works.')).toBeInTheDocument()
    expect(screen.queryByText('Parents of year 5')).toBeNull()
  })

  test('can be made also when the settings cannot be loaded, and the other way round', async () => {
    api.getSettings.mockRejectedValue(offline())
    openAdmin('sign-in')
    expect((await screen.findByRole('alert')).textContent).toMatch(/Could not load the sign-up rules/u)
    expect(screen.getByRole('button', { name: 'New link' })).toBeInTheDocument()
  })
})
