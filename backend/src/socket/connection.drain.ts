import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChatServer } from './socket.types.ts'

/** How long a closing connection waits for the answers to its requests. The page sends unanswered requests again. */
const ANSWER_MS = 2000
const POLL_MS = 20

/**
 * Closes all connections, each at a random moment within `spreadMs`, after its requests were answered. Each client is
 * told before, so that it connects again at once: to another node, since this node refuses new connections.
 */
export async function drainConnections(io: ChatServer, spreadMs: number): Promise<void> {
  await Promise.all(
    Array.from(io.sockets.sockets.values(), async (socket) => {
      const { conn, data } = socket
      const closed = new Promise<void>((resolve) => void conn.once('close', () => resolve()))
      if (conn.readyState !== 'open') return
      await Promise.race([closed, sleep(Math.random() * spreadMs)])
      socket.emit('serverStopping', { elsewhere: true })
      const deadline = performance.now() + ANSWER_MS
      while (data.outstanding > 0 && performance.now() < deadline && socket.connected) await sleep(POLL_MS)
      // Closed below Socket.IO: its own disconnect packet would keep the client from connecting again by itself.
      conn.close()
      await Promise.race([closed, sleep(ANSWER_MS)])
    }),
  )
}

/**
 * Answers new connections with 503 from now on, so that a load balancer tries another node. Open connections and plain
 * requests go on.
 */
export function refuseNewConnections(http: Server, path: string): void {
  const isNewConnection = ({ url = '' }: IncomingMessage): boolean => url.startsWith(path) && !/[?&]sid=/.test(url)
  const requests = http.listeners('request')
  const upgrades = http.listeners('upgrade')
  http.removeAllListeners('request').on('request', (req, res) => {
    if (!isNewConnection(req)) for (const listener of requests) Reflect.apply(listener, http, [req, res])
    else res.writeHead(503, { 'Retry-After': '1', 'Cache-Control': 'no-store', Connection: 'close' }).end()
  })
  http.removeAllListeners('upgrade').on('upgrade', (req, socket: Duplex, head) => {
    if (!isNewConnection(req)) for (const listener of upgrades) Reflect.apply(listener, http, [req, socket, head])
    else socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n\r\n')
  })
}
