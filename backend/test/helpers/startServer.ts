import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createApp, type App } from '../../src/app.ts'
import { parseConfig, type Config } from '../../src/config.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { startBalancer } from './cluster.ts'
import { ARE_TWO } from './nginx.ts'

export interface TestServer {
  url: string
  app: App
  dataDir: string
  stop(): Promise<void>
}

/**
 * Starts a whole server on a free port, with real files in its own directory, which is removed when the test ends. With
 * MONGO_DB_URI it has its own database of that server. With REDIS_URL and NGINX_PROGRAM too, it is two nodes behind
 * nginx. @param dataDir the directory of an earlier server, to start again on its data
 */
export async function startServer(overrides: Partial<Config> = {}, dataDir?: string): Promise<TestServer> {
  const first = await startNode(ARE_TWO ? { trustProxy: 1, ...overrides } : overrides, dataDir)
  if (!ARE_TWO) return first
  const second = await startNode({ trustProxy: 1, ...overrides }, first.dataDir)
  const balancer = await startBalancer([first, second].map(({ url }) => Number(new URL(url).port)))
  let stopping: Promise<void> | undefined
  // nginx last: it would cut the connections that must get the last events.
  const stop = () => (stopping ??= Promise.all([first.stop(), second.stop()]).then(() => balancer.close()))
  onTestFinished(stop)
  return { ...first, url: balancer.url, stop }
}

/** Starts one node without nginx, for requests that a proxy would answer or change. */
export async function startNode(overrides: Partial<Config> = {}, dataDir?: string): Promise<TestServer> {
  const dir = dataDir ?? (await newDataDir())
  const app = await createApp({ ...configOf(dir), ...overrides }, createLogger(process.env['LOG_LEVEL'] ?? 'silent'))
  const port = await app.listen()
  let stopping: Promise<void> | undefined
  const stop = () => (stopping ??= app.close())
  onTestFinished(stop)
  return { url: `http://127.0.0.1:${port}`, app, dataDir: dir, stop }
}

/** Returns the configuration with which `startServer` starts a server on this directory. */
export function configOf(dir: string): Config {
  return parseConfig({
    NODE_ENV: 'test',
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: dir,
    BCRYPT_COST: '4',
    SETUP_CODE: 'off',
    ...database(dir),
  })
}

/**
 * Makes a directory with the empty database of a server that was started once. Creating collections and indexes is half
 * of a first start.
 */
async function newDataDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  if (configOf(dir).mongoUri === undefined)
    await writeFile(join(dir, DATABASE_FILE), await (emptyDatabase ??= makeEmptyDatabase()), { mode: 0o600 })
  return dir
}

const DATABASE_FILE = 'parley.db'
/** The bytes of that database, made for the first test that needs them. */
let emptyDatabase: Promise<Buffer> | undefined

async function makeEmptyDatabase(): Promise<Buffer> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-'))
  try {
    const app = await createApp(configOf(dir), createLogger('silent'))
    await app.close()
    return await readFile(join(dir, DATABASE_FILE))
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** One database for each directory, so that a second server on the directory finds the data of the first. */
function database(dir: string): Record<string, string> {
  const uri = process.env['MONGO_DB_URI']
  if (!uri) return {}
  const url = new URL(uri)
  const name = dir.split('-').at(-1) ?? ''
  url.pathname = `/${name}`
  const [redis, queue] = [process.env['REDIS_URL'], process.env['AMQP_URL']]
  return {
    MONGO_DB_URI: url.href,
    JWT_SECRET: 'for tests only: thirty-two characters',
    ...(redis !== undefined && { REDIS_URL: redis, REDIS_PREFIX: name }),
    ...(queue !== undefined && { AMQP_URL: queue, AMQP_PREFIX: name }),
  }
}
