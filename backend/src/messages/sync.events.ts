import type { SocketEvents } from '../lib/socketEvents.ts'
import type { SyncController } from './sync.controller.ts'

/** Returns the socket event of sync. */
export function syncEvents({ sync }: SyncController): SocketEvents {
  return { requests: { sync } }
}
