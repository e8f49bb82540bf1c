import type { Problem } from 'backend/contract'

/** Returns whether a value is the server's explanation of an error. */
export function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && 'status' in body
}

/** Returns the problem with which the server refused the handshake; undefined when the server could not be reached. */
export function refusalOf(error: Error): Problem | undefined {
  return 'data' in error && isProblem(error.data) ? error.data : undefined
}
