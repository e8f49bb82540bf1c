import type { FieldError } from './fieldError.ts'
import type { Params } from './problemParam.ts'
import type { ProblemReason } from './problemReason.ts'

/**
 * Every error code of the server, with its HTTP status and title. docs/PROBLEMS.md explains each; a test keeps both
 * equal.
 */
export const PROBLEMS = {
  invalid_input: { status: 400, title: 'The request is not valid' },
  invalid_credentials: { status: 401, title: 'Name or password is wrong' },
  unauthenticated: { status: 401, title: 'Not signed in' },
  session_ended: { status: 401, title: 'The session has ended' },
  forbidden: { status: 403, title: 'Not allowed' },
  account_disabled: { status: 403, title: 'The account is disabled' },
  signup_closed: { status: 403, title: 'Signing up is restricted' },
  muted: { status: 403, title: 'You cannot write for now' },
  text_refused: { status: 403, title: 'The text has a word that is not allowed' },
  person_blocked: { status: 403, title: 'You have blocked this person' },
  origin_not_allowed: { status: 403, title: 'Origin not allowed' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  other_user: { status: 409, title: 'Another user is signed in' },
  username_taken: { status: 409, title: 'Username is taken' },
  email_taken: { status: 409, title: 'E-mail address is taken' },
  group_full: { status: 409, title: 'The group is full' },
  last_admin: { status: 409, title: 'The server needs an admin' },
  owner_cannot_leave: { status: 409, title: 'The owner cannot leave' },
  outdated_revision: { status: 409, title: 'The text has changed' },
  broadcast_state: { status: 409, title: 'The broadcast is in another state' },
  upload_incomplete: { status: 409, title: 'The upload is not complete' },
  attachment_unavailable: { status: 409, title: 'An attachment cannot be used' },
  busy: { status: 409, title: 'Other work is in progress' },
  file_damaged: { status: 409, title: 'The file is damaged' },
  backup_unsupported: { status: 409, title: 'MongoDB is backed up with its own tools' },
  invite_not_valid: { status: 410, title: 'The invitation is not valid' },
  link_not_valid: { status: 410, title: 'The link is not valid' },
  too_large: { status: 413, title: 'The file is too large' },
  quota_exceeded: { status: 413, title: 'Your storage is full' },
  payload_too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not accepted' },
  idempotency_key_reused: { status: 422, title: 'The key belongs to another request' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong on the server' },
  unavailable: { status: 503, title: 'The server is not ready' },
  storage_full: { status: 507, title: "The server's storage is full" },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof PROBLEMS

/** RFC 9457 (application/problem+json). */
export interface Problem {
  /** URI reference: `/problems/<code>`. */
  type: string
  title: string
  status: number
  code: ProblemCode
  /**
   * Why, more exactly than `code`. Every answer of the server has it; a problem that a client makes itself has none.
   */
  reason?: ProblemReason
  /** The parameters of `reason`, in the shape that `PROBLEM_REASONS` declares. */
  params?: Params
  /** The reason in English, for API users. A page words `reason` and `params` in its own language. */
  detail: string
  /** Present for `invalid_input`, `username_taken` and `email_taken`. */
  errors?: FieldError[]
  /** Present for `rate_limited`, and for `too_many_sign_ins` of `unavailable`: whole seconds to wait. */
  retryAfter?: number
  /** Present for `too_large`, `quota_exceeded` and `storage_full`: the limit, in bytes. */
  limit?: number
  /** Present for `muted`, ISO 8601: when the user can write again. */
  until?: string
  /** Finds the request in the server's log. */
  requestId?: string
}
