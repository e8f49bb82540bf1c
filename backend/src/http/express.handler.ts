import { setTimeout as sleep } from 'node:timers/promises'
import type { Socket } from 'node:net'
import type { Request, RequestHandler, Response } from 'express'
import { AppError } from '../lib/errors.ts'
import type { Actor } from '../lib/delivery.ts'

/** How long the answer waits that a user has done something too often. */
const REFUSAL_MS = 500

declare global {
  // oxlint-disable-next-line typescript/no-namespace -- Express's way to add a property to a request
  namespace Express {
    interface Request {
      /** The signed-in user; the authenticate middleware sets it. */
      actor?: Actor
      /** Waits for the user's turn; returns the function that ends it. The authenticate middleware sets it. */
      takeTurn?: () => Promise<() => void>
    }
  }
}

/**
 * Makes an Express handler of a controller function: its result is the JSON answer, and its error goes to the error
 * handler. The request counts as the user's until its answer was sent, so that unread answers are bounded too.
 */
export function expressHandler<T>(
  action: (actor: Actor, input: unknown) => Promise<T>,
  input: (req: Request) => unknown,
  status = 200,
): RequestHandler {
  return async (req, res) => {
    const actor = actorOf(req)
    const endTurn = await req.takeTurn?.()
    if (endTurn) {
      // The client went while its request waited: nothing was begun, and there is no connection to answer on.
      if (req.socket.destroyed) {
        endTurn()
        return
      }
      whenAnswered(req, res, endTurn)
    }
    const result = await action(actor, input(req)).catch(async (error: unknown) => {
      // The refusal keeps the user's place for a moment. A program that repeats what is refused would else use the time of others.
      if (error instanceof AppError && error.code === 'rate_limited') await sleep(REFUSAL_MS, undefined, { ref: false })
      throw error
    })
    res.status(status).json(result)
  }
}

/** The callbacks of the requests of a connection, for when it closes. */
const atClose = new WeakMap<Socket, Set<() => void>>()

/**
 * Calls `done` when the answer was sent, or its connection closed. Node tells an answer nothing of the close while it
 * waits behind another one of the same connection.
 */
function whenAnswered({ socket }: Request, res: Response, done: () => void): void {
  let waiting = atClose.get(socket)
  if (!waiting) {
    waiting = new Set()
    atClose.set(socket, waiting)
    const all = waiting
    // One listener for all requests of the connection.
    socket.once('close', () => all.forEach((end) => end()))
  }
  const own = waiting
  const end = (): void => {
    if (own.delete(end)) done()
  }
  own.add(end)
  res.once('close', end)
}

/** Returns the signed-in user. @throws AppError `unauthenticated` when the authenticate middleware did not run */
export function actorOf(req: Request): Actor {
  if (!req.actor) throw new AppError('no_access_token')
  return req.actor
}
