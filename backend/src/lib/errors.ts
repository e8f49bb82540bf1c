import { PROBLEMS, type FieldError, type Problem, type ProblemCode } from '../contract/index.ts'

/** An error whose message the client may see. Every other error becomes a bare `internal`. */
export class AppError extends Error {
  readonly code: ProblemCode
  readonly errors: FieldError[] | undefined
  /** Whole seconds to wait; `rate_limited` only. */
  readonly retryAfter: number | undefined
  /** The limit in bytes, of an input that is too large or a store that is full. */
  readonly limit: number | undefined
  /** ISO 8601; `muted` only. */
  readonly until: string | undefined

  constructor(
    code: ProblemCode,
    detail: string,
    more: { errors?: FieldError[]; retryAfter?: number; limit?: number; until?: string; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause })
    this.name = 'AppError'
    this.code = code
    this.errors = more.errors
    this.retryAfter = more.retryAfter
    this.limit = more.limit
    this.until = more.until
  }

  get status(): number {
    return PROBLEMS[this.code].status
  }
}

/** An error that stops the start. The operator sees its message without a stack. */
export class StartupError extends Error {}

/** Returns an error in its one form on the wire (RFC 9457), for REST bodies and socket acknowledgements. */
export function toProblem(error: unknown, requestId?: string): Problem {
  const known =
    error instanceof AppError
      ? error
      : new AppError('internal', 'The server could not finish this. Nothing was changed by it, or all of it was.')
  const { status, title } = PROBLEMS[known.code]
  return {
    type: `/problems/${known.code}`,
    title,
    status,
    code: known.code,
    detail: known.message,
    ...(known.errors && { errors: known.errors }),
    ...(known.retryAfter !== undefined && { retryAfter: known.retryAfter }),
    ...(known.limit !== undefined && { limit: known.limit }),
    ...(known.until !== undefined && { until: known.until }),
    ...(requestId !== undefined && { requestId }),
  }
}
