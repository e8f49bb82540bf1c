import type { Ack, ConnectionEndReason } from '../contract/index.ts'
import type { Actor } from '../lib/delivery.ts'
import { AppError, toProblem } from '../lib/errors.ts'
import type { InFlight } from '../lib/inFlight.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import type { Logger } from '../lib/logger.ts'
import type { SocketEvents } from '../lib/socketEvents.ts'
import type { ChatSocket } from './socket.types.ts'

/** Requests of one connection that may wait for their acknowledgement at once. The page sends one after the other. */
const OUTSTANDING_MAX = 64
/** Events of one connection: this many at once, and PER_SECOND after that. The controllers limit requests by user as well. */
const BURST = 500
const PER_SECOND = 100
/** Refusals in a row after which the connection is closed, since each answer costs work too. */
const REFUSALS_MAX = 1000

export interface EventDeps {
  logger: Logger
  instrumentation: Pick<Instrumentation, 'socketEvent'>
  inFlight: Pick<InFlight, 'begin' | 'end'>
  /** Closes the connection. */
  end: (reason: ConnectionEndReason) => void
}

type Action = (actor: Actor, input: unknown) => Promise<unknown>
type Acknowledge = (answer: Ack<unknown>) => void
type Listen = (event: string, listener: (input: unknown, acknowledge: unknown) => void) => void

/** Calls the features' functions for the events of a connection, and answers them. */
export function handleEvents(socket: ChatSocket, features: readonly SocketEvents[], deps: EventDeps): void {
  const answer = createResponder(socket, deps)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the names and functions are paired in SocketEvents
  const listen = socket.on.bind(socket) as unknown as Listen
  for (const { requests = {}, signals = {} } of features) {
    for (const [event, action] of Object.entries(requests)) {
      listen(event, (input, acknowledge) => void answer(event, action, input, acknowledge))
    }
    for (const [event, action] of Object.entries(signals)) {
      listen(event, (input) => void answer(event, action, input, undefined))
    }
  }
}

type Responder = (event: string, action: Action, input: unknown, acknowledge: unknown) => Promise<void>

function createResponder(socket: ChatSocket, { logger, instrumentation, inFlight, end }: EventDeps): Responder {
  const takeToken = createTokenBucket()
  const { socketEvent } = instrumentation
  const { data } = socket
  let count = 0
  let refusals = 0

  /** @throws AppError `rate_limited` */
  function checkLimits(): void {
    const reason = !takeToken()
      ? 'too_many_events'
      : data.outstanding > OUTSTANDING_MAX
        ? 'too_many_events_at_once'
        : null
    if (reason === null) {
      refusals = 0
      return
    }
    refusals += 1
    if (refusals === REFUSALS_MAX) end('too_many_requests')
    throw new AppError(reason, { retryAfter: 1 })
  }

  return async (event, action, input, acknowledge) => {
    // A client can send any value as its arguments, and an exception here would end the process.
    const reply: Acknowledge = isFunction(acknowledge) ? acknowledge : () => {}
    data.outstanding += 1
    inFlight.begin()
    count += 1
    // All ids of a connection begin with the id of the socket.
    const requestId = `${socket.id}.${count}`
    try {
      checkLimits()
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
      inFlight.end()
    }
  }
}

const isFunction = (value: unknown): value is Acknowledge => typeof value === 'function'

/** Makes a token bucket: its function takes a token, and returns false when there is none. */
function createTokenBucket(): () => boolean {
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
