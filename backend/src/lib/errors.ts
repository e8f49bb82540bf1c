import {
  PROBLEM_REASONS,
  PROBLEMS,
  type FieldCode,
  type FieldError,
  type FieldParams,
  type Params,
  type Problem,
  type ProblemCode,
  type ProblemReason,
  type ReasonParams,
} from '../contract/index.ts'
import { fieldText, problemText } from './problemTexts.ts'
import { storageFaultOf } from './files/storageFaults.ts'

export interface ErrorOptions {
  errors?: FieldError[] | undefined
  cause?: unknown
}

/** Parameters may be left out where there are none. */
type ParamsAndOptions<P> = keyof P extends never
  ? [params?: P, options?: ErrorOptions]
  : [params: P, options?: ErrorOptions]

/** A refusal that the client may see. Every other error but a fault of the storage reaches the client as a bare `internal`. */
export class AppError<R extends ProblemReason = ProblemReason> extends Error {
  readonly reason: ProblemReason
  readonly params: Params
  readonly errors: FieldError[] | undefined

  constructor(reason: R, ...rest: ParamsAndOptions<ReasonParams<R>>)
  constructor(reason: ProblemReason, params: Params = {}, { errors, cause }: ErrorOptions = {}) {
    const [first] = errors ?? []
    const isOfField = reason === 'fields_not_valid' && first !== undefined
    super(isOfField ? `${first.field || 'body'}: ${first.message}` : problemText(reason, params), { cause })
    this.name = 'AppError'
    this.reason = reason
    this.params = params
    this.errors = errors
  }

  get code(): ProblemCode {
    return PROBLEM_REASONS[this.reason].code
  }

  get status(): number {
    return PROBLEMS[this.code].status
  }
}

/** Makes the refusal of one field. */
export function invalidField<C extends FieldCode>(
  field: string,
  code: C,
  ...params: keyof FieldParams<C> extends never ? [] : [FieldParams<C>]
): AppError
export function invalidField(field: string, code: FieldCode, params?: Params): AppError {
  return new AppError('fields_not_valid', {}, { errors: [fieldError(field, code, params)] })
}

/** Makes a field error with its English text. `params` must have the shape that the code declares. */
export function fieldError(field: string, code: FieldCode, params: Params = {}): FieldError {
  return { field, code, params, message: fieldText(code, params) }
}

/** An error that stops the start. The operator sees its message without a stack. */
export class StartupError extends Error {}

/** Words the failure of a start: a sentence for the operator where one is possible, and otherwise the stack. */
export function startFailureText(error: unknown): string {
  if (error instanceof StartupError) return error.message
  if (!(error instanceof Error)) return String(error)
  return storageFaultOf(error) === null ? (error.stack ?? error.message) : `Parley cannot start: ${error.message}`
}

/** Returns the refusal for a full disk or a database that cannot be used now; undefined for any other error. */
function storageRefusal(error: unknown): AppError | undefined {
  const fault = storageFaultOf(error)
  if (fault === null) return undefined
  return new AppError(fault === 'full' ? 'disk_full' : 'database_unavailable', {}, { cause: error })
}

/** Returns an error in its one form on the wire (RFC 9457), for REST bodies and socket acknowledgements. */
export function toProblem(error: unknown, requestId?: string): Problem {
  const known = error instanceof AppError ? error : (storageRefusal(error) ?? new AppError('internal'))
  const { code, reason, params } = known
  const { status, title } = PROBLEMS[code]
  const { retryAfter, limit, until } = params
  return {
    type: `/problems/${code}`,
    title,
    status,
    code,
    reason,
    params,
    detail: known.message,
    ...(known.errors && { errors: known.errors }),
    ...(typeof retryAfter === 'number' && { retryAfter }),
    ...(typeof limit === 'number' && { limit }),
    ...(typeof until === 'string' && { until }),
    ...(requestId !== undefined && { requestId }),
  }
}
