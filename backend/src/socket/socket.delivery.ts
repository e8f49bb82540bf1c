import { EVERYBODY, type ServerToClientEvents, type UserId } from '../contract/index.ts'
import type { Audience, Delivery } from '../lib/delivery.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import type { Endings } from './revokedSession.registry.ts'
import { roomOf, type GroupRooms } from './groupRoom.registry.ts'
import type { ChatServer } from './socket.types.ts'
import type { UserSocketMap } from './userSocketMap.registry.ts'

/** The connections of admins that watch how the server is doing; no id of a connection or a group looks like it. */
export const STATS_ROOM = 'stats'

/** The Delivery port on Socket.IO. Direct messages go by the map, which costs less than a room a person; groups have rooms. */
export function socketDelivery(
  io: ChatServer,
  users: UserSocketMap,
  rooms: GroupRooms,
  endings: Endings,
  { eventDelivered }: Pick<Instrumentation, 'eventDelivered'>,
): Delivery {
  const { sockets } = io.sockets

  function emitTo<E extends keyof ServerToClientEvents>(
    people: UserId[],
    event: E,
    ...args: Parameters<ServerToClientEvents[E]>
  ): void {
    for (const userId of people) {
      const ids = users.socketsOf(userId)
      for (const id of ids) sockets.get(id)?.emit(event, ...args)
      if (eventDelivered.hasSubscribers) eventDelivered.publish({ event, connections: ids.size })
    }
  }

  function tell<E extends keyof ServerToClientEvents>(
    audience: Audience,
    event: E,
    ...args: Parameters<ServerToClientEvents[E]>
  ): void {
    if (audience === EVERYBODY) {
      io.emit(event, ...args)
      if (eventDelivered.hasSubscribers) eventDelivered.publish({ event, connections: sockets.size })
    } else if (Array.isArray(audience)) {
      emitTo(audience, event, ...args)
    } else {
      // Each connection is in a room of its own id too.
      const except = (audience.except ?? []).flatMap((userId) => Array.from(users.socketsOf(userId)))
      io.to(roomOf(audience.groupId))
        .except(except)
        .emit(event, ...args)
      if (eventDelivered.hasSubscribers) {
        const members = io.sockets.adapter.rooms.get(roomOf(audience.groupId))?.size ?? 0
        eventDelivered.publish({ event, connections: Math.max(0, members - except.length) })
      }
    }
  }

  return {
    newMessage: (message, audience) => tell(audience, 'newMessage', message),
    broadcastMessage: (message, audience: Audience = EVERYBODY) => tell(audience, 'broadcastMessage', message),
    ledgerChanged(change) {
      for (const socket of sockets.values())
        if (socket.data.actor.role === 'admin') socket.emit('ledgerChanged', change)
    },
    broadcastReminder: (pending, audience) => tell(audience, 'broadcastReminder', pending),
    broadcastAcknowledged: (done, audience) => tell(audience, 'broadcastAcknowledged', done),
    messageChanged: (message, audience) => tell(audience, 'messageChanged', message),
    receiptMoved: (receipt, audience) => tell(audience, 'receiptMoved', receipt),
    unreadMarked: (mark, audience) => tell(audience, 'unreadMarked', mark),
    typing: (typing, audience) => tell(audience, 'typing', typing),
    joinGroup: (groupId, people) => rooms.join(groupId, people),
    leaveGroup(groupId, people, reason) {
      rooms.leave(groupId, people)
      tell(people, 'conversationLeft', { conversationId: groupId, reason })
    },
    userChanged: (user) => tell(EVERYBODY, 'userChanged', user),
    ownUserChanged: (user) => tell([user.id], 'ownUserChanged', user),
    contactChanged: (change, audience) => tell(audience, 'contactChanged', change),
    blockChanged: (change, audience) => tell(audience, 'blockChanged', change),
    maintenanceChanged: (maintenance) => tell(EVERYBODY, 'maintenanceChanged', maintenance),
    serverStats: (sample) => void io.to(STATS_ROOM).emit('serverStats', sample),
    endSessionsOfUser(userId, reason) {
      endings.note(userId, reason)
      // Closing one takes it out of what is walked through.
      for (const id of Array.from(users.socketsOf(userId))) {
        const socket = sockets.get(id)
        socket?.emit('sessionEnded', reason)
        socket?.disconnect(true)
      }
    },
    endSession(sessionId, reason) {
      endings.note(sessionId, reason)
      for (const socket of sockets.values()) {
        if (socket.data.actor.sessionId !== sessionId) continue
        socket.emit('sessionEnded', reason)
        socket.disconnect(true)
      }
    },
  }
}
