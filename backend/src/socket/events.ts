import type { Ack } from '../contract/index.ts'
import type { MessageController } from '../controllers/message.controller.ts'
import { AppError, toProblem } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { Actor } from '../lib/ports.ts'
import type { ChatSocket } from './types.ts'

/** Requests of one connection that may wait for their acknowledgement at once; a page sends one after the other. */
const OUTSTANDING_MAX = 64

/** What a client may send. Each event is one controller function, the same that REST calls. */
export function handleEvents(socket: ChatSocket, messages: MessageController, logger: Logger): void {
  const answer = responder(socket, logger)
  socket.on('sendMessage', (input, ack) => answer(messages.send, input, ack))
  socket.on('markRead', (input, ack) => answer(messages.markRead, input, ack))
}

function responder(socket: ChatSocket, logger: Logger) {
  let outstanding = 0

  return async function answer<T>(action: (actor: Actor, input: unknown) => Promise<T>, input: unknown, ack: (answer: Ack<T>) => void): Promise<void> {
    // A client can send anything as its arguments, and an exception here would take the process down.
    const reply: typeof ack = typeof ack === 'function' ? ack : () => {}
    outstanding += 1
    try {
      if (outstanding > OUTSTANDING_MAX) throw new AppError('rate_limited', 'Too many requests at once on this connection.', { retryAfter: 1 })
      reply({ ok: true, data: await action(socket.data.actor, input) })
    } catch (error) {
      if (!(error instanceof AppError)) logger.error({ err: error, socketId: socket.id, userId: socket.data.actor.userId }, 'a socket request failed')
      reply({ ok: false, problem: toProblem(error, socket.id) })
    } finally {
      outstanding -= 1
    }
  }
}
