import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import compression from 'compression'
import { Router, type Request, type Response } from 'express'
import expressStaticGzip from 'express-static-gzip'
import { AppError } from '../../lib/errors.ts'

/** Paths that other parts of the server answer, whatever the request accepts. */
const NOT_PAGE = /^\/(?:api|socket\.io|metrics)(?:\/|$)/

/** Sends the `.br` or `.gz` file beside a file, which the build made. Where there is none, the file is compressed in the request. */
const PRECOMPRESSED = { index: false, enableBrotli: true, orderPreference: ['br', 'gz'] }

/**
 * Serves the built page. A path without a file answers with index.html. The page's router reads the address there, so a
 * deep link such as `/c/<conversation>` works on reload.
 * @param dist the folder that `npm run build` fills
 */
export function page(dist: string): Router {
  const router = Router()
  router.use((req, _res, next) => next(NOT_PAGE.test(req.path) ? 'router' : undefined))
  // The static middleware would answer such a path itself, in words of its own.
  router.use((req, _res, next) => {
    if (!isDecodable(req.path)) throw new AppError('address_not_valid')
    next()
  })
  // For a file that the build did not compress, such as index.html.
  router.use(compression())
  // Vite puts a hash of the content into these names, so the content of a name never changes.
  router.use(
    '/assets',
    expressStaticGzip(join(dist, 'assets'), {
      ...PRECOMPRESSED,
      serveStatic: { immutable: true, maxAge: '1y', redirect: false },
    }),
  )
  router.use(expressStaticGzip(dist, { ...PRECOMPRESSED, serveStatic: { redirect: false, setHeaders: revalidate } }))
  // A file that was removed after the start, by a new build, is answered in plain text or JSON.
  router.use((_req, res, next) => {
    res.removeHeader('Content-Encoding')
    next()
  })
  router.get('/{*path}', (req, res, next) => {
    if (!wantsPage(req)) {
      next()
      return
    }
    revalidate(res)
    res.sendFile('index.html', { root: dist, cacheControl: false }, (error) => {
      if (!error) return
      if ('code' in error && error.code === 'ENOENT') answerNotBuilt(res)
      else next(error)
    })
  })
  return router
}

/**
 * Returns the version of the built page: the address of its first script, which contains a hash of all code it imports.
 * The page reads its own version from the document. Null when the page is not built.
 */
export async function pageVersion(dist: string): Promise<string | null> {
  const html = await readFile(join(dist, 'index.html'), 'utf8').catch(() => '')
  return /<script type="module"[^>]* src="([^"]+)"/.exec(html)?.[1] ?? null
}

/**
 * Browsers request a page with `text/html`. Images and scripts also accept any type, and a missing file of theirs is
 * not a page.
 */
function wantsPage(req: Request): boolean {
  if (req.headers.accept?.includes('text/html')) return true
  return !/\.[^/]*$/.test(req.path) && req.accepts('html') !== false
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** Lets the browser store the file but check it each time, so that the next reload gets an update. */
function revalidate(res: ServerResponse): void {
  res.setHeader('Cache-Control', 'no-cache')
}

function answerNotBuilt(res: Response): void {
  res
    .status(503)
    .set('Cache-Control', 'no-store')
    .type('text/plain')
    .send('The page is not built yet. Run `npm run build` and reload.\n')
}
