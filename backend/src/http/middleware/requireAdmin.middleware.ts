import type { RequestHandler } from 'express'
import { AppError } from '../../lib/errors.ts'
import { actorOf } from '../express.handler.ts'

/**
 * Refuses users who are not admins. Runs after middleware/authenticate. The role is in the session, and a change of
 * role ends the session.
 */
export const requireAdmin: RequestHandler = (req, _res, next) => {
  if (actorOf(req).role !== 'admin') throw new AppError('admins_only')
  next()
}
