import type {
  BroadcastDone,
  BroadcastId,
  BroadcastMark,
  Message,
  PendingBroadcast,
  Problem,
  UserId,
} from 'backend/contract'
import { create } from 'zustand'
import * as api from './announcement.api.ts'
import { asProblem } from '../connection/problem.model.ts'
import { socket } from '../connection/socket.client.ts'
import { createEarlyEvents } from '../lib/earlyEvents.ts'
import { atServerTime, serverNow, serverTime } from '../lib/serverClock.ts'
import {
  onAcknowledgedElsewhere,
  readAcknowledged,
  writeAcknowledged,
  type Acknowledged,
} from './acknowledgements.storage.ts'
import { useSession } from '../accounts/session.store.ts'
import { useMessages } from '../timeline/messages.store.ts'
import { forgetOwnLedgerRows, resumeOwnLedgerRows } from './ownLedgerRows.store.ts'

const RETRY_MS = 2000

interface PendingState {
  /** Broadcasts that wait for the user, in the server's order, without expired ones. */
  items: readonly PendingBroadcast[]
  /** Whether the server has told all that wait. */
  isLoaded: boolean
  /** Acknowledgements of this device, also those not sent yet. */
  acknowledged: Readonly<Record<BroadcastId, Acknowledged>>
  /** Why the server refused an acknowledgement. */
  refused: Readonly<Record<BroadcastId, Problem>>
  /** Reminders that the user dismissed, with their time. */
  dismissed: Readonly<Record<BroadcastId, string | null>>
  /** Loads the unsent acknowledgements of the signed-in user, and the waiting broadcasts. */
  restore(): void
  /** Loads the waiting broadcasts and sends acknowledgements. Call it when there is a connection. */
  resume(): void
  /** Acknowledges a revision. Stored, and sent when there is a connection. */
  acknowledge(id: BroadcastId, revision: number): void
  /** Takes a new or changed announcement. @param isNew it was not known before */
  announced(message: Message, isNew: boolean): void
  reminded(item: PendingBroadcast): void
  /** Removes a broadcast that was acknowledged on any device. */
  done({ broadcastId, revision, at }: BroadcastDone): void
  /** Hides a reminder until the next one. */
  dismiss(id: BroadcastId): void
  forget(): void
}

/** The broadcasts that wait for the user's acknowledgement, and urgent ones until they are opened. */
export const usePendingBroadcasts = create<PendingState>()((set, get) => {
  /** Ignores answers for a user who signed out. */
  let generation = 0
  const sending = new Set<BroadcastId>()
  const earlyEvents = createEarlyEvents<() => void>()
  let cancelExpiry: (() => void) | undefined

  function put(items: readonly PendingBroadcast[]): void {
    const { acknowledged } = get()
    const waiting = items.filter((item) => !hasExpired(item) && !covers(acknowledged[item.id], item))
    set({ items: waiting.toSorted((a, b) => RANK[a.priority] - RANK[b.priority] || b.seq - a.seq) })
    cancelExpiry?.()
    const next = Math.min(...waiting.map(({ expiresAt }) => (expiresAt === null ? Infinity : Date.parse(expiresAt))))
    if (next < Infinity) cancelExpiry = atServerTime(next, () => put(get().items))
  }

  function note(id: BroadcastId, made: Acknowledged | null): void {
    // At the end: the newest are kept.
    const { [id]: _, ...others } = get().acknowledged
    const acknowledged = made ? { ...others, [id]: made } : others
    set({ acknowledged })
    const user = currentUser()
    if (user !== undefined) writeAcknowledged(user, acknowledged)
    put(get().items)
  }

  async function load(): Promise<void> {
    const mine = generation
    try {
      await earlyEvents.during(api.pendingBroadcasts(), ({ items }, early) => {
        if (mine !== generation) return
        put(items)
        for (const repeat of early) repeat()
        set({ isLoaded: true })
      })
    } catch {
      setTimeout(() => {
        if (mine === generation && socket.connected) void load()
      }, RETRY_MS)
    }
  }

  function announce(message: Message, isNew: boolean): void {
    const { broadcast: mark, senderId, deletedAt, hidden } = message
    if (!mark || hidden || senderId === currentUser()) return
    const others = get().items.filter(({ id }) => id !== mark.id)
    const known = get().items.find(({ id }) => id === mark.id)
    if (deletedAt !== null) put(others)
    else if (known && known.revision < mark.revision) put([...others, { ...known, ...contentOf(message, mark) }])
    else if (!known && isNew && (mark.needsAcknowledgement || mark.priority === 'urgent'))
      put([...others, { ...contentOf(message, mark), acknowledged: null, remindedAt: null }])
    // A user who acknowledged an earlier text is asked again; only the server knows which text that was.
    else if (
      !known &&
      !isNew &&
      mark.needsAcknowledgement &&
      mark.materialRevision > 1 &&
      !covers(get().acknowledged[mark.id], mark)
    )
      void load()
  }

  async function send(id: BroadcastId): Promise<void> {
    const made = get().acknowledged[id]
    if (!made || made.sent || sending.has(id)) return
    const mine = generation
    sending.add(id)
    const problem = await attempt(id, made.revision)
    if (mine !== generation) return
    sending.delete(id)
    if (!problem) return
    const delay = delayAfter(problem)
    if (delay === null) {
      note(id, null)
      set(({ refused }) => ({ refused: { ...refused, [id]: problem } }))
      // The revision whose acknowledgement is asked now.
      useMessages.getState().catchUp()
      await load()
    } else if (socket.connected) setTimeout(() => mine === generation && void send(id), delay)
  }

  async function attempt(id: BroadcastId, revision: number): Promise<Problem | null> {
    const mine = generation
    try {
      const entry = await api.acknowledgeBroadcast(id, { revision })
      if (mine === generation)
        note(id, {
          revision: entry.acknowledgedRevision ?? revision,
          at: entry.acknowledgedAt ?? serverTime(),
          sent: true,
        })
      return null
    } catch (error) {
      return asProblem(error)
    }
  }

  onAcknowledgedElsewhere((isOf) => {
    const user = currentUser()
    if (user === undefined || !isOf(user)) return
    set({ acknowledged: readAcknowledged(user) })
    put(get().items)
  })

  return {
    items: [],
    isLoaded: false,
    acknowledged: {},
    refused: {},
    dismissed: {},

    restore() {
      const user = currentUser()
      if (user !== undefined) set({ acknowledged: readAcknowledged(user) })
      // At once, so that an urgent one is known before the page is seen. The first connection asks again.
      void load()
    },

    resume() {
      void load()
      resumeOwnLedgerRows()
      for (const id of Object.keys(get().acknowledged)) void send(id)
    },

    acknowledge(id, revision) {
      const { [id]: _, ...refused } = get().refused
      set({ refused })
      note(id, { revision, at: serverTime(), sent: false })
      void send(id)
    },

    announced(message, isNew) {
      earlyEvents.note(() => announce(message, isNew))
      announce(message, isNew)
    },

    reminded(item) {
      const remind = () => put([...get().items.filter(({ id }) => id !== item.id), item])
      earlyEvents.note(remind)
      remind()
    },

    done({ broadcastId: id, revision, at }) {
      const known = get().acknowledged[id]
      if (!known?.sent || known.revision < revision) note(id, { revision, at, sent: true })
    },

    dismiss: (id) =>
      set(({ dismissed, items }) => ({
        dismissed: { ...dismissed, [id]: items.find((item) => item.id === id)?.remindedAt ?? null },
      })),

    forget() {
      generation += 1
      sending.clear()
      cancelExpiry?.()
      forgetOwnLedgerRows()
      set({ items: [], isLoaded: false, acknowledged: {}, refused: {}, dismissed: {} })
    },
  }
})

const RANK: Record<PendingBroadcast['priority'], number> = { urgent: 0, important: 1, normal: 2 }

const currentUser = (): UserId | undefined => useSession.getState().user?.id

export const hasExpired = ({ expiresAt }: Pick<BroadcastMark, 'expiresAt'>): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= serverNow()

const covers = (
  made: Acknowledged | undefined,
  { materialRevision }: Pick<BroadcastMark, 'materialRevision'>,
): boolean => made !== undefined && made.revision >= materialRevision

const contentOf = ({ seq, title, text, attachments, createdAt }: Message, mark: BroadcastMark) => ({
  ...mark,
  seq,
  title: title ?? '',
  text,
  attachments,
  sentAt: createdAt,
})

/** Returns the delay before an automatic retry; null when the server refused it. */
function delayAfter({ status, code, retryAfter }: Problem): number | null {
  if (status === 429 && retryAfter !== undefined) return retryAfter * 1000
  return code === 'unavailable' || status === 0 || status === 401 || status >= 500 ? RETRY_MS : null
}
