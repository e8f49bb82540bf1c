import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

/** One of so many waiting requests begins in a turn, at least one. So a long queue moves faster than a short one. */
const SHARE = 32

/**
 * Spreads requests that arrive together over turns of the event loop, in the order of their arrival. A request takes half
 * a millisecond to begin, and a sign-in a whole one: fifty at once would delay every message by their sum.
 */
export function spreadRequests(listener: RequestListener): RequestListener {
  const waiting: [IncomingMessage, ServerResponse][] = []
  let hasBegun = false

  function nextTurn(): void {
    hasBegun = false
    for (const [req, res] of waiting.splice(0, Math.ceil(waiting.length / SHARE))) begin(req, res)
  }

  function begin(req: IncomingMessage, res: ServerResponse): void {
    if (!hasBegun) setImmediate(nextTurn)
    hasBegun = true
    listener(req, res)
  }

  return (req, res) => {
    if (hasBegun) waiting.push([req, res])
    else begin(req, res)
  }
}
