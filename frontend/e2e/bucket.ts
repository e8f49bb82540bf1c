import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** A program that serves S3; see backend/test/media/s3Server.ts. */
export const S3_SERVER = process.env['S3_SERVER']

export interface Bucket {
  /** What a server needs to keep its media there. */
  environment: Record<string, string>
  remove(): Promise<void>
}

/** Starts the program on a free port, with an empty bucket that pages of any origin may use. */
export async function startBucket(program: string): Promise<Bucket> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-e2e-s3-'))
  const [data, sidecar] = [join(directory, 'data'), join(directory, 'sidecar')]
  await mkdir(join(data, 'media'), { recursive: true })
  await mkdir(sidecar)
  const port = await freePort()
  const args = ['--port', `127.0.0.1:${port}`, '--access', 'test', '--secret', 'test-secret', '--cors-allow-origin', '*', '--quiet', 'posix', '--sidecar', sidecar, data]
  const child = spawn(program, args, { stdio: 'ignore' })
  const endpoint = `http://127.0.0.1:${port}`
  // It says nowhere that it is ready.
  for (let tries = 0; !(await fetch(endpoint).catch(() => null)); tries += 1) {
    if (tries > 100 || child.exitCode !== null) throw new Error('The S3 server does not start')
    await pause(50)
  }
  return {
    environment: {
      S3_BUCKET: 'media', S3_REGION: 'us-east-1', S3_ENDPOINT: endpoint, S3_FORCE_PATH_STYLE: 'true', S3_ACCESS_KEY_ID: 'test', S3_SECRET_ACCESS_KEY: 'test-secret',
    },
    async remove() {
      const exited = once(child, 'exit')
      child.kill()
      await exited
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
