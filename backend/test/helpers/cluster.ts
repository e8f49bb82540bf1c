import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { freePort } from './freePort.ts'
import { ARE_TWO, NGINX } from './nginx.ts'

const DEPLOYED = fileURLToPath(new URL('../../deploy/nginx/', import.meta.url))

export interface Balancer {
  url: string
  close(): Promise<void>
}

/** nginx as it is deployed, before nodes on these ports, to which it leads in turn. */
export async function startBalancer(ports: number[]): Promise<Balancer> {
  if (NGINX === undefined) throw new Error('NGINX_PROGRAM is not set')
  const directory = await mkdtemp(join(tmpdir(), 'parley-nginx-'))
  const port = await freePort()
  const http = (await readFile(join(DEPLOYED, 'http.conf'), 'utf8')).replace('/var/cache/nginx/parley', join(directory, 'cache'))
  // Started as root, its workers would be somebody who must not enter the directory.
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${join(directory, name)};`).join('\n')
  await writeFile(join(directory, 'nginx.conf'), `
    daemon off; ${user} pid ${join(directory, 'pid')}; error_log stderr crit; worker_processes 1;
    events { worker_connections 4096; }
    http {
      access_log off; ${temporary}
      ${http}
      upstream parley { ${ports.map((node) => `server 127.0.0.1:${node} max_fails=0;`).join(' ')} keepalive 32; }
      server { listen 127.0.0.1:${port}; include ${join(DEPLOYED, 'parley.conf')}; }
    }`)
  const child = spawn(NGINX, ['-p', directory, '-c', join(directory, 'nginx.conf')], { stdio: ['ignore', 'ignore', 'inherit'] })
  const url = `http://127.0.0.1:${port}`
  // It says nowhere that it is ready.
  for (let tries = 0; !(await fetch(`${url}/healthz`).catch(() => null)); tries += 1) {
    if (tries > 200 || child.exitCode !== null) throw new Error('nginx does not start')
    await pause(10)
  }
  return {
    url,
    async close() {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** What another node than the one that did it sees a moment later: waited for where there is another, and looked at once where there is not. */
export function everywhere<T>(look: () => Promise<T>): Promise<T> {
  return ARE_TWO ? vi.waitFor(look, { timeout: 5000 }) : look()
}
