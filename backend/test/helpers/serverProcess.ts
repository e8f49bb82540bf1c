import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { programOf } from './programs.ts'
import type { SmallDisk } from './smallDisk.ts'

const SERVER = fileURLToPath(new URL('../../src/index.ts', import.meta.url))

/** A server that ended before it was ready. */
export class FailedStart extends Error {
  readonly code: number | null
  readonly errors: string
  constructor(code: number | null, errors: string) {
    super(`The server ended with code ${code} before it was ready: ${errors}`)
    this.code = code
    this.errors = errors
  }
}

/** Starts the real program in its own process, as an operator does. */
export interface ServerProcess {
  port: number
  child: ChildProcess
  /** Resolves to what it wrote to its error output, when it has ended. */
  errors: Promise<string>
  /** Sends SIGTERM. Resolves to the exit code and the milliseconds until then. */
  stop(): Promise<{ code: number | null; ms: number }>
}

/**
 * @param variables of its environment, besides those of every test server
 * @param disk holds its data; else they are in a new directory
 */
export async function startProcess(variables: Record<string, string>, disk?: SmallDisk): Promise<ServerProcess> {
  const dataDir = disk ? disk.path : await mkdtemp(join(tmpdir(), 'parley-node-'))
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
  const [program, ...args] = [...(disk?.enter ?? []), process.execPath, programOf(SERVER)]
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const errors = text(child.stderr)
  const exited = once(child, 'exit') as Promise<[number | null]>
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
    if (!disk) await rm(dataDir, { recursive: true, force: true })
  })
  const ready = new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const port = /ready at http:\/\/[^:]+:(\d+)/.exec(line)?.[1]
      if (port !== undefined) resolve(Number(port))
      else process.stderr.write(`${line}\n`)
    })
    void Promise.all([exited, errors]).then(([[code], output]) => reject(new FailedStart(code, output)))
  })
  return {
    port: await ready,
    child,
    errors,
    async stop() {
      const begun = performance.now()
      child.kill('SIGTERM')
      const [code] = await exited
      return { code, ms: performance.now() - begun }
    },
  }
}
