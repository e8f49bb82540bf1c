import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const SERVER = fileURLToPath(new URL('../../src/index.ts', import.meta.url))
/** A balancer asks often here, so that a test need not wait long. */
const LOOK_MS = 100

/** A node in a process of its own, as an operator starts it. */
export interface NodeProcess {
  port: number
  /** SIGTERM. Resolves to the code with which it ended, and how many milliseconds later. */
  stop(): Promise<{ code: number | null; ms: number }>
}

/** @param variables of its environment, besides those that a test's node always has */
export async function startNode(variables: Record<string, string>): Promise<NodeProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-node-'))
  const env = {
    PATH: process.env['PATH'] ?? '', NODE_ENV: 'test', PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDir, JWT_SECRET: 'for tests only: thirty-two characters',
    BCRYPT_COST: '4', MESSAGES_PER_MINUTE: '1000000', SIGNUPS_PER_HOUR: '1000000', LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent', ...variables,
  }
  const child = spawn(process.execPath, ['--import', 'tsx', SERVER], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit') as Promise<[number | null]>
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
    await rm(dataDir, { recursive: true, force: true })
  })
  const ready = new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const port = /ready at http:\/\/[^:]+:(\d+)/.exec(line)?.[1]
      if (port !== undefined) resolve(Number(port))
      else process.stderr.write(`${line}\n`)
    })
    void exited.then(([code]) => reject(new Error(`A node ended with code ${code} before it was ready`)))
  })
  return {
    port: await ready,
    async stop() {
      const begun = performance.now()
      child.kill('SIGTERM')
      const [code] = await exited
      return { code, ms: performance.now() - begun }
    },
  }
}

/** A balancer of TCP connections, which leads new ones in turn to the nodes whose `/readyz` says 200. */
export async function balancer() {
  const nodes = new Map<number, boolean>()
  /** When somebody wanted a WebSocket, and which node it was led to. */
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
    for (const [from, to] of [[client, node], [node, client]] as const) {
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
