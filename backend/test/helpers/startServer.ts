import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createApp, type App } from '../../src/app.ts'
import { parseConfig, type Config } from '../../src/config.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { NGINX, startBalancer, type Balancer } from './cluster.ts'

export interface TestServer {
  url: string
  app: App
  dataDir: string
  stop(): Promise<void>
}

/**
 * A whole server on a free port, with real files in a directory of its own that goes when the test ends.
 * With MONGO_DB_URI set, the same on a database of its own of that server.
 * @param dataDir to start again on what a former server left
 */
export async function startServer(overrides: Partial<Config> = {}, dataDir?: string): Promise<TestServer> {
  const dir = dataDir ?? (await temporaryDirectory())
  const start = () => createApp({ ...configOf(dir), ...overrides }, createLogger(process.env['LOG_LEVEL'] ?? 'silent'))
  const app = await start()
  const port = await app.listen()
  const rest = NGINX === undefined ? null : await secondNode(await start(), port)
  let stopping: Promise<unknown> | undefined
  // What leads there last: it would cut the connections that are to hear of the end.
  const stop = () => (stopping ??= Promise.all([app.close(), rest?.app.close()]).then(() => rest?.balancer.close()))
  onTestFinished(async () => void (await stop()))
  return { url: rest?.balancer.url ?? `http://127.0.0.1:${port}`, app, dataDir: dir, stop: async () => void (await stop()) }
}

/** Another node on the same storage, and what leads to both in turn. */
async function secondNode(app: App, firstPort: number): Promise<{ app: App; balancer: Balancer }> {
  return { app, balancer: await startBalancer([firstPort, await app.listen()]) }
}

/** What `startServer` starts a server on this directory with. */
export function configOf(dir: string): Config {
  return parseConfig({ NODE_ENV: 'test', PORT: '0', HOST: '127.0.0.1', DATA_DIR: dir, BCRYPT_COST: '4', ...database(dir) })
}

async function temporaryDirectory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** One database a directory, so that a second server on the same directory finds what the first left. */
function database(dir: string): Record<string, string> {
  const uri = process.env['MONGO_DB_URI']
  if (!uri) return {}
  const url = new URL(uri)
  const name = dir.split('-').at(-1) ?? ''
  url.pathname = `/${name}`
  const redis = process.env['REDIS_URL']
  return {
    MONGO_DB_URI: url.href,
    JWT_SECRET: 'for tests only: thirty-two characters',
    ...(redis !== undefined && { REDIS_URL: redis, REDIS_PREFIX: name, TRUST_PROXY: '1' }),
  }
}
