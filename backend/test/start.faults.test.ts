import { once } from 'node:events'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect, createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createApp } from '../src/app.ts'
import { parseConfig, type Config } from '../src/config.ts'
import { StartupError } from '../src/lib/errors.ts'
import { createLogger } from '../src/lib/logger.ts'
import { addressesOf } from '../src/http/listen.address.ts'
import { startNode, startServer } from './helpers/startServer.ts'

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
    new RegExp(`^Parley cannot start: another program listens on port ${port}\\. .*PORT.*$`),
  )
})

test.each([
  ['203.0.113.7', /^Parley cannot start: this machine does not have the address 203\.0\.113\.7\. HOST is .*$/],
  ['chat.example.invalid', /^Parley cannot start: the name chat\.example\.invalid has no address\. HOST is .*$/],
  ['/nowhere/parley.sock', /^Parley cannot start: .*\/nowhere\/parley\.sock.*$/],
])('a HOST of %s, which this machine does not have, is named in one line', async (host, words) => {
  expect(await complaint({ dataDir: await emptyDirectory(), host })).toMatch(words)
})

test.each(['localhost:3000', 'https://chat.example.org', '[::1'])('HOST=%s is no address, and is refused', (HOST) => {
  expect(() => parseConfig({ HOST })).toThrow(/HOST: must be an address of this machine such as 127\.0\.0\.1 or ::1/)
})

test('the server answers on a Unix socket, also after a process was killed there, and tells that another one runs', async () => {
  const path = join(await emptyDirectory(), 'parley.sock')
  const left = createServer()
  left.listen(path)
  await once(left, 'listening')
  // What a killed process leaves behind: a socket file on which no process listens.
  await rename(path, `${path}.left`)
  left.close()
  await once(left, 'close')
  await rename(`${path}.left`, path)

  const { app } = await startNode({ host: path })
  const user = { username: 'ada', fullName: 'Ada', email: 'ada@example.org', password: 'correct horse' }
  const answer = await overSocket(path, '/api/auth/signup', user)
  expect(answer).toBe(201)
  expect(addressesOf({ host: path, port: 0 })).toEqual([path])
  expect(await complaint({ dataDir: await emptyDirectory(), host: path })).toMatch(
    /another program listens on the socket/,
  )
  await app.close()
})

test('the server answers at the addresses that it prints', async () => {
  const { HOST } = { HOST: parseConfig({ HOST: '[::1]' }).host }
  expect(HOST).toBe('::1')
  for (const host of [undefined, '127.0.0.1', ...(hasIPv6 ? ['::1'] : [])]) {
    const { url } = await startNode({ host })
    const printed = addressesOf({ host, port: Number(new URL(url).port) })
    for (const address of printed) expect([address, (await fetch(`${address}/healthz`)).status]).toEqual([address, 200])
  }
  expect(addressesOf({ host: '127.0.0.1', port: 80 })).toEqual(['http://127.0.0.1:80'])
  expect(addressesOf({ host: '::1', port: 80 })).toEqual(['http://[::1]:80'])
  expect(addressesOf({ host: undefined, port: 80 })[0]).toBe('http://localhost:80')
})

/** Posts JSON over a Unix socket, and returns the status. */
function overSocket(socketPath: string, path: string, body: object): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const sent = request({ socketPath, path, method: 'POST', headers }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode))
    })
    sent.once('error', reject)
    sent.end(JSON.stringify(body))
  })
}

const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'))

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
