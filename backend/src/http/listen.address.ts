import { connect, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Config } from '../config.ts'
import { StartupError } from '../lib/errors.ts'

type Place = Pick<Config, 'host' | 'port'>

/** The hosts that mean every network interface. */
const EVERY_INTERFACE = new Set<string | undefined>([undefined, '0.0.0.0', '::'])

/** Returns the path of the Unix socket that HOST names; undefined when it names an address. */
export function socketPathOf({ host }: Pick<Config, 'host'>): string | undefined {
  return host?.startsWith('/') === true ? host : undefined
}

/** Returns the addresses at which the server answers, for a person who opens one: that of this machine first. */
export function addressesOf({ host, port }: Place): string[] {
  const path = socketPathOf({ host })
  if (path !== undefined) return [path]
  const url = (name: string) => `http://${isIPv6(name) ? `[${name}]` : name}:${port}`
  if (!EVERY_INTERFACE.has(host)) return [url(host ?? 'localhost')]
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
  return [url('localhost'), ...others.map(({ address }) => url(address))]
}

/** Words a failure to listen for the operator. */
export function listenFailure(error: NodeJS.ErrnoException, { host, port }: Place): StartupError {
  return new StartupError(`Parley cannot start: ${reasonOf(error, { host, port })}`, { cause: error })
}

const HOST_FORMS =
  'HOST is an address of this machine, such as 127.0.0.1 or ::1, or the path of a socket, such as /run/parley.sock. Without HOST, Parley listens on every network interface.'

function reasonOf({ code, message }: NodeJS.ErrnoException, { host, port }: Place): string {
  const path = socketPathOf({ host })
  if (code === 'EADDRINUSE')
    return path === undefined
      ? `another program listens on port ${port}. Stop it, or set PORT to another port.`
      : `another program listens on the socket ${path}. Stop it, or set HOST to another path.`
  if (code === 'EACCES')
    return path === undefined
      ? `this user may not listen on port ${port}. Set PORT to 1024 or more.`
      : `this user may not make the socket ${path}.`
  if (path !== undefined) return `it cannot make the socket ${path} (HOST): ${message}`
  if (code === 'EADDRNOTAVAIL') return `this machine does not have the address ${host}. ${HOST_FORMS}`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the name ${host} has no address. ${HOST_FORMS}`
  return `${message} (PORT, HOST)`
}

/** Tells whether a process listens on a socket. A killed process leaves its socket file behind. */
export function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const client = connect(path)
    client.once('connect', () => {
      client.destroy()
      resolve(true)
    })
    client.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED'))
  })
}
