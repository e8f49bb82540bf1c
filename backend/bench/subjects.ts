import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { call } from './calls.ts'
import type { GeneratorCommands } from './generator/commands.ts'
import { preparePeople, type BenchPerson } from './people.ts'

/** probe.mjs answers these. */
interface ProbeCommands {
  cpu: { input: null; result: number }
  resident: { input: null; result: number }
  resettled: { input: null; result: number }
  watchStalls: { input: null; result: null }
  longestStall: { input: null; result: number }
}

/** A measured server, and the process that loads it. */
export interface Subject {
  name: SubjectName
  url: string
  people: BenchPerson[]
  /** From the start of the process to its first answer. */
  startMilliseconds: number
  probe<K extends keyof ProbeCommands>(command: K): Promise<ProbeCommands[K]['result']>
  generate<K extends keyof GeneratorCommands>(
    command: K,
    input: GeneratorCommands[K]['input'],
  ): Promise<GeneratorCommands[K]['result']>
  stop(): Promise<void>
}

export type SubjectName = 'parley' | 'relay'

/** The build, which users run, or the sources, for the bench's own test. */
export type ServerCode = 'build' | 'source'

const TYPESCRIPT = import.meta.resolve('tsx')

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Returns the environment of each measured server. */
export function environment(dataDir: string): Record<string, string> {
  return {
    NODE_ENV: 'production',
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    JWT_SECRET: 'for benchmarks only: thirty-two characters',
    ACCESS_TOKEN_MINUTES: '600',
    // One bench client sends as much as a thousand users.
    MESSAGES_PER_MINUTE: '1000000',
  }
}

/** Starts a server with this many users. The relay has no accounts, so its users are names only. */
export async function startSubject(name: SubjectName, peopleCount: number, code: ServerCode): Promise<Subject> {
  return name === 'parley' ? startParley(peopleCount, code) : startRelay(peopleCount)
}

/** Connects users 50 at a time. storm.ts measures a rush. */
export async function connectPeople(subject: Subject, people: BenchPerson[]): Promise<void> {
  const { failure } = await subject.generate('connect', { urls: [subject.url], people, atOnce: 50 })
  if (failure !== null) throw new Error(`Cannot connect to ${subject.name}: ${failure}`)
}

async function startParley(peopleCount: number, code: ServerCode): Promise<Subject> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  const env = { ...environment(dataDir), ...mongo() }
  const people = await preparePeople(env, peopleCount)
  return run('parley', await startProgram(code, env), people, () => rm(dataDir, { recursive: true, force: true }))
}

async function startRelay(peopleCount: number): Promise<Subject> {
  const people = Array.from({ length: peopleCount }, (_, index) => ({
    userId: index.toString(16).padStart(24, '0'),
    username: `person-${index}`,
    token: '',
  }))
  return run('relay', await startServer(here('relay.mjs'), [], {}), people, async () => {})
}

function run(name: SubjectName, server: Server, people: BenchPerson[], cleanUp: () => Promise<void>): Subject {
  const generator = startGenerator()
  return {
    name,
    url: server.url,
    people,
    startMilliseconds: server.startMilliseconds,
    probe: server.probe,
    generate: generator.generate,
    async stop() {
      await Promise.all([server.stop(), generator.stop()])
      await cleanUp()
    },
  }
}

/** A server in its own process that has answered a first request. */
export type Server = Pick<Subject, 'url' | 'startMilliseconds' | 'probe' | 'stop'>

export function startProgram(code: ServerCode, env: Record<string, string>): Promise<Server> {
  const [entry, loader] =
    code === 'build'
      ? [here('../dist/index.js'), []]
      : [here('../src/index.ts'), ['--conditions=parley-source', '--import', TYPESCRIPT]]
  return startServer(entry, loader, env)
}

async function startServer(entry: string, loader: string[], env: Record<string, string>): Promise<Server> {
  const begin = performance.now()
  const server = fork(entry, {
    execArgv: ['--expose-gc', '--import', new URL('probe.mjs', import.meta.url).href, ...loader],
    // The configuration of the shell and a .env file must not change the result. This folder has no .env file.
    env,
    cwd: here('.'),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const url = await readyUrl(server)
  await (await fetch(`${url}/healthz`)).text()
  return {
    url,
    startMilliseconds: performance.now() - begin,
    probe: (command) => call<ProbeCommands, typeof command>(server, command, null),
    stop: () => end(server),
  }
}

export function startGenerator(): Pick<Subject, 'generate' | 'stop'> {
  const generator = fork(fileURLToPath(import.meta.resolve('./generator/index.ts')), {
    execArgv: ['--import', TYPESCRIPT],
  })
  return {
    generate: (command, input) => call<GeneratorCommands, typeof command>(generator, command, input),
    stop: () => end(generator),
  }
}

/** Reads the address that both servers print when they are ready. */
async function readyUrl(server: ChildProcess): Promise<string> {
  if (!server.stdout) throw new Error('The server has no output to read')
  // Read to the end, because a full pipe would stop a server that logs.
  const lines = createInterface({ input: server.stdout })
  const url = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const port = /ready at http:\/\/[^:]+:(\d+)/.exec(line)?.[1]
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`)
    })
  })
  const ended = once(server, 'exit').then(([code]) => {
    throw new Error(`A server ended with code ${code} before it was ready`)
  })
  return Promise.race([url, ended])
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

/** With MONGO_DB_URI, Parley uses its own database of that server, which is dropped first. */
function mongo(): Record<string, string> {
  const uri = process.env['MONGO_DB_URI']
  if (!uri) return {}
  const url = new URL(uri)
  url.pathname = '/parley_bench'
  return { MONGO_DB_URI: url.href }
}
