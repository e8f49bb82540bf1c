import type { ServerToClientEvents } from 'backend/contract'
import { vi } from 'vitest'
import type * as Socket from '../../src/connection/socket.client.ts'

type Handler = (...args: never[]) => void
const handlers = new Map<string, Set<Handler>>()
const emit = vi.fn<(event: string, input: unknown) => void>()

/** What stands for the connection in tests of the stores: the server's side of it is moved by hand. */
export const connection = {
  connected: true,
  emit,
  volatile: { emit },
  watchPresence: vi.fn<(userIds: string[]) => void>(),
  on: (event: string, handler: Handler) => void handlers.set(event, (handlers.get(event) ?? new Set()).add(handler)),
  off: (event: string, handler: Handler) => void handlers.get(event)?.delete(handler),
  /** The server emits an event. */
  hear<E extends keyof ServerToClientEvents>(event: E, ...args: Parameters<ServerToClientEvents[E]>): void {
    handlers.get(event)?.forEach((handler) => handler(...(args as unknown as never[])))
  },
  connect(): void {
    connection.connected = true
    handlers.get('connect')?.forEach((handler) => handler())
  },
  disconnect(): void {
    connection.connected = false
    handlers.get('disconnect')?.forEach((handler) => handler())
  },
  /** Every module of the page begins anew, and what the former ones listened for is gone. */
  reset(): void {
    handlers.clear()
    connection.connected = true
  },
}

/** `vi.mock(import('../../src/connection/socket.client.ts'), async () => (await import('./fakeSocket.ts')).fakeSocket())` */
export function fakeSocket(): typeof Socket {
  return {
    socket: connection,
    request: vi.fn<typeof Socket.request>() as unknown as typeof Socket.request,
    openSocket: () => {},
    closeSocket: () => connection.disconnect(),
    reconnectNow: () => {},
  }
}
