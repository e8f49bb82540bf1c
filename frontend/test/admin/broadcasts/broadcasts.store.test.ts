import { beforeEach, describe, expect, test, vi } from 'vitest'
import * as realApi from '../../../src/admin/broadcasts/shared/broadcast.api.ts'
import { useBroadcasts } from '../../../src/admin/broadcasts/shared/broadcasts.store.ts'
import { broadcast, counts, draft, pageOf } from '../../generators/broadcasts.ts'
import { Deferred } from '../../helpers/deferred.ts'

vi.mock(import('../../../src/admin/broadcasts/shared/broadcast.api.ts'), { spy: true })
vi.mock(import('../../../src/connection/socket.client.ts'), async () =>
  (await import('../../helpers/fakeSocket.ts')).fakeSocket(),
)

const api = vi.mocked(realApi)
const store = () => useBroadcasts.getState()

beforeEach(() => {
  vi.resetAllMocks()
  useBroadcasts.setState(useBroadcasts.getInitialState(), true)
  api.ledgerCounts.mockResolvedValue(counts({ opened: 1 }))
})

describe('the pages of the list of broadcasts', () => {
  const [oldest, old, recent, newest] = [draft(), draft(), draft(), draft()]

  test('follow one another, each broadcast once', async () => {
    api.listBroadcasts
      .mockResolvedValueOnce(pageOf([recent, old], { nextCursor: 'after old' }))
      .mockResolvedValueOnce(pageOf([old, oldest]))
    await store().load()
    await store().loadMore()
    expect(api.listBroadcasts).toHaveBeenLastCalledWith({ show: 'all', cursor: 'after old' })
    expect(store().order).toEqual([recent.id, old.id, oldest.id])
    expect(store().nextCursor).toBeNull()
  })

  test('stay loaded when the newest one is asked for again, and begin anew where there is a gap', async () => {
    api.listBroadcasts
      .mockResolvedValueOnce(pageOf([recent, old], { nextCursor: 'after old' }))
      .mockResolvedValueOnce(pageOf([oldest]))
    await store().load()
    await store().loadMore()
    api.listBroadcasts.mockResolvedValueOnce(pageOf([newest, recent], { nextCursor: 'after recent' }))
    await store().load()
    expect(store().order).toEqual([newest.id, recent.id, old.id, oldest.id])
    expect(store().nextCursor).toBeNull()
    const others = [draft(), draft()]
    api.listBroadcasts.mockResolvedValueOnce(pageOf(others, { nextCursor: 'after others' }))
    await store().load()
    expect(store().order).toEqual(others.map(({ id }) => id))
    expect(store().nextCursor).toBe('after others')
  })

  test('keep what is there when they cannot be asked for again', async () => {
    api.listBroadcasts.mockResolvedValueOnce(pageOf([recent])).mockRejectedValueOnce(new Error('gone'))
    await store().load()
    await store().load()
    expect(store().status).toBe('ready')
    expect(store().order).toEqual([recent.id])
  })

  test('of another list have what is known of it at once, and an answer that comes late changes nothing', async () => {
    const sent = broadcast()
    const late = new Deferred<ReturnType<typeof pageOf>>()
    api.listBroadcasts
      .mockResolvedValueOnce(pageOf([newest, sent], { nextCursor: 'more' }))
      .mockReturnValueOnce(late.promise)
      .mockResolvedValueOnce(pageOf([newest, old]))
    await store().load()
    const first = store().load('sent')
    expect(store()).toMatchObject({ show: 'sent', status: 'ready', order: [sent.id], nextCursor: null })
    await store().load('drafts')
    late.resolve(pageOf([sent]))
    await first
    expect(store()).toMatchObject({ show: 'drafts', order: [newest.id, old.id] })
  })
})

describe('the counts of broadcasts', () => {
  test('come with the list, in one request', async () => {
    const [one, two] = [broadcast(), broadcast()]
    api.listBroadcasts.mockResolvedValue(
      pageOf([draft(), one, two], {}, { [one.id]: counts({ opened: 1 }), [two.id]: counts({ opened: 2 }) }),
    )
    await store().load()
    expect([
      store().counts[one.id]?.opened,
      store().counts[two.id]?.opened,
      Object.keys(store().counts).length,
    ]).toEqual([1, 2, 2])
    expect(api.ledgerCounts).not.toHaveBeenCalled()
  })

  test('stay as they were when the server does not answer', async () => {
    const sent = broadcast()
    await store().count(sent.id)
    api.ledgerCounts.mockRejectedValue(new Error('gone'))
    await store().count(sent.id)
    expect(store().counts[sent.id]?.opened).toBe(1)
  })
})
