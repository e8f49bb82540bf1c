import { describe, expect, test } from 'vitest'
import {
  EMPTY_TIMELINE,
  lacksChanges,
  loadingOlder,
  withChanges,
  withLive,
  withOlder,
  withPage,
  type Timeline,
} from '../../src/timeline/timeline.model.ts'
import { id, message } from '../generators/index.ts'

const conversationId = id()
const written = (seq: number, rev = seq) =>
  message({ conversationId, seq, rev, text: `Message ${seq}`, id: `m${seq}`, clientMessageId: `c${seq}` })
const edited = (seq: number, rev: number) => ({ ...written(seq, rev), text: `Edited at ${rev}` })
const run = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => written(from + index))

/** Messages `from` to `to`, each at the rev of its place. */
const held = (from: number, to: number, more: Partial<Timeline> = {}): Timeline => ({
  ...EMPTY_TIMELINE,
  status: 'ready',
  messages: run(from, to),
  rev: to,
  hasOlder: from > 1,
  ...more,
})
const texts = ({ messages }: Timeline) => messages.map(({ text }) => text)
const places = ({ messages }: Timeline) => messages.map(({ seq }) => seq)

describe('a live event', () => {
  test('that is the next change is applied', () => {
    const next = withLive(withLive(held(1, 3), written(4)), edited(2, 5))
    expect(places(next)).toEqual([1, 2, 3, 4])
    expect(texts(next)[1]).toBe('Edited at 5')
    expect(next.rev).toBe(5)
  })

  test('that is known already changes nothing, so that nothing is rendered again', () => {
    const timeline = held(1, 3)
    expect(withLive(timeline, written(2))).toBe(timeline)
  })

  test('that came late does not take back a later one', () => {
    const next = withLive(withLive(held(1, 3), edited(1, 5)), edited(1, 4))
    expect(texts(next)[0]).toBe('Edited at 5')
    expect(next.rev).toBe(5)
  })

  test('that came early is shown where it can be, and tells that something is missing until that is here', () => {
    const early = withLive(held(1, 3), written(4, 5))
    expect(places(early)).toEqual([1, 2, 3, 4])
    expect(early.rev).toBe(3)
    expect(lacksChanges(early)).toBe(true)
    const whole = withLive(early, edited(1, 4))
    expect(whole.rev).toBe(5)
    expect(lacksChanges(whole)).toBe(false)
  })

  test('beyond a hole waits until the hole is filled', () => {
    const early = withLive(held(1, 3), written(5))
    expect(places(early)).toEqual([1, 2, 3])
    expect(places(withLive(early, written(4)))).toEqual([1, 2, 3, 4, 5])
  })

  test('of a message before the run only counts', () => {
    const next = withLive(held(5, 8), edited(2, 9))
    expect(places(next)).toEqual([5, 6, 7, 8])
    expect(next.rev).toBe(9)
  })

  test('is the end of waiting for a message of one’s own, whatever its number', () => {
    const pending = {
      clientMessageId: 'c4',
      conversationId,
      text: 'Message 4',
      files: [],
      order: 1,
      createdAt: '',
      state: 'sending' as const,
      problem: null,
    }
    expect(withLive(held(1, 3, { pending: [pending] }), written(4, 9)).pending).toEqual([])
  })
})

describe('changes that were fetched', () => {
  test('are applied all at once, with what came early since', () => {
    const early = withLive(withLive(held(1, 3), written(6, 9)), written(7, 10))
    // Message 4 was edited after 5 was written.
    const next = withChanges(early, [written(5, 5), edited(4, 6), edited(2, 7), edited(3, 8)])
    expect(next && places(next)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(next?.rev).toBe(10)
  })

  test('that leave a hole are refused: the newest page has to be loaded', () => {
    expect(withChanges(held(1, 3), [written(5, 6)])).toBeNull()
  })
})

describe('the newest page', () => {
  test('takes in what came live while it was loading', () => {
    const loading = withLive(withLive({ ...EMPTY_TIMELINE, status: 'loading' }, written(3)), edited(1, 4))
    const next = withPage(loading, { items: run(1, 2), hasMore: false, rev: 2 })
    expect(places(next)).toEqual([1, 2, 3])
    expect(texts(next)[0]).toBe('Edited at 4')
    expect(next.rev).toBe(4)
  })

  test('replaces a run that is too far behind, its older part too: that may have changed', () => {
    const next = withPage(held(1, 10, { rev: 10 }), { items: run(301, 350), hasMore: true, rev: 400 })
    expect(places(next)[0]).toBe(301)
    expect(next).toMatchObject({ rev: 400, hasOlder: true })
  })

  test('that comes after newer changes is not taken', () => {
    const timeline = held(1, 10)
    expect(withPage(timeline, { items: run(1, 8), hasMore: false, rev: 8 })).toBe(timeline)
  })
})

describe('older messages', () => {
  test('have the changes that came while they were loading', () => {
    const changed = withLive(loadingOlder(held(5, 8)), edited(2, 9))
    const next = withOlder(changed, { items: run(1, 4), hasMore: false, rev: 8 })
    expect(next && texts(next).slice(0, 3)).toEqual(['Message 1', 'Edited at 9', 'Message 3'])
    expect(next).toMatchObject({ rev: 9, hasOlder: false, loadingOlder: false, aside: [] })
  })

  test('keep a higher rev than an event that comes late', () => {
    const next = withOlder(loadingOlder(held(5, 8)), {
      items: [written(1), edited(2, 12), written(3), written(4)],
      hasMore: false,
      rev: 11,
    })
    expect(next && texts(withLive(next, edited(2, 9)))[1]).toBe('Edited at 12')
  })

  test('that do not lead up to the run are not taken', () => {
    expect(withOlder(loadingOlder(held(5, 8)), { items: run(1, 3), hasMore: false, rev: 8 })).toBeNull()
  })
})

describe('what is not for the one who looks', () => {
  test('leaves holes among the changes, over which the server’s word leads', () => {
    const early = withLive(held(1, 3), written(4, 9))
    expect(lacksChanges(early)).toBe(true)
    const next = withChanges(early, [edited(2, 6), written(4, 9)], 12)
    expect(next).toMatchObject({ rev: 12, early: [] })
    expect(next && texts(next)[1]).toBe('Edited at 6')
  })

  test('may be all there was: then only the number rises', () => {
    const timeline = held(1, 3)
    const next = withChanges(timeline, [], 8)
    expect(next).toMatchObject({ rev: 8 })
    expect(next?.messages).toBe(timeline.messages)
  })

  test('holds its place in the run when it is hidden', () => {
    const hidden = { ...written(4), text: '', hidden: true }
    const next = withChanges(held(1, 3), [hidden, written(5)], 5)
    expect(next && places(next)).toEqual([1, 2, 3, 4, 5])
  })

  test('lies before the place at which who joined later begins', () => {
    const joined = { ...EMPTY_TIMELINE, firstSeq: 7 }
    const opened = withPage(joined, { items: run(7, 9), hasMore: false, rev: 9 })
    expect(opened.hasOlder).toBe(false)
    // A page that reaches the place is the first one, whatever is said of more.
    expect(withPage(joined, { items: run(7, 9), hasMore: true, rev: 9 }).hasOlder).toBe(false)
    expect(places(withLive({ ...joined, status: 'ready', rev: 6 }, written(7)))).toEqual([7])
  })
})
