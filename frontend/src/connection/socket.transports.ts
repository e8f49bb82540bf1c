import { WebSocket as WebSocketTransport, XHR as XhrTransport } from 'socket.io-client'

/** How long a server or a proxy may say nothing while a connection opens. A slow line gets more time at each attempt. */
const SILENT_MS = 5000
const SILENT_MAX_MS = 10_000
/** The server answers a poll within 25 seconds, because its heartbeat is a packet too. */
const POLL_MS = 35_000
/** The first delay before a polling page tries WebSocket again. It doubles up to the second. */
const RETRY_MS = 60_000
const RETRY_MAX_MS = 30 * 60_000
/** How long a new page of this origin remembers that WebSocket does not work. */
const REMEMBERED_MS = 24 * 60 * 60_000

let silentMs = SILENT_MS

/** Returns how long silence is waited for at present, in milliseconds. */
export const patience = (): number => silentMs

/** Waits longer for the next attempt: this one had no answer, and the line may only be slow. */
export function waitLonger(): void {
  silentMs = Math.min(SILENT_MAX_MS, silentMs * 1.25)
}

/** Waits as long as at first, after an answer or on another network. */
export function waitAsFirst(): void {
  silentMs = SILENT_MS
}

/** A WebSocket that fails when it stays silent: some proxies swallow the upgrade, or pass nothing on after it. */
class WebSocketOrError extends WebSocketTransport {
  override doOpen(): this {
    super.doOpen()
    const timer = setTimeout(() => {
      this.onError('silent', undefined)
      // Browsers open one WebSocket of a host at a time. A hanging one would block the next.
      this.close()
    }, silentMs)
    const stop = () => clearTimeout(timer)
    this.once('packet', stop).once('close', stop).once('error', stop)
    return this
  }
}

/** Polling whose requests end: a browser has six connections to a host, and hanging ones would use them up. */
class PollingOrError extends XhrTransport {
  constructor(options: ConstructorParameters<typeof XhrTransport>[0]) {
    super(options)
    Object.assign(this.opts, { requestTimeout: silentMs })
    this.once('packet', () => Object.assign(this.opts, { requestTimeout: POLL_MS }))
  }
}

type TransportName = 'websocket' | 'polling'

/** Returns the transports in the order of the next attempt. The second is tried at once when the first fails. */
export const transportsFrom = (first: TransportName) =>
  first === 'websocket' ? [WebSocketOrError, PollingOrError] : [PollingOrError, WebSocketOrError]

/**
 * Returns the transport that worked last in this browser. WebSocket comes first, because polling costs more requests.
 * @param pollingUntil the text that `rememberTransport` gave to store
 */
export function rememberedTransport(pollingUntil: string | null): TransportName {
  const until = Number(pollingUntil ?? 0)
  // A date far in the future comes from a clock that was wrong.
  return until > Date.now() && until < Date.now() + 2 * REMEMBERED_MS ? 'polling' : 'websocket'
}

let retryMs = RETRY_MS
let retry: ReturnType<typeof setTimeout> | undefined

/**
 * Remembers which transport connected. While it is polling, tries WebSocket from time to time beside it.
 * @param store stores the text for `rememberedTransport`
 * @param better called when WebSocket works again
 */
export function rememberTransport(
  name: string | undefined,
  url: string,
  store: (pollingUntil: string | null) => void,
  better: () => void,
): void {
  clearTimeout(retry)
  if (name !== 'polling') {
    retryMs = RETRY_MS
    store(null)
    return
  }
  store(String(Date.now() + REMEMBERED_MS))
  retry = setTimeout(() => {
    retryMs = Math.min(RETRY_MAX_MS, 2 * retryMs)
    void opensWebSocket(url).then((opens) => {
      if (opens) {
        store(null)
        better()
      } else rememberTransport(name, url, store, better)
    })
  }, retryMs)
}

/** Stops trying WebSocket again: the connection is closed. */
export function stopRetryingWebSocket(): void {
  clearTimeout(retry)
}

/** Returns whether a WebSocket to the server opens, and brings its first packet in time. */
function opensWebSocket(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const webSocket = new WebSocket(`${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`)
    const timer = setTimeout(() => end(false), SILENT_MS)
    function end(opens: boolean): void {
      clearTimeout(timer)
      webSocket.close()
      resolve(opens)
    }
    webSocket.addEventListener('message', () => end(true))
    webSocket.addEventListener('close', () => end(false))
  })
}
