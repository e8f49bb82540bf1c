import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SERVER = fileURLToPath(new URL('../../backend/dist/index.js', import.meta.url))

/** The built server as its users start it: a process of its own on a directory of its own. */
export interface RealServer {
  url: string
  /** SIGKILL: nothing is finished, nothing is flushed. */
  kill(): Promise<void>
  /** On the same port and directory. */
  start(): Promise<void>
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>
  remove(): Promise<void>
}

/** @param configuration variables of its environment */
export async function startRealServer(configuration: Record<string, string> = {}): Promise<RealServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-e2e-'))
  let child: ChildProcess | undefined
  let port = 0

  async function start(): Promise<void> {
    // Nothing of the developer's own configuration: a fresh machine has none.
    const env = {
      PATH: process.env['PATH'],
      PORT: String(port),
      DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
      BCRYPT_COST: '4',
      SETUP_CODE: 'off',
      ...database(dataDir),
      ...configuration,
    }
    child = spawn(process.execPath, [SERVER], { cwd: dataDir, env, stdio: ['ignore', 'pipe', 'inherit'] })
    port = await portOf(child)
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
    return child.exitCode
  }

  await start()
  return {
    get url() {
      return `http://localhost:${port}`
    },
    start,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    async remove() {
      await end('SIGKILL')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The server ended with code ${code} before it was ready`)))
    child.stdout?.on('data', (chunk: Buffer) => {
      const ready = /ready at http:\/\/localhost:(\d+)/.exec(chunk.toString())
      if (ready) resolve(Number(ready[1]))
    })
  })
}

/** With MONGO_DB_URI set the tests run on that server, each on a database of its own. */
function database(dataDir: string): Record<string, string> {
  const uri = process.env['MONGO_DB_URI']
  if (!uri) return {}
  const url = new URL(uri)
  url.pathname = `/${dataDir.split('-').at(-1)}`
  return { MONGO_DB_URI: url.href, JWT_SECRET: 'for tests only: thirty-two characters' }
}
