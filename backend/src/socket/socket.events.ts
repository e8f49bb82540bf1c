import type { Ack } from '../contract/index.ts'
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
}

type Acknowledge = (answer: Ack<unknown>) => void
/** The socket events that concern the connection itself. */
export interface ConnectionEvents {
  requests?: Record<string, ConnectionAction>
  signals?: Record<string, ConnectionAction>
}

type ConnectionAction = (socket: ChatSocket, input: unknown) => Promise<unknown>

/** Does what an event asks for. */
type Action = (actor: Actor, input: unknown, socket: ChatSocket) => Promise<unknown>
/** Handles any event of the connection `this`. */
type EventHandler = (this: ChatSocket, event: string, input: unknown, acknowledge: unknown) => void

/** More probes of a connection are not answered: a client sends one in a second at most. */
const PROBES_EVERY_MS = 250

/**
 * Calls the features' functions for the events of a connection, and answers them. One handler serves all connections: a
 * listener for each event and connection would take two kilobytes a connection.
 */
export function createEventHandler(
  features: readonly SocketEvents[],
  own: readonly ConnectionEvents[],
  deps: EventDeps,
): EventHandler {
  const actions = (kind: 'requests' | 'signals') =>
    new Map<unknown, Action>([
      ...features.flatMap((feature) => Object.entries<Action>(feature[kind] ?? {})),
      ...own.flatMap((feature) => Object.entries(feature[kind] ?? {}).map(ofConnection)),
    ])
  const [requests, signals] = [actions('requests'), actions('signals')]
  const respond = createResponder(deps)
  return function handle(event, input, acknowledge) {
    // Closed in the meantime.
    if (!this.connected) return
    if (event === 'probe') {
      answerProbe(this, input)
      return
    }
    const request = requests.get(event)
    const action = request ?? signals.get(event)
    if (action) void respond(this, event, action, input, request && acknowledge)
  }
}

function ofConnection([event, act]: [string, ConnectionAction]): [string, Action] {
  return [event, (_actor, input, socket) => act(socket, input)]
}

/** Answers whether the connection works. It passes no queue, because a busy server would look like a dead line. */
function answerProbe({ data }: ChatSocket, acknowledge: unknown): void {
  const now = performance.now()
  if (now - data.probedAt < PROBES_EVERY_MS || typeof acknowledge !== 'function') return
  data.probedAt = now
  acknowledge()
}

type Responder = (
  socket: ChatSocket,
  event: string,
  action: Action,
  input: unknown,
  acknowledge: unknown,
) => Promise<void>

function createResponder(deps: EventDeps): Responder {
  const { logger, instrumentation, inFlight, gate } = deps
  const { requestsOutstanding, refusalsInARow } = deps.costLimits
  const { socketEvent } = instrumentation

  return async (socket, event, action, input, acknowledge) => {
    const { data } = socket
    // A client can send any value as its arguments, and an exception here would end the process.
    const reply: Acknowledge = isFunction(acknowledge) ? acknowledge : () => {}
    const actor = isFunction(acknowledge) ? { ...data.actor, connectionId: socket.id } : data.actor
    data.outstanding += 1
    inFlight.begin()
    data.requests += 1
    // All ids of a connection begin with the id of the socket.
    const requestId = `${socket.id}.${data.requests}`
    try {
      if (data.outstanding > requestsOutstanding) throw new AppError('too_many_events_at_once', { retryAfter: 1 })
      const trace = socketEvent.hasSubscribers && { startedAt: performance.now(), context: { requestId }, event }
      const result = await gate.run(data.actor.userId, () =>
        trace
          ? socketEvent.tracePromise(trace, async () => action(actor, input, socket))
          : action(actor, input, socket),
      )
      data.refusals = 0
      reply({ ok: true, data: result })
    } catch (error) {
      if (error instanceof AppError && error.code === 'rate_limited') {
        data.refusals += 1
        if (data.refusals === refusalsInARow) {
          socket.emit('connectionEnded', 'too_many_requests')
          socket.disconnect(true)
        }
      } else data.refusals = 0
      if (error instanceof AppError)
        logRefusal(logger, { error, userId: data.actor.userId, address: socket.conn.remoteAddress, target: event })
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
