import type { ConversationId, UserId } from '../contract/index.ts'
import type { ChatServer, ChatSocket } from './socket.types.ts'
import type { UserSocketMap } from './userSocketMap.registry.ts'

/** The membership changes since the lookup for a connection began: true for joined, false for left. */
type MembershipChanges = Map<ConversationId, boolean>

/** Connections by group, as Socket.IO rooms: an event for a thousand members is one packet, encoded once. */
export interface GroupRooms {
  /** Looks up the groups of the user, before the connection is let in. */
  prepare(socket: ChatSocket, groupsOf: (userId: UserId) => Promise<ConversationId[]>): Promise<void>
  /** Puts the connection into the rooms of its groups. */
  enter(socket: ChatSocket): void
  join(groupId: ConversationId, users: UserId[]): void
  leave(groupId: ConversationId, users: UserId[]): void
}

/** Creates the registry of rooms of one node. */
export function createGroupRooms(io: ChatServer, userSockets: UserSocketMap): GroupRooms {
  // A user who is removed while a connection opens must not enter the room because of the earlier lookup.
  const opening = new Map<UserId, Set<MembershipChanges>>()
  const prepared = new WeakMap<
    ChatSocket,
    { groups: ConversationId[]; changes: MembershipChanges; stopRecording: () => void }
  >()

  function record(users: UserId[], groupId: ConversationId, isMember: boolean): void {
    for (const userId of users) for (const changes of opening.get(userId) ?? []) changes.set(groupId, isMember)
  }

  function forget(userId: UserId, changes: MembershipChanges): void {
    const own = opening.get(userId)
    own?.delete(changes)
    if (own?.size === 0) opening.delete(userId)
  }

  function forEachSocket(users: UserId[], act: (socket: ChatSocket) => void): void {
    for (const userId of users) {
      for (const id of userSockets.socketsOf(userId)) {
        const socket = io.sockets.sockets.get(id)
        if (socket) act(socket)
      }
    }
  }

  return {
    async prepare(socket, groupsOf) {
      const { userId } = socket.data.actor
      const changes: MembershipChanges = new Map()
      const known = opening.get(userId)
      if (known) known.add(changes)
      else opening.set(userId, new Set([changes]))
      // The connection may close before it is let in.
      const stopRecording = () => forget(userId, changes)
      socket.conn.once('close', stopRecording)
      prepared.set(socket, { groups: await groupsOf(userId), changes, stopRecording })
    },
    enter(socket) {
      const found = prepared.get(socket)
      if (!found) return
      const { groups, changes, stopRecording } = found
      prepared.delete(socket)
      socket.conn.off('close', stopRecording)
      stopRecording()
      const rooms = new Set(groups)
      for (const [groupId, isMember] of changes) {
        if (isMember) rooms.add(groupId)
        else rooms.delete(groupId)
      }
      void socket.join([...rooms].map(roomOf))
    },
    join(groupId, users) {
      record(users, groupId, true)
      forEachSocket(users, (socket) => void socket.join(roomOf(groupId)))
    },
    leave(groupId, users) {
      record(users, groupId, false)
      forEachSocket(users, (socket) => void socket.leave(roomOf(groupId)))
    },
  }
}

export const roomOf = (groupId: ConversationId): string => `group:${groupId}`
