import { createHash } from 'node:crypto'
import { AppError } from './errors.ts'
import { clientKey } from './schemas/textSchemas.ts'

/**
 * The key of a request, which the routes add to the input from the header `Idempotency-Key`. Every schema of a request that can be
 * repeated has it.
 */
export const idempotent = { idempotencyKey: clientKey.optional() }

/** The part of an input that `idempotent` checks. */
export interface Idempotent {
  idempotencyKey?: string | undefined
}

/**
 * Returns the form of a client's key that is stored with the effect of the request, under a unique index. So the effect and the note
 * that it happened are one write: no crash and no second node can come between them.
 * @param action the name of the action and what it is bound to: the same key of another user or route is another key
 */
export function requestKey(action: readonly string[], idempotencyKey: string): string {
  return hashOf([...action, idempotencyKey])
}

/** Checks that a repeat asks for the same as the first request of its key. @throws AppError `idempotency_key_reused` */
export function requireSameRequest(isSame: boolean): void {
  if (!isSame) throw new AppError('idempotency_key_reused')
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url')
}

/** The fields of a document that the first request of a key made. A document without a key has none of them. */
export interface RequestFields {
  requestKey?: string
  requestHash?: string
}

/**
 * Returns the fields of a new document; none without a key.
 * @param body the fields that a repeat must have again, in the order of the schema. Never pass a password or a token
 */
export function requestFields(
  action: readonly string[],
  idempotencyKey: string | undefined,
  body: Readonly<Record<string, unknown>>,
): RequestFields {
  if (idempotencyKey === undefined) return {}
  return { requestKey: requestKey(action, idempotencyKey), requestHash: hashOf(body) }
}
