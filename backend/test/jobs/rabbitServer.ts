import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../helpers/freePort.ts'

/**
 * The program of RabbitMQ itself, such as /usr/lib/rabbitmq/bin/rabbitmq-server. Debian's wrapper in /usr/sbin runs as
 * another user, in directories of the system. Without it the tests of RabbitMQ are skipped by name.
 */
export const RABBITMQ_SERVER = process.env['RABBITMQ_SERVER']

/** The port of Erlang's register of nodes. */
const EPMD = process.env['EPMD'] ?? 'epmd'

export interface RabbitServer {
  url: string
  /** Sends SIGKILL. */
  kill(): Promise<void>
  /** Starts it again at the same address, with its data on disk. */
  start(): Promise<void>
  close(): Promise<void>
}

/** Starts a RabbitMQ that shares nothing with another one on this machine. */
export async function startRabbit(): Promise<RabbitServer> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-rabbit-'))
  const [port, distribution, epmdPort] = [await freePort(), await freePort(), await freePort()]
  const environment = {
    PATH: process.env['PATH'],
    HOME: directory,
    LANG: 'C.UTF-8',
    ERL_EPMD_PORT: String(epmdPort),
    RABBITMQ_NODENAME: `parley-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: join(directory, 'mnesia'),
    RABBITMQ_LOG_BASE: join(directory, 'log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_PID_FILE: join(directory, 'pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, 'plugins'),
    RABBITMQ_CONFIG_FILE: join(directory, 'none'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
  }
  // Erlang would start one by itself, and leave it running.
  const epmd = spawn(EPMD, ['-address', '127.0.0.1', '-port', String(epmdPort)], { env: environment, stdio: 'ignore' })
  await untilOpen(epmdPort, epmd)
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    if (RABBITMQ_SERVER === undefined) throw new Error('RABBITMQ_SERVER is not set')
    // The program is a script that starts another program, so the whole process group must be killed.
    child = spawn(RABBITMQ_SERVER, [], { env: environment, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
    if (!child.stdout) throw new Error('No output')
    const lines = createInterface(child.stdout)
    await new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => {
        if (line.includes('Server startup complete')) resolve()
      })
      lines.on('close', () => reject(new Error('RabbitMQ did not start')))
    })
  }

  async function kill(): Promise<void> {
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return
    // Resolves when the last process with this output has ended.
    const closed = once(child, 'close')
    process.kill(-child.pid, 'SIGKILL')
    await closed
  }

  await start()
  return {
    url: `amqp://127.0.0.1:${port}`,
    kill,
    start,
    async close() {
      await kill()
      epmd.kill('SIGKILL')
      await rm(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function untilOpen(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 500 && child.exitCode === null; tries += 1) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isOpen) return
    await sleep(10)
  }
  throw new Error('epmd does not start')
}
