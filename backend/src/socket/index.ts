import {
  ACTIVITIES,
  PRESENCE_OF_ALL,
  type ConversationId,
  type Hello,
  type Maintenance,
  type Message,
  type UserId,
} from '../contract/index.ts'
import type { Bus } from '../cluster/cluster.bus.ts'
import { receiveDeliveries } from '../cluster/cluster.delivery.ts'
import type { SessionCookies } from '../lib/auth/cookies.ts'
import { accessTokenOf, requireUser, type AuthenticateToken, type FindSession } from '../lib/auth/access.ts'
import { toProblem } from '../lib/errors.ts'
import { createInFlight } from '../lib/inFlight.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import { RATE_LIMITS } from '../lib/limits/rateLimits.ts'
import type { UserGate } from '../lib/limits/userGate.ts'
import type { Logger } from '../lib/logger.ts'
import type { CreateRateLimit } from '../lib/rateLimit.ts'
import type { SocketEvents } from '../lib/socketEvents.ts'
import { drainConnections, refuseNewConnections } from './connection.drain.ts'
import type { Connections } from './connection.registry.ts'
import { renewConnections } from './connection.renewal.ts'
import { presenceEvents } from './presence.events.ts'
import { closeEndedSessions } from './session.expiry.ts'
import { STATS_ROOM } from './socket.delivery.ts'
import { createEventHandler, type ConnectionEvents } from './socket.events.ts'
import type { ChatSocket } from './socket.types.ts'

export { createConnections, type Connections } from './connection.registry.ts'

/** What the connections hold in place of their handshakes. */
const NO_HANDSHAKE = Object.freeze({})

/** The counters of a connection that has done nothing. */
const UNUSED = { outstanding: 0, requests: 0, refusals: 0, probedAt: -Infinity }

/** How long a shutdown waits for requests of connections that are already closed, before the database is closed. */
const FINISH_MS = 3000

export interface SocketServer {
  /** Refuses new connections from now on. */
  refuse(): void
  /** Closes the connections, each at a random moment within `spreadMs`, so that the clients connect to another node. */
  drain(spreadMs: number): Promise<void>
  /** Tells every client that the server stops, and closes the connections. */
  close(): Promise<void>
}

export interface SocketServerDeps {
  logger: Logger
  instrumentation: Instrumentation
  /** Undefined when this is the only node. */
  bus: Bus | undefined
  /** Whether other processes use the same database, and can end a session there. */
  isShared: boolean
  /** Bounds what each user costs, over all connections and REST. */
  gate: UserGate
  /** The events of all features. */
  events: readonly SocketEvents[]
  authenticate: AuthenticateToken
  cookies: SessionCookies
  findSession: FindSession
  createRateLimit: CreateRateLimit
  /** Finds the groups of a user. */
  groupsOf: (userId: UserId) => Promise<ConversationId[]>
  /** Stores when users were last seen. */
  rememberSeen: (users: UserId[], at: string) => Promise<void>
  /** Called for each message that another node wrote or changed. */
  onRemoteMessage: (message: Message) => void
  /** Returns the maintenance notice for new connections. */
  maintenance: () => Maintenance | null
  hello: Pick<Hello, 'pageVersion' | 'accessSeconds'>
}

/** Lets clients in: authenticates them, calls the features for their events, and keeps presence. */
export function createSocketServer(connections: Connections, deps: SocketServerDeps): SocketServer {
  const { http, io, users, rooms, limits, slowConsumers, revokedSessions, presence, localDelivery, delivery } =
    connections
  const { logger, instrumentation, bus, isShared, events, authenticate, findSession, rememberSeen } = deps
  const inFlight = createInFlight()
  const watchLimit = deps.createRateLimit({ name: 'presence_watches', ...RATE_LIMITS.presence_watches })
  if (bus) receiveDeliveries(localDelivery, bus, deps.onRemoteMessage, instrumentation, logger)
  bus?.onGap(() => {
    logger.warn('messages of the other nodes may be missing: every connection of this node is renewed')
    renewConnections(io)
  })

  function connect(socket: ChatSocket): void {
    const hearsOfAll = socket.handshake.auth['presence'] === PRESENCE_OF_ALL
    // The handshake and its request hold four kilobytes a connection, and no later code reads them. They are replaced and
    // not deleted: an object without one of its fields takes another kilobyte.
    Reflect.set(socket.conn, 'request', undefined)
    Reflect.set(socket, 'handshake', NO_HANDSHAKE)
    const { actor, beganAt } = socket.data
    const reason = revokedSessions.since(beganAt, actor)
    if (reason) {
      socket.emit('sessionEnded', reason)
      socket.disconnect(true)
      return
    }
    const { userId } = actor
    rooms.enter(socket)
    if (users.add(userId, socket.id)) presence.local.came(userId)
    else updateActivity(userId)
    socket.on('disconnect', disconnected)
    socket.emit('hello', { ...deps.hello, maintenance: deps.maintenance(), serverTime: new Date().toISOString() })
    if (hearsOfAll) {
      socket.emit('getOnlineUsers', presence.list())
      presence.watches.addEveryUser(socket)
    }
    socket.onAny(handleEvent)
  }

  /** One listener for all connections. */
  function disconnected(this: ChatSocket): void {
    const { userId } = this.data.actor
    presence.watches.forget(this)
    if (users.remove(userId, this.id)) presence.local.left(userId)
    else updateActivity(userId)
  }

  /** The events that concern the connection itself. */
  const ownEvents: ConnectionEvents = {
    signals: {
      async setActivity({ data }, activity) {
        if (!ACTIVITIES.some((known) => known === activity)) return
        data.isAway = activity === 'away'
        updateActivity(data.actor.userId)
      },
      async watchStats(socket, isWatching) {
        if (socket.data.actor.role === 'admin') await (isWatching ? socket.join(STATS_ROOM) : socket.leave(STATS_ROOM))
      },
    },
  }
  const handleEvent = createEventHandler(events, [ownEvents, presenceEvents(presence, watchLimit)], {
    logger,
    instrumentation,
    inFlight,
    costLimits: connections.costLimits,
    gate: deps.gate,
  })

  /** A user is away when all connections of the user say so. */
  function updateActivity(userId: UserId): void {
    const { sockets } = io.sockets
    presence.local.setAway(
      userId,
      users.socketsOf(userId).every((id) => sockets.get(id)?.data.isAway === true),
    )
  }

  /** @throws AppError */
  async function admit(socket: ChatSocket, token: string | undefined) {
    limits.checkAddress(socket.request)
    const user = await authenticate(token)
    requireUser(user, socket.handshake.auth['userId'])
    limits.takeForUser(user.userId, socket.conn)
    return user
  }

  // The user comes from the verified token alone: the client's own claims are not read.
  io.use((socket, next) => {
    const beganAt = performance.now()
    const token = accessTokenOf(socket.request, deps.cookies) ?? tokenIn(socket.handshake.auth)
    admit(socket, token)
      .then(({ expiresAt, ...actor }) => {
        socket.data = { actor, beganAt, sessionExpiresAt: expiresAt, isAway: false, ...UNUSED }
        return rooms.prepare(socket, deps.groupsOf)
      })
      .then(
        () => next(),
        (error: unknown) => next(refusal(error)),
      )
  })
  io.on('connection', connect)
  const sweep = closeEndedSessions(io, findSession, delivery, !isShared)

  return {
    refuse: () => refuseNewConnections(http, io.path()),
    drain: (spreadMs) => drainConnections(io, spreadMs),
    async close() {
      clearInterval(sweep)
      slowConsumers.close()
      const online = presence.close()
      io.emit('serverStopping', { elsewhere: false })
      await io.close()
      await inFlight.settled(FINISH_MS)
      await rememberSeen(online, new Date().toISOString())
    },
  }
}

/** Browsers cannot set headers on a WebSocket: a program in a browser passes its bearer token in Socket.IO's `auth`. */
function tokenIn(auth: Record<string, unknown>): string | undefined {
  return typeof auth['token'] === 'string' ? auth['token'] : undefined
}

/** Makes the error that reaches the client as `connect_error`, with the problem in `error.data`. */
function refusal(error: unknown): Error {
  const problem = toProblem(error)
  return Object.assign(new Error(problem.detail), { data: problem })
}
