import { t } from '@lingui/core/macro'
import { isAxiosError } from 'axios'
import type { Problem } from 'backend/contract'
import { problemText } from '../lib/problemText.ts'
import { isProblem } from './problem.guard.ts'

/** An error of a request: the server's explanation, or why it could not be reached. */
export class ApiProblem extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    // The message of an error is for developers.
    // oxlint-disable-next-line page/server-text
    super(problem.detail)
    this.name = 'ApiProblem'
    this.problem = problem
  }
}

/** The problem without an answer: offline, the server is down, or too slow. Status 0 tells it from the server's `unavailable`. */
export const NO_CONNECTION: Problem = {
  type: 'about:blank',
  get title() {
    return t`No connection`
  },
  status: 0,
  code: 'unavailable',
  get detail() {
    return t`No connection to the server.`
  },
}

/** Returns whether the same request may work later. */
export const isPassing = ({ status }: Problem): boolean => status === 0 || status === 429 || status >= 500

/** Converts a thrown value to a problem that the page can show. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ApiProblem) return error.problem
  if (!isAxiosError(error))
    return {
      ...NO_CONNECTION,
      title: t`Something went wrong`,
      detail: t`Something went wrong in the page.`,
      code: 'internal',
    }
  const body: unknown = error.response?.data
  if (isProblem(body)) return body
  if (!error.response) return NO_CONNECTION
  const { status } = error.response
  return ofStatus(status)
}

/** Returns the problem with another text in place of its reason's. */
export function withText({ reason: _reason, params: _params, ...problem }: Problem, detail: string): Problem {
  return { ...problem, detail }
}

/** Words a thrown value in the page's language. */
export const errorText = (error: unknown): string => problemText(asProblem(error))

/** Converts the answer of another client than axios to a problem. */
export function problemOf(status: number, body: string): Problem {
  try {
    const problem: unknown = JSON.parse(body)
    if (isProblem(problem)) return problem
  } catch {
    // A proxy's own page, or an empty body.
  }
  return ofStatus(status)
}

/** Words an answer that is not Parley's own: mostly that of the web server in front of it, as a page in HTML. */
function ofStatus(status: number): Problem {
  return { ...NO_CONNECTION, title: t`Something went wrong`, status, detail: detailOf(status) }
}

function detailOf(status: number): string {
  if (status === 413)
    return t`The web server in front of Parley refuses this much at once. An admin can raise its limit, in nginx with client_max_body_size.`
  if (status === 502 || status === 503 || status === 504)
    return t`The web server in front of Parley gets no answer from it. Try again in a moment.`
  return t`The server answered with ${status}.`
}

/** Returns whether a web server in front of Parley refused the size of a request. */
export const isTooLargeForProxy = ({ status, code }: Problem): boolean => status === 413 && code === NO_CONNECTION.code
