import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http'
import type { Socket as TcpSocket } from 'node:net'
import type { CostLimits } from '../lib/limits/costLimits.ts'
import type { Logger } from '../lib/logger.ts'
import type { ChatServer, ChatSocket } from './socket.types.ts'

const SWEEP_MS = 1000
/**
 * Bytes of packets after which everything that waits is measured, so that a burst between two sweeps is bounded too.
 */
const MEASURE_EVERY_BYTES = 8 * 1024 * 1024

type Connection = ChatSocket['conn']
type Limits = Pick<CostLimits, 'waitingBytesPerConnection' | 'waitingBytes'>

/** The bytes that wait for a client, and the way to cut the client off. */
interface Waiting {
  bytes: number
  cut(): void
}

/**
 * Cuts connections that do not read, so that stalled clients cannot fill the memory: each connection over its limit,
 * and the ones with most bytes while all together are over theirs. The client cannot be told the reason, because
 * earlier packets still wait; it reconnects and syncs, which is cheaper than the backlog.
 * @param http its plain connections count too: answers of REST wait in them
 */
export function cutSlowConsumers(
  io: ChatServer,
  http: HttpServer,
  { waitingBytesPerConnection, waitingBytes }: Limits,
  logger: Logger,
): { close(): void } {
  /** The open TCP connections that had a request, each with its requests that are not answered. */
  const tcpSockets = new Map<TcpSocket, Set<ServerResponse>>()
  let created = 0
  let isScheduled = false

  function measure(): void {
    created = 0
    isScheduled = false
    const upgraded = new Set<unknown>()
    const all: Waiting[] = []
    for (const { conn, data, id } of io.sockets.sockets.values()) {
      const webSocket = webSocketOf(conn)
      upgraded.add(webSocket?._socket)
      const bytes = unsentBytes(conn) + (webSocket?.bufferedAmount ?? 0)
      if (bytes === 0) continue
      const cut = () => {
        logger.warn({ socketId: id, userId: data.actor.userId, bytes }, 'a connection was too slow and was cut')
        conn.close(true)
        // A closing handshake would wait behind the backlog, and keep it.
        webSocket?.terminate()
      }
      if (bytes > waitingBytesPerConnection) cut()
      else all.push({ bytes, cut })
    }
    for (const [socket, answers] of tcpSockets) {
      const bytes = waitingAnswerBytes(socket, answers)
      if (bytes === 0 || upgraded.has(socket)) continue
      const cut = () => {
        logger.warn({ address: socket.remoteAddress, bytes }, 'an answer was read too slowly and was cut')
        socket.destroy()
      }
      all.push({ bytes, cut })
    }
    let total = all.reduce((sum, { bytes }) => sum + bytes, 0)
    if (total <= waitingBytes) return
    for (const { bytes, cut } of all.toSorted((a, b) => b.bytes - a.bytes)) {
      if (total <= waitingBytes / 2) break
      cut()
      total -= bytes
    }
  }

  /** One listener for all connections. */
  function countPacket({ data }: { data?: unknown }): void {
    created += bytesOf(data)
    if (created < MEASURE_EVERY_BYTES || isScheduled) return
    isScheduled = true
    // Later, because a packet is created in the middle of a delivery to many connections.
    setImmediate(measure)
  }

  io.engine.on('connection', (conn: Connection) => void conn.on('packetCreate', countPacket))
  function forget(this: TcpSocket): void {
    tcpSockets.delete(this)
  }
  http.on('request', ({ socket }: IncomingMessage, answer: ServerResponse) => {
    let answers = tcpSockets.get(socket)
    if (!answers) {
      answers = new Set()
      tcpSockets.set(socket, answers)
      socket.on('close', forget)
    }
    answers.add(answer)
    // An answer that is cut off ends with its connection.
    answer.once('finish', () => answers.delete(answer))
  })
  const sweep = setInterval(measure, SWEEP_MS).unref()
  return { close: () => clearInterval(sweep) }
}

/**
 * Returns the bytes of answers that the system has not taken yet. A client may send requests before it reads: the first
 * answer waits in its connection, the others in themselves.
 */
function waitingAnswerBytes(socket: TcpSocket, answers: ReadonlySet<ServerResponse>): number {
  let bytes = socket.writableLength
  for (const answer of answers) if (!answer.socket) bytes += answer.writableLength
  return bytes
}

/** Returns the bytes of the packets that the transport has not taken yet. */
function unsentBytes(conn: Connection): number {
  // Only its type makes it private.
  const packets: unknown = Reflect.get(conn, 'writeBuffer')
  if (!Array.isArray(packets)) return 0
  return packets.reduce<number>((sum, packet: { data?: unknown }) => sum + bytesOf(packet.data), 0)
}

/** A text of other letters than Latin ones has two bytes a unit in memory. */
const bytesOf = (data: unknown): number => (typeof data === 'string' ? 2 * data.length : 0)

interface WebSocketOfTransport {
  /** Bytes that the system has not taken yet. */
  bufferedAmount: number
  _socket: unknown
  terminate(): void
}

/** Returns the WebSocket of a connection; undefined while it polls. */
function webSocketOf({ transport }: Connection): WebSocketOfTransport | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only its type makes it private
  return Reflect.get(transport, 'socket') as WebSocketOfTransport | undefined
}
