import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import type { Broadcast } from 'backend/contract'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { groupsById } from '../../../src/admin/shared/admin.api.ts'
import * as realApi from '../../../src/admin/broadcasts/shared/broadcast.api.ts'
import { useBroadcasts } from '../../../src/admin/broadcasts/shared/broadcasts.store.ts'
import { adminGroup, broadcast, counts, draft, pageOf } from '../../generators/broadcasts.ts'
import { openAdmin } from '../../helpers/broadcasts.tsx'
import { signIn } from '../../helpers/chat.tsx'
import { connection } from '../../helpers/fakeSocket.ts'
import { refusal } from '../../helpers/page.tsx'

vi.mock(import('../../../src/admin/shared/admin.api.ts'), { spy: true })
vi.mock(import('../../../src/admin/broadcasts/shared/broadcast.api.ts'), { spy: true })
vi.mock(import('../../../src/connection/socket.client.ts'), async () =>
  (await import('../../helpers/fakeSocket.ts')).fakeSocket(),
)

const api = vi.mocked(realApi)

beforeEach(() => {
  vi.resetAllMocks()
  connection.reset()
  signIn({ role: 'admin' })
  useBroadcasts.setState(useBroadcasts.getInitialState(), true)
  api.ledgerCounts.mockResolvedValue(counts({ acknowledged: 147, opened: 101 }))
})

/** The list with these in it, newest first. */
async function open(broadcasts: Broadcast[], path = '/admin/broadcasts', more: Parameters<typeof pageOf>[1] = {}) {
  api.listBroadcasts.mockResolvedValue(pageOf(broadcasts, more))
  openAdmin(path)
  await waitFor(() => expect(useBroadcasts.getState().status).toBe('ready'))
}

const rows = () =>
  within(screen.getByRole('group', { name: 'Broadcasts' }))
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent)
const tab = (name: string) =>
  within(screen.getByRole('navigation', { name: 'Show' })).getByRole('link', { name: new RegExp(`^${name}`, 'u') })

describe('the list of broadcasts', () => {
  test('says of each for whom it is, how it stands and how far it has got', async () => {
    const room = adminGroup({ name: 'Year 3 parents' })
    vi.mocked(groupsById).mockResolvedValue({ items: [room], nextCursor: null })
    await open([
      draft({ title: 'December menu', audience: { kind: 'roles', roles: ['member'] } }),
      broadcast({ title: 'Water off today', priority: 'urgent' }),
      broadcast({
        title: '',
        text: '\nLockers arrive\non Thursday',
        needsAcknowledgement: false,
        audience: { kind: 'groups', ids: [room.id] },
      }),
    ])
    await waitFor(() => expect(rows()[1]).toContain('147 of 248 acknowledged'))
    expect(rows()[0]).toMatch(/^December menu.*Draft.*Members.*Not scheduled/u)
    expect(rows()[1]).toMatch(/^Water off today.*Waiting.*Everybody, urgent/u)
    await waitFor(() => expect(rows()[2]).toContain('Year 3 parents'))
    expect(rows()[2]).toMatch(/^Lockers arrive.*Sent.*Year 3 parents.*All 248 opened/u)
  })

  test('[E14] shows a held broadcast, whose row leads to the form', async () => {
    const held = draft({ title: 'Yesterday', state: 'held' })
    await open([held])
    expect(rows()[0]).toMatch(/^Yesterday.*Held.*Waits for an admin/u)
    expect(screen.getByRole('link', { name: 'Yesterday' })).toHaveAttribute('href', `/admin/broadcasts/${held.id}/edit`)
  })

  test.each([0, 1])('[E14] has a tab for held broadcasts when there are any: %d', async (held) => {
    const totals = { all: 1, held, waiting: 0, scheduled: 0, sent: 0, drafts: 0 }
    await open([draft()], '/admin/broadcasts', { totals })
    expect(within(screen.getByRole('navigation', { name: 'Show' })).queryAllByText('Held')).toHaveLength(held)
  })

  test('is a table where there is room', async () => {
    vi.stubGlobal('matchMedia', (media: string) => ({
      media,
      matches: true,
      addEventListener: () => {},
      removeEventListener: () => {},
    }))
    await open([broadcast({ title: 'Water off today' })])
    expect(screen.getByRole('columnheader', { name: 'Progress' })).toBeInTheDocument()
    expect(screen.getByRole('row', { name: /Water off today/u })).toBeInTheDocument()
  })

  test('leads to what became of one that was sent, and to the form of one that was not', async () => {
    const [sent, unsent] = [broadcast({ title: 'Sent one' }), draft({ title: 'Draft one' })]
    await open([unsent, sent])
    expect(screen.getByRole('link', { name: 'Sent one' }).getAttribute('href')).toBe(`/admin/broadcasts/${sent.id}`)
    expect(screen.getByRole('link', { name: 'Draft one' }).getAttribute('href')).toBe(
      `/admin/broadcasts/${unsent.id}/edit`,
    )
  })

  test('has the focus again where one came from once that is closed', async () => {
    vi.stubGlobal('matchMedia', (media: string) => ({
      media,
      matches: true,
      addEventListener: () => {},
      removeEventListener: () => {},
    }))
    const sent = broadcast({ title: 'Sent one' })
    api.getBroadcast.mockResolvedValue(sent)
    api.listLedger.mockResolvedValue({ items: [], nextCursor: null })
    await open([broadcast(), sent])
    await userEvent.click(screen.getByRole('link', { name: 'Sent one' }))
    await userEvent.click(await screen.findByRole('link', { name: 'Close' }))
    expect(document.activeElement).toBe(screen.getByRole('link', { name: 'Sent one' }))
  })

  test('moves with what people do', async () => {
    const sent = broadcast()
    await open([sent])
    await waitFor(() => expect(rows()[0]).toContain('147 of 248'))
    act(() => connection.hear('ledgerChanged', { broadcastId: sent.id, counts: counts({ acknowledged: 248 }) }))
    expect(rows()[0]).toContain('All 248 acknowledged')
    expect(rows()[0]).toContain('Sent')
  })

  test('learns that a scheduled one has gone out from the first counts of it', async () => {
    const scheduled = broadcast({ state: 'scheduled', sentAt: null, sendAt: '2026-11-22T08:00:00.000Z' })
    await open([scheduled])
    expect(rows()[0]).toContain('Scheduled')
    api.getBroadcast.mockResolvedValue({ ...scheduled, state: 'sent', sentAt: '2026-11-22T08:00:00.000Z' })
    act(() => connection.hear('ledgerChanged', { broadcastId: scheduled.id, counts: counts({ queued: 4 }) }))
    await waitFor(() => expect(rows()[0]).toContain('0 of 4 acknowledged'))
    expect(rows()[0]).toContain('Waiting')
  })

  test('is narrowed by its tabs, which the server answers and counts', async () => {
    const [waiting, written] = [broadcast({ title: 'Waits' }), draft({ title: 'Written' })]
    const totals = { all: 1204, held: 0, waiting: 31, scheduled: 2, sent: 1100, drafts: 71 }
    api.listBroadcasts.mockImplementation(async ({ show }) =>
      pageOf(show === 'waiting' ? [waiting] : show === 'drafts' ? [written] : [written, waiting], {
        totals,
        nextCursor: 'more',
      }),
    )
    openAdmin('/admin/broadcasts')
    await waitFor(() => expect(rows()).toHaveLength(2))
    expect(['All', 'Waiting', 'Scheduled', 'Sent', 'Drafts'].map((name) => tab(name).textContent)).toEqual([
      'All1,204',
      'Waiting31',
      'Scheduled2',
      'Sent1,100',
      'Drafts71',
    ])
    await userEvent.click(tab('Waiting'))
    expect(tab('Waiting').getAttribute('aria-current')).toBe('page')
    await waitFor(() => expect(rows()).toHaveLength(1))
    expect(rows()[0]).toContain('Waits')
    expect(api.listBroadcasts).toHaveBeenCalledWith({ show: 'waiting' })
    await userEvent.click(tab('Drafts'))
    await waitFor(() => expect(rows()[0]).toContain('Written'))
  })

  test('asks for its numbers again when one of them has moved', async () => {
    const sent = broadcast()
    await open([sent])
    api.listBroadcasts.mockResolvedValue(
      pageOf(
        [sent],
        { totals: { all: 1, held: 0, waiting: 7, scheduled: 0, sent: 1, drafts: 0 } },
        { [sent.id]: counts({ acknowledged: 248 }) },
      ),
    )
    act(() => connection.hear('ledgerChanged', { broadcastId: sent.id, counts: counts({ acknowledged: 248 }) }))
    await waitFor(() => expect(tab('Waiting').textContent).toBe('Waiting7'), { timeout: 4000 })
  })

  test('one that has expired waits no more', async () => {
    await open([broadcast({ expiresAt: '2026-01-01T00:00:00.000Z' })])
    await waitFor(() => expect(rows()[0]).toContain('147 of 248'))
    expect(rows()[0]).not.toContain('Waiting')
  })

  test('says that nothing was sent yet and how to begin', async () => {
    await open([])
    expect(screen.getByText('Nothing sent yet')).toBeInTheDocument()
    expect(screen.getByRole('link', { name: 'Write the first broadcast' }).getAttribute('href')).toBe(
      '/admin/broadcasts/new',
    )
  })

  test('says that a tab has nothing, and leads back to all', async () => {
    await open([draft()], '/admin/broadcasts?show=scheduled')
    expect(screen.getByText('Nothing is scheduled')).toBeInTheDocument()
    await userEvent.click(screen.getByRole('link', { name: 'Show all broadcasts' }))
    await waitFor(() => expect(rows()).toHaveLength(1))
  })

  test('says why it could not be loaded, and tries again', async () => {
    api.listBroadcasts.mockRejectedValueOnce(refusal({ detail: 'The server is resting.' }))
    openAdmin('/admin/broadcasts')
    expect((await screen.findByRole('alert')).textContent).toMatch(
      /Could not load broadcasts.*The server is resting\./u,
    )
    api.listBroadcasts.mockResolvedValue(pageOf([broadcast()]))
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
    await waitFor(() => expect(rows()).toHaveLength(1))
  })

  test('is not for members, who are led back', () => {
    signIn({ role: 'member' })
    openAdmin('/admin/broadcasts')
    expect(screen.getByText('Only admins can open this')).toBeInTheDocument()
    expect(screen.queryByRole('link', { name: 'New broadcast' })).toBeNull()
  })
})
