import type { Broadcast, BroadcastId, LedgerChange, LedgerCounts, Problem } from 'backend/contract'
import { create } from 'zustand'
import * as api from '../lib/broadcastApi.ts'
import { asProblem } from '../lib/problem.ts'
import { socket } from '../lib/socket.ts'
import { useAuth } from './auth.store.ts'

interface BroadcastsState {
  status: 'idle' | 'loading' | 'ready' | 'error'
  problem: Problem | null
  byId: Readonly<Record<BroadcastId, Broadcast>>
  /** What the list shows, newest first. */
  order: readonly BroadcastId[]
  nextCursor: string | null
  loadingMore: boolean
  /** How far each has got, where it is known: of what was sent, or is being sent. */
  counts: Readonly<Record<BroadcastId, LedgerCounts>>
  /** The newest page. Failing it says so in `problem`; what was there stays. */
  load(): Promise<void>
  /** Throws ApiProblem. */
  loadMore(): Promise<void>
  /** As the server has it now. Throws ApiProblem. */
  fetch(id: BroadcastId): Promise<Broadcast>
  /** Asks how far it has got. Failing leaves what was known. */
  count(id: BroadcastId): Promise<void>
  /** As the server says that it is. */
  put(broadcast: Broadcast): void
  /** It was deleted. */
  drop(id: BroadcastId): void
}

/** At once: a list of fifty must not hold up what one presses meanwhile. */
const COUNTED_AT_ONCE = 4

const NOTHING = { status: 'idle', problem: null, byId: {}, order: [], nextCursor: null, loadingMore: false, counts: {} } as const

export const useBroadcasts = create<BroadcastsState>()((set, get) => {
  const uncounted = new Set<BroadcastId>()
  let counting = 0

  function countNext(): void {
    for (const id of uncounted) {
      if (counting >= COUNTED_AT_ONCE) return
      uncounted.delete(id)
      counting += 1
      void get().count(id).finally(() => {
        counting -= 1
        countNext()
      })
    }
  }

  function countAll(broadcasts: readonly Broadcast[]): void {
    for (const { id, state } of broadcasts) if (isCounted(state)) uncounted.add(id)
    countNext()
  }

  return {
    ...NOTHING,

    async load() {
      if (get().status !== 'ready') set({ status: 'loading', problem: null })
      try {
        const { items, nextCursor } = await api.listBroadcasts()
        const [oldest] = items.slice(-1)
        // Pages that were loaded before go on where the new one ends.
        const rest = oldest && nextCursor !== null && get().order.includes(oldest.id) ? get().order.slice(get().order.indexOf(oldest.id) + 1) : []
        set(({ byId, nextCursor: before }) => ({
          status: 'ready',
          problem: null,
          byId: { ...byId, ...byIdOf(items) },
          order: [...items.map(({ id }) => id), ...rest],
          nextCursor: rest.length > 0 ? before : nextCursor,
        }))
        countAll(items)
      } catch (error) {
        set(({ status }) => ({ status: status === 'ready' ? 'ready' : 'error', problem: asProblem(error) }))
      }
    },

    async loadMore() {
      const cursor = get().nextCursor
      if (cursor === null || get().loadingMore) return
      set({ loadingMore: true })
      try {
        const { items, nextCursor } = await api.listBroadcasts(cursor)
        set(({ byId, order }) => ({ byId: { ...byId, ...byIdOf(items) }, order: [...new Set([...order, ...items.map(({ id }) => id)])], nextCursor }))
        countAll(items)
      } finally {
        set({ loadingMore: false })
      }
    },

    async fetch(id) {
      const broadcast = await api.getBroadcast(id)
      get().put(broadcast)
      return broadcast
    },

    async count(id) {
      const counts = await api.ledgerCounts(id).catch(() => null)
      if (counts) set((state) => ({ counts: { ...state.counts, [id]: counts } }))
    },

    put(broadcast) {
      const { id } = broadcast
      const before = get().byId[id]
      const isNew = get().status === 'ready' && !get().order.includes(id) && isNewest(broadcast, get())
      set(({ byId, order }) => ({ byId: { ...byId, [id]: broadcast }, order: isNew ? [id, ...order] : order }))
      if (isCounted(broadcast.state) && before?.state !== broadcast.state) void get().count(id)
    },

    drop(id) {
      const { [id]: _, ...others } = get().byId
      set(({ order }) => ({ byId: others, order: order.filter((other) => other !== id) }))
    },
  }
})

useAuth.subscribe(({ user }, before) => {
  if (user?.id !== before.user?.id) useBroadcasts.setState(NOTHING)
})

/**
 * Keeps what is known of broadcasts up to date while somebody looks. Here and not in live.ts, so that this loads with the admin panel only.
 * Returns a function that ends it.
 */
export function followBroadcasts(): () => void {
  socket.on('ledgerChanged', moved)
  socket.on('connect', resume)
  return () => {
    socket.off('ledgerChanged', moved)
    socket.off('connect', resume)
  }
}

function resume(): void {
  void useBroadcasts.getState().load()
}

function moved({ broadcastId, counts }: LedgerChange): void {
  const { byId, fetch } = useBroadcasts.getState()
  useBroadcasts.setState((state) => ({ counts: { ...state.counts, [broadcastId]: counts } }))
  // Nobody says that it went from scheduled to sending and on to sent: the first counts of it do.
  if (byId[broadcastId]?.state !== 'sent') fetch(broadcastId).catch(() => {})
}

const isCounted = (state: Broadcast['state']): boolean => state === 'sent' || state === 'sending'

const byIdOf = (broadcasts: readonly Broadcast[]) => Object.fromEntries(broadcasts.map((broadcast) => [broadcast.id, broadcast]))

/** Ids begin with the time at which they were made. */
function isNewest({ id }: Broadcast, { order }: BroadcastsState): boolean {
  const [newest] = order
  return newest === undefined || id > newest
}
