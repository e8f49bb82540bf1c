import { Router, type Request, type RequestHandler, type Response } from 'express'
import type { UploadController } from './upload.controller.ts'
import { AppError, invalidField } from '../lib/errors.ts'
import { actorOf, expressHandler } from '../http/express.handler.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'
import { bodyAndPath, bodyOf, noInput } from '../http/request.input.ts'
import { noStore } from '../http/middleware/noStore.middleware.ts'

const TUS = '1.0.0'

/**
 * Makes the two requests of tus 1.0 (https://tus.io/protocols/resumable-upload) below `/api/uploads`. Creating an
 * upload is not one of them: its answer says where the content goes, which tus cannot. These routes stand before the
 * parser of JSON bodies.
 */
export function uploadContentRoutes(uploads: UploadController, authenticate: RequestHandler): Router {
  const router = Router()
  router.route('/:id').head(noStore, authenticate, tus, status).patch(noStore, authenticate, tus, append)
  return router

  async function status(req: Request, res: Response): Promise<void> {
    const { offset, size } = await uploads.offset(actorOf(req), req.params)
    res
      .set({ 'Upload-Offset': String(offset), 'Upload-Length': String(size) })
      .status(200)
      .end()
  }

  async function append(req: Request, res: Response): Promise<void> {
    if (req.headers['content-type'] !== 'application/offset+octet-stream') {
      throw new AppError('upload_content_required')
    }
    const offset = req.headers['upload-offset']
    if (typeof offset !== 'string' || !/^\d{1,15}$/.test(offset))
      throw invalidField('Upload-Offset', 'must_be_whole_number')
    // When the server stops reading the body, the connection cannot carry another request.
    res.set('Connection', 'close')
    const appended = await uploads.append(
      actorOf(req),
      req.params,
      Number(offset),
      Number(req.headers['content-length'] ?? 0),
      req,
    )
    if (req.readableEnded) res.removeHeader('Connection')
    res.set('Upload-Offset', String(appended.offset))
    if (!appended.isExpected) throw new AppError('upload_at_other_offset', { offset: appended.offset })
    res.status(204).end()
  }
}

/** Makes the other routes of `/api/uploads`. */
export function uploadRoutes(uploads: UploadController, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore)
  router
    .route('/')
    .get(authenticate, expressHandler(uploads.allowance, noInput))
    .post(authenticate, expressHandler(uploads.start, bodyOf, 201))
    .all(methodNotAllowed('GET, POST'))
  router
    .route('/:id')
    .delete(authenticate, async (req, res) => {
      await uploads.cancel(actorOf(req), req.params)
      res.status(204).end()
    })
    .all(methodNotAllowed('HEAD, PATCH, DELETE'))
  router
    .route('/:id/complete')
    .post(authenticate, expressHandler(uploads.complete, bodyAndPath))
    .all(methodNotAllowed('POST'))
  return router
}

/** Answers a client of another tus version with 412, and names the version in each answer, as the protocol requires. */
const tus: RequestHandler = (req, res, next) => {
  res.set('Tus-Resumable', TUS)
  if (req.headers['tus-resumable'] === TUS) {
    next()
    return
  }
  res.set('Tus-Version', TUS).status(412).end()
}
