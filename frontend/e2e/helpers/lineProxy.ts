import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** How the proxy treats WebSocket. */
export type WebSocketFault =
  | 'none'
  /** Answers the upgrade with 403. */
  | 'refuse'
  /** Never answers the upgrade. */
  | 'swallow'
  /** Passes the server's answer to the upgrade, and holds all later data of the server. */
  | 'buffer'

export interface LineProxy {
  url: string
  /** The server behind it, for requests that are not harmed. */
  serverUrl: string
  webSocket: WebSocketFault
  /** Each piece of data arrives so much later. */
  delayMs: number
  /** Counts upgrades that clients asked for, and polling sessions. */
  readonly seen: { upgrades: number; polls: number }
  /**
   * Drops all data of the open connections without closing them, as after a change of the network. New ones work.
   * @param only which ones: a browser itself closes idle connections of HTTP when the device wakes up
   */
  blackHole(only?: 'webSocket'): void
  /** Closes the open connections. */
  cut(): void
  /** The open connections of clients. */
  connections(): number
  close(): Promise<void>
}

const UPGRADE = /^GET \/socket\.io\/[^\r]*transport=websocket/
const POLL = /^GET \/socket\.io\/(?![^\r]*sid=)[^\r]*transport=polling/

function pass(to: Socket, chunk: Buffer, delayMs: number): void {
  if (delayMs > 0) setTimeout(() => to.writable && to.write(chunk), delayMs)
  else if (to.writable) to.write(chunk)
}

/** Starts a proxy before a server that harms TCP connections. */
export async function startLineProxy(port: number): Promise<LineProxy> {
  const ways = new Map<Socket, Socket>()
  const lost = new WeakSet<Socket>()
  const upgraded = new WeakSet<Socket>()
  const seen = { upgrades: 0, polls: 0 }

  const listener = createServer((client) => {
    const server = connect(port, 'localhost')
    ways.set(client, server)
    let fault: WebSocketFault = 'none'
    let isAnswered = false
    const end = () => {
      ways.delete(client)
      if (lost.has(client)) return
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) {
      socket.setNoDelay(true)
      socket.on('error', end)
      socket.on('close', end)
    }
    client.on('data', (chunk: Buffer) => {
      if (lost.has(client)) return
      const head = chunk.toString('latin1', 0, 300)
      if (POLL.test(head)) seen.polls += 1
      if (UPGRADE.test(head)) {
        seen.upgrades += 1
        upgraded.add(client)
        fault = proxy.webSocket
        if (fault === 'refuse') {
          client.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
          return
        }
      }
      if (fault !== 'swallow') pass(server, chunk, proxy.delayMs)
    })
    server.on('data', (chunk: Buffer) => {
      if (lost.has(client)) return
      if (fault === 'buffer' && isAnswered) return
      isAnswered = true
      pass(client, chunk, proxy.delayMs)
    })
  })
  listener.listen(0, 'localhost')
  await once(listener, 'listening')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const address = listener.address() as AddressInfo

  const proxy: LineProxy = {
    url: `http://localhost:${address.port}`,
    serverUrl: `http://localhost:${port}`,
    webSocket: 'none',
    delayMs: 0,
    seen,
    blackHole(only) {
      for (const client of ways.keys()) if (only === undefined || upgraded.has(client)) lost.add(client)
    },
    cut() {
      for (const client of ways.keys()) client.destroy()
    },
    connections: () => ways.size,
    async close() {
      for (const [client, server] of ways) {
        client.destroy()
        server.destroy()
      }
      listener.close()
      await once(listener, 'close')
    },
  }
  return proxy
}
