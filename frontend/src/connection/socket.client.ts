import type { Ack, ClientToServerEvents, ServerToClientEvents } from 'backend/contract'
import { io, type Socket } from 'socket.io-client'
import { refresh } from './http.client.ts'
import { ApiProblem, NO_CONNECTION, refusalOf } from './problem.model.ts'
import { isElsewhere, SERVER_ORIGIN } from '../lib/serverOrigin.ts'

/** How long an acknowledgement may take. A send that is repeated after it is recognised by its clientMessageId. */
const ACK_TIMEOUT_MS = 10_000

/** To another node; should that not be there, Socket.IO goes on trying with growing delays. */
const MOVING_MS = 200

/**
 * The page's one connection. It is opened after signing in and closed on signing out.
 * WebSocket first: polling first costs a round trip more, and is kept for proxies that block WebSocket.
 */
export const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(SERVER_ORIGIN || location.origin, {
  autoConnect: false,
  transports: ['websocket', 'polling'],
  tryAllTransports: true,
  withCredentials: isElsewhere,
  reconnectionDelay: 500,
  reconnectionDelayMax: 10_000,
})

let refusals = 0
/** The server closed the connection because too much came over it: reconnecting at once would go on with it. */
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
  if (refusalOf(failure)?.code === 'rate_limited') {
    // A new token changes nothing. There are too many connections, until others close.
    slow = true
    retryLater()
    return
  }
  refusals += 1
  // Refused with a fresh token too: something else is wrong, and hammering the server would not mend it.
  const again = refusals > 1 ? retryLater : () => socket.connect()
  refresh().then(again, retryLater)
})

/** Others serve, and the node that goes down spreads its farewells: no page has to wait for the sake of the rest. */
let isMoving = false
socket.on('serverStopping', ({ elsewhere }) => {
  isMoving = elsewhere
})

// Nor does it when the server closed the connection.
socket.on('disconnect', (reason) => {
  if (isMoving) setTimeout(reconnectUnlessSlow, MOVING_MS * Math.random())
  else if (reason === 'io server disconnect') retryLater()
  isMoving = false
})

let wanted = false
let retry: ReturnType<typeof setTimeout> | undefined

export function openSocket(): void {
  wanted = true
  socket.connect()
}

export function closeSocket(): void {
  wanted = false
  clearTimeout(retry)
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

// A dead connection is noticed by its missing heartbeat after three quarters of a minute; the browser knows sooner.
addEventListener('offline', () => socket.io.engine?.close())
addEventListener('online', reconnectUnlessSlow)
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') reconnectUnlessSlow()
})

function reconnectUnlessSlow(): void {
  if (!slow) reconnectNow()
}

/** Instead of waiting for the next attempt, which may be ten seconds away. */
export function reconnectNow(): void {
  if (wanted && !socket.connected) socket.disconnect().connect()
}

/**
 * Sends an event and waits for its acknowledgement.
 * @throws ApiProblem what the server answered, or NO_CONNECTION when it did not
 */
export async function request<E extends RequestEvent>(
  event: E,
  input: Parameters<ClientToServerEvents[E]>[0],
): Promise<AckData<E>> {
  if (!socket.connected) throw new ApiProblem(NO_CONNECTION)
  let answer: Ack<AckData<E>>
  try {
    // The client's types give `any` here: the contract's event map says what it is.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    answer = (await (socket.timeout(ACK_TIMEOUT_MS) as unknown as Untyped).emitWithAck(event, input)) as Ack<AckData<E>>
  } catch {
    throw new ApiProblem(NO_CONNECTION)
  }
  if (!answer.ok) throw new ApiProblem(answer.problem)
  return answer.data
}

/** Those that are acknowledged. */
type RequestEvent = Exclude<keyof ClientToServerEvents, 'typing' | 'setActivity' | 'watchStats'>

type AckData<E extends RequestEvent> = Parameters<ClientToServerEvents[E]>[1] extends (answer: Ack<infer T>) => void
  ? T
  : never

interface Untyped {
  emitWithAck(event: string, input: unknown): Promise<unknown>
}
