import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** The balancer checks often, so that a test need not wait long. */
const LOOK_MS = 100

/** Balances TCP connections: it leads new ones in turn to the nodes whose `/readyz` answers 200. */
export async function balancer() {
  const nodes = new Map<number, boolean>()
  /** The times of new WebSockets, with their nodes. */
  const sockets: { at: number; port: number }[] = []
  let turn = 0
  const listener = createServer((client) => {
    const ready = [...nodes].flatMap(([port, isReady]) => (isReady ? [port] : []))
    const port = ready[(turn += 1) % ready.length]
    if (port === undefined) {
      client.destroy()
      return
    }
    const node = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [client, node],
      [node, client],
    ] as const) {
      from.setNoDelay(true)
      from.on('error', () => to.destroy()).on('close', () => to.destroy())
      from.pipe(to)
    }
    client.once('data', (head: Buffer) => {
      if (head.toString('latin1').startsWith('GET /socket.io/')) sockets.push({ at: performance.now(), port })
    })
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const look = async () => {
    for (const port of nodes.keys()) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
      if (nodes.has(port)) nodes.set(port, answer?.status === 200)
    }
  }
  let looking: NodeJS.Timeout
  const again = (): void => void (looking = setTimeout(() => void look().finally(again), LOOK_MS))
  again()
  onTestFinished(() => {
    clearTimeout(looking)
    listener.close()
  })
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    sockets,
    add(port: number): void {
      nodes.set(port, true)
    },
    remove: (port: number) => void nodes.delete(port),
    isReady: (port: number) => nodes.get(port) === true,
  }
}
