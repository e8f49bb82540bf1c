import { act, screen, waitFor, within } from '@testing-library/react'
import { beforeEach, describe, expect, it } from 'vitest'
import { useContacts } from '../../src/people/contacts.store.ts'
import { usePresence } from '../../src/people/presence.store.ts'
import { group, ownUser, user } from '../generators/index.ts'
import { offline, openPage, refusal, server } from '../helpers/page.tsx'

const ingrid = ownUser({ fullName: 'Ingrid Sørensen', username: 'ingrid' })
const kofi = user({ fullName: 'Kofi Boateng', username: 'kofi', statusText: 'Caretaker' })
const amara = user({ fullName: 'Amara Okafor', username: 'amara' })
const leila = user({ fullName: 'Leila Haddad', username: 'leila' })
const since = '2026-11-20T09:00:00Z'

beforeEach(() => {
  useContacts.getState().forget()
  server.listBlocks.mockResolvedValue({ items: [], nextCursor: null })
  server.listContacts.mockResolvedValue({
    items: [
      { user: amara, favourite: false, since },
      { user: kofi, favourite: true, since },
    ],
    nextCursor: null,
  })
})

const openPeople = (answers?: () => void) =>
  openPage('/people', {
    user: ingrid,
    answers: () => {
      server.searchUsers.mockResolvedValue({ items: [amara, ingrid, kofi, leila], nextCursor: null })
      answers?.()
    },
  })
const contacts = async () => within(await screen.findByRole('region', { name: 'Contacts' }))
const openProfile = () => openPage('/settings', { user: ingrid })
const profile = async () => within(await screen.findByRole('region', { name: 'Profile' }))

describe('the people page', () => {
  it('shows contacts before everybody, favourites first, with presence', async () => {
    openPeople()
    const rows = await (await contacts()).findAllByRole('listitem')
    expect(rows.map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(/Kofi Boateng.*Caretaker/),
      expect.stringMatching(/Amara Okafor/),
    ])
    act(() => usePresence.getState().learn({ online: [amara.id], away: [], offline: [] }))
    expect(rows[1]?.textContent).toMatch(/Online/)
    // Who is a contact is not shown twice.
    expect(screen.getAllByText('Kofi Boateng')).toHaveLength(1)
  })

  it('adds to the contacts and takes away again', async () => {
    server.keepContact.mockResolvedValue({ user: leila, favourite: false, since })
    const { keyboard } = openPeople()
    await keyboard.click(await screen.findByRole('button', { name: 'Actions: Leila Haddad' }))
    await keyboard.click(screen.getByRole('menuitem', { name: 'Add to contacts' }))
    expect(await (await contacts()).findByText('Leila Haddad')).toBeInTheDocument()
    act(() => useContacts.getState().contactChanged({ userId: leila.id, contact: null }))
    expect((await contacts()).queryByText('Leila Haddad')).toBeNull()
  })

  it('says when contacts could not be loaded, and tries again', async () => {
    const { keyboard } = openPeople(() => server.listContacts.mockRejectedValueOnce(offline()))
    await keyboard.click(await screen.findByRole('button', { name: 'Try again' }))
    expect(await (await contacts()).findByText('Kofi Boateng')).toBeInTheDocument()
  })
})

describe('one’s own profile', () => {
  it('says what is not saved, saves only what changed, and says that it is saved', async () => {
    const { keyboard } = openProfile()
    const form = await profile()
    await keyboard.type(form.getByLabelText('Status'), 'At the desk ')
    expect(form.getByText('Unsaved changes')).toBeInTheDocument()
    server.updateMe.mockResolvedValue({ ...ingrid, statusText: 'At the desk' })
    await keyboard.click(form.getByRole('button', { name: 'Save' }))
    expect(server.updateMe).toHaveBeenCalledExactlyOnceWith({ statusText: 'At the desk', fromRevision: 0 })
    expect(await form.findByText('Saved')).toBeInTheDocument()
    expect(form.queryByText('Unsaved changes')).toBeNull()
  })

  it('keeps what could not be saved, and says why', async () => {
    const { keyboard } = openProfile()
    const form = await profile()
    await keyboard.type(form.getByLabelText('About you'), 'Keys')
    server.updateMe.mockRejectedValue(offline())
    await keyboard.click(form.getByRole('button', { name: 'Save' }))
    expect((await form.findByRole('alert')).textContent).toMatch(/Not saved/)
    expect(form.getByLabelText('About you')).toHaveProperty('value', 'Keys')
    await keyboard.click(form.getByRole('button', { name: 'Cancel' }))
    expect(form.getByLabelText('About you')).toHaveProperty('value', '')
  })

  it('counts a status as the server does, and does not send one that is too long', async () => {
    const { keyboard } = openProfile()
    const form = await profile()
    await keyboard.click(form.getByLabelText('Status'))
    await keyboard.paste('🎉'.repeat(81))
    expect(form.getByText('Shorten it by 1 character.')).toBeInTheDocument()
    await keyboard.click(form.getByRole('button', { name: 'Save' }))
    expect(server.updateMe).not.toHaveBeenCalled()
  })
})

describe('the blocked people', () => {
  it('are in the settings, and are taken off the list there', async () => {
    server.listBlocks.mockResolvedValue({ items: [{ user: kofi, since }], nextCursor: null })
    server.unblock.mockResolvedValue(undefined)
    const { keyboard } = openPage('/settings/blocked', { user: ingrid })
    await keyboard.click(await screen.findByRole('button', { name: 'Unblock Kofi Boateng' }))
    expect(server.unblock).toHaveBeenCalledWith(kofi.id)
    expect(await screen.findByText('You have not blocked anyone.')).toBeInTheDocument()
  })
})

describe('an invite link', () => {
  const preview = {
    conversationId: 'c'.repeat(24),
    name: 'Autumn Fair',
    description: 'Gates 10:00',
    picture: null,
    memberCount: 14,
    isMember: false,
  }

  it('shows what it leads into, and leads there', async () => {
    const fair = group({ id: preview.conversationId })
    server.previewInvite.mockResolvedValue(preview)
    server.joinByInvite.mockResolvedValue(fair)
    const { keyboard } = openPage('/join/secret', { user: ingrid })
    expect(await screen.findByRole('heading', { name: 'Autumn Fair' })).toBeInTheDocument()
    expect(screen.getByText('14 members')).toBeInTheDocument()
    await keyboard.click(screen.getByRole('button', { name: 'Join the group' }))
    await waitFor(() => expect(location.pathname).toBe(`/c/${fair.id}`))
    expect(server.joinByInvite).toHaveBeenCalledExactlyOnceWith('secret')
  })

  it('that is not valid any more says so', async () => {
    server.previewInvite.mockRejectedValue(
      refusal({ code: 'invite_not_valid', status: 410, detail: 'It was revoked.' }),
    )
    openPage('/join/old', { user: ingrid })
    expect(await screen.findByText('This invitation does not work')).toBeInTheDocument()
    expect(screen.getByText('It was revoked.')).toBeInTheDocument()
  })

  it('is followed after signing in', async () => {
    server.previewInvite.mockResolvedValue({ ...preview, isMember: true })
    server.login.mockResolvedValue({ user: ingrid, accessExpiresAt: since })
    const { keyboard } = openPage('/join/secret', { user: null })
    await keyboard.type(await screen.findByLabelText(/username/i), 'ingrid')
    await keyboard.type(screen.getByLabelText('Password'), 'correct horse')
    await keyboard.click(screen.getByRole('button', { name: 'Sign in' }))
    expect(await screen.findByRole('link', { name: 'Open the group' })).toBeInTheDocument()
  })
})

it('a picture that cannot be loaded gives way to the initials', async () => {
  openPage('/people', {
    user: ingrid,
    answers: () => server.searchUsers.mockResolvedValue({ items: [{ ...leila, picture: 'abc' }], nextCursor: null }),
  })
  const row = await screen.findByRole('button', { name: /^Leila Haddad/ })
  const image = row.querySelector('img')
  expect(image?.getAttribute('srcset')).toBe(
    '/api/pictures/abc/64 64w, /api/pictures/abc/256 256w, /api/pictures/abc/512 512w',
  )
  act(() => void image?.dispatchEvent(new Event('error')))
  expect(row.querySelector('img')).toBeNull()
  expect(row.textContent).toMatch(/^LH/)
})
