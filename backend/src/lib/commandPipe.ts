import { randomBytes, timingSafeEqual } from 'node:crypto'
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer, request, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { hasCode } from './files/fileErrors.ts'
import { AppError, toProblem } from './errors.ts'
import type { Logger } from './logger.ts'

/** The file with the pipe's address and token. Only its owner can read it, so other users have no token. */
const ADDRESS = 'admin.json'
const addressSchema = z.object({ path: z.string(), token: z.string() })
type Address = z.output<typeof addressSchema>

/** A path of a Unix socket has at most 103 bytes on macOS and 107 on Linux; the kernel would cut it silently. */
const PATH_BYTES_MAX = 100
const BODY_MAX = 64 * 1024

/** The refusal of a command by the running server, in the words of its problem. */
export class RefusedCommand extends Error {}

/** Runs a command of the command line. */
export type RunCommand = (name: string, input: unknown) => Promise<unknown>

/**
 * Takes commands from programs of the same user on this machine while the server runs. It listens on a Unix socket (on
 * Windows a named pipe) whose address and token stand in the data directory. Where it cannot listen, it logs a warning
 * and the server runs without it.
 */
export async function serveCommands(
  dataDir: string,
  run: RunCommand,
  logger: Logger,
): Promise<{ close(): Promise<void> }> {
  const token = randomBytes(32).toString('hex')
  const server = createServer((req, res) => {
    void answer(req, token, run, logger).then(({ status, body }) => {
      res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  let path: string | null = null
  try {
    path = await pipePath(dataDir)
    if (process.platform !== 'win32') await rm(path, { force: true })
    await listen(server, path)
    if (process.platform !== 'win32') await chmod(path, 0o600)
    const draft = join(dataDir, `.${ADDRESS}`)
    await writeFile(draft, JSON.stringify({ path, token } satisfies Address), { mode: 0o600 })
    await rename(draft, join(dataDir, ADDRESS))
  } catch (error) {
    logger.warn({ err: error }, 'npm run admin cannot reach this server while it runs')
  }
  return {
    async close() {
      await rm(join(dataDir, ADDRESS), { force: true })
      if (server.listening) await new Promise((done) => server.close(done).closeAllConnections())
      if (path !== null && dirname(path) !== resolve(dataDir) && process.platform !== 'win32')
        await rm(dirname(path), { recursive: true, force: true })
    },
  }
}

/**
 * Sends a command to the server that runs on a data directory.
 * @returns null when no server runs
 * @throws RefusedCommand with the server's refusal; an Error when the server runs and cannot be reached
 */
export async function askServer(dataDir: string, name: string, input: unknown): Promise<{ result: unknown } | null> {
  const address = await addressIn(dataDir)
  if (!address) return null
  const response = await post(address, name, JSON.stringify(input))
  if (!response) return null
  const { result, problem } = answerSchema.parse(JSON.parse(await text(response)))
  if (problem) throw new RefusedCommand(problem.detail)
  return { result }
}

const answerSchema = z.object({
  result: z.unknown().optional(),
  problem: z.object({ detail: z.string() }).optional(),
})

async function addressIn(dataDir: string): Promise<Address | null> {
  try {
    return addressSchema.parse(JSON.parse(await readFile(join(dataDir, ADDRESS), 'utf8')))
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

/** Resolves to null when no server listens. */
function post({ path, token }: Address, name: string, body: string): Promise<IncomingMessage | null> {
  return new Promise((resolve, reject) => {
    request(
      {
        socketPath: path,
        method: 'POST',
        path: `/${name}`,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      },
      resolve,
    )
      .on('error', (error) => (hasCode(error, 'ENOENT', 'ECONNREFUSED') ? resolve(null) : reject(error)))
      .end(body)
  })
}

async function answer(
  req: IncomingMessage,
  token: string,
  run: RunCommand,
  logger: Logger,
): Promise<{ status: number; body: object }> {
  try {
    if (!isSame(req.headers.authorization ?? '', `Bearer ${token}`)) throw new AppError('server_token_not_valid')
    const input: unknown = JSON.parse(await bodyOf(req))
    return { status: 200, body: { result: (await run((req.url ?? '/').slice(1), input)) ?? null } }
  } catch (error) {
    const problem = toProblem(error)
    if (problem.code === 'internal') logger.error({ err: error }, 'a command failed')
    return { status: problem.status, body: { problem } }
  }
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > BODY_MAX) throw new AppError('command_too_large', { max: BODY_MAX })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/**
 * Returns the socket's path: in the data directory, or, where that path is too long, in a new directory whose name
 * cannot be guessed.
 */
async function pipePath(dataDir: string): Promise<string> {
  if (process.platform === 'win32') return String.raw`\\.\pipe\parley-${randomBytes(16).toString('hex')}`
  const path = join(resolve(dataDir), 'admin.sock')
  if (Buffer.byteLength(path) <= PATH_BYTES_MAX) return path
  const elsewhere = join(await mkdtemp(join(tmpdir(), 'parley-')), 'admin.sock')
  if (Buffer.byteLength(elsewhere) <= PATH_BYTES_MAX) return elsewhere
  throw new Error(`${path} is too long for the name of a socket`)
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
