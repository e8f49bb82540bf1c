import { act, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import { useConnection } from '../../src/connection/connection.store.ts'
import { useConversations } from '../../src/conversations/conversations.store.ts'
import { useMaintenance } from '../../src/maintenance/maintenance.store.ts'
import { usePendingBroadcasts } from '../../src/announcements/pendingBroadcasts.store.ts'
import { momentOf } from '../../src/lib/format.ts'
import { broadcast, mark, message, pending } from '../generators/index.ts'
import { offline, openPage, server } from '../helpers/page.tsx'

const urgent = (given: Parameters<typeof pending>[0] = {}) => pending({ priority: 'urgent', ...given })
const waiting = (...items: ReturnType<typeof pending>[]) => act(() => usePendingBroadcasts.setState({ items }))
const banner = () => screen.queryByRole('region', { name: 'Urgent announcement' })

async function page(path = '/people', given: Parameters<typeof openPage>[1] = {}) {
  server.acknowledgeBroadcast.mockReset().mockReturnValue(new Promise(() => {}))
  const opened = openPage(path, given)
  await screen.findByRole('button', { name: 'Your profile' })
  return opened
}

describe('an urgent announcement', () => {
  it('[G] can be folded on a phone, and a reminder unfolds it', async () => {
    const { keyboard } = await page()
    const item = urgent({ title: 'Water off', text: 'Please fill bottles' })
    waiting(item)
    await keyboard.click(await screen.findByRole('button', { name: 'Fold' }))
    expect(screen.getByRole('button', { name: 'Unfold' })).toHaveAttribute('aria-expanded', 'false')
    expect(screen.getByText('Please fill bottles').className).toContain('max-md:hidden')
    waiting({ ...item, remindedAt: '2026-11-21T10:00:00Z' })
    expect(await screen.findByRole('button', { name: 'Fold' })).toHaveAttribute('aria-expanded', 'true')
  })

  it('[G] is folded on a low page, such as above the keyboard of a phone, until the user unfolds it', async () => {
    vi.stubGlobal('matchMedia', (media: string) => ({
      media,
      matches: media === '(height < 500px)',
      addEventListener: () => {},
      removeEventListener: () => {},
    }))
    const { keyboard } = await page()
    waiting(urgent({ title: 'Water off', text: 'Please fill bottles' }))
    await keyboard.click(await screen.findByRole('button', { name: 'Unfold' }))
    expect(screen.getByRole('button', { name: 'Fold' })).toHaveAttribute('aria-expanded', 'true')
    // The text keeps the edge of a page that runs in the other direction.
    expect(screen.getByText('Please fill bottles')).toHaveClass('keep-edge')
  })

  it('stands above every page and on the way to the announcements, until it is acknowledged', async () => {
    const { keyboard } = await page()
    const item = urgent({
      title: 'Water off',
      text: 'Please **fill** bottles',
      expiresAt: '2100-01-01T12:00:00.000Z',
      revision: 2,
    })
    waiting(item)
    expect((await screen.findByRole('region', { name: 'Urgent announcement' })).textContent).toContain(
      'Urgent: Water off',
    )
    expect(banner()?.textContent).toMatch(/Acknowledge by .*2100.* Please fill bottles/u)
    expect(within(banner() ?? document.body).getByRole('alert')).toBeInTheDocument()
    expect(screen.getAllByRole('link', { name: 'Announcements, urgent' }).length).toBeGreaterThan(0)
    await keyboard.click(screen.getByRole('button', { name: 'Acknowledge' }))
    expect(server.acknowledgeBroadcast).toHaveBeenCalledWith(item.id, { revision: 2 })
    expect(banner()).toBeNull()
    // The keyboard goes on in the page.
    expect(document.activeElement?.id).toBe('page')
  })

  it('that the banner shows in part is shown whole before it is acknowledged', async () => {
    const { keyboard } = await page()
    const text = `${'Please fill bottles. '.repeat(20)}The tap in the yard stays open.`
    const item = urgent({ title: 'Water off', text })
    waiting(item)
    await keyboard.click(screen.getByRole('button', { name: 'Acknowledge' }))
    expect(server.acknowledgeBroadcast).not.toHaveBeenCalled()
    const dialog = within(screen.getByRole('dialog'))
    expect(dialog.getByText(/The tap in the yard stays open\.$/u)).toBeDefined()
    await keyboard.click(dialog.getByRole('button', { name: 'Acknowledge' }))
    expect(server.acknowledgeBroadcast).toHaveBeenCalledWith(item.id, { revision: item.revision })
  })

  it('whose line is cut on the screen is shown whole before it is acknowledged', async () => {
    const { keyboard } = await page()
    waiting(urgent({ title: 'Water off', text: 'Please fill bottles' }))
    const line = within(banner() ?? document.body).getByText(/Please fill bottles/u)
    Object.defineProperty(line, 'scrollWidth', { value: 400 })
    await keyboard.click(screen.getByRole('button', { name: 'Acknowledge' }))
    expect(server.acknowledgeBroadcast).not.toHaveBeenCalled()
    expect(screen.getByRole('dialog')).toBeDefined()
  })

  it('of several is the first, with how many more there are, all to be read in one place', async () => {
    const { keyboard } = await page()
    waiting(urgent({ title: 'Water off' }), urgent({ title: 'School closed' }), pending({ title: 'Museum trip' }))
    expect(banner()?.textContent).toContain('Water off')
    await keyboard.click(screen.getByRole('button', { name: '1 more' }))
    const dialog = screen.getByRole('dialog', { name: '3 waiting for you' })
    expect(
      within(dialog)
        .getAllByRole('heading', { level: 3 })
        .map(({ textContent }) => textContent),
    ).toEqual(['Water off', 'School closed', 'Museum trip'])
  })

  it('among several that asks for nothing is read where the announcements are', async () => {
    const { keyboard } = await page()
    waiting(
      urgent({ title: 'Water off', needsAcknowledgement: false, seq: 5 }),
      urgent({ title: 'School closed', needsAcknowledgement: false, seq: 4 }),
    )
    await keyboard.click(screen.getByRole('button', { name: '1 more' }))
    const dialog = screen.getByRole('dialog')
    const [link] = within(dialog).getAllByRole('link', { name: 'Open in Announcements' })
    expect(link?.getAttribute('href')).toBe('/announcements')
    if (link) await keyboard.click(link)
    expect(screen.queryByRole('dialog')).toBeNull()
    // The history's entry of the dialog is left first.
    await waitFor(() => expect(location.pathname).toBe('/announcements'))
  })

  it('that has changed is read before it is acknowledged', async () => {
    await page()
    waiting(urgent({ acknowledged: { revision: 1, title: 'Old', text: 'Old' } }))
    expect(banner()?.textContent).toContain('Changed since you read it.')
    expect(screen.queryByRole('button', { name: 'Acknowledge' })).toBeNull()
  })

  it('that asks for nothing goes when it is opened', async () => {
    const said = message({ seq: 4, broadcast: mark({ priority: 'urgent', needsAcknowledgement: false }) })
    const room = broadcast({ lastMessage: said, readSeq: 3 })
    await page('/people', { conversations: [room] })
    await waitFor(() => expect(useConversations.getState().byId[room.id]).toBeDefined())
    waiting(urgent({ needsAcknowledgement: false, seq: 4 }))
    expect(
      within(banner() ?? document.body)
        .getByRole('link', { name: 'Read' })
        .getAttribute('href'),
    ).toBe('/announcements')
    act(() => useConversations.getState().markRead(room.id, 4))
    expect(banner()).toBeNull()
  })

  it('that was refused says why', async () => {
    await page()
    const item = urgent()
    waiting(item)
    act(() => usePendingBroadcasts.setState({ refused: { [item.id]: offline().problem } }))
    expect(banner()?.textContent).toContain('No connection to the server.')
  })
})

const at = (hour: number) => `2026-11-21T${String(hour).padStart(2, '0')}:00:00.000Z`
const remind = (item: ReturnType<typeof pending>, remindedAt: string) =>
  act(() => usePendingBroadcasts.getState().reminded({ ...item, remindedAt }))
const alert = () => within(banner() ?? document.body).getByRole('alert')
/** The line below the first announcement. */
const said = () => within(banner() ?? document.body).getByRole('status')

describe('a reminder', () => {
  it('of an announcement that the banner shows already is shown and said again, and takes no focus', async () => {
    const { keyboard } = await page()
    const item = urgent({ title: 'Water off', text: 'Fill bottles' })
    waiting(item)
    const shown = [alert()]
    await keyboard.click(screen.getByRole('button', { name: 'Your profile' }))
    await keyboard.keyboard('{Escape}')
    screen.getByRole('button', { name: 'Acknowledge' }).focus()
    for (const time of [at(9), at(10)]) {
      remind(item, time)
      expect(alert().textContent).toContain('Urgent reminder: Water off')
      expect(alert().textContent).toContain(`Reminded ${momentOf(time)}.`)
      // Screen readers say an alert that is new in the page.
      expect(shown).not.toContain(alert())
      shown.push(alert())
    }
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Acknowledge' }))
  })

  it('of an announcement behind an urgent one is named below it, and said', async () => {
    await page()
    const trip = pending({ title: 'Museum trip' })
    waiting(urgent({ title: 'Water off' }), trip, pending({ title: 'Consent form', remindedAt: at(8) }))
    expect(said().textContent).toBe(`Reminder: Consent form · ${momentOf(at(8))}`)
    const region = said()
    for (const time of [at(9), at(10)]) {
      const before = said().firstElementChild
      remind(trip, time)
      expect(said().textContent).toBe(`Reminder: Museum trip · ${momentOf(time)}`)
      // The same region with a new line, which is what screen readers say.
      expect(said()).toBe(region)
      expect(said().firstElementChild).not.toBe(before)
    }
    expect(screen.getByRole('button', { name: '2 more' })).toBeInTheDocument()
  })

  it('is shown before what was reminded of earlier', async () => {
    await page()
    const first = pending({ title: 'Museum trip' })
    waiting(first, pending({ title: 'Consent form' }))
    for (const [index, item] of usePendingBroadcasts.getState().items.entries()) {
      remind(item, at(9 + index))
      expect(within(screen.getByRole('region', { name: 'Reminder' })).getByRole('alert').textContent).toContain(
        `Reminder: ${item.title}`,
      )
    }
  })

  it('shows what is not urgent too, until it is put aside, and again with the next one', async () => {
    const { keyboard } = await page()
    const item = pending({ title: 'Museum trip', remindedAt: '2026-11-21T09:00:00.000Z' })
    waiting(item)
    expect(screen.getByRole('region', { name: 'Reminder' }).textContent).toContain('Reminder: Museum trip')
    await keyboard.click(screen.getByRole('button', { name: 'Later' }))
    expect(screen.queryByRole('region', { name: 'Reminder' })).toBeNull()
    act(() => usePendingBroadcasts.getState().reminded({ ...item, remindedAt: '2026-11-21T10:00:00.000Z' }))
    expect(screen.getByRole('region', { name: 'Reminder' })).toBeInTheDocument()
  })
})

describe('across the top', () => {
  it('stands what the admins tell of the server, with its links', async () => {
    await page()
    act(() => useMaintenance.setState({ message: { text: 'We restart at 18:00, see https://status.example' } }))
    expect(screen.getByText(/We restart at 18:00/u)).toBeInTheDocument()
    expect(screen.getByRole('link', { name: 'https://status.example' })).toBeInTheDocument()
    act(() => useMaintenance.setState({ message: null }))
    expect(screen.queryByText(/We restart at 18:00/u)).toBeNull()
  })

  it('a long one is shortened until the user opens all of it', async () => {
    const { keyboard } = await page()
    act(() => useMaintenance.setState({ message: { text: 'We restart. '.repeat(30) } }))
    const text = screen.getByText(/We restart/u)
    expect(text.className).toContain('line-clamp-2')
    await keyboard.click(screen.getByRole('button', { name: 'More' }))
    expect(text.className).not.toContain('line-clamp-2')
  })

  it('stands that an acknowledgement waits for the connection', async () => {
    await page()
    act(() => {
      usePendingBroadcasts.setState({
        acknowledged: { b: { revision: 1, at: '2026-11-21T09:00:00.000Z', sent: false } },
      })
      useConnection.setState({ state: 'offline' })
    })
    expect(await screen.findByText(/1 acknowledgement is waiting and will be sent/u)).toBeInTheDocument()
  })
})
