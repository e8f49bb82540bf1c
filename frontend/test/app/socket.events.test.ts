import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { me, session } from '../../src/accounts/session.api.ts'
import { pendingBroadcasts } from '../../src/announcements/announcement.api.ts'
import { request } from '../../src/connection/socket.client.ts'
import { useSession } from '../../src/accounts/session.store.ts'
import { startSocketEvents } from '../../src/app/socket.events.ts'
import { useMaintenance } from '../../src/maintenance/maintenance.store.ts'
import { usePendingBroadcasts } from '../../src/announcements/pendingBroadcasts.store.ts'
import { sync } from '../../src/app/sync.service.ts'
import { broadcast, mark, message, ownUser, pending } from '../generators/index.ts'
import { Deferred } from '../helpers/deferred.ts'
import { connection } from '../helpers/fakeSocket.ts'
import { giveLocks } from '../helpers/tabs.ts'
import { isolate } from '../../src/lib/isolate.ts'

vi.unmock('../../src/app/socket.events.ts')
vi.mock(import('../../src/connection/socket.client.ts'), async () =>
  (await import('../helpers/fakeSocket.ts')).fakeSocket(),
)
vi.mock(import('../../src/app/sync.service.ts'), () => ({
  sync: vi.fn<() => Promise<void>>(async () => {}),
  forgetSync: () => {},
}))

const waits = vi.mocked(pendingBroadcasts)
const account = vi.mocked(me)
const titles = () => usePendingBroadcasts.getState().items.map(({ title }) => title)
const muted = () => useSession.getState().user?.mutedUntil
let shown: [string, string | undefined][] = []

class FakeNotification extends EventTarget {
  static readonly permission = 'granted'
  readonly tag: string | undefined
  readonly data: unknown
  constructor(title: string, { body, tag, data }: NotificationOptions) {
    super()
    this.tag = tag
    this.data = data
    shown.push([title, body])
  }
  close(): void {
    shown = []
  }
}

beforeAll(startSocketEvents)

beforeEach(() => {
  shown = []
  giveLocks()
  vi.stubGlobal('isSecureContext', true)
  vi.stubGlobal('Notification', FakeNotification)
  vi.mocked(request)
    .mockReset()
    .mockReturnValue(new Promise(() => {}))
  waits.mockReset().mockResolvedValue({ items: [] })
  account.mockReset().mockReturnValue(new Promise(() => {}))
  useSession.setState({ status: 'signedIn', user: ownUser({ createdAt: '2026-11-01T08:00:00.000Z' }) })
})

afterEach(() => useSession.setState({ status: 'signedOut', user: null }))

describe('a connection', () => {
  test('begins by asking what waits, and brings what comes, changes and ends', async () => {
    waits.mockResolvedValue({ items: [pending({ title: 'First' })] })
    connection.connect()
    await vi.waitFor(() => expect(titles()).toEqual(['First']))
    const asks = mark({ priority: 'urgent' })
    const said = message({ conversationId: broadcast().id, seq: 2, title: 'Water off', broadcast: asks })
    connection.hear('broadcastMessage', said)
    expect(titles()).toEqual(['Water off', 'First'])
    connection.hear('messageChanged', {
      ...said,
      rev: 3,
      title: 'Water off till four',
      broadcast: { ...asks, revision: 2 },
    })
    expect(titles()).toEqual(['Water off till four', 'First'])
    connection.hear('broadcastAcknowledged', { broadcastId: asks.id, revision: 2, at: '2026-11-21T09:12:00.000Z' })
    expect(titles()).toEqual(['First'])
  })

  test('syncs when it begins, and when the server says that something may not have been told', () => {
    vi.mocked(sync).mockClear()
    connection.connect()
    expect(sync).toHaveBeenCalledTimes(1)
    connection.hear('catchUp')
    expect(sync).toHaveBeenCalledTimes(2)
  })

  test('says at once that an admin mutes one, and asks for what was missed without it', async () => {
    const own = useSession.getState().user
    if (!own) throw new Error('No user is signed in')
    const until = '2100-01-01T00:00:00.000Z'
    connection.hear('ownUserChanged', { ...own, mutedUntil: until })
    expect(muted()).toBe(until)
    connection.disconnect()
    account.mockResolvedValueOnce(own)
    connection.connect()
    await vi.waitFor(() => expect(muted()).toBeNull())
  })

  test('spares its first asking just after the account was read, and not the next, however soon it comes', async () => {
    const own = useSession.getState().user
    if (!own) throw new Error('No user is signed in')
    const until = '2100-01-01T00:00:00.000Z'
    vi.mocked(session).mockResolvedValueOnce({ user: { ...own, mutedUntil: until }, isRefreshable: false })
    await useSession.getState().restore()
    connection.connect()
    expect(account).not.toHaveBeenCalled()
    // An admin ends the mute while there is no connection.
    connection.disconnect()
    account.mockResolvedValueOnce(own)
    connection.connect()
    await vi.waitFor(() => expect(muted()).toBeNull())
  })

  test('does not take an answer for the truth that is older than what it told', async () => {
    const own = useSession.getState().user
    if (!own) throw new Error('No user is signed in')
    const until = '2100-01-01T00:00:00.000Z'
    const answer = new Deferred<typeof own>()
    account.mockReturnValueOnce(answer.promise).mockResolvedValueOnce({ ...own, mutedUntil: until, bio: 'Asked again' })
    connection.connect()
    connection.hear('ownUserChanged', { ...own, mutedUntil: until })
    answer.resolve(own)
    await vi.waitFor(() => expect(useSession.getState().user?.bio).toBe('Asked again'))
    expect(muted()).toBe(until)
  })

  test('notifies of a reminder as of a message, in words', async () => {
    connection.connect()
    connection.hear('broadcastReminder', pending({ title: 'Museum trip', text: 'Consent by **Monday**' }))
    expect(titles()).toEqual(['Museum trip'])
    await vi.waitFor(() =>
      expect(shown).toEqual([[`Reminder: ${isolate('Museum trip')}`, isolate('Consent by Monday')]]),
    )
  })

  test('[E4] takes a reminder back when its announcement was acknowledged on another device', async () => {
    const waiting = pending({ title: 'Museum trip' })
    waits.mockResolvedValue({ items: [waiting] })
    connection.connect()
    connection.hear('broadcastReminder', waiting)
    await vi.waitFor(() => expect(shown).toHaveLength(1))
    connection.hear('broadcastAcknowledged', { broadcastId: waiting.id, revision: 1, at: '2026-11-21T09:12:00.000Z' })
    await vi.waitFor(() => expect(shown).toEqual([]))
  })

  test.each([
    ['many lines', `a${'\n'.repeat(100)}b${'\n'.repeat(7898)}c`, 'a\nb\n'],
    ['many emoji', `x${'😀'.repeat(3999)}`, `x${'😀'.repeat(149)}`],
    ['one word', 'W'.repeat(8000), 'W'.repeat(300)],
  ])('notifies of a text of %s by its beginning', async (_name, text, body) => {
    connection.connect()
    connection.hear('broadcastReminder', pending({ title: 'Museum trip', text }))
    await vi.waitFor(() => expect(shown).toEqual([[`Reminder: ${isolate('Museum trip')}`, isolate(body)]]))
  })

  test('notifies of an urgent announcement as such, without its markup', async () => {
    connection.connect()
    connection.hear(
      'broadcastMessage',
      message({
        conversationId: broadcast().id,
        title: 'Water off',
        text: '# Now\nFill *bottles*',
        broadcast: mark({ priority: 'urgent' }),
      }),
    )
    await vi.waitFor(() => expect(shown).toEqual([[`Urgent: ${isolate('Water off')}`, isolate('Now\nFill bottles')]]))
  })

  test('shows the maintenance message of the admins, and hides one that was removed meanwhile', () => {
    connection.connect()
    const hello = { pageVersion: null, accessSeconds: 900, serverTime: new Date().toISOString() }
    connection.hear('hello', { ...hello, maintenance: { text: 'We restart.' } })
    expect(useMaintenance.getState().message?.text).toBe('We restart.')
    connection.hear('maintenanceChanged', { text: 'We restart at 18:00.' })
    expect(useMaintenance.getState().message?.text).toBe('We restart at 18:00.')
    connection.disconnect()
    connection.connect()
    expect(useMaintenance.getState().message).not.toBeNull()
    connection.hear('hello', { ...hello, maintenance: null })
    expect(useMaintenance.getState().message).toBeNull()
  })

  test('of one person leaves nothing to the next one', async () => {
    waits.mockResolvedValue({ items: [pending()] })
    connection.connect()
    connection.hear('maintenanceChanged', { text: 'We restart at 18:00.' })
    await vi.waitFor(() => expect(titles()).toHaveLength(1))
    useSession.setState({ status: 'signedOut', user: null })
    expect(titles()).toEqual([])
    expect(useMaintenance.getState().message).toBeNull()
  })
})
