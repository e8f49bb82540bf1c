import mongoose from 'mongoose'
import { EngineError, unsupportedMessage, type EngineFailure } from '../errors.ts'
import { decode, type Doc } from './codec.ts'
import { isDoc } from './shapes.ts'
import type { Answer } from '../threads/protocol.ts'

const { MongoServerError } = mongoose.mongo

/** MongoDB's error code CommandNotSupported. */
const COMMAND_NOT_SUPPORTED = 115
const INTERNAL_ERROR = 1

/** Creates the error that MongoDB's driver would throw for this failure. */
export function mongoError(failure: EngineFailure): Error {
  const { kind, message, code, codeName, keyPattern, keyValue, labels } = failure
  if (kind === 'unsupported')
    return new MongoServerError({
      message,
      errmsg: message,
      code: COMMAND_NOT_SUPPORTED,
      codeName: 'CommandNotSupported',
    })
  if (kind === 'storage')
    return new MongoServerError({
      message,
      errmsg: message,
      code: code ?? INTERNAL_ERROR,
      codeName: codeName ?? 'InternalError',
    })
  return new MongoServerError({
    message,
    errmsg: message,
    ...(code === undefined ? {} : { code }),
    ...(codeName === undefined ? {} : { codeName }),
    ...(keyPattern === undefined ? {} : { keyPattern }),
    ...(keyValue === undefined ? {} : { keyValue }),
    ...(labels === undefined ? {} : { errorLabels: [...labels] }),
  })
}

/** `what` names a method or an option, for example `Collection.watch()`. */
export function notSupported(what: string): Error {
  return mongoError({ kind: 'unsupported', message: unsupportedMessage(what) })
}

/**
 * Adds each method of the driver's class that ours lacks. The added method throws an error with its name; otherwise
 * Mongoose fails with "not a function". Methods that begin with `_` are private to the driver.
 */
export function refuseMissing(ours: { prototype: object }, native: { prototype: object; name: string }): void {
  for (const name of Object.getOwnPropertyNames(native.prototype)) {
    const descriptor = Object.getOwnPropertyDescriptor(native.prototype, name)
    if (typeof descriptor?.value !== 'function' || name in ours.prototype || name.startsWith('_')) continue
    Object.defineProperty(ours.prototype, name, {
      value: () => {
        throw notSupported(`${native.name}.${name}()`)
      },
    })
  }
}

/**
 * Returns a successful answer.
 * @throws the error of a failed answer
 */
export function succeeded(answer: Answer): Answer {
  if (!answer.failed) return answer
  const error = mongoError(readFailure(decode(answer.header, {})))
  // A stack trace has ten entries. Without the frames of this file, it reaches the caller's code.
  Error.captureStackTrace(error, succeeded)
  throw error
}

/** Reads a failure from the header of an answer. */
export function readFailure({ kind, message, code, codeName, keyPattern, keyValue, labels }: Doc): EngineFailure {
  return {
    kind: kind === 'server' || kind === 'unsupported' ? kind : 'storage',
    message: String(message),
    ...(typeof code === 'number' ? { code } : {}),
    ...(typeof codeName === 'string' ? { codeName } : {}),
    ...(isDoc(keyPattern) ? { keyPattern } : {}),
    ...(isDoc(keyValue) ? { keyValue } : {}),
    ...(Array.isArray(labels) ? { labels: labels.map(String) } : {}),
  }
}

/** Turns any error on the way to or from a thread into an error of the driver. */
export function translate(error: unknown): unknown {
  return error instanceof EngineError ? mongoError(error.failure) : error
}
