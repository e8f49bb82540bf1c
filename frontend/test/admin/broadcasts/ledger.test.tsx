import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { RECIPIENT_STATES, type Broadcast, type LedgerEntry } from 'backend/contract'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { useToasts } from '../../../src/ui/toast.store.ts'
import { startDownload } from '../../../src/admin/shared/admin.api.ts'
import * as realApi from '../../../src/admin/broadcasts/shared/broadcast.api.ts'
import { useSession } from '../../../src/accounts/session.store.ts'
import { useBroadcasts } from '../../../src/admin/broadcasts/shared/broadcasts.store.ts'
import { useUsers } from '../../../src/people/people.store.ts'
import { broadcast, counts, draft, entry, pageOf } from '../../generators/broadcasts.ts'
import { user } from '../../generators/index.ts'
import { openAdmin } from '../../helpers/broadcasts.tsx'
import { signIn } from '../../helpers/chat.tsx'
import { connection } from '../../helpers/fakeSocket.ts'
import { offline, refusal } from '../../helpers/page.tsx'

vi.mock(import('../../../src/admin/shared/admin.api.ts'), { spy: true })
vi.mock(import('../../../src/admin/broadcasts/shared/broadcast.api.ts'), { spy: true })
vi.mock(import('../../../src/connection/socket.client.ts'), async () =>
  (await import('../../helpers/fakeSocket.ts')).fakeSocket(),
)

const api = vi.mocked(realApi)
const amara = user({ fullName: 'Amara Okafor' })

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true })
  vi.setSystemTime('2026-11-21T09:00:00Z')
  vi.resetAllMocks()
  connection.reset()
  useSession.setState({ user: null })
  signIn({ role: 'admin' })
  useBroadcasts.setState(useBroadcasts.getInitialState(), true)
  useUsers.getState().put([amara])
  api.listBroadcasts.mockResolvedValue(pageOf([]))
  api.ledgerCounts.mockResolvedValue(counts({ acknowledged: 147, opened: 58, delivered: 36, queued: 7 }))
  api.listLedger.mockResolvedValue({ items: [], nextCursor: null })
})

async function open(given: Partial<Broadcast> = {}, entries: LedgerEntry[] = []): Promise<Broadcast> {
  const shown = broadcast({ createdBy: amara.id, ...given })
  api.getBroadcast.mockResolvedValue(shown)
  api.listLedger.mockResolvedValue({ items: entries, nextCursor: null })
  openAdmin(`/admin/broadcasts/${shown.id}`)
  await screen.findByRole('heading', { name: shown.title, level: 2 })
  return shown
}

/** Shows one, and goes on to the form for its text. */
async function change(given: Partial<Broadcast> = {}): Promise<Broadcast> {
  const shown = await open(given)
  await userEvent.click(screen.getByRole('link', { name: 'Change the text' }))
  await screen.findByRole('heading', { name: 'Change the text' })
  return shown
}

const legend = () =>
  within(screen.getByRole('group', { name: /^Progress of/u }))
    .getAllByRole('button')
    .map(({ textContent }) => textContent)
const recipients = () =>
  within(screen.getByRole('group', { name: 'Recipients' }))
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent)
const press = (name: RegExp | string) => userEvent.click(screen.getByRole('button', { name }))
const dialog = () => within(screen.getByRole('dialog'))
const field = () => screen.getByRole('textbox', { name: 'Message' })

const word = (state: string) => `${state[0]?.toUpperCase()}${state.slice(1)}`

describe('the ledger of a broadcast', () => {
  test('says how many are in each state, which add up to the recipients', async () => {
    await open({ priority: 'urgent' })
    await screen.findByText('248 people')
    expect(legend()).toEqual(['Acknowledged147', 'Opened58', 'Delivered36', 'Queued7'])
    expect(screen.getByText('Urgent')).toBeInTheDocument()
    expect(screen.getByText(/^Sent/u).textContent).toContain('by Amara Okafor')
  })

  test('calls each state as the contract, the CSV and the protocol do', async () => {
    const at = '2026-11-21T08:59:00.000Z'
    const times = { deliveredAt: at, openedAt: at, acknowledgedAt: at }
    const [grace] = [user({ fullName: 'Grace Mensah' })]
    await open(
      {},
      RECIPIENT_STATES.map((state) => entry({ user: grace, state, ...times })),
    )
    await waitFor(() => expect(recipients()).toHaveLength(RECIPIENT_STATES.length))
    for (const [index, state] of RECIPIENT_STATES.entries()) {
      expect(recipients()[index]).toMatch(new RegExp(`${word(state)}(?:\\d|$)`, 'u'))
      expect(legend().some((text) => text?.startsWith(word(state)))).toBe(true)
    }
    // What the CSV has a column for has a line here.
    const lines = screen.getAllByTitle(/^Delivered: /u)[0]?.title.split('\n') ?? []
    expect(lines.map((line) => line.replace(/:.*/u, ''))).toEqual(
      RECIPIENT_STATES.filter((state) => state !== 'queued').map(word),
    )
  })

  test('leaves out what is not asked for', async () => {
    api.ledgerCounts.mockResolvedValue(counts({ opened: 3, delivered: 1 }))
    await open({ needsAcknowledgement: false })
    await screen.findByText('4 people')
    expect(legend()).toEqual(['Opened3', 'Delivered1', 'Queued0'])
  })

  test('names everybody with how far they have got and when', async () => {
    const [grace, kofi, noor] = [
      user({ fullName: 'Grace Mensah' }),
      user({ fullName: 'Kofi Boateng' }),
      user({ fullName: 'Noor Rahman', username: 'noor' }),
    ]
    await open({}, [
      entry({
        user: grace,
        state: 'acknowledged',
        acknowledgedAt: '2026-11-21T08:59:00.000Z',
        acknowledgedRevision: 1,
        history: [{ revision: 1, at: '2026-11-21T08:59:00.000Z' }],
      }),
      entry({
        user: kofi,
        state: 'opened',
        openedAt: '2026-11-21T08:57:00.000Z',
        history: [{ revision: 1, at: '2026-11-21T08:55:00.000Z' }],
      }),
      entry({ user: noor, state: 'queued', deliveredAt: null }),
    ])
    await waitFor(() => expect(recipients()).toHaveLength(3))
    expect(recipients()[0]).toMatch(/Grace Mensah.*Acknowledged\d/u)
    expect(recipients()[1]).toMatch(/Kofi Boateng.*Acknowledged text 1,.*Opened\d/u)
    expect(recipients()[2]).toMatch(/Noor Rahman@noorQueued/u)
  })

  test('is narrowed to a state, and back to everybody', async () => {
    const { id } = await open()
    await press(/^Opened/u)
    await waitFor(() => expect(api.listLedger).toHaveBeenLastCalledWith(id, { state: 'opened', q: undefined }))
    expect(screen.getByText('Opened: 58 people')).toBeInTheDocument()
    await press('Show everybody')
    await waitFor(() => expect(api.listLedger).toHaveBeenLastCalledWith(id, { state: undefined, q: undefined }))
  })

  test('is searched by name', async () => {
    const { id } = await open()
    await userEvent.type(await screen.findByRole('searchbox', { name: 'Search recipients' }), 'grace')
    await waitFor(() => expect(api.listLedger).toHaveBeenLastCalledWith(id, { state: undefined, q: 'grace' }))
    expect(await screen.findByText('No people found')).toBeInTheDocument()
  })

  test('moves with what people do, the numbers at once and the names after them', async () => {
    const grace = user({ fullName: 'Grace Mensah' })
    const { id } = await open({}, [entry({ user: grace })])
    await waitFor(() => expect(recipients()[0]).toContain('Delivered'))
    api.listLedger.mockResolvedValue({
      items: [entry({ user: grace, state: 'acknowledged', acknowledgedAt: '2026-11-21T09:00:00.000Z' })],
      nextCursor: null,
    })
    act(() =>
      connection.hear('ledgerChanged', {
        broadcastId: id,
        counts: counts({ acknowledged: 148, opened: 57, delivered: 36, queued: 7 }),
      }),
    )
    expect(legend()[0]).toBe('Acknowledged148')
    await waitFor(() => expect(recipients()[0]).toContain('Acknowledged'), { timeout: 3000 })
  })

  test('is exported as a file, by a session that was renewed for it', async () => {
    const { id } = await open()
    const url = `/api/admin/broadcasts/${id}/ledger.csv`
    const link = screen.getByRole('link', { name: 'Export CSV' })
    expect(link.getAttribute('href')).toBe(url)
    vi.mocked(startDownload).mockResolvedValue(undefined)
    await userEvent.click(link)
    expect(startDownload).toHaveBeenCalledExactlyOnceWith(url)
  })

  test('that is not there says so', async () => {
    api.getBroadcast.mockRejectedValue(
      refusal({ status: 404, code: 'not_found', detail: 'There is no such broadcast.' }),
    )
    openAdmin('/admin/broadcasts/0123456789abcdef01234567')
    expect(await screen.findByText('This broadcast is gone')).toBeInTheDocument()
  })

  test('that could not be loaded is asked for again', async () => {
    api.getBroadcast.mockRejectedValueOnce(offline())
    const shown = broadcast()
    openAdmin(`/admin/broadcasts/${shown.id}`)
    await screen.findByText('Could not load the broadcast')
    api.getBroadcast.mockResolvedValue(shown)
    await press('Try again')
    expect(await screen.findByRole('heading', { name: shown.title })).toBeInTheDocument()
  })

  test('of a draft is its form', async () => {
    const unsent = draft()
    api.getBroadcast.mockResolvedValue(unsent)
    openAdmin(`/admin/broadcasts/${unsent.id}`)
    expect(await screen.findByRole('textbox', { name: 'Message' })).toBeInTheDocument()
  })
})

describe('those who are missing', () => {
  test('are reminded once, after a question', async () => {
    api.remindAll.mockResolvedValue({ recipients: 101 })
    const { id } = await open()
    await press('Remind all 101')
    expect(dialog().getByText(/^This reminds people who have not acknowledged/u)).toBeInTheDocument()
    await userEvent.click(dialog().getByRole('button', { name: 'Remind now' }))
    expect(api.remindAll).toHaveBeenCalledWith(id, {})
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(useToasts.getState().toasts.at(-1)?.text).toBe('101 people reminded.')
  })

  test('are reminded again and again until a time', async () => {
    api.remindAll.mockResolvedValue({ recipients: 101 })
    const shown = await open()
    await press('Remind all 101')
    await userEvent.click(dialog().getByRole('radio', { name: 'Now, and repeat' }))
    fireEvent.change(dialog().getByLabelText('Every'), { target: { value: '0' } })
    await userEvent.click(dialog().getByRole('button', { name: 'Remind now and repeat' }))
    expect(dialog().getByText('Give a whole number.')).toBeInTheDocument()
    fireEvent.change(dialog().getByLabelText('Every'), { target: { value: '6' } })
    await userEvent.selectOptions(dialog().getByRole('combobox'), 'hours')
    fireEvent.change(dialog().getByLabelText('Until'), { target: { value: '2026-11-25T12:00' } })
    const reminders = {
      everySeconds: 21_600,
      until: new Date('2026-11-25T12:00').toISOString(),
      nextAt: '2026-11-21T15:00:00.000Z',
    }
    api.getBroadcast.mockResolvedValue({ ...shown, reminders })
    await userEvent.click(dialog().getByRole('button', { name: 'Remind now and repeat' }))
    expect(api.remindAll).toHaveBeenCalledWith(shown.id, { everySeconds: 21_600, until: reminders.until })
    expect(await screen.findByText(/^Next reminder .*every 6 hours until/u)).toBeInTheDocument()
  })

  test('are reminded no more once that is stopped', async () => {
    const shown = await open({
      reminders: { everySeconds: 86_400, until: '2026-11-25T12:00:00.000Z', nextAt: '2026-11-22T09:00:00.000Z' },
    })
    api.stopReminding.mockResolvedValue({ ...shown, reminders: null })
    expect(await screen.findByText(/^Next reminder .*every day until/u)).toBeInTheDocument()
    await press('Stop')
    await waitFor(() => expect(screen.queryByText(/^Next reminder/u)).toBeNull())
  })

  test('are told why it did not work', async () => {
    api.remindAll.mockRejectedValue(offline())
    await open()
    await press('Remind all 101')
    await userEvent.click(dialog().getByRole('button', { name: 'Remind now' }))
    expect((await dialog().findByRole('alert')).textContent).toBe('No connection to the server.')
  })

  test('are none once everybody has acknowledged, or when it has expired', async () => {
    const { id } = await open()
    await screen.findByRole('button', { name: 'Remind all 101' })
    act(() => connection.hear('ledgerChanged', { broadcastId: id, counts: counts({ acknowledged: 248 }) }))
    expect(screen.queryByRole('button', { name: /^Remind/u })).toBeNull()
    act(() => connection.hear('ledgerChanged', { broadcastId: id, counts: counts({ opened: 1 }) }))
    act(() => useBroadcasts.getState().put(broadcast({ id, expiresAt: '2026-11-20T00:00:00.000Z' })))
    expect(screen.getByText('It has expired, so you cannot remind people.')).toBeInTheDocument()
  })
})

describe('a scheduled broadcast', () => {
  test('says when it goes out and can be stopped, which makes it a draft', async () => {
    const shown = await open({
      state: 'scheduled',
      sentAt: null,
      sendAt: '2026-11-22T16:00:00.000Z',
      timeZone: 'Asia/Tokyo',
    })
    expect(screen.getByText(/23 November 2026|November 23, 2026/u).textContent).toContain('(Asia/Tokyo)')
    const cancelled = { ...shown, state: 'cancelled' as const }
    api.cancelBroadcast.mockResolvedValue(cancelled)
    api.getBroadcast.mockResolvedValue(cancelled)
    await press('Do not send it')
    await userEvent.click(dialog().getByRole('button', { name: 'Do not send it' }))
    expect(await screen.findByRole('textbox', { name: 'Message' })).toBeInTheDocument()
  })
})

describe('the text of a broadcast that was sent', () => {
  test('is changed; a material change asks again for acknowledgement', async () => {
    const shown = await change()
    fireEvent.change(field(), { target: { value: 'From 13:00 to 17:00.' } })
    await userEvent.click(screen.getByRole('checkbox', { name: /^Material change/u }))
    expect(screen.getByText(/Their earlier acknowledgement stays on record\./u)).toBeInTheDocument()
    const revised = { ...shown, text: 'From 13:00 to 17:00.', revision: 2, materialRevision: 2 }
    api.reviseBroadcast.mockResolvedValue(revised)
    api.getBroadcast.mockResolvedValue(revised)
    await userEvent.click(screen.getAllByRole('button', { name: 'Change and ask again' })[0] ?? document.body)
    expect(api.reviseBroadcast).toHaveBeenCalledWith(shown.id, {
      title: shown.title,
      text: 'From 13:00 to 17:00.',
      isMaterial: true,
      fromRevision: 1,
    })
    expect(await screen.findByRole('button', { name: 'Texts (2)' })).toBeInTheDocument()
  })

  test('that is the same as before is not sent', async () => {
    await change()
    await userEvent.click(screen.getAllByRole('button', { name: 'Change the text' })[0] ?? document.body)
    expect(screen.getByText('Nothing is changed yet.')).toBeInTheDocument()
    expect(api.reviseBroadcast).not.toHaveBeenCalled()
  })

  test('stays in the form when it could not be changed', async () => {
    api.reviseBroadcast.mockRejectedValue(offline())
    await change({ needsAcknowledgement: false })
    expect(screen.queryByRole('checkbox')).toBeNull()
    fireEvent.change(field(), { target: { value: 'Longer' } })
    await userEvent.click(screen.getAllByRole('button', { name: 'Change the text' })[0] ?? document.body)
    expect((await screen.findByRole('alert')).textContent).toBe('No connection to the server.')
    expect(screen.getByDisplayValue('Longer')).toBeInTheDocument()
  })

  test('and those before it can be read', async () => {
    api.listRevisions.mockResolvedValue({
      items: [
        { revision: 1, isMaterial: true, title: 'Water off', text: 'From 13:00.', at: '2026-11-21T08:52:00.000Z' },
        { revision: 2, isMaterial: true, title: 'Water off', text: 'From 14:00.', at: '2026-11-21T08:55:00.000Z' },
      ],
    })
    await open({ revision: 2 })
    await press('Texts (2)')
    const texts = (await dialog().findAllByRole('listitem')).map(({ textContent }) => textContent)
    expect(texts[0]).toMatch(/^Text 2, a material change.*From 14:00\./u)
    expect(texts[1]).toMatch(/^Text 1.*From 13:00\./u)
  })
})
