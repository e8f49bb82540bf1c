import { t } from '@lingui/core/macro'
import { isAxiosError } from 'axios'
import type { Problem } from 'backend/contract'

/** An error the server explained, or one that kept us from reaching it. */
export class ApiProblem extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'ApiProblem'
    this.problem = problem
  }
}

/** No answer at all: offline, the server is down, or it took too long. Status 0 tells it from the server's own `unavailable`. */
export const NO_CONNECTION: Problem = {
  type: 'about:blank',
  title: 'No connection',
  status: 0,
  code: 'unavailable',
  detail: 'No connection to the server.',
}

/** It may work when it is tried again as it is. */
export const isPassing = ({ status }: Problem): boolean => status === 0 || status === 429 || status >= 500

/** Whatever was thrown, as a problem that can be shown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ApiProblem) return error.problem
  if (!isAxiosError(error))
    return {
      ...NO_CONNECTION,
      title: t`Something went wrong`,
      detail: 'Something went wrong in the page.',
      code: 'internal',
    }
  const body: unknown = error.response?.data
  if (isProblem(body)) return body
  if (!error.response) return NO_CONNECTION
  return {
    ...NO_CONNECTION,
    status: error.response.status,
    detail: `The server answered with ${error.response.status}.`,
  }
}

/** What another client than axios was answered. */
export function problemOf(status: number, body: string): Problem {
  try {
    const problem: unknown = JSON.parse(body)
    if (isProblem(problem)) return problem
  } catch {
    // A proxy's own page, or nothing.
  }
  return { ...NO_CONNECTION, title: t`Something went wrong`, status, detail: `The server answered with ${status}.` }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && 'status' in body
}
