import { beforeEach, describe, expect, test, vi } from 'vitest'
import * as realApi from '../../src/lib/broadcastApi.ts'
import { useBroadcasts } from '../../src/store/broadcasts.store.ts'
import { broadcast, counts, draft } from '../generators/broadcasts.ts'

vi.mock(import('../../src/lib/broadcastApi.ts'), { spy: true })
vi.mock(import('../../src/lib/socket.ts'), async () => (await import('../helpers/fakeSocket.ts')).fakeSocket())

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
    api.listBroadcasts.mockResolvedValueOnce({ items: [recent, old], nextCursor: 'after old' }).mockResolvedValueOnce({ items: [old, oldest], nextCursor: null })
    await store().load()
    await store().loadMore()
    expect(api.listBroadcasts).toHaveBeenLastCalledWith('after old')
    expect(store().order).toEqual([recent.id, old.id, oldest.id])
    expect(store().nextCursor).toBeNull()
  })

  test('stay loaded when the newest one is asked for again, and begin anew where there is a gap', async () => {
    api.listBroadcasts.mockResolvedValueOnce({ items: [recent, old], nextCursor: 'after old' }).mockResolvedValueOnce({ items: [oldest], nextCursor: null })
    await store().load()
    await store().loadMore()
    api.listBroadcasts.mockResolvedValueOnce({ items: [newest, recent], nextCursor: 'after recent' })
    await store().load()
    expect(store().order).toEqual([newest.id, recent.id, old.id, oldest.id])
    expect(store().nextCursor).toBeNull()
    const others = [draft(), draft()]
    api.listBroadcasts.mockResolvedValueOnce({ items: others, nextCursor: 'after others' })
    await store().load()
    expect(store().order).toEqual(others.map(({ id }) => id))
    expect(store().nextCursor).toBe('after others')
  })

  test('keep what is there when they cannot be asked for again', async () => {
    api.listBroadcasts.mockResolvedValueOnce({ items: [recent], nextCursor: null }).mockRejectedValueOnce(new Error('gone'))
    await store().load()
    await store().load()
    expect(store().status).toBe('ready')
    expect(store().order).toEqual([recent.id])
  })
})

describe('the counts of broadcasts', () => {
  test('are asked for of what was sent, a few at a time', async () => {
    const sent = Array.from({ length: 10 }, () => broadcast())
    let atOnce = 0
    let most = 0
    api.ledgerCounts.mockImplementation(async () => {
      atOnce += 1
      most = Math.max(most, atOnce)
      await Promise.resolve()
      atOnce -= 1
      return counts({ opened: 1 })
    })
    api.listBroadcasts.mockResolvedValue({ items: [draft(), ...sent], nextCursor: null })
    await store().load()
    await vi.waitFor(() => expect(Object.keys(store().counts)).toHaveLength(10))
    expect(most).toBe(4)
  })

  test('stay as they were when the server does not answer', async () => {
    const sent = broadcast()
    await store().count(sent.id)
    api.ledgerCounts.mockRejectedValue(new Error('gone'))
    await store().count(sent.id)
    expect(store().counts[sent.id]?.opened).toBe(1)
  })
})
