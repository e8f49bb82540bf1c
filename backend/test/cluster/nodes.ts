import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBalancer } from '../helpers/cluster.ts'
import { freePort } from '../helpers/freePort.ts'
import { NGINX } from '../helpers/nginx.ts'
import { startServer } from '../deliveryModel/run.ts'
import { openRedis, REDIS_SERVER, type RedisServer } from './redisServer.ts'

const MONGO = process.env['MONGO_DB_URI']

/** Whether the programs for tests of whole nodes are there. Otherwise the tests are skipped. */
export const CAN_START_NODES = MONGO !== undefined && REDIS_SERVER !== undefined && NGINX !== undefined

export interface Nodes {
  /** The address of nginx. */
  url: string
  /** The addresses of the nodes. */
  urls: string[]
  redis: RedisServer
  /** Sends SIGKILL to a node. nginx uses the others. */
  kill(index: number): Promise<void>
  /** Starts a node again at the same address. Does nothing when it runs. */
  start(index: number): Promise<void>
  close(): Promise<void>
}

/**
 * Starts two nodes as processes with their own database and Redis, behind nginx.
 * @param variables of the environment, for both
 * @param isSticky keeps each browser at one node
 */
export async function startNodes(variables: Record<string, string> = {}, isSticky = false): Promise<Nodes> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-nodes-'))
  const redis = await openRedis()
  const database = new URL(MONGO ?? '')
  database.pathname = `/nodes${randomUUID().slice(0, 8)}`
  const ports = [await freePort(), await freePort()]
  const environment = {
    MONGO_DB_URI: database.href,
    REDIS_URL: redis.url,
    JWT_SECRET: 'for tests only: thirty-two characters',
    TRUST_PROXY: '1',
    SETUP_CODE: 'off',
    ...variables,
  }
  const running = new Map<number, ReturnType<typeof startServer>>()

  async function start(index: number): Promise<void> {
    const started = running.get(index) ?? startServer(dataDir, { ...environment, PORT: String(ports[index]) })
    running.set(index, started)
    await started
  }

  async function kill(index: number): Promise<void> {
    const { process } = (await running.get(index)) ?? {}
    if (!process) return
    running.delete(index)
    const exit = once(process, 'exit')
    process.kill('SIGKILL')
    await exit
  }

  await Promise.all(ports.map((_, index) => start(index)))
  const balancer = await startBalancer(ports, isSticky)
  return {
    url: balancer.url,
    urls: ports.map((port) => `http://127.0.0.1:${port}`),
    redis,
    kill,
    start,
    async close() {
      await Promise.all(ports.map((_, index) => kill(index)))
      await balancer.close()
      await redis.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
