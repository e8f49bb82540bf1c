import type { ConnectionEndReason, ProblemReason } from 'backend/contract'
import { create } from 'zustand'
import { isElsewhere } from '../lib/serverOrigin.ts'
import { refusalOf } from './problem.model.ts'
import { reconnectNow, socket } from './socket.client.ts'

export interface ConnectionState {
  state: 'connecting' | 'online' | 'offline'
  /** The server serves another build of the page than this one: a reload brings it. */
  updateAvailable: boolean
  /** Why the server closed or refused the connection; null when it did not, and again as soon as there is a connection. */
  notice: ConnectionEndReason | ProblemReason | null
  /** Tries at once instead of waiting for the next attempt. */
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
socket.on('connect_error', (error) => {
  const problem = refusalOf(error)
  const notice = problem?.code === 'rate_limited' ? problem.reason : undefined
  useConnection.setState({ state: 'offline', ...(notice && { notice }) })
})
socket.on('connectionEnded', (notice) => useConnection.setState({ notice }))
socket.on('hello', ({ pageVersion }) => useConnection.setState({ updateAvailable: isOther(pageVersion) }))

/** The build is named by the address of its first script. In development there are no builds to compare, nor with a page from elsewhere. */
function isOther(pageVersion: string | null): boolean {
  if (pageVersion === null || import.meta.env.DEV || isElsewhere) return false
  const own = document.querySelector('script[type="module"][src]')?.getAttribute('src') ?? null
  return own !== null && own !== pageVersion
}
