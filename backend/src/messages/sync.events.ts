import type { SocketEvents } from '../lib/socketEvents.ts'
import type { SyncController } from './sync.controller.ts'

export function syncEvents({ sync }: SyncController): SocketEvents {
  return { requests: { sync } }
}
