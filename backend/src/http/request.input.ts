import type { Request } from 'express'

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

/** Returns nothing, for a request that has no input. */
export const noInput = (): undefined => undefined
