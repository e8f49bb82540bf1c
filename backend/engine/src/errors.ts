/** What a worker tells the driver of a failure; the driver makes MongoDB's error of it. */
export interface EngineFailure {
  /** `server`: an answer MongoDB would give. `unsupported`: something only MongoDB can do. `storage`: file or thread. */
  kind: 'server' | 'unsupported' | 'storage'
  message: string
  code?: number
  codeName?: string
  keyPattern?: Record<string, unknown>
  keyValue?: Record<string, unknown>
  /** MongoDB's labels, which tell what may be tried again: `TransientTransactionError`. */
  labels?: readonly string[]
}

/** An error that crosses the thread boundary with its code. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly failure: EngineFailure

  constructor(failure: EngineFailure) {
    super(failure.message)
    this.failure = failure
  }
}

/** An error MongoDB itself would give, with its number and name. */
export function serverError(code: number, codeName: string, message: string): EngineError {
  return new EngineError({ kind: 'server', code, codeName, message })
}

/** A transaction that is not there any more, or could not begin: all of it may be tried again. */
export function transientError(code: number, codeName: string, message: string): EngineError {
  return new EngineError({ kind: 'server', code, codeName, message, labels: ['TransientTransactionError'] })
}

/** `why` is a sentence without its full stop, or empty. */
export function noSuchTransaction(why = ''): EngineError {
  return transientError(251, 'NoSuchTransaction', `The transaction has been aborted${why === '' ? '' : `: ${why}`}.`)
}

export function badValue(message: string): EngineError {
  return serverError(2, 'BadValue', message)
}

export function failedToParse(message: string): EngineError {
  return serverError(9, 'FailedToParse', message)
}

/** `what` names the operator, option or method, for example `$near` or `Collection.watch()`. */
export function unsupported(what: string): EngineError {
  return new EngineError({ kind: 'unsupported', message: unsupportedMessage(what) })
}

export function unsupportedMessage(what: string): string {
  return `${what} is not supported by the embedded engine. Set MONGO_DB_URI to store the data in MongoDB, which has it.`
}

export function storageError(message: string): EngineError {
  return new EngineError({ kind: 'storage', message })
}

export function describeFailure(error: unknown): EngineFailure {
  if (error instanceof EngineError) return error.failure
  if (error instanceof Error) return { kind: 'storage', message: error.message }
  return { kind: 'storage', message: String(error) }
}
