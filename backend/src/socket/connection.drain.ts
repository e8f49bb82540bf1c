import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ChatServer } from './socket.types.ts'

/** Requests of a connection that are under way have so long to be answered; the page sends again what was not. */
const ANSWER_MS = 2000
const LOOK_MS = 20

/**
 * Closes all connections within so many milliseconds, each at a moment of its own, after what it asked for was answered. Each is told
 * before, so that the client connects again at once: to another node, as this one refuses newcomers.
 */
export async function leaveGently(io: ChatServer, spreadMs: number): Promise<void> {
  await Promise.all(
    Array.from(io.sockets.sockets.values(), async (socket) => {
      const { conn, data } = socket
      const closed = new Promise<void>((resolve) => void conn.once('close', () => resolve()))
      if (conn.readyState !== 'open') return
      await Promise.race([closed, inMs(Math.random() * spreadMs)])
      socket.emit('serverStopping', { elsewhere: true })
      const patience = performance.now() + ANSWER_MS
      while (data.outstanding > 0 && performance.now() < patience && socket.connected) await inMs(LOOK_MS)
      // Below Socket.IO, whose own farewell would keep its client from connecting again by itself.
      conn.close()
      await Promise.race([closed, inMs(ANSWER_MS)])
    }),
  )
}

/**
 * From now on new connections are answered with 503, with which a balancer asks another node; those that are there, and what is no
 * connection, go on.
 */
export function refuseNewcomers(http: Server, path: string): void {
  const isNewcomer = ({ url = '' }: IncomingMessage): boolean => url.startsWith(path) && !/[?&]sid=/.test(url)
  const requests = http.listeners('request')
  const upgrades = http.listeners('upgrade')
  http.removeAllListeners('request').on('request', (req, res) => {
    if (!isNewcomer(req)) for (const listener of requests) Reflect.apply(listener, http, [req, res])
    else res.writeHead(503, { 'Retry-After': '1', 'Cache-Control': 'no-store', Connection: 'close' }).end()
  })
  http.removeAllListeners('upgrade').on('upgrade', (req, socket: Duplex, head) => {
    if (!isNewcomer(req)) for (const listener of upgrades) Reflect.apply(listener, http, [req, socket, head])
    else socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n\r\n')
  })
}

const inMs = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms))
