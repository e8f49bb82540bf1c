import type { RequestHandler } from 'express'
import { AppError } from '../../lib/errors.ts'

/** Answers requests that no route has answered. */
export const notFound: RequestHandler = (req) => {
  throw new AppError('no_such_path', { method: req.method, path: req.baseUrl + req.path })
}

/** Refuses the other methods of a path. @param allowed the value of the Allow header, such as `GET, POST` */
export function methodNotAllowed(allowed: string): RequestHandler {
  return (req, res) => {
    res.set('Allow', allowed)
    throw new AppError('method_not_allowed', { method: req.method, allowed })
  }
}
