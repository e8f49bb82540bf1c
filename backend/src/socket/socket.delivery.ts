import { EVERYBODY, type ServerToClientEvents, type UserId } from '../contract/index.ts'
import type { Audience, Delivery } from '../lib/delivery.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import type { RevokedSessions } from './revokedSession.registry.ts'
import { roomOf, type GroupRooms } from './groupRoom.registry.ts'
import type { ChatServer } from './socket.types.ts'
import type { UserSocketMap } from './userSocketMap.registry.ts'

/** The room of the admins' connections that get `serverStats`. No id of a connection or a group looks like it. */
export const STATS_ROOM = 'stats'

/**
 * Delivers to the connections of this node. Users are found by the map, which costs less than a room for each user;
 * groups have rooms.
 */
export function createSocketDelivery(
  io: ChatServer,
  users: UserSocketMap,
  rooms: GroupRooms,
  revokedSessions: RevokedSessions,
  { eventDelivered }: Pick<Instrumentation, 'eventDelivered'>,
): Delivery {
  const { sockets } = io.sockets

  /** @param except a connection that does not get the event */
  function emitTo<E extends keyof ServerToClientEvents>(
    userIds: UserId[],
    except: string | undefined,
    event: E,
    ...args: Parameters<ServerToClientEvents[E]>
  ): void {
    const ids: string[] = []
    for (const userId of userIds) for (const id of users.socketsOf(userId)) if (id !== except) ids.push(id)
    if (eventDelivered.hasSubscribers) eventDelivered.publish({ event, connections: ids.length })
    const [first] = ids
    if (first === undefined) return
    // Socket.IO puts each connection into a room named by its id. A packet to rooms is encoded once, and its bytes are
    // shared.
    if (ids.length === 1) sockets.get(first)?.emit(event, ...args)
    else io.to(ids).emit(event, ...args)
  }

  const send = <E extends keyof ServerToClientEvents>(
    audience: Audience,
    event: E,
    ...args: Parameters<ServerToClientEvents[E]>
  ): void => sendExcept(undefined, audience, event, ...args)

  function sendExcept<E extends keyof ServerToClientEvents>(
    connectionId: string | undefined,
    audience: Audience,
    event: E,
    ...args: Parameters<ServerToClientEvents[E]>
  ): void {
    if (audience === EVERYBODY) {
      io.emit(event, ...args)
      if (eventDelivered.hasSubscribers) eventDelivered.publish({ event, connections: sockets.size })
    } else if (Array.isArray(audience)) {
      emitTo(audience, connectionId, event, ...args)
    } else {
      const except = (audience.except ?? []).flatMap((userId) => users.socketsOf(userId))
      if (connectionId !== undefined) except.push(connectionId)
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
    newMessage: (message, audience, except) => sendExcept(except, audience, 'newMessage', message),
    broadcastMessage: (message, audience: Audience = EVERYBODY) => send(audience, 'broadcastMessage', message),
    ledgerChanged(change) {
      for (const socket of sockets.values())
        if (socket.data.actor.role === 'admin') socket.emit('ledgerChanged', change)
    },
    broadcastReminder: (pending, audience) => send(audience, 'broadcastReminder', pending),
    broadcastAcknowledged: (done, audience) => send(audience, 'broadcastAcknowledged', done),
    messageChanged: (message, audience) => send(audience, 'messageChanged', message),
    receiptMoved: (receipt, audience) => send(audience, 'receiptMoved', receipt),
    unreadMarked: (mark, audience) => send(audience, 'unreadMarked', mark),
    typing: (typing, audience) => send(audience, 'typing', typing),
    joinGroup: (groupId, userIds) => rooms.join(groupId, userIds),
    leaveGroup(groupId, userIds, reason) {
      rooms.leave(groupId, userIds)
      send(userIds, 'conversationLeft', { conversationId: groupId, reason })
    },
    userChanged: (user) => send(EVERYBODY, 'userChanged', user),
    ownUserChanged: (user) => send([user.id], 'ownUserChanged', user),
    contactChanged: (change, audience) => send(audience, 'contactChanged', change),
    blockChanged: (change, audience) => send(audience, 'blockChanged', change),
    maintenanceChanged: (maintenance) => send(EVERYBODY, 'maintenanceChanged', maintenance),
    serverStats: (sample) => void io.to(STATS_ROOM).emit('serverStats', sample),
    endSessionsOfUser(userId, reason) {
      revokedSessions.add(userId, reason)
      for (const id of users.socketsOf(userId)) {
        const socket = sockets.get(id)
        socket?.emit('sessionEnded', reason)
        socket?.disconnect(true)
      }
    },
    endSession(sessionId, reason) {
      revokedSessions.add(sessionId, reason)
      for (const socket of sockets.values()) {
        if (socket.data.actor.sessionId !== sessionId) continue
        socket.emit('sessionEnded', reason)
        socket.disconnect(true)
      }
    },
  }
}
