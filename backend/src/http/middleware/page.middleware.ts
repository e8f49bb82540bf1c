import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import compression from 'compression'
import express, { Router, type Request, type Response } from 'express'

/** Served by other parts of the server, whatever the request accepts. */
const NOT_PAGE = /^\/(?:api|socket\.io|metrics)(?:\/|$)/

/**
 * Serves the built page. Everything that is not a file answers with index.html, where the browser's own router reads
 * the address, so that a deep link such as `/c/<conversation>` works on reload.
 * @param dist the folder that `npm run build` fills
 */
export function page(dist: string): Router {
  const router = Router()
  router.use((req, _res, next) => next(NOT_PAGE.test(req.path) ? 'router' : undefined))
  router.use(compression())
  // Vite names these by a hash of what is in them, so a name never changes its meaning.
  router.use(
    '/assets',
    express.static(join(dist, 'assets'), { index: false, immutable: true, maxAge: '1y', redirect: false }),
  )
  router.use(express.static(dist, { index: false, redirect: false, setHeaders: askAgain }))
  router.get('/{*path}', (req, res, next) => {
    if (!wantsPage(req)) {
      next()
      return
    }
    askAgain(res)
    res.sendFile('index.html', { root: dist, cacheControl: false }, (error) => {
      if (!error) return
      if ('code' in error && error.code === 'ENOENT') tellHowToBuild(res)
      else next(error)
    })
  })
  return router
}

/**
 * Names the build that is served: the address of its first script, whose name holds a hash of all that it leads to. The page
 * finds its own in the document. Null when nothing is built.
 */
export async function pageVersion(dist: string): Promise<string | null> {
  const html = await readFile(join(dist, 'index.html'), 'utf8').catch(() => '')
  return /<script type="module"[^>]* src="([^"]+)"/.exec(html)?.[1] ?? null
}

/** Browsers ask for a page by `text/html`; any type alone also comes from images and scripts, whose file is missing then. */
function wantsPage(req: Request): boolean {
  if (req.headers.accept?.includes('text/html')) return true
  return !/\.[^/]*$/.test(req.path) && req.accepts('html') !== false
}

/** Kept, but asked about each time: after an update the next reload has it. */
function askAgain(res: Pick<Response, 'setHeader'>): void {
  res.setHeader('Cache-Control', 'no-cache')
}

function tellHowToBuild(res: Response): void {
  res
    .status(503)
    .set('Cache-Control', 'no-store')
    .type('text/plain')
    .send('The page is not built yet. Run `npm run build` and reload.\n')
}
