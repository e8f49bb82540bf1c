import type { RequestHandler } from 'express'
import { AppError } from '../../lib/errors.ts'

/** The end of the line for `/api`. */
export const notFound: RequestHandler = (req) => {
  throw new AppError('no_such_path', { method: req.method, path: req.baseUrl + req.path })
}

/** After the methods of a path: says which ones there are. `allowed` as the Allow header has it, such as `GET, POST`. */
export function methodNotAllowed(allowed: string): RequestHandler {
  return (req, res) => {
    res.set('Allow', allowed)
    throw new AppError('method_not_allowed', { method: req.method, allowed })
  }
}
