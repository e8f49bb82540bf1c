import type { IncomingHttpHeaders, Server as HttpServer } from 'node:http'
import cookieParser from 'cookie-parser'
import { Server } from 'socket.io'
import { createClusterDelivery } from '../cluster/cluster.delivery.ts'
import type { Config } from '../config.ts'
import type { Delivery } from '../lib/delivery.ts'
import type { CostLimits } from '../lib/limits/costLimits.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import { limitConnections, type ConnectionLimits } from './connectionLimit.guard.ts'
import { createGroupRooms, type GroupRooms } from './groupRoom.registry.ts'
import { createPresence, type Presence, type PresenceDeps } from './presence.service.ts'
import { createRevokedSessions, type RevokedSessions } from './revokedSession.registry.ts'
import { cutSlowConsumers } from './slowConsumer.guard.ts'
import { createSocketDelivery } from './socket.delivery.ts'
import type { ChatServer } from './socket.types.ts'
import { createUserSocketMap, type UserSocketMap } from './userSocketMap.registry.ts'

/** Bytes of a packet: a message of 8,000 characters of four bytes each, escaped, and its envelope. */
const MAX_BYTES = 64 * 1024

/** How long a connection may take to sign in, before it is closed. */
const CONNECT_MS = 10_000

/**
 * The connections of this node. They need no feature, so the features can be built with the delivery and the counts.
 */
export interface Connections {
  /** Delivers to the connections of every node. */
  readonly delivery: Delivery
  /** Counts the users who are online on any node, and the connections of this node. */
  counts(): { users: number; connections: number }
  /** The rest is for socket/ only. */
  readonly http: HttpServer
  readonly io: ChatServer
  readonly users: UserSocketMap
  readonly rooms: GroupRooms
  readonly costLimits: CostLimits
  readonly limits: ConnectionLimits
  readonly slowConsumers: { close(): void }
  readonly revokedSessions: RevokedSessions
  readonly presence: Presence
  /** Delivers to the connections of this node. */
  readonly localDelivery: Delivery
}

export interface ConnectionsDeps extends Omit<PresenceDeps, 'io'> {
  http: HttpServer
  config: Pick<Config, 'allowedOrigins' | 'trustProxy' | 'costLimits'>
  /** Refuses a handshake under another name, and one that another site's page makes with our cookies (cross-site WebSocket hijacking). */
  isPageAllowed: (headers: IncomingHttpHeaders, host: string | undefined) => boolean
  instrumentation: Pick<Instrumentation, 'eventDelivered'>
}

/** Makes the only Socket.IO server. `createSocketServer` then lets clients in. */
export function createConnections(deps: ConnectionsDeps): Connections {
  const { http, isPageAllowed, instrumentation, bus, logger } = deps
  const { allowedOrigins, trustProxy, costLimits } = deps.config
  const io: ChatServer = new Server(http, {
    serveClient: false,
    maxHttpBufferSize: MAX_BYTES,
    connectTimeout: CONNECT_MS,
    allowRequest: (request, done) => {
      const { headers } = request
      const isAllowed = isPageAllowed(headers, hostOf(headers, trustProxy > 0))
      done(null, isAllowed && limits.mayOpen(request))
    },
    cors: { origin: [...allowedOrigins], credentials: true },
  })
  const limits = limitConnections(io.engine, costLimits, trustProxy)
  const slowConsumers = cutSlowConsumers(io, http, costLimits, logger)
  io.engine.use(cookieParser())
  const users = createUserSocketMap()
  const rooms = createGroupRooms(io, users)
  const revokedSessions = createRevokedSessions()
  const localDelivery = createSocketDelivery(io, users, rooms, revokedSessions, instrumentation)
  const delivery = bus ? createClusterDelivery(localDelivery, bus) : localDelivery
  const presence = createPresence({ ...deps, io })
  return {
    delivery,
    counts: () => ({ users: presence.list().online.length, connections: io.sockets.sockets.size }),
    http,
    io,
    users,
    rooms,
    costLimits,
    limits,
    slowConsumers,
    revokedSessions,
    presence,
    localDelivery,
  }
}

/** Returns the host that the browser asked for. A trusted proxy may have its own host in the Host header. */
function hostOf(headers: IncomingHttpHeaders, isBehindProxy: boolean): string | undefined {
  const forwarded = isBehindProxy ? headers['x-forwarded-host'] : undefined
  return typeof forwarded === 'string' ? forwarded : headers.host
}
