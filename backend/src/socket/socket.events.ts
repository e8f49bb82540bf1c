import type { Ack, ConnectionEndReason } from '../contract/index.ts'
import type { Actor } from '../lib/delivery.ts'
import { AppError, toProblem } from '../lib/errors.ts'
import type { InFlight } from '../lib/inFlight.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import type { CostLimits } from '../lib/limits/costLimits.ts'
import type { UserGate } from '../lib/limits/userGate.ts'
import type { Logger } from '../lib/logger.ts'
import { logRefusal } from '../lib/securityLog.ts'
import type { SocketEvents } from '../lib/socketEvents.ts'
import type { ChatSocket } from './socket.types.ts'

export interface EventDeps {
  logger: Logger
  costLimits: CostLimits
  /** Bounds what the user costs, over all connections and REST. */
  gate: UserGate
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

function createResponder(socket: ChatSocket, deps: EventDeps): Responder {
  const { logger, instrumentation, inFlight, gate, end } = deps
  const { requestsOutstanding, refusalsInARow } = deps.costLimits
  const { socketEvent } = instrumentation
  const { data } = socket
  let count = 0
  let refusals = 0

  return async (event, action, input, acknowledge) => {
    // A client can send any value as its arguments, and an exception here would end the process.
    const reply: Acknowledge = isFunction(acknowledge) ? acknowledge : () => {}
    const actor = isFunction(acknowledge) ? { ...data.actor, connectionId: socket.id } : data.actor
    data.outstanding += 1
    inFlight.begin()
    count += 1
    // All ids of a connection begin with the id of the socket.
    const requestId = `${socket.id}.${count}`
    try {
      if (data.outstanding > requestsOutstanding) throw new AppError('too_many_events_at_once', { retryAfter: 1 })
      const trace = socketEvent.hasSubscribers && { startedAt: performance.now(), context: { requestId }, event }
      const result = await gate.run(data.actor.userId, () =>
        trace ? socketEvent.tracePromise(trace, async () => action(actor, input)) : action(actor, input),
      )
      refusals = 0
      reply({ ok: true, data: result })
    } catch (error) {
      if (error instanceof AppError && error.code === 'rate_limited') {
        refusals += 1
        if (refusals === refusalsInARow) end('too_many_requests')
      } else refusals = 0
      if (error instanceof AppError)
        logRefusal(logger, { error, userId: data.actor.userId, address: socket.handshake?.address, target: event })
      else
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
