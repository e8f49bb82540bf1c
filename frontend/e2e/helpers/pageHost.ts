import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const FRONTEND = fileURLToPath(new URL('../..', import.meta.url))
const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

/** What serves files and knows nothing of Parley, as Vercel and Netlify do: `vercel.json` says which headers they get. */
export interface PageHost {
  origin: string
  /** Builds the page for a server at this origin, and serves it from now on. */
  build(serverOrigin: string): Promise<void>
  close(): Promise<void>
}

export async function startPageHost(): Promise<PageHost> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-page-'))
  let rules: HeaderRule[] = []
  const server = createServer((req, res) => {
    const { pathname } = new URL(req.url ?? '/', 'http://localhost')
    for (const { source, headers } of rules) {
      if (new RegExp(`^${source}$`).test(pathname)) headers.forEach(({ key, value }) => res.setHeader(key, value))
    }
    const answer = (path: string) =>
      readFile(join(directory, path)).then((body) =>
        res.setHeader('Content-Type', TYPES[extname(path)] ?? '').end(body),
      )
    answer(pathname === '/' ? 'index.html' : pathname)
      .catch(() => (pathname.startsWith('/assets/') ? res.writeHead(404).end() : answer('index.html')))
      .catch(() => res.writeHead(404).end('Nothing here'))
  })
  await new Promise<void>((resolve) => void server.listen(0, 'localhost', resolve))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://localhost:${port}`,
    async build(serverOrigin) {
      await promisify(execFile)(
        'npx',
        ['vite', 'build', '--outDir', directory, '--emptyOutDir', '--logLevel', 'error'],
        { cwd: FRONTEND, env: { ...process.env, VITE_API_URL: serverOrigin } },
      )
      const text = await readFile(join(FRONTEND, 'vercel.json'), 'utf8')
      const named = text
        .replaceAll('https://api.example.org', serverOrigin)
        .replaceAll('wss://api.example.org', serverOrigin.replace('http', 'ws'))
        .replaceAll(' https://media.example.org', '')
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      rules = (JSON.parse(named) as { headers: HeaderRule[] }).headers
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(directory, { recursive: true, force: true })
    },
  }
}

interface HeaderRule {
  source: string
  headers: { key: string; value: string }[]
}
