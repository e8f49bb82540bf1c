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
 * A whole server on a free port, with real files in a directory of its own that goes when the test ends.
 * With MONGO_DB_URI set, the same on a database of its own of that server; with REDIS_URL and NGINX_PROGRAM too, two nodes behind nginx.
 * @param dataDir to start again on what a former server left
 */
export async function startServer(overrides: Partial<Config> = {}, dataDir?: string): Promise<TestServer> {
  const first = await startNode(ARE_TWO ? { trustProxy: 1, ...overrides } : overrides, dataDir)
  if (!ARE_TWO) return first
  const second = await startNode({ trustProxy: 1, ...overrides }, first.dataDir)
  const balancer = await startBalancer([first, second].map(({ url }) => Number(new URL(url).port)))
  let stopping: Promise<void> | undefined
  // What leads there last: it would cut the connections that are to hear of the end.
  const stop = () => (stopping ??= Promise.all([first.stop(), second.stop()]).then(() => balancer.close()))
  onTestFinished(stop)
  return { ...first, url: balancer.url, stop }
}

/** One node, which nothing leads to: for what a proxy would answer itself, or change. */
export async function startNode(overrides: Partial<Config> = {}, dataDir?: string): Promise<TestServer> {
  const dir = dataDir ?? (await newDataDir())
  const app = await createApp({ ...configOf(dir), ...overrides }, createLogger(process.env['LOG_LEVEL'] ?? 'silent'))
  const port = await app.listen()
  let stopping: Promise<void> | undefined
  const stop = () => (stopping ??= app.close())
  onTestFinished(stop)
  return { url: `http://127.0.0.1:${port}`, app, dataDir: dir, stop }
}

/** What `startServer` starts a server on this directory with. */
export function configOf(dir: string): Config {
  return parseConfig({
    NODE_ENV: 'test',
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: dir,
    BCRYPT_COST: '4',
    ...database(dir),
  })
}

/** A directory with the empty database of a server that was started once: to make its collections and indexes is half of a first start. */
async function newDataDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  if (configOf(dir).mongoUri === undefined)
    await writeFile(join(dir, DATABASE_FILE), await (emptyDatabase ??= makeEmptyDatabase()), { mode: 0o600 })
  return dir
}

const DATABASE_FILE = 'parley.db'
/** Its bytes, made for the first test of a process that needs them. */
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

/** One database a directory, so that a second server on the same directory finds what the first left. */
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
