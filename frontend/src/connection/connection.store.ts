import type { ConnectionEndReason, ProblemReason } from 'backend/contract'
import { create } from 'zustand'
import { isElsewhere } from '../lib/serverOrigin.ts'
import { reconnectNow, socket } from './socket.client.ts'

export interface ConnectionState {
  state: 'connecting' | 'online' | 'offline'
  /** The server has another build of the page. A reload loads it. */
  updateAvailable: boolean
  /** Why the server closed or refused the connection; null when it did not, and after the next connection. */
  notice: ConnectionEndReason | ProblemReason | null
  /** Reconnects at once, without the delay before the next attempt. */
  retry(): void
}

export const useConnection = create<ConnectionState>()(() => ({
  state: 'connecting',
  updateAvailable: false,
  notice: null,
  retry: reconnectNow,
}))

socket.on('connect', () => useConnection.setState({ state: 'online', notice: null }))
socket.on('disconnect', () => useConnection.setState({ state: 'offline' }))
socket.on('refused', (problem) => {
  const notice = problem?.code === 'rate_limited' ? problem.reason : undefined
  useConnection.setState({ state: 'offline', ...(notice && { notice }) })
})
// An attempt that has begun is refused only seconds later.
addEventListener('offline', () => useConnection.setState({ state: 'offline' }))
socket.on('connectionEnded', (notice) => useConnection.setState({ notice }))
socket.on('hello', ({ pageVersion }) => useConnection.setState({ updateAvailable: isOther(pageVersion) }))

/** Compares builds by the address of their first script. Development and a page from another origin have no build to compare. */
function isOther(pageVersion: string | null): boolean {
  if (pageVersion === null || import.meta.env.DEV || isElsewhere) return false
  const own = document.querySelector('script[type="module"][src]')?.getAttribute('src') ?? null
  return own !== null && own !== pageVersion
}
