import { USER_HEADER, type Ack, type ClientToServerEvents, type ServerToClientEvents } from 'backend/contract'
import { io, type Socket } from 'socket.io-client'
import { noteRefusal, refresh, userHeader } from './http.client.ts'
import { createLineProbe } from './line.probe.ts'
import { ApiProblem, NO_CONNECTION, refusalOf } from './problem.model.ts'
import {
  patience,
  rememberedTransport,
  rememberTransport,
  stopRetryingWebSocket,
  transportsFrom,
  waitAsFirst,
  waitLonger,
} from './socket.transports.ts'
import { isElsewhere, SERVER_ORIGIN } from '../lib/serverOrigin.ts'

/** How long an acknowledgement can take. The server recognises a repeated message by its clientMessageId. */
const ACK_TIMEOUT_MS = 10_000

/** A later acknowledgement makes the page ask whether the connection still works. */
const ACK_LATE_MS = 1200

/** The longest delay before the page connects to another node. When none answers, Socket.IO retries with growing delays. */
const MOVING_MS = 200

const URL_OF_SERVER = SERVER_ORIGIN || location.origin

/**
 * The page's only connection. It opens after the sign-in and closes on the sign-out.
 * WebSocket comes first, because polling first costs one more round trip. Polling is for proxies that refuse WebSocket or
 * swallow it. No polling connection becomes a WebSocket: a connection by WebSocket is opened in its place.
 */
export const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(URL_OF_SERVER, {
  autoConnect: false,
  transports: transportsFrom(rememberedTransport()),
  tryAllTransports: true,
  upgrade: false,
  // Each transport has its own limit, which is shorter.
  timeout: 25_000,
  withCredentials: isElsewhere,
  auth: (answer) => answer({ userId: userHeader()[USER_HEADER] }),
  reconnectionDelay: 500,
  reconnectionDelayMax: 10_000,
})

/** Sets the transport that the next attempt begins with. */
function beginWith(name: 'websocket' | 'polling'): void {
  socket.io.opts.transports = transportsFrom(name)
}

const transportName = (): string | undefined => socket.io.engine?.transport?.name

/** Tries the other transport first, because this one opens and then brings nothing. */
function mistrustTransport(): void {
  beginWith(transportName() === 'websocket' ? 'polling' : 'websocket')
}

/** Closes the connection without a word to the server, and opens another at once. */
function replaceLine(): void {
  // Not `engine.close()`, which waits until everything was sent.
  socket.io.engine?.transport.close()
  reconnectNow()
}

/** After so many connections in a row that died this soon, the network may not carry their transport. */
const SHORT_LIFE_MS = 30_000
const SHORT_LIVES = 3
let connectedAt = 0
let shortLives = 0

const line = createLineProbe(
  (answered) => socket.emit('probe', answered),
  () => {
    shortLives = Date.now() - connectedAt < SHORT_LIFE_MS ? shortLives + 1 : 1
    if (shortLives % SHORT_LIVES === 0) mistrustTransport()
    replaceLine()
  },
)

let welcome: ReturnType<typeof setTimeout> | undefined
socket.io.on('open', () => {
  clearTimeout(welcome)
  // The transport works, so the server's welcome is due.
  welcome = setTimeout(() => {
    waitLonger()
    mistrustTransport()
    replaceLine()
  }, patience())
  socket.io.engine.on('packet', line.heard)
})
socket.io.on('error', waitLonger)
socket.on('connect', () => {
  clearTimeout(welcome)
  waitAsFirst()
  connectedAt = Date.now()
  line.start()
  beginWith(transportName() === 'polling' ? 'polling' : 'websocket')
  rememberTransport(transportName(), URL_OF_SERVER, () => {
    beginWith('websocket')
    replaceLine()
  })
})
socket.on('connect_error', () => clearTimeout(welcome))
socket.on('disconnect', () => {
  line.stop()
  stopRetryingWebSocket()
})

let refusals = 0
/** Whether the server closed the connection because this page sent too much. Reconnecting at once would repeat that. */
let slow = false
socket.on('connect', () => {
  refusals = 0
  slow = false
})
socket.on('connectionEnded', () => {
  slow = true
})

// After a refused handshake Socket.IO does not try again by itself. Mostly the access token ran out, so get another first.
socket.on('connect_error', (failure) => {
  if (socket.active) return
  const refused = refusalOf(failure)
  if (refused) noteRefusal(refused)
  if (refused?.code === 'other_user') return
  if (refused?.code === 'rate_limited') {
    // A new token changes nothing. There are too many connections, until others close.
    slow = true
    retryLater()
    return
  }
  refusals += 1
  // A new token was refused too, so the cause is another one. Retrying at once would only load the server.
  const again = refusals > 1 ? retryLater : () => socket.connect()
  refresh().then(again, retryLater)
})

/** Whether other nodes serve while this one stops. The stopping node tells its pages one after another, so each can reconnect at once. */
let isMoving = false
socket.on('serverStopping', ({ elsewhere }) => {
  isMoving = elsewhere
})

// Socket.IO does not reconnect either when the server closed the connection.
socket.on('disconnect', (reason) => {
  if (isMoving) setTimeout(reconnectUnlessSlow, MOVING_MS * Math.random())
  else if (reason === 'io server disconnect') retryLater()
  isMoving = false
})

let wanted = false
let retry: ReturnType<typeof setTimeout> | undefined

/** Opens the connection and keeps it open. */
export function openSocket(): void {
  wanted = true
  socket.connect()
}

/** Closes the connection until the next `openSocket`. */
export function closeSocket(): void {
  wanted = false
  clearTimeout(retry)
  clearTimeout(welcome)
  socket.disconnect()
}

function retryLater(): void {
  clearTimeout(retry)
  if (!wanted) return
  const delay = slow ? 15_000 : 1000
  retry = setTimeout(
    () => {
      if (wanted) socket.connect()
    },
    delay * (1 + 2 * Math.random()),
  )
}

// A missing heartbeat shows a dead connection after 45 seconds. The browser's own events come sooner.
addEventListener('offline', () => socket.io.engine?.close())
addEventListener('online', () => {
  waitAsFirst()
  line.probe()
  reconnectUnlessSlow()
})
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return
  line.probe()
  reconnectUnlessSlow()
})

function reconnectUnlessSlow(): void {
  if (!slow) reconnectNow()
}

/** Reconnects now. The next attempt of Socket.IO can be ten seconds away. */
export function reconnectNow(): void {
  if (wanted && !socket.connected) socket.disconnect().connect()
}

/**
 * Sends an event and waits for its acknowledgement.
 * @throws ApiProblem the server's refusal, or NO_CONNECTION when it did not answer
 */
export async function request<E extends RequestEvent>(
  event: E,
  input: Parameters<ClientToServerEvents[E]>[0],
): Promise<AckData<E>> {
  if (!socket.connected) throw new ApiProblem(NO_CONNECTION)
  let answer: Ack<AckData<E>>
  const late = setTimeout(line.probe, ACK_LATE_MS)
  try {
    // The client's types give `any` here. The contract's event map has the type.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    answer = (await (socket.timeout(ACK_TIMEOUT_MS) as unknown as Untyped).emitWithAck(event, input)) as Ack<AckData<E>>
  } catch {
    throw new ApiProblem(NO_CONNECTION)
  } finally {
    clearTimeout(late)
  }
  if (!answer.ok) throw new ApiProblem(answer.problem)
  return answer.data
}

/** The events that the server acknowledges. */
type RequestEvent = Exclude<keyof ClientToServerEvents, 'typing' | 'setActivity' | 'watchStats' | 'probe'>

type AckData<E extends RequestEvent> = Parameters<ClientToServerEvents[E]>[1] extends (answer: Ack<infer T>) => void
  ? T
  : never

interface Untyped {
  emitWithAck(event: string, input: unknown): Promise<unknown>
}
