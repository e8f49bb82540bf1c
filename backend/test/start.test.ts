import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createApp } from '../src/app.ts'
import { parseConfig, type Config } from '../src/config.ts'
import { StartupError } from '../src/lib/errors.ts'
import { createLogger } from '../src/lib/logger.ts'
import { startServer } from './helpers/startServer.ts'

async function emptyDirectory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-start-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

const configOf = (change: Partial<Config>): Config => ({
  ...parseConfig({ NODE_ENV: 'test', HOST: '127.0.0.1', PORT: '0' }),
  ...change,
})

/** Returns the output of such a start. */
async function complaint(change: Partial<Config>): Promise<string> {
  const app = await createApp(configOf(change), createLogger('silent')).catch((error: unknown) => error)
  if (app instanceof StartupError) return app.message
  if (app instanceof Error) throw app
  const started = app as Awaited<ReturnType<typeof createApp>>
  onTestFinished(() => started.close())
  const failure = await started.listen().then(
    () => null,
    (error: unknown) => error,
  )
  if (failure instanceof StartupError) return failure.message
  throw new Error('The server started')
}

test('a port that is taken is named in one line', async () => {
  const server = await startServer()
  const port = Number(new URL(server.url).port)
  expect(await complaint({ dataDir: await emptyDirectory(), port })).toMatch(
    new RegExp(`^Parley cannot start: listen EADDRINUSE.*${port} \\(PORT, HOST\\)$`),
  )
})

test('an unusable data directory is named in one line', async () => {
  const file = join(await emptyDirectory(), 'file')
  await writeFile(file, '')
  expect(await complaint({ dataDir: file })).toMatch(/^Parley cannot .*file/)
})

test('a MongoDB that cannot be reached is named in one line', async () => {
  const change = {
    dataDir: await emptyDirectory(),
    mongoUri: 'mongodb://127.0.0.1:1/parley',
    jwtSecret: 'x'.repeat(32),
  }
  expect(await complaint(change)).toMatch(
    /^Parley cannot open its database: MongoDB at mongodb:\/\/127\.0\.0\.1:1\/parley cannot be reached/,
  )
})

test('connections without a request do not delay the end', async () => {
  const server = await startServer()
  const ahead = connect(Number(new URL(server.url).port), '127.0.0.1')
  let isClosed = false
  ahead.resume().once('close', () => {
    isClosed = true
  })
  await once(ahead, 'connect')
  // Accepted after the other one, so the server knows that one.
  await fetch(`${server.url}/healthz`)
  await server.stop()
  await expect.poll(() => isClosed).toBe(true)
})
