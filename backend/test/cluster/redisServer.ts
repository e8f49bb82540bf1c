import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { freePort } from '../helpers/freePort.ts'

/** The program, which `.ci/run` installs. Without it the tests of several nodes are skipped by name. */
export const REDIS_SERVER = process.env['REDIS_SERVER']

export interface RedisServer {
  url: string
  /** Sends SIGKILL. Data that was not saved is lost. */
  kill(): Promise<void>
  /** Starts it again at the same address. */
  start(): Promise<void>
  /** Stops the process: its connections stay open and silent. */
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

/** Starts a Redis for one test, which stores nothing on disk. */
export async function startRedis(): Promise<RedisServer> {
  const redis = await openRedis()
  onTestFinished(redis.close)
  return redis
}

export async function openRedis(): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-redis-'))
  const port = await freePort()
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    if (REDIS_SERVER === undefined) throw new Error('REDIS_SERVER is not set')
    child = spawn(REDIS_SERVER, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (!child.stdout) throw new Error('No output')
    for await (const line of createInterface(child.stdout)) if (line.includes('Ready to accept connections')) return
    throw new Error('Redis did not start')
  }

  async function kill(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    async close() {
      await kill()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
