import { create } from 'zustand'
import { reconnectNow, socket } from '../lib/socket.ts'

interface ConnectionState {
  state: 'connecting' | 'online' | 'offline'
  /** Tries at once instead of waiting for the next attempt. */
  retry(): void
}

export const useConnection = create<ConnectionState>()(() => ({
  state: 'connecting',
  retry: reconnectNow,
}))

socket.on('connect', () => useConnection.setState({ state: 'online' }))
socket.on('disconnect', () => useConnection.setState({ state: 'offline' }))
socket.on('connect_error', () => useConnection.setState({ state: 'offline' }))
