import { act, screen, waitFor, within } from '@testing-library/react'
import type { AdminUser } from 'backend/contract'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import * as adminApi from '../../../src/admin/shared/admin.api.ts'
import { adminUser, openAdmin, seeEverything } from '../../helpers/admin.tsx'
import { Deferred } from '../../helpers/deferred.ts'
import { offline, refusal, sentence } from '../../helpers/page.tsx'

vi.mock(import('../../../src/admin/shared/admin.api.ts'), { spy: true })

const api = vi.mocked(adminApi)
const kofi = adminUser({ fullName: 'Kofi Boateng', username: 'kofi', email: 'kofi@school.example' })
const leila = adminUser({ fullName: 'Leila Haddad', username: 'leila', role: 'admin' })

const page = (items: AdminUser[], nextCursor: string | null = null, total = items.length) => ({
  items,
  nextCursor,
  total,
})

beforeEach(() => {
  api.listUsers.mockResolvedValue(page([kofi, leila]))
})

const row = async (name: RegExp) => within(await screen.findByRole('row', { name }))

async function choose(item: string, opened = openAdmin('people')) {
  await opened.keyboard.click(await screen.findByRole('button', { name: 'Actions: Kofi Boateng' }))
  await opened.keyboard.click(screen.getByRole('menuitem', { name: item }))
  return opened
}

const head = () => screen.getByRole('columnheader', { name: 'Username' }).getAttribute('aria-sort')

describe('the list of people', () => {
  test('shows each with role and state, and how many there are', async () => {
    api.listUsers.mockResolvedValue(page([{ ...kofi, state: 'disabled' }, leila], null, 10_000))
    openAdmin('people')
    expect((await row(/Kofi Boateng/u)).getByText('Disabled')).toBeInTheDocument()
    expect((await row(/Leila Haddad/u)).getByText('Admin')).toBeInTheDocument()
    expect(screen.getByText('10,000 people')).toBeInTheDocument()
  })

  test('is of cards where there is no room for columns, with the order to choose', async () => {
    const { keyboard } = openAdmin('people', 'phone')
    const cards = within(await screen.findByRole('list', { name: 'People' })).getAllByRole('listitem')
    expect(cards[0]?.textContent).toMatch(/Kofi Boateng.*@kofi.*kofi@school\.example.*Member.*Last active: Never/u)
    expect(screen.queryByRole('table')).toBeNull()
    await keyboard.selectOptions(screen.getByLabelText('Order'), 'Newest first')
    await waitFor(() => expect(api.listUsers).toHaveBeenLastCalledWith(expect.objectContaining({ sort: '-created' })))
  })

  test('asks once for what was typed, when the typing pauses', async () => {
    const { keyboard } = openAdmin('people')
    await screen.findByRole('row', { name: /Kofi/u })
    api.listUsers.mockResolvedValue(page([leila]))
    await keyboard.type(screen.getByRole('searchbox', { name: 'Search people' }), 'leil')
    await waitFor(() => expect(screen.queryByRole('row', { name: /Kofi/u })).toBeNull())
    expect(api.listUsers.mock.calls.map(([query]) => query.q)).toEqual([undefined, 'leil'])
    expect(screen.getByText('1 person')).toBeInTheDocument()
  })

  test('is narrowed by role and state', async () => {
    const { keyboard } = openAdmin('people')
    await keyboard.selectOptions(await screen.findByLabelText('Role'), 'Admins')
    await keyboard.selectOptions(screen.getByLabelText('State'), 'Disabled')
    await waitFor(() =>
      expect(api.listUsers).toHaveBeenLastCalledWith(expect.objectContaining({ role: 'admin', state: 'disabled' })),
    )
  })

  test('is ordered by a head, the other way round by a second press, and says so', async () => {
    const { keyboard } = openAdmin('people')
    await screen.findByRole('row', { name: /Kofi/u })
    expect(screen.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('ascending')
    expect(head()).toBe('none')
    await keyboard.click(screen.getByRole('button', { name: 'Username' }))
    expect(head()).toBe('ascending')
    await keyboard.click(screen.getByRole('button', { name: 'Username' }))
    expect(head()).toBe('descending')
    await waitFor(() => expect(api.listUsers).toHaveBeenLastCalledWith(expect.objectContaining({ sort: '-username' })))
    await keyboard.click(screen.getByRole('button', { name: 'Last active' }))
    await waitFor(() => expect(api.listUsers).toHaveBeenLastCalledWith(expect.objectContaining({ sort: '-seen' })))
  })

  test('goes on with the next page where the last one ended', async () => {
    seeEverything()
    api.listUsers.mockImplementation(async ({ cursor }) =>
      cursor === 'next' ? page([leila], null, 2) : page([kofi], 'next', 2),
    )
    openAdmin('people')
    expect(await screen.findByRole('row', { name: /Leila/u })).toBeInTheDocument()
    expect(screen.getByRole('row', { name: /Kofi/u })).toBeInTheDocument()
    expect(api.listUsers).toHaveBeenCalledTimes(2)
  })

  test('lets the last question win, whichever answer comes first', async () => {
    const slow = new Deferred<ReturnType<typeof page>>()
    const { keyboard } = openAdmin('people')
    await screen.findByRole('row', { name: /Kofi/u })
    api.listUsers.mockReturnValueOnce(slow.promise)
    await keyboard.selectOptions(screen.getByLabelText('Role'), 'Members')
    await waitFor(() => expect(api.listUsers).toHaveBeenCalledTimes(2))
    api.listUsers.mockResolvedValue(page([leila]))
    await keyboard.selectOptions(screen.getByLabelText('Role'), 'Admins')
    await waitFor(() => expect(screen.queryByRole('row', { name: /Kofi/u })).toBeNull())
    await act(async () => slow.resolve(page([kofi])))
    expect(screen.queryByRole('row', { name: /Kofi/u })).toBeNull()
  })

  test('says that no user was found, and why the list could not be loaded, with a way out', async () => {
    api.listUsers.mockRejectedValueOnce(offline())
    const { keyboard } = openAdmin('people')
    expect((await screen.findByRole('alert')).textContent).toMatch(/Could not load people.*No connection/u)
    api.listUsers.mockResolvedValue(page([]))
    await keyboard.click(screen.getByRole('button', { name: 'Try again' }))
    expect(await screen.findByText('No people yet')).toBeInTheDocument()
  })
})

describe('what is done to a person', () => {
  test('is explained, done, and seen at once', async () => {
    api.disableUser.mockResolvedValue({ ...kofi, state: 'disabled' })
    const { keyboard } = await choose('Disable')
    const dialog = within(screen.getByRole('dialog', { name: 'Disable Kofi Boateng?' }))
    expect(dialog.getByText(/signed out everywhere at once/u)).toBeInTheDocument()
    await keyboard.click(dialog.getByRole('button', { name: 'Disable' }))
    expect(api.disableUser).toHaveBeenCalledExactlyOnceWith(kofi.id)
    expect(await (await row(/Kofi Boateng/u)).findByText('Disabled')).toBeInTheDocument()
    expect(screen.getByText(sentence('Kofi Boateng is disabled and signed out.'))).toBeInTheDocument()
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  test('that the server refuses is said in the dialog, which stays', async () => {
    api.setRole.mockRejectedValue(refusal({ code: 'last_admin', status: 409, detail: 'This is the only admin.' }))
    const { keyboard } = await choose('Make an admin')
    await keyboard.click(screen.getByRole('button', { name: 'Make an admin' }))
    expect(within(screen.getByRole('dialog')).getByRole('alert').textContent).toBe('This is the only admin.')
    expect(api.setRole).toHaveBeenCalledWith(kofi.id, 'admin')
  })

  test('disabled, they are enabled again without a question', async () => {
    api.listUsers.mockResolvedValue(page([{ ...kofi, state: 'disabled' }]))
    api.enableUser.mockResolvedValue(kofi)
    await choose('Enable')
    expect(await screen.findByText(sentence('Kofi Boateng can sign in again.'))).toBeInTheDocument()
    expect((await row(/Kofi Boateng/u)).queryByText('Disabled')).toBeNull()
  })

  test('they are muted for a time that is chosen, and no time that is over', async () => {
    const until = new Date(Date.now() + 86_400_000).toISOString()
    api.muteUser.mockResolvedValue({ ...kofi, mutedUntil: until })
    const { keyboard } = await choose('Mute for a time')
    await keyboard.selectOptions(screen.getByLabelText('For'), 'Until a time')
    await keyboard.click(screen.getByRole('button', { name: 'Mute' }))
    expect(screen.getByText('Choose a day and a time.')).toBeInTheDocument()
    expect(api.muteUser).not.toHaveBeenCalled()
    await keyboard.selectOptions(screen.getByLabelText('For'), '1 day')
    await keyboard.click(screen.getByRole('button', { name: 'Mute' }))
    expect(api.muteUser).toHaveBeenCalledExactlyOnceWith(kofi.id, { seconds: 86_400 })
    expect(await (await row(/Kofi Boateng/u)).findByText('Muted')).toBeInTheDocument()
  })

  test('they are signed out everywhere', async () => {
    api.endSessions.mockResolvedValue(undefined)
    const { keyboard } = await choose('Sign out everywhere')
    await keyboard.click(screen.getByRole('button', { name: 'Sign out' }))
    expect(await screen.findByText(sentence('Kofi Boateng is signed out everywhere.'))).toBeInTheDocument()
  })

  test('a link to a new password is made when asked for, and shown once', async () => {
    api.makeResetLink.mockResolvedValue({ token: 'secret', expiresAt: '2026-11-22T09:00:00Z' })
    const { keyboard } = await choose('Link to a new password')
    expect(api.makeResetLink).not.toHaveBeenCalled()
    await keyboard.click(screen.getByRole('button', { name: 'Make a link' }))
    expect(await screen.findByLabelText('Link to a new password')).toHaveProperty(
      'value',
      'http://localhost/reset/secret',
    )
    await keyboard.click(screen.getByRole('button', { name: 'Copy' }))
    expect(await navigator.clipboard.readText()).toBe('http://localhost/reset/secret')
    await keyboard.click(screen.getByRole('button', { name: 'Done' }))
    expect(screen.queryByDisplayValue(/secret/u)).toBeNull()
  })

  test('their data is downloaded, or it is said why not', async () => {
    api.startDownload.mockResolvedValueOnce(undefined)
    const opened = await choose('Export their data')
    expect(api.startDownload).toHaveBeenCalledExactlyOnceWith(`/api/admin/users/${kofi.id}/export`)
    api.startDownload.mockRejectedValueOnce(offline())
    await choose('Export their data', opened)
    expect(await screen.findByText(/^Not downloaded\./u)).toBeInTheDocument()
  })

  test('they are deleted only when their username was typed, with their messages if that is wanted', async () => {
    api.deleteUser.mockResolvedValue(undefined)
    const { keyboard } = await choose('Delete')
    const dialog = within(screen.getByRole('dialog', { name: 'Delete Kofi Boateng?' }))
    await keyboard.type(dialog.getByLabelText('Type kofi to confirm'), 'someone')
    await keyboard.click(dialog.getByRole('button', { name: 'Delete' }))
    expect(dialog.getByText('That is another username.')).toBeInTheDocument()
    expect(api.deleteUser).not.toHaveBeenCalled()
    await keyboard.clear(dialog.getByLabelText('Type kofi to confirm'))
    await keyboard.type(dialog.getByLabelText('Type kofi to confirm'), 'Kofi')
    await keyboard.click(dialog.getByRole('radio', { name: 'Delete their messages too' }))
    await keyboard.click(dialog.getByRole('button', { name: 'Delete' }))
    expect(api.deleteUser).toHaveBeenCalledExactlyOnceWith(kofi.id, true)
    await waitFor(() => expect(screen.queryByRole('row', { name: /Kofi/u })).toBeNull())
    expect(screen.getByText('1 person')).toBeInTheDocument()
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('region', { name: 'People' })))
  })

  test('a deletion that failed keeps what was typed', async () => {
    api.deleteUser.mockRejectedValue(offline())
    const { keyboard } = await choose('Delete')
    await keyboard.type(screen.getByLabelText('Type kofi to confirm'), 'kofi')
    await keyboard.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Delete' }))
    expect((await screen.findByRole('alert')).textContent).toMatch(/^Not deleted, or not all of it\. No connection/u)
    expect(screen.getByLabelText('Type kofi to confirm')).toHaveProperty('value', 'kofi')
    expect(api.deleteUser).toHaveBeenCalledExactlyOnceWith(kofi.id, false)
  })

  test('of whom only messages are left, these can be deleted too', async () => {
    api.listUsers.mockResolvedValue(
      page([{ ...kofi, fullName: 'Deleted account', username: 'deleted-1', email: '', state: 'deleted' }]),
    )
    api.deleteUser.mockResolvedValue(undefined)
    const { keyboard } = openAdmin('people')
    await keyboard.click(await screen.findByRole('button', { name: 'Actions: Deleted account' }))
    expect(screen.getAllByRole('menuitem')).toHaveLength(1)
    await keyboard.click(screen.getByRole('menuitem', { name: 'Delete their messages' }))
    await keyboard.type(screen.getByLabelText('Type delete to confirm'), 'delete')
    await keyboard.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Delete' }))
    expect(api.deleteUser).toHaveBeenCalledExactlyOnceWith(kofi.id, true)
    expect(await screen.findByText('All their messages are deleted.')).toBeInTheDocument()
    expect(screen.getByRole('row', { name: /Deleted account/u })).toBeInTheDocument()
  })

  test('no admin disables, mutes or deletes their own account by a slip', async () => {
    const { admin, keyboard } = openAdmin('people')
    api.listUsers.mockResolvedValue(page([adminUser({ ...admin, fullName: 'Ingrid Sørensen' })]))
    await keyboard.selectOptions(await screen.findByLabelText('Role'), 'Admins')
    await keyboard.click(await screen.findByRole('button', { name: 'Actions: Ingrid Sørensen' }))
    const items = screen.getAllByRole('menuitem').map(({ textContent }) => textContent)
    expect(items).toEqual(['Make a member', 'Sign out everywhere', 'Link to a new password', 'Export their data'])
  })
})
