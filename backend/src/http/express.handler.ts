import type { Request, RequestHandler } from 'express'
import { AppError } from '../lib/errors.ts'
import type { Actor } from '../lib/delivery.ts'

declare global {
  // oxlint-disable-next-line typescript/no-namespace -- Express's way to add a property to a request
  namespace Express {
    interface Request {
      /** The signed-in user; the authenticate middleware sets it. */
      actor?: Actor
    }
  }
}

/** Makes an Express handler of a controller function: its result is the JSON answer, and its error goes to the error handler. */
export function expressHandler<T>(
  action: (actor: Actor, input: unknown) => Promise<T>,
  input: (req: Request) => unknown,
  status = 200,
): RequestHandler {
  return async (req, res) => {
    res.status(status).json(await action(actorOf(req), input(req)))
  }
}

/** Returns the signed-in user. @throws AppError `unauthenticated` when the authenticate middleware did not run */
export function actorOf(req: Request): Actor {
  if (!req.actor) throw new AppError('no_access_token')
  return req.actor
}
