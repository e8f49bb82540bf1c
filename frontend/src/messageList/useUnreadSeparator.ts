import type { Conversation } from 'backend/contract'
import { useEffect, useState } from 'react'
import { usePageFocus } from '../ui/hooks/usePageFocus.ts'
import { lastSeqOf, type Timeline } from '../timeline/timeline.model.ts'
import { useConnection } from '../connection/connection.store.ts'

/** A sync after a reconnection brings the missed messages within this time. Later messages are seen as they come. */
const CATCH_UP_MS = 10_000

/**
 * Returns after which message the separator "New messages" stands; null for none. It is set when the conversation is opened, and again
 * above the messages that come while the page has no focus or no connection. Reading does not move it.
 */
export function useUnreadSeparator({ unreadCount, readSeq }: Conversation, timeline: Timeline): number | null {
  const focused = usePageFocus()
  const connected = useConnection(({ state }) => state !== 'offline')
  const lastSeq = lastSeqOf(timeline)
  const present = focused && connected
  const [state, setState] = useState(() => ({
    after: unreadCount > 0 ? readSeq : null,
    present,
    /** How far the reader had read when they went away; null while they are here. */
    leftAt: null as number | null,
    /** The connection was gone meanwhile: what was missed is still to come. */
    lost: false,
  }))

  const { leftAt, lost } = state
  if (state.present !== present) {
    // A line that is there stays where it is.
    const readUpTo = unreadCount === 0 ? lastSeq : state.after === null ? readSeq : null
    const left = present ? (lost ? leftAt : null) : (leftAt ?? readUpTo)
    setState({ ...state, present, leftAt: left, lost: !connected || (lost && present) })
  } else if (!connected && !lost) {
    setState({ ...state, lost: true })
  } else if (leftAt !== null && lastSeq > leftAt) {
    setState({ ...state, after: leftAt, leftAt: null, lost: false })
  }

  useEffect(() => {
    if (!present || leftAt === null) return
    const timer = setTimeout(() => setState((now) => ({ ...now, leftAt: null, lost: false })), CATCH_UP_MS)
    return () => clearTimeout(timer)
  }, [present, leftAt])

  return state.after
}
