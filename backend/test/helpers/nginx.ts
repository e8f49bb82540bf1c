import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The program: nginx 1.22 or newer (https://nginx.org) with TLS and HTTP/2. */
export const NGINX = process.env['NGINX_PROGRAM']
/** Whether the server of each test is two nodes behind nginx. */
export const ARE_TWO = NGINX !== undefined && process.env['REDIS_URL'] !== undefined

const READY_TRIES = 300

/** The settings for this machine: nginx stays in the foreground, and stores everything in this directory. */
export function settingsIn(directory: string): { main: string; http: string } {
  // When nginx is started as root, its workers run as a user that cannot enter the directory.
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(directory, name)};`,
  )
  return {
    main: `daemon off; ${user} pid ${join(directory, 'pid')}; error_log stderr crit; worker_processes 1;`,
    http: temporary.join(' '),
  }
}

/** Returns the arguments for the `nginx.conf` of a directory. */
export const argumentsIn = (directory: string): string[] => [
  '-p',
  directory,
  '-c',
  join(directory, 'nginx.conf'),
  '-e',
  'stderr',
]

/**
 * Starts nginx with the `nginx.conf` of a directory. Resolves, when it answers at this address, to a function that
 * stops it.
 */
export async function startNginx(directory: string, url: string): Promise<() => Promise<void>> {
  if (NGINX === undefined) throw new Error('NGINX_PROGRAM is not set')
  const child = spawn(NGINX, argumentsIn(directory), { stdio: ['ignore', 'ignore', 'inherit'] })
  const exited = once(child, 'exit')
  // It prints nothing when it is ready.
  for (let tries = 0; !(await fetch(url, { redirect: 'manual' }).catch(() => null)); tries += 1) {
    if (tries > READY_TRIES || child.exitCode !== null) throw new Error('nginx does not start')
    await sleep(10)
  }
  return async () => {
    child.kill('SIGTERM')
    await exited
  }
}
