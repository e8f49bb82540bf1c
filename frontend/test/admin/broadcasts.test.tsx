import { screen, within } from '@testing-library/react'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { listMessages } from '../../src/lib/api.ts'
import { ApiProblem } from '../../src/lib/problem.ts'
import { AdminPage } from '../../src/pages/AdminBroadcastsPage.tsx'
import { useConversations } from '../../src/store/conversations.store.ts'
import { usePeople } from '../../src/store/people.store.ts'
import { broadcast, message, problem, user } from '../generators/index.ts'
import { hold, renderAt, signIn } from '../helpers/chat.tsx'

vi.mock(import('../../src/lib/api.ts'), { spy: true })

const amara = user({ fullName: 'Amara Okafor' })

beforeEach(() => {
  vi.mocked(listMessages).mockReset().mockReturnValue(new Promise(() => {}))
  signIn({ role: 'admin' })
})

const open = () => renderAt('/admin/broadcasts', <AdminPage />)

describe('the list of broadcasts', () => {
  test('shows each by its title or first line, with who sent it, newest first', () => {
    const room = broadcast()
    hold(room, [
      message({ conversationId: room.id, seq: 1, senderId: amara.id, title: 'Water off today', text: 'From 13:00.' }),
      message({ conversationId: room.id, seq: 2, senderId: amara.id, text: '\nLockers arrive\non Thursday' }),
    ])
    usePeople.getState().put([amara])
    open()
    const rows = within(screen.getByRole('region', { name: 'Sent broadcasts' })).getAllByRole('listitem').map(({ textContent }) => textContent)
    expect(rows[0]).toMatch(/^Lockers arrive.*on Thursday.*Amara Okafor/u)
    expect(rows[1]).toMatch(/^Water off today.*From 13:00\..*Amara Okafor/u)
  })

  test('is a table where there is room', () => {
    vi.stubGlobal('matchMedia', (media: string) => ({ media, matches: true, addEventListener: () => {}, removeEventListener: () => {} }))
    const room = broadcast()
    hold(room, [message({ conversationId: room.id, title: 'Water off today' })])
    open()
    expect(screen.getByRole('columnheader', { name: 'Sent by' })).toBeDefined()
    expect(screen.getByRole('row', { name: /Water off today/u })).toBeDefined()
  })

  test('says that nothing was sent yet and how to begin', () => {
    hold(broadcast({ lastMessage: null }), [])
    open()
    expect(screen.getByText('Nothing sent yet')).toBeDefined()
    expect(screen.getByRole('link', { name: 'Write the first broadcast' }).getAttribute('href')).toBe('/admin/broadcasts/new')
  })

  test('says why it could not be loaded', async () => {
    const room = broadcast()
    useConversations.setState({ status: 'ready', byId: { [room.id]: room } })
    vi.mocked(listMessages).mockRejectedValue(new ApiProblem(problem({ detail: 'The server is resting.' })))
    open()
    expect((await screen.findByRole('alert')).textContent).toMatch(/Could not load broadcasts.*The server is resting\./u)
  })

  test('is not for members, who are led back', () => {
    signIn({ role: 'member' })
    open()
    expect(screen.getByText('Only admins can open this')).toBeDefined()
    expect(screen.getByRole('link', { name: 'Back to chats' }).getAttribute('href')).toBe('/')
    expect(screen.queryByRole('link', { name: 'New broadcast' })).toBeNull()
  })
})
