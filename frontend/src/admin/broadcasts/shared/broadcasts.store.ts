import type {
  Broadcast,
  BroadcastId,
  BroadcastListName,
  BroadcastPage,
  LedgerChange,
  LedgerCounts,
  Problem,
} from 'backend/contract'
import { create } from 'zustand'
import * as api from './broadcast.api.ts'
import { asProblem } from '../../../connection/problem.model.ts'
import { socket } from '../../../connection/socket.client.ts'
import { useSession } from '../../../accounts/session.store.ts'
import { haveMoved, knownOf } from './broadcastLists.model.ts'

interface BroadcastsState {
  /** The list that is shown. */
  show: BroadcastListName
  status: 'idle' | 'loading' | 'ready' | 'error'
  problem: Problem | null
  byId: Readonly<Record<BroadcastId, Broadcast>>
  /** The ids that the list shows, newest first. */
  order: readonly BroadcastId[]
  nextCursor: string | null
  loadingMore: boolean
  /** The recipients in each state, of broadcasts that were sent or are being sent, when loaded. */
  counts: Readonly<Record<BroadcastId, LedgerCounts>>
  /** The number of broadcasts in each list; null until loaded. */
  totals: BroadcastPage['totals'] | null
  /** Loads the newest page, of another list if it is given. A failure is in `problem`, and the list stays. */
  load(show?: BroadcastListName): Promise<void>
  /** Loads the next page. Throws ApiProblem. */
  loadMore(): Promise<void>
  /** Loads a broadcast. Throws ApiProblem. */
  fetch(id: BroadcastId): Promise<Broadcast>
  /** Loads the counts of a broadcast. After a failure the old counts stay. */
  count(id: BroadcastId): Promise<void>
  /** Stores a broadcast that the server sent. */
  put(broadcast: Broadcast): void
  /** Removes a deleted broadcast. */
  drop(id: BroadcastId): void
}

const NOTHING = {
  show: 'all',
  status: 'idle',
  problem: null,
  byId: {},
  order: [],
  nextCursor: null,
  loadingMore: false,
  counts: {},
  totals: null,
} as const

export const useBroadcasts = create<BroadcastsState>()((set, get) => {
  /** The number of the newest request: only its answer counts. */
  let asked = 0
  /** The list whose pages, from the first to `nextCursor`, are in `order`. */
  let loaded: BroadcastListName | null = null

  function take({ items, totals }: BroadcastPage): void {
    const known = items.flatMap(({ id, counts }) => (counts ? [[id, counts] as const] : []))
    set(({ byId, counts }) => ({
      byId: { ...byId, ...byIdOf(items) },
      counts: { ...counts, ...Object.fromEntries(known) },
      totals,
    }))
  }

  return {
    ...NOTHING,

    async load(show = get().show) {
      asked += 1
      const mine = asked
      if (show !== get().show) loaded = null
      if (show !== get().show)
        set((state) => ({
          show,
          order: knownOf(show, state),
          nextCursor: null,
          status: knownOf(show, state).length > 0 ? 'ready' : 'idle',
        }))
      if (get().status !== 'ready') set({ status: 'loading', problem: null })
      try {
        const page = await api.listBroadcasts({ show })
        if (mine !== asked) return
        const { items, nextCursor } = page
        const [oldest] = items.slice(-1)
        // Pages that were loaded before continue where the new page ends.
        const { order, nextCursor: before } = get()
        const rest =
          oldest && nextCursor !== null && loaded === show && order.includes(oldest.id)
            ? order.slice(order.indexOf(oldest.id) + 1)
            : []
        loaded = show
        take(page)
        set({
          status: 'ready',
          problem: null,
          order: [...items.map(({ id }) => id), ...rest],
          nextCursor: rest.length > 0 ? before : nextCursor,
        })
      } catch (error) {
        if (mine === asked)
          set(({ status }) => ({ status: status === 'ready' ? 'ready' : 'error', problem: asProblem(error) }))
      }
    },

    async loadMore() {
      const { show, nextCursor: cursor } = get()
      if (cursor === null || get().loadingMore) return
      set({ loadingMore: true })
      try {
        const page = await api.listBroadcasts({ show, cursor })
        if (get().show !== show) return
        take(page)
        set(({ order }) => ({
          order: [...new Set([...order, ...page.items.map(({ id }) => id)])],
          nextCursor: page.nextCursor,
        }))
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

useSession.subscribe(({ user }, before) => {
  if (user?.id !== before.user?.id) useBroadcasts.setState(NOTHING)
})

/** Keeps the loaded broadcasts up to date while a view shows them. Returns a function that stops it. */
export function subscribeToBroadcasts(): () => void {
  socket.on('ledgerChanged', moved)
  socket.on('connect', resume)
  let timer: ReturnType<typeof setTimeout> | undefined
  const unsubscribe = useBroadcasts.subscribe((now, before) => {
    // Totals that the server has just sent need no second request.
    if (now.totals !== before.totals || now.status !== 'ready' || !haveMoved(now, before)) return
    clearTimeout(timer)
    timer = setTimeout(resume, REFRESH_MS)
  })
  return () => {
    clearTimeout(timer)
    unsubscribe()
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
  // No event says that a scheduled broadcast is being sent or was sent. Its first counts show it.
  if (byId[broadcastId]?.state !== 'sent') fetch(broadcastId).catch(() => {})
}

/** The delay of the request for new totals: the server has counted the change by then. */
const REFRESH_MS = 1500

const isCounted = (state: Broadcast['state']): boolean => state === 'sent' || state === 'sending'

function byIdOf(items: BroadcastPage['items']): Record<BroadcastId, Broadcast> {
  return Object.fromEntries(
    items.map((item) => {
      const { counts: _, ...broadcast } = item
      return [broadcast.id, broadcast]
    }),
  )
}

/** Tells whether a broadcast is newer than the list. Ids begin with their time of creation. */
function isNewest({ id }: Broadcast, { order }: BroadcastsState): boolean {
  const [newest] = order
  return newest === undefined || id > newest
}
