import { vi } from 'vitest'
import { ApiProblem, NO_CONNECTION } from '../../src/connection/problem.model.ts'

/** Returns a mock of an API client: each request fails as without a connection, until a test gives it an answer. */
export function unanswered<T extends object>(client: T): T {
  return Object.fromEntries(Object.keys(client).map((name) => [name, vi.fn<() => Promise<never>>(offline)])) as T
}

const offline = (): Promise<never> => Promise.reject(new ApiProblem(NO_CONNECTION))
