import type { Response } from 'express'
import type { Content } from '../media/media.store.ts'
import { AppError } from '../lib/errors.ts'

/** Shorter than the lifetime of a signed address of the bucket (attachments/attachment.controller.ts). */
const REDIRECT_CACHE = 'private, max-age=60'

/**
 * Sends a file that a user uploaded. No code in it can run: the browser does not guess the type (`nosniff`, from
 * securityHeaders), gives the document no origin and no scripts (`sandbox`), and lets it load nothing.
 * @param cache the value of `Cache-Control`
 */
export function sendContent(
  res: Response,
  { location, contentType, disposition, etag }: Content,
  cache: string,
): Promise<void> {
  res.set({
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Content-Disposition': disposition,
    'Content-Type': contentType,
  })
  if (location.kind === 'redirect') {
    res.removeHeader('Content-Disposition')
    res.removeHeader('Content-Type')
    res.set('Cache-Control', REDIRECT_CACHE).redirect(302, location.url)
    return Promise.resolve()
  }
  res.set({ 'Cache-Control': cache, ETag: etag })
  const { root, path } = location
  return new Promise((resolve, reject) => {
    res.sendFile(
      path,
      { root, cacheControl: false, lastModified: false, dotfiles: 'allow' },
      (error: SendError | undefined) => {
        // The client closed the connection early, as media players often do.
        if (!error || error.code === 'ECONNABORTED' || error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve()
        else if (error.status === 416)
          resolve(
            void res
              .status(416)
              .set(error.headers ?? {})
              .end(),
          )
        else reject(error.status === 404 ? new AppError('no_such_attachment', {}, { cause: error }) : error)
      },
    )
  })
}

/** An error of the package `send`, which Express sends files with. */
interface SendError extends Error {
  code?: string
  status?: number
  /** `Content-Range`, when the requested range is outside the file. */
  headers?: Record<string, string>
}
