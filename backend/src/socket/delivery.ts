import { EVERYBODY, type ServerToClientEvents, type UserId } from '../contract/index.ts'
import type { Delivery } from '../lib/ports.ts'
import type { ChatServer } from './types.ts'
import type { UserSocketMap } from './userSocketMap.ts'

/** The Delivery port on Socket.IO. Direct messages go by the map, which costs less than a room a person. */
export function socketDelivery(io: ChatServer, users: UserSocketMap): Delivery {
  const { sockets } = io.sockets

  function emitTo<E extends keyof ServerToClientEvents>(people: UserId[], event: E, ...args: Parameters<ServerToClientEvents[E]>): void {
    for (const userId of people) {
      for (const id of users.socketsOf(userId)) sockets.get(id)?.emit(event, ...args)
    }
  }

  return {
    newMessage: (message, participants) => emitTo(participants, 'newMessage', message),
    broadcastMessage: (message) => void io.emit('broadcastMessage', message),
    messageChanged(message, audience) {
      if (audience === EVERYBODY) io.emit('messageChanged', message)
      else emitTo(audience, 'messageChanged', message)
    },
    receiptMoved: (receipt, audience) => emitTo(audience, 'receiptMoved', receipt),
    unreadMarked: (mark, audience) => emitTo(audience, 'unreadMarked', mark),
    typing: (typing, audience) => emitTo(audience, 'typing', typing),
    endSession(sessionId, reason) {
      for (const socket of sockets.values()) {
        if (socket.data.actor.sessionId !== sessionId) continue
        socket.emit('sessionEnded', reason)
        socket.disconnect(true)
      }
    },
  }
}
