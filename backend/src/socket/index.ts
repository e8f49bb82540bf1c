import type { IncomingHttpHeaders, Server as HttpServer } from 'node:http'
import cookieParser from 'cookie-parser'
import { Server } from 'socket.io'
import type { Bus } from '../cluster/cluster.bus.ts'
import { deliveryEverywhere } from '../cluster/cluster.delivery.ts'
import { presenceEverywhere } from '../cluster/cluster.presence.ts'
import type { Config } from '../config.ts'
import type {
  ConversationId,
  Hello,
  Maintenance,
  Message,
  PresenceChange,
  PresenceList,
  UserId,
} from '../contract/index.ts'
import { accessTokenOf, type AuthenticateToken, type FindSession } from '../lib/access.ts'
import { toProblem } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { Delivery } from '../lib/delivery.ts'
import { createUnderWay } from '../lib/inFlight.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import { socketDelivery, STATS_ROOM } from './socket.delivery.ts'
import { createEndings } from './revokedSession.registry.ts'
import { handleEvents, type Actions } from './socket.events.ts'
import { createGroupRooms } from './groupRoom.registry.ts'
import { leaveGently, refuseNewcomers } from './connection.drain.ts'
import { createPresence } from './presence.tracker.ts'
import { createPresenceNews } from './presence.publisher.ts'
import { catchUp, renewConnections } from './connection.renewal.ts'
import { closeEnded } from './session.expiry.ts'
import { cutSlowConsumers } from './slowConsumer.guard.ts'
import type { ChatServer, ChatSocket } from './socket.types.ts'
import { createUserSocketMap } from './userSocketMap.registry.ts'

/** A message of 8,000 characters of four bytes each, escaped, and its envelope. */
const MAX_BYTES = 64 * 1024

/** What connections asked for and is not done when they are closed has so long until the database is closed. */
const FINISH_MS = 3000

export interface SocketServer {
  delivery: Delivery
  /** Lets clients in. Until then nobody can connect, since the controllers are built with the delivery. */
  accept(deps: SocketDeps): void
  /** How many are here, on this node. */
  counts(): { people: number; connections: number }
  /** From now on clients cannot connect here. */
  refuse(): void
  /** Closes the connections within so many milliseconds, so that they go to another node. */
  leave(spreadMs: number): Promise<void>
  /** Tells every client that the server goes down, and closes their connections. */
  close(): Promise<void>
}

export interface SocketDeps {
  actions: Actions
  authenticate: AuthenticateToken
  findSession: FindSession
  /** The groups that somebody is in. */
  groupsOf: (userId: UserId) => Promise<ConversationId[]>
  /** Remembers when people were last seen. */
  seen: (people: UserId[], at: string) => Promise<void>
  hello: Pick<Hello, 'pageVersion'>
  /** Another node wrote or changed this. */
  heard: (message: Message) => void
  /** Does what another node that died has left undone. */
  mend: () => Promise<void>
  /** What everybody is to know now. */
  maintenance: () => Maintenance | null
}

/**
 * The only owner of Socket.IO.
 * @param isShared other processes use the same database, and can end a session there
 * @param bus to the other nodes, where there are any
 * @param isOriginAllowed refuses a handshake that another site's page makes with our cookies (cross-site WebSocket hijacking)
 */
export function createSocketServer(
  http: HttpServer,
  { allowedOrigins, trustProxy, isShared }: Pick<Config, 'allowedOrigins' | 'trustProxy'> & { isShared: boolean },
  isOriginAllowed: (origin: string | undefined, host: string | undefined, allowedOrigins: readonly string[]) => boolean,
  logger: Logger,
  instrumentation: Instrumentation,
  bus?: Bus,
): SocketServer {
  const io: ChatServer = new Server(http, {
    serveClient: false,
    maxHttpBufferSize: MAX_BYTES,
    allowRequest: ({ headers }, done) =>
      done(null, isOriginAllowed(headers.origin, hostOf(headers, trustProxy > 0), allowedOrigins)),
    cors: { origin: [...allowedOrigins], credentials: true },
  })
  io.engine.use(cookieParser())
  const users = createUserSocketMap()
  const news = createPresenceNews(
    () => io.sockets.sockets.size,
    (change) => void io.emit('presenceChanged', change),
  )
  const presence = createPresence((change) => (others ? others.changedHere(change) : announce(change)))
  const others = bus && presenceEverywhere(bus, announce, presence, () => void mendAfterLoss())
  const present = (): PresenceList => (others ?? presence).list()
  const rooms = createGroupRooms(io, users, async (userId) => accepted?.groupsOf(userId) ?? [])
  const endings = createEndings()
  const underWay = createUnderWay()
  const here = socketDelivery(io, users, rooms, endings, instrumentation)
  const delivery = bus
    ? deliveryEverywhere(here, bus, (message) => accepted?.heard(message), instrumentation, logger)
    : here
  bus?.onGap(() => {
    logger.warn('the other nodes were out of reach: every connection here is made anew, to hear what it missed')
    renewConnections(io)
  })
  let sweeps: NodeJS.Timeout[] = []
  let accepted: SocketDeps | undefined

  async function mendAfterLoss(): Promise<void> {
    logger.warn('another node was lost, or cut off for long: what it left is mended, and everybody here syncs')
    await accepted
      ?.mend()
      .catch((error: unknown) => logger.error({ err: error }, 'what a lost node left could not be mended'))
    catchUp(io)
  }

  /** @param isOurs no other node keeps it */
  function announce(change: PresenceChange, isOurs = true): void {
    news.add(change)
    // Who comes is noted too: after a crash nobody would know of those who were there.
    if (isOurs) void accepted?.seen([...change.online, ...change.offline], change.at)
  }

  function connect(socket: ChatSocket, { actions, hello, maintenance }: SocketDeps): void {
    // The handshake's request holds two kilobytes a connection, and is of no more use.
    Reflect.deleteProperty(socket.conn, 'request')
    const { actor, beganAt } = socket.data
    const ended = endings.since(beganAt, actor)
    if (ended) {
      socket.emit('sessionEnded', ended)
      socket.disconnect(true)
      return
    }
    const { userId } = actor
    rooms.enter(socket)
    if (users.add(userId, socket.id)) presence.came(userId)
    else lookAtActivity(userId)
    socket.on('disconnect', () => {
      if (users.remove(userId, socket.id)) presence.left(userId)
      else lookAtActivity(userId)
    })
    socket.emit('hello', { ...hello, maintenance: maintenance() })
    socket.emit('getOnlineUsers', present())
    handleEvents(
      socket,
      actions,
      {
        activity(activity) {
          socket.data.isAway = activity === 'away'
          lookAtActivity(userId)
        },
        watchStats(isWatching) {
          void (isWatching ? socket.join(STATS_ROOM) : socket.leave(STATS_ROOM))
        },
        end(reason) {
          socket.emit('connectionEnded', reason)
          socket.disconnect(true)
        },
      },
      logger,
      instrumentation,
      underWay,
    )
  }

  /** A person is away when every connection of theirs says so. */
  function lookAtActivity(userId: UserId): void {
    presence.setAway(
      userId,
      [...users.socketsOf(userId)].every((id) => io.sockets.sockets.get(id)?.data.isAway === true),
    )
  }

  return {
    delivery,
    accept(deps) {
      const { authenticate, findSession } = deps
      accepted = deps
      // The person comes from the verified token alone: whatever the client says of itself is not read.
      io.use((socket, next) => {
        const beganAt = performance.now()
        const token = accessTokenOf(socket.request) ?? tokenIn(socket.handshake.auth)
        authenticate(token)
          .then(({ expiresAt, ...actor }) => {
            socket.data = { actor, beganAt, sessionExpiresAt: expiresAt, isAway: false, outstanding: 0 }
            return rooms.prepare(socket)
          })
          .then(
            () => next(),
            (error: unknown) => next(refusal(error)),
          )
      })
      io.on('connection', (socket) => connect(socket, deps))
      sweeps = [closeEnded(io, findSession, delivery, !isShared), cutSlowConsumers(io, logger)]
    },
    counts: () => ({ people: present().online.length, connections: io.sockets.sockets.size }),
    refuse: () => refuseNewcomers(http, io.path()),
    leave: (spreadMs) => leaveGently(io, spreadMs),
    async close() {
      sweeps.forEach(clearInterval)
      presence.close()
      news.close()
      others?.close()
      io.emit('serverStopping', { elsewhere: false })
      const { online } = presence.list()
      await io.close()
      await underWay.settled(FINISH_MS)
      await accepted?.seen(online, new Date().toISOString())
    },
  }
}

/** The host the browser asked for; a trusted proxy may have put its own in the Host header. */
function hostOf(headers: IncomingHttpHeaders, isBehindProxy: boolean): string | undefined {
  const forwarded = isBehindProxy ? headers['x-forwarded-host'] : undefined
  return typeof forwarded === 'string' ? forwarded : headers.host
}

/** Browsers cannot set headers on a WebSocket: a program in one may hand its bearer token to Socket.IO's `auth`. */
function tokenIn(auth: Record<string, unknown>): string | undefined {
  return typeof auth['token'] === 'string' ? auth['token'] : undefined
}

/** Reaches the client as `connect_error` with the problem in `error.data`. */
function refusal(error: unknown): Error {
  const problem = toProblem(error)
  return Object.assign(new Error(problem.detail), { data: problem })
}
