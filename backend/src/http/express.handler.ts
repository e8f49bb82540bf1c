import type { Request, RequestHandler } from 'express'
import { AppError } from '../lib/errors.ts'
import type { Actor } from '../lib/delivery.ts'

declare global {
  // oxlint-disable-next-line typescript/no-namespace -- how Express lets a request carry more
  namespace Express {
    interface Request {
      /** Set by middleware/authenticate. */
      actor?: Actor
    }
  }
}

/** Answers with what the controller returns, as JSON; what it throws reaches middleware/errorHandler. */
export function handle<T>(
  action: (actor: Actor, input: unknown) => Promise<T>,
  input: (req: Request) => unknown,
  status = 200,
): RequestHandler {
  return async (req, res) => {
    res.status(status).json(await action(actorOf(req), input(req)))
  }
}

/** @throws AppError `unauthenticated` where middleware/authenticate was left out or let nobody in */
export function actorOf(req: Request): Actor {
  if (!req.actor) throw new AppError('unauthenticated', 'Sign in first.')
  return req.actor
}
