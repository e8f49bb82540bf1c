import type { Request } from 'express'
import { IDEMPOTENCY_HEADER } from '../contract/index.ts'

/**
 * Returns the body; a request without a body counts as an empty object, so that the answer names the missing fields.
 */
export const bodyOf = (req: Request): unknown => req.body ?? {}

/** Returns the parameters of the path. */
export const pathOf = (req: Request): unknown => req.params

/** Returns the query. */
export const queryOf = (req: Request): unknown => req.query

/** Returns the body and the path as one object. The path wins: a body must not name another document. */
export const bodyAndPath = (req: Request): unknown => ({ ...req.body, ...req.params })

/** Returns the query and the path as one object. The path wins: a query must not name another document. */
export const queryAndPath = (req: Request): unknown => ({ ...req.query, ...req.params })

/**
 * Adds the client's key of the request. The draft of the header has it in quotation marks, and many clients send it without.
 * @param input one of the functions above
 */
export const withRequestKey =
  (input: (req: Request) => unknown) =>
  (req: Request): unknown => {
    const header = req.get(IDEMPOTENCY_HEADER)?.trim()
    if (header === undefined) return input(req)
    return { ...Object(input(req)), idempotencyKey: /^"(.*)"$/.exec(header)?.[1] ?? header }
  }

/** Returns nothing, for a request that has no input. */
export const noInput = (): undefined => undefined
