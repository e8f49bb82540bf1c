import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { forgetTyping, useTyping } from '../../src/typing/typing.store.ts'

vi.mock(import('../../src/connection/socket.client.ts'), async () =>
  (await import('../helpers/fakeSocket.ts')).fakeSocket(),
)

const typers = (id: string) => useTyping.getState().typers[id] ?? []
const type = (conversationId: string, userId: string) =>
  useTyping.getState().receive({ conversationId, userId, isTyping: true })

beforeEach(() => {
  vi.useFakeTimers()
  forgetTyping()
})
afterEach(() => vi.useRealTimers())

test('who says nothing any more has stopped typing', () => {
  type('a', 'kofi')
  vi.advanceTimersByTime(5000)
  type('a', 'kofi')
  vi.advanceTimersByTime(5000)
  expect(typers('a')).toEqual(['kofi'])
  vi.advanceTimersByTime(1000)
  expect(typers('a')).toEqual([])
})

test('who has gone types nowhere, the others go on', () => {
  type('a', 'kofi')
  type('a', 'yuki')
  type('b', 'kofi')
  useTyping.getState().removeUsers(['kofi', 'hannah'])
  expect([typers('a'), typers('b')]).toEqual([['yuki'], []])
})
