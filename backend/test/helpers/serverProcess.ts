import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { programOf } from './programs.ts'

const SERVER = fileURLToPath(new URL('../../src/index.ts', import.meta.url))
/** Starts the real program in its own process, as an operator does. */
export interface ServerProcess {
  port: number
  child: ChildProcess
  /** Sends SIGTERM. Resolves to the exit code and the milliseconds until then. */
  stop(): Promise<{ code: number | null; ms: number }>
}

/** @param variables of its environment, besides those of every test server */
export async function startProcess(variables: Record<string, string>): Promise<ServerProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-node-'))
  const env = {
    PATH: process.env['PATH'] ?? '',
    NODE_ENV: 'test',
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    JWT_SECRET: 'for tests only: thirty-two characters',
    BCRYPT_COST: '4',
    SETUP_CODE: 'off',
    MESSAGES_PER_MINUTE: '1000000',
    SIGNUPS_PER_HOUR: '1000000',
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
    ...variables,
  }
  const child = spawn(process.execPath, [programOf(SERVER)], { env, stdio: ['ignore', 'pipe', 'inherit'] })
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
    void exited.then(([code]) => reject(new Error(`The server ended with code ${code} before it was ready`)))
  })
  return {
    port: await ready,
    child,
    async stop() {
      const begun = performance.now()
      child.kill('SIGTERM')
      const [code] = await exited
      return { code, ms: performance.now() - begun }
    },
  }
}
