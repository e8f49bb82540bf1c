import type { UserId } from '../contract/index.ts'

export type SocketId = string

/** The connections of this node by user. Two tabs are two connections of one user. */
export interface UserSocketMap {
  /** Returns true for the user's first connection. */
  add(userId: UserId, socketId: SocketId): boolean
  /** Returns true for the user's last connection. */
  remove(userId: UserId, socketId: SocketId): boolean
  /** Returns the user's connections as they are now. Later changes make another array. */
  socketsOf(userId: UserId): readonly SocketId[]
}

const NONE: readonly SocketId[] = []

/** Creates a map without connections. */
export function createUserSocketMap(): UserSocketMap {
  // Arrays, because most users have one connection, and a set takes four times as much.
  const userSocketMap = new Map<UserId, readonly SocketId[]>()
  return {
    add(userId, socketId) {
      const sockets = userSocketMap.get(userId)
      userSocketMap.set(userId, sockets ? [...sockets, socketId] : [socketId])
      return !sockets
    },
    remove(userId, socketId) {
      const sockets = userSocketMap.get(userId)
      if (!sockets?.includes(socketId)) return false
      const others = sockets.filter((id) => id !== socketId)
      if (others.length > 0) userSocketMap.set(userId, others)
      else userSocketMap.delete(userId)
      return others.length === 0
    },
    socketsOf: (userId) => userSocketMap.get(userId) ?? NONE,
  }
}
