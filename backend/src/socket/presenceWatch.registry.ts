import { PRESENCE_STATES, type PresenceChange, type UserId } from '../contract/index.ts'
import type { ChatServer, ChatSocket } from './socket.types.ts'

/** The room of the connections that hear the presence of every user. No id of a connection or a group looks like it. */
const EVERY_USER_ROOM = 'presence'

/** Which connections of this node hear the presence of which users. */
export interface PresenceWatches {
  /** A connection hears of these users too. */
  add(socket: ChatSocket, userIds: readonly UserId[]): void
  remove(socket: ChatSocket, userIds: readonly UserId[]): void
  /** A connection hears of every user. */
  addEveryUser(socket: ChatSocket): void
  /** Call it for a closed connection. */
  forget(socket: ChatSocket): void
  /** Sends a change to the connections that watch its users, to each only those that it watches. Returns the packets. */
  send(change: PresenceChange): number
}

/** Creates the registry. A change costs as many packets as connections show its users, however many are online. */
export function createPresenceWatches(io: ChatServer): PresenceWatches {
  const watchers = new Map<UserId, Set<ChatSocket>>()

  function stop(socket: ChatSocket, userId: UserId): void {
    const sockets = watchers.get(userId)
    sockets?.delete(socket)
    if (sockets?.size === 0) watchers.delete(userId)
  }

  return {
    add(socket, userIds) {
      const watched = (socket.data.watched ??= new Set())
      for (const userId of userIds) {
        watched.add(userId)
        const sockets = watchers.get(userId)
        if (sockets) sockets.add(socket)
        else watchers.set(userId, new Set([socket]))
      }
    },

    remove(socket, userIds) {
      for (const userId of userIds) if (socket.data.watched?.delete(userId)) stop(socket, userId)
    },

    addEveryUser: (socket) => void socket.join(EVERY_USER_ROOM),

    forget(socket) {
      for (const userId of socket.data.watched ?? []) stop(socket, userId)
    },

    send(change) {
      const parts = new Map<ChatSocket, PresenceChange>()
      for (const state of PRESENCE_STATES) {
        for (const userId of change[state]) {
          for (const socket of watchers.get(userId) ?? []) {
            const part = parts.get(socket) ?? { online: [], away: [], offline: [], at: change.at }
            part[state].push(userId)
            parts.set(socket, part)
          }
        }
      }
      for (const [socket, part] of parts) socket.emit('presenceChanged', part)
      const hearAll = io.sockets.adapter.rooms.get(EVERY_USER_ROOM)?.size ?? 0
      if (hearAll > 0) io.to(EVERY_USER_ROOM).emit('presenceChanged', change)
      return parts.size + hearAll
    },
  }
}
