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

export interface ChaosProxy {
  url: string
  /** Sets where new connections lead: the server may restart on another port. */
  leadTo(port: number): void
  /** Applies a fault to an open connection; does nothing when there is none. */
  harm(fault: Fault, pick: (count: number) => number, ms: number): void
  /** Passes all connections without faults from now on. */
  heal(): void
  close(): Promise<void>
}

interface Way {
  client: Socket
  server: Socket
}

/** Starts a proxy that injects faults into TCP connections between clients and a real server. */
export async function chaosProxy(): Promise<ChaosProxy> {
  const ways = new Set<Way>()
  const timers = new Set<NodeJS.Timeout>()
  let target = 0

  const listener = createServer((client) => {
    const server = connect(target, '127.0.0.1')
    const way = { client, server }
    ways.add(way)
    const end = () => {
      ways.delete(way)
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) {
      socket.setNoDelay(true)
      socket.on('error', end)
      socket.on('close', end)
    }
    client.pipe(server)
    server.pipe(client)
  })
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
    for (const { client } of ways) client.destroy()
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
      if (fault === 'stall') {
        for (const [from, to] of [
          [client, server],
          [server, client],
        ] as const) {
          from.unpipe(to)
          from.pause()
          after(ms, () => void from.pipe(to))
        }
        return
      }
      if (fault === 'deafen') silence(server, client)
      if (fault === 'mute') silence(client, server)
      after(fault === 'cut' ? 0 : ms, () => client.destroy())
    },
    heal,
    async close() {
      heal()
      listener.close()
      await once(listener, 'close')
    },
  }
}

/** Reads and drops the data, so that neither side is told. */
function silence(from: Socket, to: Socket): void {
  from.unpipe(to)
  from.resume()
}
