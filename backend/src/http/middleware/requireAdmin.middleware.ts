import type { RequestHandler } from 'express'
import { AppError } from '../../lib/errors.ts'
import { actorOf } from '../express.handler.ts'

/** After middleware/authenticate. The role is the token's, whose session ends when the role changes. */
export const requireAdmin: RequestHandler = (req, _res, next) => {
  if (actorOf(req).role !== 'admin') throw new AppError('admins_only')
  next()
}
