import type { ErrorRequestHandler, Response } from 'express'
import type { ProblemCode } from '../../contract/index.ts'
import { AppError, toProblem } from '../../lib/errors.ts'
import { logRefusal } from '../../lib/securityLog.ts'
import { BODY_MAX_BYTES } from './jsonBody.middleware.ts'
import { pathWithoutSecrets } from './requestLog.middleware.ts'

/**
 * Answers an error with problem+json (RFC 9457). Express recognizes an error handler by its four parameters. Only the
 * log shows the details of an error that is not an AppError; middleware/requestLog writes it with the request id.
 */
export const errorHandler: ErrorRequestHandler = (error: unknown, req, res, next) => {
  const known = error instanceof AppError ? error : fromExpress(error)
  if (!known) res.err = error instanceof Error ? error : new Error(String(error))
  if (known)
    logRefusal(req.log, {
      error: known,
      userId: req.actor?.userId,
      address: req.ip,
      target: `${req.method} ${pathWithoutSecrets(req.originalUrl)}`,
      login: loginOf(req.body),
    })
  // A part of the answer was sent already, so Express can only cut the connection.
  if (res.headersSent) {
    next(error)
    return
  }
  const problem = toProblem(known ?? error, typeof req.id === 'string' ? req.id : undefined)
  problems.set(res, problem.code)
  res.set('Cache-Control', 'no-store')
  if (problem.retryAfter !== undefined) res.set('Retry-After', String(problem.retryAfter))
  // RFC 9110 section 11.6.1 requires it on every 401.
  if (problem.status === 401) res.set('WWW-Authenticate', 'Bearer realm="parley"')
  res.status(problem.status).type('application/problem+json').send(JSON.stringify(problem))
}

function loginOf(body: unknown): string | undefined {
  const login = typeof body === 'object' && body !== null && 'login' in body ? body.login : undefined
  return typeof login === 'string' ? login : undefined
}

/** Returns the code of the problem that a request was answered with, if any. */
export function problemOf(res: Response): ProblemCode | undefined {
  return problems.get(res)
}

const problems = new WeakMap<Response, ProblemCode>()

/** Rewords the refusals of Express and its body parser: their own words can quote the input. */
function fromExpress(error: unknown): AppError | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined
  if (error.status === 413) return new AppError('body_too_large', { max: BODY_MAX_BYTES }, { cause: error })
  if (error.status === 415) return new AppError('plain_json_required', {}, { cause: error })
  if (error.status < 400 || error.status >= 500) return undefined
  if (error instanceof URIError) return new AppError('address_not_valid', {}, { cause: error })
  const isJsonError = 'type' in error && error.type === 'entity.parse.failed'
  return new AppError(isJsonError ? 'json_not_valid' : 'request_not_valid', {}, { cause: error })
}
