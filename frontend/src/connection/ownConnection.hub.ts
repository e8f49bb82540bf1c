import { createConnectionHub } from './connection.hub.ts'
import { createServerConnection } from './server.connection.ts'
import type { UserId } from 'backend/contract'

/** Opens a hub for this tab alone, where the tabs cannot share one. Returns the tab's port. */
export function openOwnHub(userId: UserId): MessagePort {
  const { port1, port2 } = new MessageChannel()
  createConnectionHub((pollingUntil, tell) => createServerConnection(userId, pollingUntil, tell), null).listen(port1)
  return port2
}
