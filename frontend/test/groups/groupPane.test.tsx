import { act, fireEvent, screen, within } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { useProfileDialogs } from '../../src/people/profileDialogs.store.ts'
import { listBlocks, listContacts } from '../../src/people/people.api.ts'
import { listMembers } from '../../src/groups/group.api.ts'
import { leaveConversation } from '../../src/timeline/leaveConversation.action.ts'
import { useContacts } from '../../src/people/contacts.store.ts'
import { forgetGroups } from '../../src/groups/groups.store.ts'
import { useUsers } from '../../src/people/people.store.ts'
import { usePresence } from '../../src/people/presence.store.ts'
import { conversation, group, message, ownUser, told, user } from '../generators/index.ts'
import { arrive, hold, openPane, settle, signIn } from '../helpers/chat.tsx'
import { giveLayout } from '../helpers/layout.ts'

const ingrid = ownUser({ fullName: 'Ingrid Sørensen' })
const kofi = user({ fullName: 'Kofi Boateng', statusText: 'Caretaker' })
const amara = user({ fullName: 'Amara Okafor' })
const fair = group({ lastMessage: message({ senderId: kofi.id, seq: 4 }) }, { memberCount: 3, role: 'admin' })
const said = (seq: number, senderId: string, text: string) =>
  message({ conversationId: fair.id, seq, senderId, text, createdAt: '2026-11-20T09:00:00Z' })

beforeEach(() => {
  giveLayout()
  signIn(ingrid)
  useContacts.getState().forget()
  forgetGroups()
  useUsers.getState().put([kofi, amara])
  vi.mocked(listContacts).mockResolvedValue({ items: [], nextCursor: null })
  vi.mocked(listBlocks).mockResolvedValue({ items: [], nextCursor: null })
  vi.mocked(listMembers).mockResolvedValue({
    items: [
      { user: kofi, role: 'owner', joinedAt: '2026-11-20T09:00:00Z' },
      { user: ingrid, role: 'admin', joinedAt: '2026-11-20T09:00:00Z' },
      { user: amara, role: 'member', joinedAt: '2026-11-20T09:00:00Z' },
    ],
    nextCursor: null,
  })
})

const log = () => within(screen.getByRole('log'))

describe('a group', () => {
  const messages = [
    told(kofi.id, { kind: 'created', name: 'Autumn Fair', memberCount: 3 }, { conversationId: fair.id, seq: 1 }),
    said(2, kofi.id, 'Who brings tables?'),
    said(3, kofi.id, 'Six of them'),
    said(4, ingrid.id, 'I do'),
  ]

  it('names who speaks once for messages in a row, with their status, and says what happened', async () => {
    hold(fair, messages)
    await openPane(fair.id)
    expect(log().getByText(/created the group/).textContent).toBe('Kofi Boateng created the group “Autumn Fair”')
    expect(log().getAllByRole('button', { name: 'Kofi Boateng' })).toHaveLength(1)
    expect(log().getByText('Caretaker')).toBeInTheDocument()
    expect(log().queryByText('Ingrid Sørensen')).toBeNull()
    expect(screen.getByRole('textbox', { name: 'Message Autumn Fair' })).toBeInTheDocument()
  })

  it('leads from a name to the profile', async () => {
    hold(fair, messages)
    await openPane(fair.id)
    fireEvent.click(log().getByRole('button', { name: 'Kofi Boateng' }))
    expect(useProfileDialogs.getState().profileOf).toBe(kofi.id)
  })

  it('has the profile and a report in the menu of what others write, and deleting for its admins', async () => {
    hold(fair, messages)
    await openPane(fair.id)
    fireEvent.contextMenu(log().getByText('Six of them'))
    expect(screen.getAllByRole('menuitem').map((item) => item.textContent)).toEqual([
      'Copy text',
      'Info',
      'Profile',
      'Report',
      'Delete',
    ])
    fireEvent.click(screen.getByRole('menuitem', { name: 'Report' }))
    expect(useProfileDialogs.getState().asking).toEqual({
      what: 'report',
      userId: kofi.id,
      message: { conversationId: fair.id, seq: 3 },
    })
  })

  it('says how many are in it, and how many of them are here', async () => {
    hold(fair, messages)
    await openPane(fair.id)
    act(() => usePresence.getState().learn({ online: [kofi.id, 'a stranger'], away: [], offline: [] }))
    await settle()
    expect(screen.getByText(/3 members/).textContent).toBe('3 members, 1 online')
  })

  it('changes its name where it is open when an event tells', async () => {
    hold(fair, messages)
    await openPane(fair.id)
    arrive(told(kofi.id, { kind: 'renamed', name: 'Winter Fair' }, { conversationId: fair.id, seq: 5, rev: 5 }))
    expect(screen.getByRole('heading', { name: 'Winter Fair' })).toBeInTheDocument()
    // Read out as well, but not what one does oneself.
    expect(
      screen.getByText('Kofi Boateng renamed the group to “Winter Fair”', { selector: '[aria-live] *' }),
    ).toBeInTheDocument()
  })

  it('lets an admin remove members, but no other admin and not the owner', async () => {
    hold(fair, messages)
    await openPane(fair.id)
    fireEvent.click(screen.getByRole('button', { name: 'Autumn Fair' }))
    const info = within(await screen.findByRole('region', { name: 'About the group' }))
    expect((await info.findAllByRole('listitem')).map((item) => item.textContent)).toEqual([
      expect.stringMatching(/Kofi Boateng.*Owner/),
      expect.stringMatching(/Ingrid Sørensen.*You.*Admin/),
      expect.stringMatching(/Amara Okafor/),
    ])
    expect(
      info.getAllByRole('button', { name: /^Actions/ }).map((button) => button.getAttribute('aria-label')),
    ).toEqual(['Actions: Amara Okafor'])
    fireEvent.click(info.getByRole('button', { name: 'Actions: Amara Okafor' }))
    expect(screen.getAllByRole('menuitem').map((item) => item.textContent)).toEqual(['Remove from group'])
  })

  it('that one was removed from closes with a notice in its place', async () => {
    hold(fair, messages)
    await openPane(fair.id)
    act(() => leaveConversation({ conversationId: fair.id, reason: 'removed' }))
    expect(screen.getByRole('status').textContent).toMatch(/You were removed from the group.*Autumn Fair/)
    expect(screen.queryByRole('log')).toBeNull()
    expect(screen.queryByRole('textbox')).toBeNull()
  })
})

describe('a conversation with a user whom the reader has blocked', () => {
  it('has a way to end the block in the place of the composer, and draws nothing of what is hidden', async () => {
    const chat = conversation({ peer: kofi, lastMessage: message({ senderId: kofi.id, seq: 1 }), lastSeq: 2 })
    vi.mocked(listBlocks).mockResolvedValue({
      items: [{ user: kofi, since: '2026-11-20T09:00:00Z' }],
      nextCursor: null,
    })
    hold(chat, [
      message({ conversationId: chat.id, senderId: kofi.id, seq: 1, text: 'Before' }),
      message({ conversationId: chat.id, senderId: kofi.id, seq: 2, text: '', hidden: true }),
    ])
    await openPane(chat.id)
    expect(await screen.findByRole('button', { name: 'Unblock' })).toBeInTheDocument()
    expect(screen.queryByRole('textbox')).toBeNull()
    expect(log().getAllByText(/^Before$/)).toHaveLength(1)
    expect(document.querySelectorAll('.bubble')).toHaveLength(1)
  })
})
