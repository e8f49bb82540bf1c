import type { IncomingHttpHeaders, Server as HttpServer } from 'node:http'
import cookieParser from 'cookie-parser'
import { Server } from 'socket.io'
import type { Config } from '../config.ts'
import type { MessageController } from '../controllers/message.controller.ts'
import { accessTokenOf, type AuthenticateToken, type FindSession } from '../lib/access.ts'
import { toProblem } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { Delivery } from '../lib/ports.ts'
import { socketDelivery } from './delivery.ts'
import { handleEvents } from './events.ts'
import { createPresence } from './presence.ts'
import { closeExpired } from './sessionExpiry.ts'
import type { ChatServer, ChatSocket } from './types.ts'
import { createUserSocketMap } from './userSocketMap.ts'

/** A message of 8,000 characters of four bytes each, escaped, and its envelope. */
const MAX_BYTES = 64 * 1024

export interface SocketServer {
  delivery: Delivery
  /** Lets clients in. Until then nobody can connect, since the controllers are built with the delivery. */
  accept(deps: { messages: MessageController; authenticate: AuthenticateToken; findSession: FindSession }): void
  /** Tells every client that the server goes down, and closes their connections. */
  close(): Promise<void>
}

/**
 * The only owner of Socket.IO.
 * @param isOriginAllowed refuses a handshake that another site's page makes with our cookies (cross-site WebSocket hijacking)
 */
export function createSocketServer(
  http: HttpServer,
  { allowedOrigins, trustProxy }: Pick<Config, 'allowedOrigins' | 'trustProxy'>,
  isOriginAllowed: (origin: string | undefined, host: string | undefined, allowedOrigins: readonly string[]) => boolean,
  logger: Logger,
): SocketServer {
  const io: ChatServer = new Server(http, {
    serveClient: false,
    maxHttpBufferSize: MAX_BYTES,
    allowRequest: ({ headers }, done) => done(null, isOriginAllowed(headers.origin, hostOf(headers, trustProxy > 0), allowedOrigins)),
    cors: { origin: [...allowedOrigins], credentials: true },
  })
  io.engine.use(cookieParser())
  const users = createUserSocketMap()
  const presence = createPresence((change) => void io.emit('presenceChanged', change))
  const delivery = socketDelivery(io, users)
  let sweep: NodeJS.Timeout | undefined

  function connect(socket: ChatSocket, messages: MessageController): void {
    // The handshake's request holds two kilobytes a connection, and is of no more use.
    Reflect.deleteProperty(socket.conn, 'request')
    const { userId } = socket.data.actor
    if (users.add(userId, socket.id)) presence.came(userId)
    socket.on('disconnect', () => {
      if (users.remove(userId, socket.id)) presence.left(userId)
    })
    socket.emit('getOnlineUsers', presence.online())
    handleEvents(socket, messages, logger)
  }

  return {
    delivery,
    accept({ messages, authenticate, findSession }) {
      // The person comes from the verified token alone: whatever the client says of itself is not read.
      io.use((socket, next) => {
        const token = accessTokenOf(socket.request) ?? tokenIn(socket.handshake.auth)
        authenticate(token).then(
          ({ expiresAt, ...actor }) => {
            socket.data = { actor, sessionExpiresAt: expiresAt }
            next()
          },
          (error: unknown) => next(refusal(error)),
        )
      })
      io.on('connection', (socket) => connect(socket, messages))
      sweep = closeExpired(io, findSession, delivery)
    },
    async close() {
      clearInterval(sweep)
      presence.close()
      io.emit('serverStopping')
      await io.close()
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
