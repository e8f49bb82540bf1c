import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A fault of one connection. */
export type Fault =
  /** Both sides are closed at once. */
  | 'cut'
  /** Later data of the server is lost, then the connection: the acknowledgement of a finished request is missing. */
  | 'deafen'
  /** Later data of the client is lost, then the connection. */
  | 'mute'
  /** The data of both sides is held back for a while. */
  | 'stall'
  /** From now on the data of the server is collected, and delivered at once from time to time. */
  | 'buffer'

export interface ChaosProxy {
  url: string
  /** Sets where new connections lead: the server may restart on another port. */
  leadTo(port: number): void
  /** Applies a fault to an open connection; does nothing when there is none. */
  harm(fault: Fault, pick: (count: number) => number, ms: number): void
  /** Answers nothing to a WebSocket that opens within this time, as some proxies do. */
  swallowUpgrades(ms: number): void
  /** Buffers, as the fault of this name does, every connection that opens before the proxy is healed. */
  bufferAll(ms: number): void
  /** How often each fault met data. */
  readonly counts: Record<Fault | 'swallow', number>
  /** Passes all connections without faults from now on. */
  heal(): void
  close(): Promise<void>
}

interface Way {
  client: Socket
  server: Socket
  /** What the server sends is passed on piece by piece. */
  isBuffered: boolean
}

/** The beginning of a WebSocket. */
const UPGRADE = /\r\nupgrade: *websocket\r\n/i

/** Starts a proxy that injects faults into TCP connections between clients and a real server. */
export async function chaosProxy(): Promise<ChaosProxy> {
  const ways = new Set<Way>()
  const swallowed = new Set<Socket>()
  const timers = new Set<NodeJS.Timeout>()
  const counts = { cut: 0, deafen: 0, mute: 0, stall: 0, buffer: 0, swallow: 0 }
  let target = 0
  let isSwallowing = false
  let bufferMs = 0

  const listener = createServer((client) => {
    client.on('error', () => client.destroy())
    client.once('data', (head) => {
      client.pause()
      if (isSwallowing && UPGRADE.test(head.toString('latin1'))) {
        counts.swallow += 1
        swallowed.add(client)
        client.once('close', () => swallowed.delete(client)).resume()
      } else lead(client, head)
    })
  })

  function lead(client: Socket, head: Buffer): void {
    const server = connect(target, '127.0.0.1')
    const way: Way = { client, server, isBuffered: false }
    ways.add(way)
    const end = () => {
      ways.delete(way)
      // What was passed on still arrives.
      client.destroySoon()
      server.destroy()
    }
    for (const socket of [client, server]) {
      socket.setNoDelay(true)
      socket.on('error', end)
      socket.on('close', end)
    }
    server.write(head)
    client.pipe(server)
    server.pipe(client)
    if (bufferMs > 0) buffer(way, bufferMs)
  }

  function buffer(way: Way, ms: number): void {
    // A second one would pass every byte on twice.
    if (way.isBuffered) return
    way.isBuffered = true
    collect(way.server, way.client, ms, () => (counts.buffer += 1))
  }

  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo

  function after(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      act()
    }, ms)
    timers.add(timer)
  }

  function heal(): void {
    for (const timer of timers) clearTimeout(timer)
    timers.clear()
    isSwallowing = false
    bufferMs = 0
    for (const { client } of ways) client.destroy()
    for (const client of swallowed) client.destroy()
  }

  return {
    url: `http://127.0.0.1:${port}`,
    leadTo(newTarget) {
      target = newTarget
    },
    harm(fault, pick, ms) {
      const all = [...ways]
      const way = all[pick(all.length)]
      if (!way) return
      const { client, server } = way
      if (fault === 'buffer') {
        buffer(way, ms)
        return
      }
      counts[fault] += 1
      if (fault === 'stall') {
        for (const [from, to] of [
          [client, server],
          [server, client],
        ] as const) {
          from.unpipe(to)
          from.pause()
          after(ms, () => {
            // The buffer passes on what the server sends.
            if (from === server && way.isBuffered) from.resume()
            else from.pipe(to)
          })
        }
        return
      }
      if (fault === 'deafen') silence(server, client)
      if (fault === 'mute') silence(client, server)
      after(fault === 'cut' ? 0 : ms, () => client.destroy())
    },
    swallowUpgrades(ms) {
      isSwallowing = true
      after(ms, () => (isSwallowing = false))
    },
    bufferAll(ms) {
      bufferMs = ms
    },
    counts,
    heal,
    async close() {
      heal()
      listener.close()
      await once(listener, 'close')
    },
  }
}

/** Passes data on in one piece every `ms`. @param count called for each piece that was held back */
function collect(from: Socket, to: Socket, ms: number, count: () => void): void {
  let held: Buffer[] = []
  from.unpipe(to)
  from.on('data', (data: Buffer) => held.push(data)).resume()
  const passOn = () => {
    if (held.length === 0) return
    to.write(Buffer.concat(held))
    held = []
    count()
  }
  const timer = setInterval(passOn, ms)
  from.once('end', passOn).once('close', () => clearInterval(timer))
}

/** Reads and drops the data, so that neither side is told. */
function silence(from: Socket, to: Socket): void {
  from.unpipe(to)
  from.resume()
}
