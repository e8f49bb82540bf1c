import type { IncomingMessage } from 'node:http'
import type { Server } from 'socket.io'
import type { UserId } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import type { CostLimits } from '../lib/limits/costLimits.ts'
import { addressKey, clientAddress } from '../lib/rateLimit.ts'
import type { ChatSocket } from './socket.types.ts'

/** After how many seconds a refused client tries again. */
const RETRY_SECONDS = 30

type Connection = ChatSocket['conn']

/** Bounds the connections of one user and of one address on this node. */
export interface ConnectionLimits {
  /** Returns false for an address with so many connections that it gets no typed refusal any more. */
  mayOpen(request: IncomingMessage): boolean
  /** Refuses a connection of an address that has too many. @throws AppError `too_many_connections_of_address` */
  checkAddress(request: IncomingMessage): void
  /** Counts the connection as the user's until it closes. @throws AppError `too_many_connections` */
  takeForUser(userId: UserId, connection: Connection): void
}

type Limits = Pick<CostLimits, 'connectionsPerUser' | 'connectionsPerAddress'>

/** Connections of an address are counted from the first byte on, since a client need not sign in to hold one. */
export function limitConnections(
  engine: Server['engine'],
  { connectionsPerUser, connectionsPerAddress }: Limits,
  trustProxy: number,
): ConnectionLimits {
  const users = createConnectionCounts()
  const addresses = createConnectionCounts()
  const keyOf = (request: IncomingMessage): string => addressKey(clientAddress(request, trustProxy))
  /** One listener for all connections. */
  function closed(this: Connection): void {
    addresses.remove(this)
    users.remove(this)
  }
  engine.on('connection', (connection: Connection) => {
    addresses.add(keyOf(connection.request), connection)
    connection.on('close', closed)
  })
  return {
    mayOpen: (request) => addresses.count(keyOf(request)) < 2 * connectionsPerAddress,
    checkAddress(request) {
      if (addresses.count(keyOf(request)) > connectionsPerAddress)
        throw new AppError('too_many_connections_of_address', { retryAfter: RETRY_SECONDS })
    },
    takeForUser(userId, connection) {
      if (users.count(userId) >= connectionsPerUser)
        throw new AppError('too_many_connections', { max: connectionsPerUser, retryAfter: RETRY_SECONDS })
      // A connection that closed while its token was checked is not told of a second time.
      if (connection.readyState !== 'closed') users.add(userId, connection)
    },
  }
}

/** Counts open connections by key. */
function createConnectionCounts() {
  const counts = new Map<string, number>()
  const keys = new Map<Connection, string>()
  const count = (key: string): number => counts.get(key) ?? 0
  return {
    count,
    add(key: string, connection: Connection): void {
      counts.set(key, count(key) + 1)
      keys.set(connection, key)
    },
    remove(connection: Connection): void {
      const key = keys.get(connection)
      if (key === undefined) return
      keys.delete(connection)
      if (count(key) > 1) counts.set(key, count(key) - 1)
      else counts.delete(key)
    },
  }
}
