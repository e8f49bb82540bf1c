import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { acknowledgeBroadcast, pendingBroadcasts } from '../../src/announcements/announcement.api.ts'
import { ApiProblem, NO_CONNECTION } from '../../src/connection/problem.model.ts'
import { useSession } from '../../src/accounts/session.store.ts'
import { usePendingBroadcasts } from '../../src/announcements/pendingBroadcasts.store.ts'
import { broadcast, ledgerEntry, mark, message, ownUser, pending, problem } from '../generators/index.ts'
import { signIn } from '../helpers/chat.tsx'
import { Deferred } from '../helpers/deferred.ts'
import { connection } from '../helpers/fakeSocket.ts'

vi.mock(import('../../src/connection/socket.client.ts'), async () =>
  (await import('../helpers/fakeSocket.ts')).fakeSocket(),
)

const waits = vi.mocked(pendingBroadcasts)
const acknowledge = vi.mocked(acknowledgeBroadcast)
const store = () => usePendingBroadcasts.getState()
const titles = () => store().items.map(({ title }) => title)
const answers = (...items: ReturnType<typeof pending>[]) => waits.mockResolvedValue({ items })
const refused = (code: 'outdated_revision' | 'broadcast_state' | 'rate_limited', more = {}) =>
  new ApiProblem(problem({ status: 409, code, detail: 'No.', ...more }))
const announcement = (about: Partial<ReturnType<typeof mark>> = {}, more: Parameters<typeof message>[0] = {}) =>
  message({ conversationId: broadcast().id, title: 'Water off', broadcast: mark(about), ...more })

beforeEach(() => {
  connection.reset()
  waits.mockReset()
  acknowledge.mockReset()
  signIn(ownUser({ createdAt: '2026-11-01T08:00:00.000Z' }))
})

afterEach(() => {
  vi.useRealTimers()
  store().forget()
})

/** Connected, with what the server says that waits. */
async function connected(...items: ReturnType<typeof pending>[]): Promise<void> {
  answers(...items)
  store().resume()
  await vi.waitFor(() => expect(waits.mock.settledResults.at(-1)?.type).toBe('fulfilled'))
  await Promise.resolve()
}

describe('what waits', () => {
  test('is asked for at each connection, the urgent first, without what has expired', async () => {
    await connected(
      pending({ title: 'Newer', seq: 3 }),
      pending({ title: 'Urgent', seq: 1, priority: 'urgent' }),
      pending({ title: 'Over', expiresAt: '2026-11-01T09:00:00.000Z' }),
    )
    expect(titles()).toEqual(['Urgent', 'Newer'])
  })

  test('is asked for again when the server could not answer', async () => {
    vi.useFakeTimers()
    waits
      .mockRejectedValueOnce(new ApiProblem(NO_CONNECTION))
      .mockResolvedValueOnce({ items: [pending({ title: 'Later' })] })
    store().resume()
    await vi.advanceTimersByTimeAsync(2000)
    expect(titles()).toEqual(['Later'])
  })

  test('goes by itself when it expires', async () => {
    vi.useFakeTimers({ now: Date.parse('2026-11-21T09:00:00Z') })
    await connected(
      pending({ title: 'Until ten', expiresAt: '2026-11-21T10:00:00.000Z' }),
      pending({ title: 'For ever' }),
    )
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(titles()).toEqual(['For ever'])
  })

  test('grows by announcements that ask for something, and not by others or those of one own', async () => {
    await connected()
    store().announced(announcement({}, { title: 'Asks' }), true)
    store().announced(announcement({ needsAcknowledgement: false, priority: 'urgent' }, { title: 'Urgent' }), true)
    store().announced(announcement({ needsAcknowledgement: false }, { title: 'Tells' }), true)
    store().announced(announcement({}, { title: 'Mine', senderId: useSession.getState().user?.id ?? '' }), true)
    store().announced(message({ conversationId: broadcast().id, title: 'Without a ledger' }), true)
    expect(titles()).toEqual(['Urgent', 'Asks'])
    expect(waits).toHaveBeenCalledTimes(1)
  })

  test('has the newest text, and goes with the announcement', async () => {
    const known = pending({ title: 'Old' })
    await connected(known)
    store().announced(announcement({ id: known.id, revision: 2, materialRevision: 2 }, { title: 'New' }), false)
    expect(titles()).toEqual(['New'])
    store().announced(announcement({ id: known.id, revision: 2 }, { deletedAt: '2026-11-21T09:30:00.000Z' }), false)
    expect(titles()).toEqual([])
  })

  test('of one that was acknowledged before is known to the server alone, with the text that it was', async () => {
    await connected()
    const item = pending({ revision: 2, materialRevision: 2, acknowledged: { revision: 1, title: 'Old', text: 'Old' } })
    answers(item)
    store().announced(announcement({ id: item.id, revision: 2, materialRevision: 2 }), false)
    await vi.waitFor(() => expect(store().items).toEqual([item]))
  })

  test('comes back with a reminder, also when the last one was put aside', async () => {
    const item = pending({ remindedAt: '2026-11-21T09:00:00.000Z' })
    await connected(item)
    store().dismiss(item.id)
    expect(store().dismissed[item.id]).toBe(item.remindedAt)
    const again = { ...item, remindedAt: '2026-11-21T10:00:00.000Z' }
    store().reminded(again)
    expect(store().items).toEqual([again])
    expect(store().dismissed[item.id]).not.toBe(again.remindedAt)
  })

  test('of one person is nothing to the next one', async () => {
    const late = new Deferred<{ items: ReturnType<typeof pending>[] }>()
    waits.mockReturnValue(late.promise)
    store().resume()
    store().forget()
    late.resolve({ items: [pending()] })
    await late.promise
    await Promise.resolve()
    expect(store().items).toEqual([])
  })
})

describe('acknowledging', () => {
  test('is sent with the revision that was shown, and the time is the server’s', async () => {
    const item = pending({ revision: 3, materialRevision: 2 })
    await connected(item)
    acknowledge.mockResolvedValue(ledgerEntry({ acknowledgedRevision: 3, acknowledgedAt: '2026-11-21T09:12:00.000Z' }))
    store().acknowledge(item.id, 3)
    expect(titles()).toEqual([])
    await vi.waitFor(() =>
      expect(store().acknowledged[item.id]).toEqual({ revision: 3, at: '2026-11-21T09:12:00.000Z', sent: true }),
    )
    expect(acknowledge).toHaveBeenCalledExactlyOnceWith(item.id, { revision: 3 })
  })

  test('without a connection is kept, through a reload too, and sent with the next connection', async () => {
    const item = pending()
    await connected(item)
    connection.connected = false
    acknowledge.mockRejectedValueOnce(new ApiProblem(NO_CONNECTION))
    store().acknowledge(item.id, 1)
    await vi.waitFor(() => expect(acknowledge).toHaveBeenCalledOnce())

    store().forget()
    store().restore()
    expect(store().acknowledged[item.id]).toMatchObject({ revision: 1, sent: false })
    connection.connected = true
    acknowledge.mockResolvedValue(ledgerEntry())
    await connected(item)
    await vi.waitFor(() => expect(store().acknowledged[item.id]?.sent).toBe(true))
    expect(titles()).toEqual([])
  })

  test('goes again by itself when the server was busy', async () => {
    vi.useFakeTimers()
    await connected(pending({ id: 'b' }))
    acknowledge
      .mockRejectedValueOnce(refused('rate_limited', { status: 429, retryAfter: 3 }))
      .mockResolvedValueOnce(ledgerEntry())
    store().acknowledge('b', 1)
    await vi.advanceTimersByTimeAsync(3000)
    expect(store().acknowledged['b']?.sent).toBe(true)
  })

  test('of a text that has changed is refused, and asked for anew with what changed', async () => {
    const item = pending()
    await connected(item)
    const changed = { ...item, revision: 2, materialRevision: 2 }
    answers(changed)
    acknowledge.mockRejectedValue(refused('outdated_revision', { detail: 'The text has changed since.' }))
    store().acknowledge(item.id, 1)
    await vi.waitFor(() => expect(store().items).toEqual([changed]))
    expect(store().acknowledged[item.id]).toBeUndefined()
    expect(store().refused[item.id]?.detail).toBe('The text has changed since.')
    acknowledge.mockResolvedValue(ledgerEntry({ acknowledgedRevision: 2 }))
    store().acknowledge(item.id, 2)
    expect(store().refused[item.id]).toBeUndefined()
  })

  test('elsewhere ends the waiting here, unless the text has changed since', async () => {
    const [one, two] = [pending({ title: 'One' }), pending({ title: 'Two', revision: 2, materialRevision: 2 })]
    await connected(one, two)
    store().done({ broadcastId: one.id, revision: 1, at: '2026-11-21T09:12:00.000Z' })
    store().done({ broadcastId: two.id, revision: 1, at: '2026-11-21T09:12:00.000Z' })
    expect(titles()).toEqual(['Two'])
    expect(store().acknowledged[one.id]?.at).toBe('2026-11-21T09:12:00.000Z')
  })

  test('in another tab without a connection shows in this one', async () => {
    const item = pending()
    await connected(item)
    const key = `parley.acknowledged.${useSession.getState().user?.id}`
    localStorage.setItem(
      key,
      JSON.stringify({ [item.id]: { revision: 1, at: '2026-11-21T09:12:00.000Z', sent: false }, broken: 'x' }),
    )
    dispatchEvent(new StorageEvent('storage', { key }))
    expect(titles()).toEqual([])
    expect(Object.keys(store().acknowledged)).toEqual([item.id])
  })
})
