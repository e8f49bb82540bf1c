import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** What can happen to one connection on its way. */
export type Fault =
  /** Both sides are gone at once. */
  | 'cut'
  /** What the server says from now on is lost, then the connection is: the acknowledgement of something that was done. */
  | 'deafen'
  /** What the client says from now on is lost, then the connection is. */
  | 'mute'
  /** What both sides say is held back for a while. */
  | 'stall'

export interface ChaosProxy {
  url: string
  /** Where new connections lead: the server may come back on another port. */
  leadTo(port: number): void
  /** Does something to a connection that is open; nothing when none is. */
  harm(fault: Fault, pick: (count: number) => number, ms: number): void
  /** Lets everybody through unharmed from now on. */
  heal(): void
  close(): Promise<void>
}

interface Way {
  client: Socket
  server: Socket
}

/** A network of TCP connections that can be harmed, between clients and a server that is real. */
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

/** What comes is taken and goes nowhere: neither side is told. */
function silence(from: Socket, to: Socket): void {
  from.unpipe(to)
  from.resume()
}
