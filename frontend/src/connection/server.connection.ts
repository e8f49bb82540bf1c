import type { Ack, ClientToServerEvents, ServerToClientEvents, UserId } from 'backend/contract'
import { io, type Socket } from 'socket.io-client'
import { renewAccess } from './access.renewal.ts'
import type { News, RequestEvent, Signal } from './connection.protocol.ts'
import { createLineProbe } from './line.probe.ts'
import { refusalOf } from './problem.guard.ts'
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

/** A later acknowledgement makes the connection ask whether it still works. */
const ACK_LATE_MS = 1200

/** The longest delay before the connection goes to another node. When none answers, Socket.IO retries with growing delays. */
const MOVING_MS = 200

/** After so many connections in a row that died this soon, the network may not carry their transport. */
const SHORT_LIFE_MS = 30_000
const SHORT_LIVES = 3

/** The connection of a user to the server. It knows no tabs and no document, so it works in a page and in a worker. */
export interface ServerConnection {
  /** Opens the connection and keeps it open. */
  open(): void
  /** Closes the connection until the next `open`. */
  close(): void
  readonly isConnected: boolean
  /** Sends an event. Resolves to the server's answer, or to null without a connection or an answer. */
  request(event: RequestEvent, input: unknown): Promise<Ack<unknown> | null>
  /** Sends an event that needs no answer. Without a connection it is dropped: sent later it would be wrong. */
  signal(signal: Signal): void
  /** Finds out at once whether the connection works, and reconnects if it does not. */
  check(): void
  networkChanged(isOnline: boolean): void
  /** Reconnects now. The next attempt of Socket.IO can be ten seconds away. */
  reconnect(): void
}

/**
 * Creates the connection of a user, closed.
 * @param pollingUntil the value of the newest `pollingUntil` of `News` that this browser stored
 * @param tell gets all that happens, in its order
 */
export function createServerConnection(
  userId: UserId,
  pollingUntil: string | null,
  tell: (news: News) => void,
): ServerConnection {
  const url = SERVER_ORIGIN || location.origin
  // WebSocket comes first, because polling first costs one more round trip. Polling is for proxies that refuse WebSocket or
  // swallow it. No polling connection becomes a WebSocket: a connection by WebSocket is opened in its place.
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, {
    autoConnect: false,
    forceNew: true,
    transports: transportsFrom(rememberedTransport(pollingUntil)),
    tryAllTransports: true,
    upgrade: false,
    // Each transport has its own limit, which is shorter.
    timeout: 25_000,
    withCredentials: isElsewhere,
    auth: { userId },
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
    reconnect()
  }

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
    const store = (until: string | null): void => tell({ kind: 'pollingUntil', until })
    rememberTransport(transportName(), url, store, () => {
      beginWith('websocket')
      replaceLine()
    })
    tell({ kind: 'connected' })
  })
  socket.on('connect_error', () => clearTimeout(welcome))
  socket.on('disconnect', () => {
    line.stop()
    stopRetryingWebSocket()
    tell({ kind: 'disconnected' })
  })
  // The contract's event map says which arguments an event has.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  socket.onAny((event, ...args) => tell({ kind: 'event', event, args } as News))

  let refusals = 0
  /** Whether the server closed the connection because this browser sent too much. Reconnecting at once would repeat that. */
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
    const refused = refusalOf(failure)
    tell({ kind: 'refused', problem: refused ?? null })
    if (socket.active || refused?.code === 'other_user') return
    if (refused?.code === 'rate_limited') {
      // A new token changes nothing. There are too many connections, until others close.
      slow = true
      retryLater()
      return
    }
    refusals += 1
    // A new token was refused too, so the cause is another one. Retrying at once would only load the server.
    const again = refusals > 1 ? retryLater : connectIfWanted
    renewAccess(userId).then((refusal) => {
      if (refusal?.status === 401) {
        close()
        tell({ kind: 'accessRefused', problem: refusal })
      } else if (refusal) {
        tell({ kind: 'refused', problem: refusal })
        retryLater()
      } else {
        tell({ kind: 'accessRenewed' })
        again()
      }
    }, retryLater)
  })

  /** Whether other nodes serve while this one stops. The stopping node tells its clients one after another, so each can reconnect at once. */
  let isMoving = false
  socket.on('serverStopping', ({ elsewhere }) => {
    isMoving = elsewhere
  })
  // The tabs forget the user. A frozen one cannot detach, and must not make the connection ask for ever.
  socket.on('sessionEnded', () => close())

  // Socket.IO does not reconnect either when the server closed the connection.
  socket.on('disconnect', (reason) => {
    if (isMoving) setTimeout(reconnectUnlessSlow, MOVING_MS * Math.random())
    else if (reason === 'io server disconnect') retryLater()
    isMoving = false
  })

  let wanted = false
  let retry: ReturnType<typeof setTimeout> | undefined

  function close(): void {
    wanted = false
    clearTimeout(retry)
    clearTimeout(welcome)
    socket.disconnect()
  }

  function connectIfWanted(): void {
    if (wanted) socket.connect()
  }

  function retryLater(): void {
    clearTimeout(retry)
    if (!wanted) return
    retry = setTimeout(connectIfWanted, (slow ? 15_000 : 1000) * (1 + 2 * Math.random()))
  }

  function reconnect(): void {
    if (wanted && !socket.connected) socket.disconnect().connect()
  }

  function reconnectUnlessSlow(): void {
    if (!slow) reconnect()
  }

  function check(): void {
    line.probe()
    // Many tabs ask. An attempt that begins again and again would never get to the second transport.
    if (socket.io._readyState !== 'opening') reconnectUnlessSlow()
  }

  return {
    open() {
      wanted = true
      socket.connect()
    },
    close,
    get isConnected() {
      return socket.connected
    },
    async request(event, input) {
      if (!socket.connected) return null
      const late = setTimeout(line.probe, ACK_LATE_MS)
      try {
        // The client's types give `any` here. The contract's event map has the type.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        return (await (socket.timeout(ACK_TIMEOUT_MS) as unknown as Untyped).emitWithAck(event, input)) as Ack<unknown>
      } catch {
        return null
      } finally {
        clearTimeout(late)
      }
    },
    signal(signal) {
      if (!socket.connected) return
      if (signal.event === 'typing') socket.volatile.emit('typing', signal.input)
      else if (signal.event === 'setActivity') socket.emit('setActivity', signal.input)
      else socket.emit('watchStats', signal.input)
    },
    check,
    networkChanged(isOnline) {
      // A missing heartbeat shows a dead connection after 45 seconds. The browser's own events come sooner.
      if (!isOnline) {
        socket.io.engine?.close()
        return
      }
      waitAsFirst()
      line.probe()
      reconnectUnlessSlow()
    },
    reconnect,
  }
}

interface Untyped {
  emitWithAck(event: string, input: unknown): Promise<unknown>
}
