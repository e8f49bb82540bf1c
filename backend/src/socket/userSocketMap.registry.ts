import type { UserId } from '../contract/index.ts'

export type SocketId = string

/** The connections of this node by user. Two tabs are two connections of one user. */
export interface UserSocketMap {
  /** Returns true for the user's first connection. */
  add(userId: UserId, socketId: SocketId): boolean
  /** Returns true for the user's last connection. */
  remove(userId: UserId, socketId: SocketId): boolean
  socketsOf(userId: UserId): ReadonlySet<SocketId>
}

const NONE: ReadonlySet<SocketId> = new Set()

/** Creates a map without connections. */
export function createUserSocketMap(): UserSocketMap {
  const userSocketMap = new Map<UserId, Set<SocketId>>()
  return {
    add(userId, socketId) {
      const sockets = userSocketMap.get(userId)
      if (sockets) sockets.add(socketId)
      else userSocketMap.set(userId, new Set([socketId]))
      return !sockets
    },
    remove(userId, socketId) {
      const sockets = userSocketMap.get(userId)
      if (!sockets?.delete(socketId) || sockets.size > 0) return false
      userSocketMap.delete(userId)
      return true
    },
    socketsOf: (userId) => userSocketMap.get(userId) ?? NONE,
  }
}
