import { beforeEach, expect, test, vi } from 'vitest'
import { request } from '../../src/connection/http.client.ts'
import { ApiProblem, NO_CONNECTION } from '../../src/connection/problem.model.ts'
import { postOnce, requestOnce } from '../../src/connection/repeatable.client.ts'

vi.mock('../../src/connection/http.client.ts', () => ({ request: vi.fn<() => Promise<unknown>>() }))
const sent = vi.mocked(request)
beforeEach(() => void sent.mockReset())

const lost = () => sent.mockRejectedValueOnce(new ApiProblem(NO_CONNECTION))
const refused = () => sent.mockRejectedValueOnce(new ApiProblem({ ...NO_CONNECTION, status: 409, code: 'group_full' }))
/** Returns the keys of the requests so far. */
const keys = () => sent.mock.calls.map(([config]) => String(config.headers?.['Idempotency-Key']))
const ignore = () => {}

test('[E2] the same request keeps its key until it is answered', async () => {
  lost()
  lost()
  for (let times = 0; times < 4; times += 1) await postOnce('/reports', { reason: 'a' }).catch(ignore)
  await postOnce('/reports', { reason: 'b' })
  const [first, second, third, fourth, other] = keys()
  expect([second, third]).toEqual([first, first])
  expect(new Set([first, fourth, other]).size).toBe(3)
  expect(first).toMatch(/^"[0-9a-f-]{36}"$/)
})

test('[E2] a refusal is an answer, and two presses at once are one request', async () => {
  refused()
  await postOnce('/reports', { reason: 'a' }).catch(ignore)
  await Promise.all([postOnce('/reports', { reason: 'a' }), postOnce('/reports', { reason: 'a' })])
  const [first, second, third] = keys()
  expect(second).toBe(third)
  expect(first).not.toBe(second)
})

test('[E2] a later change of the group makes an unanswered one a new request', async () => {
  lost()
  const add = () => postOnce('/groups/1/members', { userIds: ['2'] }).catch(ignore)
  await add()
  await requestOnce({ url: '/groups/1/members/2', method: 'delete' })
  await add()
  lost()
  await postOnce('/groups/1/owner', { userId: '2' }).catch(ignore)
  await requestOnce({ url: '/groups/12/members/2', method: 'delete' })
  await postOnce('/groups/1/owner', { userId: '2' })
  const [added, , addedAgain, owner, , ownerAgain] = keys()
  expect(addedAgain).not.toBe(added)
  expect(ownerAgain).toBe(owner)
})
