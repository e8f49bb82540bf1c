import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The program: https://nginx.org, 1.22 or newer with TLS and HTTP/2. */
export const NGINX = process.env['NGINX_PROGRAM']
/** Every test's server is two nodes behind nginx. */
export const ARE_TWO = NGINX !== undefined && process.env['REDIS_URL'] !== undefined

const READY_TRIES = 300

/** What its configuration says of this machine: that it stays in the foreground, and keeps everything in this directory. */
export function settingsIn(directory: string): { main: string; http: string } {
  // Started as root, its workers would be somebody who must not enter the directory.
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(directory, name)};`,
  )
  return {
    main: `daemon off; ${user} pid ${join(directory, 'pid')}; error_log stderr crit; worker_processes 1;`,
    http: temporary.join(' '),
  }
}

/** How it is called with the `nginx.conf` of a directory. */
export const argumentsIn = (directory: string): string[] => [
  '-p',
  directory,
  '-c',
  join(directory, 'nginx.conf'),
  '-e',
  'stderr',
]

/** Starts it with the `nginx.conf` of a directory; when it answers at this address, resolves to how to stop it. */
export async function startNginx(directory: string, url: string): Promise<() => Promise<void>> {
  if (NGINX === undefined) throw new Error('NGINX_PROGRAM is not set')
  const child = spawn(NGINX, argumentsIn(directory), { stdio: ['ignore', 'ignore', 'inherit'] })
  const exited = once(child, 'exit')
  // It says nowhere that it is ready.
  for (let tries = 0; !(await fetch(url, { redirect: 'manual' }).catch(() => null)); tries += 1) {
    if (tries > READY_TRIES || child.exitCode !== null) throw new Error('nginx does not start')
    await sleep(10)
  }
  return async () => {
    child.kill('SIGTERM')
    await exited
  }
}
