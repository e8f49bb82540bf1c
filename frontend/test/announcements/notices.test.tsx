import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import type { Message } from 'backend/contract'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { acknowledgeBroadcast, ownLedgerRows, pendingBroadcasts } from '../../src/announcements/announcement.api.ts'
import { listMessages } from '../../src/timeline/message.api.ts'
import { ApiProblem, NO_CONNECTION } from '../../src/connection/problem.model.ts'
import { useConnection } from '../../src/connection/connection.store.ts'
import { requestOwnLedgerRow, useOwnLedgerRows } from '../../src/announcements/ownLedgerRows.store.ts'
import { usePendingBroadcasts } from '../../src/announcements/pendingBroadcasts.store.ts'
import { useUsers } from '../../src/people/people.store.ts'
import { broadcast, ledgerEntry, mark, message, ownRow, pending, problem, user } from '../generators/index.ts'
import { hold, openPane, signIn } from '../helpers/chat.tsx'
import { giveLayout } from '../helpers/layout.ts'

vi.mock(import('../../src/connection/socket.client.ts'), { spy: true })

const amara = user({ fullName: 'Amara Okafor', role: 'admin' })
const at = '2026-11-21T09:12:00.000Z'
let me: ReturnType<typeof signIn>

beforeEach(() => {
  giveLayout()
  me = signIn({ role: 'member', createdAt: '2026-11-01T08:00:00.000Z' })
  useUsers.getState().put([amara])
  vi.mocked(listMessages)
    .mockReset()
    .mockReturnValue(new Promise(() => {}))
  vi.mocked(pendingBroadcasts).mockReset().mockResolvedValue({ items: [] })
  vi.mocked(ownLedgerRows).mockReset().mockResolvedValue({ items: [] })
  vi.mocked(acknowledgeBroadcast)
    .mockReset()
    .mockReturnValue(new Promise(() => {}))
})

/** The announcements with one in them, and what waits for the person. */
async function open(given: Partial<Message>, waiting: ReturnType<typeof pending>[] = []) {
  const said = message({
    seq: 1,
    senderId: amara.id,
    title: 'Water off',
    text: 'Fill bottles',
    createdAt: '2026-11-21T08:52:00.000Z',
    ...given,
  })
  const room = broadcast({ lastMessage: said })
  hold(room, [{ ...said, conversationId: room.id }])
  usePendingBroadcasts.setState({ items: waiting })
  return openPane(room.id)
}

const card = () => within(screen.getByRole('log')).getByRole('article')
const button = () => within(card()).queryByRole('button', { name: 'Acknowledge' })

describe('an announcement', () => {
  test('says how pressing it is, and until when it holds', async () => {
    await open({
      broadcast: mark({ priority: 'important', needsAcknowledgement: false, expiresAt: '2100-01-01T12:00:00.000Z' }),
    })
    expect(within(card()).getByText('Important')).toBeInTheDocument()
    expect(card().textContent).toMatch(/Valid until 1 Jan 2100|Valid until Jan 1, 2100/u)
    expect(button()).toBeNull()
  })

  test('is formatted, with headings that follow its title', async () => {
    await open({ text: '# Where\n\n**Tamarind Street**' })
    expect(await within(card()).findByRole('heading', { level: 4, name: 'Where' })).toBeInTheDocument()
    expect(within(card()).getByText('Tamarind Street').tagName).toBe('STRONG')
  })

  test('that is accounted for is not edited like a message', async () => {
    await open({ senderId: me.id, broadcast: mark() })
    expect(screen.queryByRole('button', { name: 'Edit' })).toBeNull()
    expect(button()).toBeNull()
  })
})

describe('acknowledging', () => {
  test('sends the revision that is shown, and then says when it was', async () => {
    const asks = mark({ revision: 3 })
    vi.mocked(acknowledgeBroadcast).mockResolvedValue(ledgerEntry({ acknowledgedAt: at, acknowledgedRevision: 3 }))
    await open({ broadcast: asks }, [pending({ ...asks })])
    await userEvent.click(button() ?? document.body)
    await waitFor(() => expect(within(card()).getByRole('status').textContent).toMatch(/^Acknowledged .*\d\d:\d\d/u))
    expect(acknowledgeBroadcast).toHaveBeenCalledExactlyOnceWith(asks.id, { revision: 3 })
    expect(button()).toBeNull()
    expect(document.activeElement).toBe(within(card()).getByRole('status'))
  })

  test('without a connection is kept, and says that it will be sent', async () => {
    const asks = mark()
    useConnection.setState({ state: 'offline' })
    vi.mocked(acknowledgeBroadcast).mockRejectedValue(new ApiProblem(NO_CONNECTION))
    await open({ broadcast: asks }, [pending({ ...asks })])
    await userEvent.click(button() ?? document.body)
    expect(await within(card()).findByText(/It is sent when the connection is back/u)).toBeInTheDocument()
    expect(button()).toBeNull()
  })

  test('of a folded text shows the whole text first', async () => {
    const asks = mark()
    const text = `${'Please fill bottles.\n'.repeat(60)}The tap in the yard stays open.`
    await open({ text, broadcast: asks }, [pending({ ...asks, text })])
    const folded = () => card().querySelector('[data-folded]')
    expect(folded()).not.toBeNull()
    expect(button()).toBeNull()
    expect(within(card()).getByRole('status').textContent).toBe('You can acknowledge it when you see the whole text.')
    const whole = within(card()).getByRole('button', { name: 'Show the whole text' })
    await userEvent.click(whole)
    expect(folded()).toBeNull()
    expect(acknowledgeBroadcast).not.toHaveBeenCalled()
    // The same button, so the keyboard goes on there.
    expect(document.activeElement).toBe(button())
    await userEvent.click(button() ?? document.body)
    expect(acknowledgeBroadcast).toHaveBeenCalledExactlyOnceWith(asks.id, { revision: asks.revision })
  })

  test('of a text that has changed says so, and asks again', async () => {
    const asks = mark()
    const item = pending({ ...asks })
    vi.mocked(acknowledgeBroadcast).mockRejectedValue(
      new ApiProblem(
        problem({ status: 409, code: 'outdated_revision', detail: 'The text has changed since. Read the new one.' }),
      ),
    )
    vi.mocked(pendingBroadcasts).mockResolvedValue({ items: [{ ...item, revision: 2, materialRevision: 2 }] })
    await open({ broadcast: asks }, [item])
    await userEvent.click(button() ?? document.body)
    expect(await within(card()).findByText('The text has changed since. Read the new one.')).toBeInTheDocument()
    expect(button()).not.toBeNull()
  })

  test('is not asked of whom it was not sent to, and nothing is said of it, also when it is over', async () => {
    for (const expiresAt of [null, '2026-11-21T08:53:00.000Z']) {
      const asks = mark({ expiresAt })
      const { unmount } = await open({ broadcast: asks })
      await waitFor(() => expect(ownLedgerRows).toHaveBeenLastCalledWith([asks.id]))
      await waitFor(() => expect(useOwnLedgerRows.getState().byId[asks.id]).toBeNull())
      expect(within(card()).queryByRole('status')).toBeNull()
      unmount()
    }
  })

  test('that is over says until when it was asked for', async () => {
    const asks = mark({ expiresAt: '2026-11-21T08:53:00.000Z' })
    vi.mocked(ownLedgerRows).mockResolvedValue({ items: [ownRow({ broadcastId: asks.id })] })
    await open({ broadcast: asks })
    expect(await within(card()).findByText(/^The time to acknowledge ended:/u)).toBeInTheDocument()
  })

  test('on another device shows here with its time, unless the text has changed since', async () => {
    const [asks, changed] = [mark(), mark({ revision: 2, materialRevision: 2 })]
    vi.mocked(ownLedgerRows).mockImplementation(async (ids) => ({
      items: ids.map((broadcastId) =>
        ownRow({ broadcastId, state: 'acknowledged', acknowledgedAt: at, acknowledgedRevision: 1 }),
      ),
    }))
    const { unmount } = await open({ broadcast: asks })
    await waitFor(() => expect(within(card()).getByRole('status').textContent).toMatch(/^Acknowledged .*\d\d:\d\d/u))
    unmount()
    await open({ broadcast: changed })
    await waitFor(() => expect(useOwnLedgerRows.getState().byId[changed.id]).toBeDefined())
    expect(within(card()).queryByRole('status')).toBeNull()
  })

  test('is told of several in one request, and again with the next connection', async () => {
    requestOwnLedgerRow('one')
    requestOwnLedgerRow('two')
    await waitFor(() => expect(useOwnLedgerRows.getState().byId).toEqual({ one: null, two: null }))
    expect(ownLedgerRows).toHaveBeenCalledExactlyOnceWith(['one', 'two'])
    vi.mocked(ownLedgerRows)
      .mockRejectedValueOnce(new ApiProblem(NO_CONNECTION))
      .mockResolvedValueOnce({ items: [ownRow({ broadcastId: 'three' })] })
    requestOwnLedgerRow('three')
    await waitFor(() => expect(ownLedgerRows).toHaveBeenCalledTimes(2))
    usePendingBroadcasts.getState().resume()
    await waitFor(() => expect(useOwnLedgerRows.getState().byId['three']?.state).toBe('opened'))
    expect(ownLedgerRows).toHaveBeenLastCalledWith(['three'])
  })
})

describe('a text that changed since one has acknowledged it', () => {
  test('is shown with what was removed and what was added, for who listens too', async () => {
    const asks = mark({ revision: 2, materialRevision: 2 })
    const text = 'Please fill bottles **before ten**.'
    await open({ text, broadcast: asks }, [
      pending({
        ...asks,
        text,
        acknowledged: { revision: 1, title: 'Water off', text: 'Please fill bottles before lunch.' },
      }),
    ])
    expect(within(card()).getByText('Changed since you read it')).toBeInTheDocument()
    const toggle = within(card()).getByRole('button', { name: 'Show the difference' })
    await userEvent.click(toggle)
    expect(toggle.getAttribute('aria-expanded')).toBe('true')
    expect((await within(card()).findByRole('deletion')).textContent).toMatch(/removed: lunch/u)
    expect(within(card()).getByRole('insertion').textContent).toMatch(/added: ten/u)
  })

  test('in its looks alone says that no word of it has', async () => {
    const asks = mark({ revision: 2, materialRevision: 2 })
    await open({ broadcast: asks }, [
      pending({ ...asks, acknowledged: { revision: 1, title: 'Water off', text: '**Fill** bottles' } }),
    ])
    await userEvent.click(within(card()).getByRole('button', { name: 'Show the difference' }))
    expect(await within(card()).findByText(/Only the formatting changed/u)).toBeInTheDocument()
  })
})

describe('below the announcements', () => {
  test('a folded text that waits is shown whole before it is acknowledged', async () => {
    const item = pending({ title: 'Museum trip', text: 'Bring a hat.\n'.repeat(60) })
    await open({}, [item])
    await userEvent.click(screen.getByRole('button', { name: 'Show' }))
    const dialog = within(screen.getByRole('dialog'))
    expect(dialog.queryByRole('button', { name: 'Acknowledge' })).toBeNull()
    await userEvent.click(dialog.getByRole('button', { name: 'Show more' }))
    await userEvent.click(dialog.getByRole('button', { name: 'Acknowledge' }))
    expect(acknowledgeBroadcast).toHaveBeenCalledExactlyOnceWith(item.id, { revision: item.revision })
  })

  test('stands how many wait, and leads to them', async () => {
    const first = pending({ title: 'Museum trip' })
    await open({}, [first, pending({ title: 'Water off' })])
    expect(screen.getByText('2 announcements wait for you to acknowledge them.')).toBeInTheDocument()
    await userEvent.click(screen.getByRole('button', { name: 'Show' }))
    const dialog = screen.getByRole('dialog')
    expect(within(dialog).getByText('Museum trip')).toBeInTheDocument()
    await userEvent.click(within(dialog).getAllByRole('button', { name: 'Acknowledge' })[0] ?? dialog)
    expect(within(dialog).queryByText('Museum trip')).toBeNull()
    await userEvent.click(within(dialog).getByRole('button', { name: 'Acknowledge' }))
    expect(screen.queryByRole('dialog')).toBeNull()
    act(() => usePendingBroadcasts.setState({ items: [] }))
    expect(screen.getByText('You can read here. Only admins can post.')).toBeInTheDocument()
  })
})
