import type { ConversationId, UserId } from '../contract/index.ts'
import type { ChatServer, ChatSocket } from './socket.types.ts'
import type { UserSocketMap } from './userSocketMap.registry.ts'

/** A connection whose groups are being looked up, and what changed meanwhile: true for joined, false for left. */
type Arrival = Map<ConversationId, boolean>

/** Connections by group, as Socket.IO rooms: what a thousand members hear is one packet, made once. */
export interface GroupRooms {
  /** Before the connection is let in: looks up the groups of its person. */
  prepare(socket: ChatSocket): Promise<void>
  /** When it is in: from now on it hears its groups. */
  enter(socket: ChatSocket): void
  join(groupId: ConversationId, people: UserId[]): void
  leave(groupId: ConversationId, people: UserId[]): void
}

/** @param groupsOf the groups that somebody is in */
export function createGroupRooms(
  io: ChatServer,
  users: UserSocketMap,
  groupsOf: (userId: UserId) => Promise<ConversationId[]>,
): GroupRooms {
  // Who is removed while a connection of theirs comes up must not be let into the room by what was looked up before.
  const arriving = new Map<UserId, Set<Arrival>>()
  const arrivals = new WeakMap<ChatSocket, { groups: ConversationId[]; arrival: Arrival; forgetIt: () => void }>()

  function note(people: UserId[], groupId: ConversationId, isIn: boolean): void {
    for (const userId of people) for (const arrival of arriving.get(userId) ?? []) arrival.set(groupId, isIn)
  }

  function forget(userId: UserId, arrival: Arrival): void {
    const own = arriving.get(userId)
    own?.delete(arrival)
    if (own?.size === 0) arriving.delete(userId)
  }

  function ofEach(people: UserId[], act: (socket: ChatSocket) => void): void {
    for (const userId of people) {
      for (const id of users.socketsOf(userId)) {
        const socket = io.sockets.sockets.get(id)
        if (socket) act(socket)
      }
    }
  }

  return {
    async prepare(socket) {
      const { userId } = socket.data.actor
      const arrival: Arrival = new Map()
      const known = arriving.get(userId)
      if (known) known.add(arrival)
      else arriving.set(userId, new Set([arrival]))
      // It may be gone before it is in.
      const forgetIt = () => forget(userId, arrival)
      socket.conn.once('close', forgetIt)
      arrivals.set(socket, { groups: await groupsOf(userId), arrival, forgetIt })
    },
    enter(socket) {
      const found = arrivals.get(socket)
      if (!found) return
      const { groups, arrival, forgetIt } = found
      arrivals.delete(socket)
      socket.conn.off('close', forgetIt)
      forgetIt()
      const rooms = new Set(groups)
      for (const [groupId, isIn] of arrival) {
        if (isIn) rooms.add(groupId)
        else rooms.delete(groupId)
      }
      void socket.join([...rooms].map(roomOf))
    },
    join(groupId, people) {
      note(people, groupId, true)
      ofEach(people, (socket) => void socket.join(roomOf(groupId)))
    },
    leave(groupId, people) {
      note(people, groupId, false)
      ofEach(people, (socket) => void socket.leave(roomOf(groupId)))
    },
  }
}

export const roomOf = (groupId: ConversationId): string => `group:${groupId}`
