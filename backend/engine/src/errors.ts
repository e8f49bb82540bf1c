/** A failure as a worker reports it. The driver turns it into an error of MongoDB. */
export interface EngineFailure {
  /**
   * `server`: an error that MongoDB would return. `unsupported`: a feature that only MongoDB has. `storage`: a failure
   * of the file or of a thread.
   */
  kind: 'server' | 'unsupported' | 'storage'
  message: string
  code?: number
  codeName?: string
  keyPattern?: Record<string, unknown>
  keyValue?: Record<string, unknown>
  /** MongoDB's error labels, which tell what to retry, for example `TransientTransactionError`. */
  labels?: readonly string[]
}

/** An error with a failure that can be sent between threads. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly failure: EngineFailure

  constructor(failure: EngineFailure) {
    super(failure.message)
    this.failure = failure
  }
}

/** Creates an error that MongoDB would return, with its code and name. */
export function serverError(code: number, codeName: string, message: string): EngineError {
  return new EngineError({ kind: 'server', code, codeName, message })
}

/**
 * Creates an error after which the caller can retry the whole transaction: the transaction has ended, or could not
 * begin.
 */
export function transientError(code: number, codeName: string, message: string): EngineError {
  return new EngineError({ kind: 'server', code, codeName, message, labels: ['TransientTransactionError'] })
}

/** `why` is a sentence without a full stop, or empty. */
export function noSuchTransaction(why = ''): EngineError {
  return transientError(251, 'NoSuchTransaction', `The transaction has been aborted${why === '' ? '' : `: ${why}`}.`)
}

/** Creates MongoDB's error 2, BadValue: an argument that the server cannot use. */
export function badValue(message: string): EngineError {
  return serverError(2, 'BadValue', message)
}

/** Creates MongoDB's error 9, FailedToParse: a command that the server cannot read. */
export function failedToParse(message: string): EngineError {
  return serverError(9, 'FailedToParse', message)
}

/** `what` names the operator, option or method, for example `$near` or `Collection.watch()`. */
export function unsupported(what: string): EngineError {
  return new EngineError({ kind: 'unsupported', message: unsupportedMessage(what) })
}

/** Returns the text of the error for an operator, option or method that MongoDB has and the engine has not. */
export function unsupportedMessage(what: string): string {
  return `${what} is not supported by the embedded engine. MongoDB supports it.`
}

/** Creates an error of the storage: a damaged file, or a fault of the engine. */
export function storageError(message: string): EngineError {
  return new EngineError({ kind: 'storage', message })
}

/** Creates the error of a full disk, with MongoDB's code and name for it. Nothing was changed. */
export function diskFullError(message: string): EngineError {
  return new EngineError({ kind: 'storage', code: 14031, codeName: 'OutOfDiskSpace', message })
}

/** Creates the error of a file that cannot be read or written now, with MongoDB's code and name for it. */
export function fileError(message: string): EngineError {
  return new EngineError({ kind: 'storage', code: 39, codeName: 'FileStreamFailed', message })
}

/** Describes any error in a form that passes between threads. */
export function describeFailure(error: unknown): EngineFailure {
  if (error instanceof EngineError) return error.failure
  if (error instanceof Error) return { kind: 'storage', message: error.message }
  return { kind: 'storage', message: String(error) }
}
