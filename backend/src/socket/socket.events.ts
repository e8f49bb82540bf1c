import { ACTIVITIES, type Ack, type Activity, type ConnectionEndReason } from '../contract/index.ts'
import type { TypingController } from '../messages/typing.controller.ts'
import type { MessageController } from '../messages/message.controller.ts'
import type { MessageChangeController } from '../messages/messageChange.controller.ts'
import type { ReceiptController } from '../messages/receipt.controller.ts'
import type { SyncController } from '../messages/sync.controller.ts'
import { AppError, toProblem } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { Actor } from '../lib/delivery.ts'
import type { UnderWay } from '../lib/inFlight.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import type { ChatSocket } from './socket.types.ts'

/** The functions behind the events, the same that REST calls. */
export interface Actions {
  messages: MessageController
  changes: MessageChangeController
  receipts: ReceiptController
  sync: SyncController
  typing: TypingController
}

/** Requests of one connection that may wait for their acknowledgement at once; a page sends one after the other. */
const OUTSTANDING_MAX = 64
/** Events of one connection: so many at once, and so many a second after that. What a request costs is limited by person. */
const BURST = 500
const PER_SECOND = 100
/** Refusals in a row after which a connection is closed: answering costs as well. */
const REFUSALS_MAX = 1000

/** What a client may send. Each event is one controller function. */
export function handleEvents(
  socket: ChatSocket,
  { messages, changes, receipts, sync, typing }: Actions,
  on: {
    activity: (activity: Activity) => void
    watchStats: (isWatching: boolean) => void
    end: (reason: ConnectionEndReason) => void
  },
  logger: Logger,
  { socketEvent }: Pick<Instrumentation, 'socketEvent'>,
  underWay: Pick<UnderWay, 'begin' | 'end'>,
): void {
  const answer = responder(socket, on.end, logger, { socketEvent }, underWay)
  socket.on('sendMessage', (input, ack) => answer('sendMessage', messages.send, input, ack))
  socket.on('editMessage', (input, ack) => answer('editMessage', changes.edit, input, ack))
  socket.on('deleteMessage', (input, ack) => answer('deleteMessage', changes.remove, input, ack))
  socket.on('markRead', (input, ack) => answer('markRead', receipts.markRead, input, ack))
  socket.on('markDelivered', (input, ack) => answer('markDelivered', receipts.markDelivered, input, ack))
  socket.on('markUnread', (input, ack) => answer('markUnread', receipts.markUnread, input, ack))
  socket.on('sync', (input, ack) => answer('sync', sync.sync, input, ack))
  socket.on('typing', (input) => answer('typing', typing.setTyping, input, undefined))
  socket.on('watchStats', (isWatching) =>
    answer(
      'watchStats',
      async () => {
        if (socket.data.actor.role === 'admin') on.watchStats(isWatching)
      },
      isWatching,
      undefined,
    ),
  )
  socket.on('setActivity', (activity) =>
    answer(
      'setActivity',
      async () => {
        if (ACTIVITIES.includes(activity)) on.activity(activity)
      },
      activity,
      undefined,
    ),
  )
}

function responder(
  socket: ChatSocket,
  end: (reason: ConnectionEndReason) => void,
  logger: Logger,
  { socketEvent }: Pick<Instrumentation, 'socketEvent'>,
  underWay: Pick<UnderWay, 'begin' | 'end'>,
) {
  const take = bucket()
  const { data } = socket
  let count = 0
  let refusals = 0

  /** @throws AppError `rate_limited` */
  function admit(): void {
    const reason = !take()
      ? 'Too many requests on this connection.'
      : data.outstanding > OUTSTANDING_MAX
        ? 'Too many requests at once on this connection.'
        : null
    if (reason === null) {
      refusals = 0
      return
    }
    refusals += 1
    if (refusals === REFUSALS_MAX) end('too_many_requests')
    throw new AppError('rate_limited', reason, { retryAfter: 1 })
  }

  return async function answer<T>(
    event: string,
    action: (actor: Actor, input: unknown) => Promise<T>,
    input: unknown,
    ack: ((answer: Ack<T>) => void) | undefined,
  ): Promise<void> {
    // A client can send anything as its arguments, and an exception here would take the process down.
    const reply = typeof ack === 'function' ? ack : () => {}
    data.outstanding += 1
    underWay.begin()
    count += 1
    // Begins like those of all events of this connection.
    const requestId = `${socket.id}.${count}`
    try {
      admit()
      const trace = socketEvent.hasSubscribers && { startedAt: performance.now(), context: { requestId }, event }
      const result = await (trace
        ? socketEvent.tracePromise(trace, async () => action(data.actor, input))
        : action(data.actor, input))
      reply({ ok: true, data: result })
    } catch (error) {
      if (!(error instanceof AppError))
        logger.error(
          { err: error, requestId, event, socketId: socket.id, userId: data.actor.userId },
          'a socket request failed',
        )
      reply({ ok: false, problem: toProblem(error, requestId) })
    } finally {
      data.outstanding -= 1
      underWay.end()
    }
  }
}

/** A token bucket: false when it is empty. */
function bucket(): () => boolean {
  let tokens = BURST
  let filledAt = performance.now()
  return () => {
    const now = performance.now()
    tokens = Math.min(BURST, tokens + ((now - filledAt) * PER_SECOND) / 1000)
    filledAt = now
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
