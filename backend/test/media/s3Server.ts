import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { S3Config } from '../../src/config.ts'
import { freePort } from '../helpers/freePort.ts'

/**
 * A program that serves S3: versitygw, which checks signatures, times and lengths. `.ci/run` builds it from
 * test/s3/go.mod.
 */
export const S3_SERVER = process.env['S3_SERVER']

export interface S3Server {
  config: S3Config
  /** The directory of its data. */
  directory: string
  stop(): Promise<void>
}

/** Starts it on a free port, with an empty bucket. @param corsOrigin the origin whose pages may use it */
export async function startS3(corsOrigin?: string): Promise<S3Server> {
  if (S3_SERVER === undefined) throw new Error('S3_SERVER is not set')
  const directory = mkdtempSync(join(tmpdir(), 'parley-s3-'))
  const [data, sidecar] = [join(directory, 'data'), join(directory, 'sidecar')]
  mkdirSync(join(data, 'media'), { recursive: true })
  mkdirSync(sidecar)
  const port = await freePort()
  const args = [
    '--port',
    `127.0.0.1:${port}`,
    '--access',
    'test',
    '--secret',
    'test-secret',
    ...(corsOrigin === undefined ? [] : ['--cors-allow-origin', corsOrigin]),
    '--quiet',
    'posix',
    '--sidecar',
    sidecar,
    data,
  ]
  const child = spawn(S3_SERVER, args, { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()))
  const endpoint = `http://127.0.0.1:${port}`
  // It prints nothing when it is ready.
  for (let tries = 0; !(await fetch(endpoint).catch(() => null)); tries += 1) {
    if (tries > 100 || child.exitCode !== null) throw new Error('The S3 server does not start')
    await sleep(50)
  }
  return {
    config: {
      bucket: 'media',
      region: 'us-east-1',
      endpoint,
      forcePathStyle: true,
      cdn: undefined,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test-secret' },
    },
    directory,
    async stop() {
      child.kill()
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
