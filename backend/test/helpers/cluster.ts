import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { freePort } from './freePort.ts'
import { ARE_TWO, settingsIn, startNginx } from './nginx.ts'

const DEPLOYED = fileURLToPath(new URL('../../deploy/nginx/', import.meta.url))

export interface Balancer {
  url: string
  close(): Promise<void>
}

/**
 * Starts nginx with the deployed files in front of nodes on these ports.
 * @param isSticky keeps each browser at one node, which long polling needs; else the nodes get requests in turn
 */
export async function startBalancer(ports: number[], isSticky = false): Promise<Balancer> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-nginx-'))
  const port = await freePort()
  const http = (await readFile(join(DEPLOYED, 'http.conf'), 'utf8')).replace(
    '/var/cache/nginx/parley',
    join(directory, 'cache'),
  )
  const settings = settingsIn(directory)
  await writeFile(
    join(directory, 'nginx.conf'),
    `
    ${settings.main}
    events { worker_connections 4096; }
    http {
      access_log off; ${settings.http}
      ${http}
      upstream parley { ${isSticky ? 'hash $uid_got$uid_set consistent;' : ''} ${ports.map((node) => `server 127.0.0.1:${node} max_fails=0;`).join(' ')} keepalive 32; }
      server { listen 127.0.0.1:${port}; ${isSticky ? `include ${join(DEPLOYED, 'sticky.conf')};` : ''} include ${join(DEPLOYED, 'parley.conf')}; }
    }`,
  )
  const url = `http://127.0.0.1:${port}`
  const stop = await startNginx(directory, `${url}/healthz`)
  return {
    url,
    async close() {
      await stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Waits until another node sees a change. With one node it looks only once. */
export function everywhere<T>(look: () => Promise<T>): Promise<T> {
  return ARE_TWO ? vi.waitFor(look, { timeout: 5000 }) : look()
}
