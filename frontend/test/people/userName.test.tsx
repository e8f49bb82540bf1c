import { act, render, screen, within } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import * as adminApi from '../../src/admin/shared/admin.api.ts'
import { forgetGroups } from '../../src/groups/groups.store.ts'
import { leaveConversation } from '../../src/timeline/leaveConversation.action.ts'
import { useContacts } from '../../src/people/contacts.store.ts'
import { endBlock } from '../../src/people/contact.actions.ts'
import { listBlocks, listContacts } from '../../src/people/people.api.ts'
import { listMembers } from '../../src/groups/group.api.ts'
import { UserLabel } from '../../src/people/UserLabel.tsx'
import { nameOfUser } from '../../src/people/userName.format.ts'
import { useUsers } from '../../src/people/people.store.ts'
import { conversation, group, message, ownUser, told, user } from '../generators/index.ts'
import { adminUser, openAdmin, report, seeEverything, settings } from '../helpers/admin.tsx'
import { hold, openPane, settle, signIn } from '../helpers/chat.tsx'
import { looseTexts } from '../helpers/isolation.ts'
import { giveLayout } from '../helpers/layout.ts'
import { openPage, server } from '../helpers/page.tsx'

vi.mock(import('../../src/admin/shared/admin.api.ts'), { spy: true })

const api = vi.mocked(adminApi)
const leila = user({ fullName: 'ليلى حداد', username: 'ليلى', statusText: 'في الغرفة 7', hasNamesake: true })
const noor = user({ fullName: 'نور رحمن', username: 'نور', role: 'admin' })
const since = '2026-11-20T09:00:00Z'

describe('the name of a person', () => {
  it('stands alone where nobody else has it', () => {
    render(<UserLabel user={user({ fullName: 'Ada Lovelace' })} className="row-name" />)
    expect(screen.getByText('Ada Lovelace').outerHTML).toBe('<bdi class="row-name">Ada Lovelace</bdi>')
  })

  it('has the username beside it when another name looks the same', () => {
    const { container } = render(
      <UserLabel user={user({ fullName: 'Ada Lovelace', username: 'ada', hasNamesake: true })} />,
    )
    expect(container.textContent).toBe('Ada Lovelace@ada')
  })

  it('has the username in a sentence too, with the @ before it behind a name from right to left', () => {
    expect(nameOfUser(leila)).toBe('ليلى حداد (\u200e@ليلى)')
    expect(nameOfUser(noor)).toBe('نور رحمن')
  })

  it('has the badge of an admin by the role of the account', () => {
    const { container } = render(<UserLabel user={noor} />)
    expect(within(container).getByTitle('Admin').querySelector('svg')).not.toBeNull()
  })
})

describe('a name from right to left does not move the words around it', () => {
  beforeEach(() => {
    useContacts.getState().forget()
    forgetGroups()
    vi.mocked(listContacts).mockResolvedValue({ items: [{ user: leila, favourite: true, since }], nextCursor: null })
    vi.mocked(listBlocks).mockResolvedValue({ items: [], nextCursor: null })
  })

  it('in the list of conversations and of people', async () => {
    const chats = [
      conversation({ peer: leila, lastMessage: message({ senderId: leila.id, text: 'مرحبا' }) }),
      group({ lastMessage: message({ senderId: noor.id, text: 'شكرا' }) }, { name: 'العائلة' }),
      group({ lastMessage: told(noor.id, { kind: 'renamed', name: 'النادي' }) }, { name: 'النادي' }),
    ]
    openPage('/people', {
      conversations: chats,
      answers: () => {
        server.searchUsers.mockResolvedValue({ items: [leila, noor], nextCursor: null })
        server.listContacts.mockResolvedValue({ items: [{ user: leila, favourite: true, since }], nextCursor: null })
        server.listBlocks.mockResolvedValue({ items: [], nextCursor: null })
      },
    })
    expect((await screen.findAllByText('ليلى حداد')).length).toBeGreaterThan(0)
    act(() => useUsers.getState().put([leila, noor]))
    await settle()
    expect(looseTexts()).toEqual([])
  })

  it('in a conversation, its header, its members and a toast', async () => {
    giveLayout()
    const ingrid = signIn(ownUser({ fullName: 'Ingrid Sørensen' }))
    useUsers.getState().put([leila, noor])
    const family = group(
      { lastMessage: message({ senderId: leila.id, seq: 3 }) },
      { name: 'العائلة', description: 'كل العائلة', memberCount: 3 },
    )
    vi.mocked(listMembers).mockResolvedValue({
      items: [leila, noor, ingrid].map((person) => ({ user: person, role: 'member' as const, joinedAt: since })),
      nextCursor: null,
    })
    const said = (seq: number, senderId: string) => message({ conversationId: family.id, seq, senderId, text: 'نعم' })
    hold(family, [
      told(noor.id, { kind: 'renamed', name: 'العائلة' }, { conversationId: family.id, seq: 1 }),
      said(2, noor.id),
      said(3, leila.id),
    ])
    await openPane(family.id)
    await settle()
    expect(screen.getAllByText('ليلى حداد').length).toBeGreaterThan(0)
    expect(looseTexts()).toEqual([])
    act(() => leaveConversation({ conversationId: family.id, reason: 'removed' }))
    await settle()
    expect(looseTexts()).toEqual([])
  })

  it.each([
    ['people', 'wide'],
    ['people', 'phone'],
    ['moderation', 'wide'],
  ] as const)('in the admin panel, view %s, %s', async (view, width) => {
    seeEverything()
    const people = [adminUser({ ...leila }), adminUser({ ...noor })]
    api.listUsers.mockResolvedValue({ items: people, nextCursor: null, total: 2 })
    api.listReports.mockResolvedValue({
      items: [report({ user: leila, reporter: noor, text: 'نص', reason: 'سبب' })],
      nextCursor: null,
    })
    api.getSettings.mockResolvedValue(settings({ words: [{ word: 'كلمة', action: 'refuse' }] }))
    openAdmin(view, width)
    expect((await screen.findAllByText('ليلى حداد')).length).toBeGreaterThan(0)
    expect(looseTexts()).toEqual([])
  })

  it('in a toast', async () => {
    openPage('/settings')
    await screen.findByRole('region', { name: 'Profile' })
    server.unblock.mockResolvedValue(undefined)
    await act(() => endBlock(leila))
    expect(screen.getByText('ليلى حداد').tagName).toBe('BDI')
    expect(looseTexts()).toEqual([])
  })
})
