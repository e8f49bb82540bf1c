import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createApp } from '../../src/app.ts'
import type { Config } from '../../src/config.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { configOf } from '../helpers/startServer.ts'

/** One node with nothing before it, whatever `startServer` would put there. Goes when the test ends. */
export async function startNode(overrides: Partial<Config> = {}): Promise<{ url: string; port: number }> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-'))
  const app = await createApp({ ...configOf(directory), ...overrides }, createLogger('silent'))
  onTestFinished(async () => {
    await app.close()
    await rm(directory, { recursive: true, force: true })
  })
  const port = await app.listen()
  return { url: `http://127.0.0.1:${port}`, port }
}
