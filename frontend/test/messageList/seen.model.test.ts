import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSeenTracker, isEndVisible, seenRuns, SEEN_AFTER_MS, type Box } from '../../src/messageList/seen.model.ts'
import { message } from '../generators/index.ts'

const WIDTH = 400
/** Between two frames in which the page may look. */
const STEP_MS = 50

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('wait' as const), steps: fc.integer({ min: 1, max: 30 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('scroll' as const), by: fc.integer({ min: -900, max: 900 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('focus' as const), on: fc.boolean() }) },
  // A late image, a font that has loaded, a text that is unfolded.
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('grow' as const),
      index: fc.nat(29),
      by: fc.integer({ min: -40, max: 700 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('resize' as const), height: fc.integer({ min: 0, max: 900 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('cover' as const),
      top: fc.integer({ min: 0, max: 900 }),
      height: fc.integer({ min: 0, max: 500 }),
    }),
  },
)

/** A list of messages in a window, as a browser would lay it out. */
interface World {
  heights: number[]
  scrolled: number
  height: number
  cover: { top: number; bottom: number }
  hasFocus: boolean
}

const view = ({ height }: World): Box => ({ top: 56, bottom: 56 + height, left: 0, right: WIDTH })

function boxOf({ heights, scrolled }: World, index: number): Box {
  const top = 56 - scrolled + heights.slice(0, index).reduce((sum, height) => sum + height, 0)
  return { top, bottom: top + (heights[index] ?? 0), left: 0, right: WIDTH }
}

/** Tells, by nothing but the picture, whether every pixel row of the last line is free: a rule of the test's own. */
function isOnScreen(world: World, index: number): boolean {
  const { top, bottom } = boxOf(world, index)
  const line = Math.max(top, bottom - 20)
  const { cover, height } = world
  const middle = (line + bottom) / 2
  return (
    world.hasFocus &&
    bottom > line &&
    line >= 56 - 1 &&
    bottom <= 56 + height + 1 &&
    !(cover.top <= middle && middle < cover.bottom)
  )
}

test('no message counts that was not visible, and every message counts that was visible for a second', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 24, max: 1200 }), { minLength: 30, maxLength: 30 }),
      fc.integer({ min: 200, max: 900 }),
      fc.array(step, { minLength: 1, maxLength: 25 }),
      (heights, height, steps) => {
        const world: World = {
          heights: [...heights],
          scrolled: 0,
          height,
          cover: { top: 0, bottom: 0 },
          hasFocus: true,
        }
        const tracker = createSeenTracker()
        const seen = new Set<number>()
        const since = new Map<number, number>()
        const mayCount = new Set<number>()
        const mustCount = new Set<number>()
        let now = 0

        function frame(): void {
          const covered = (_: number, y: number) => world.cover.top <= y && y < world.cover.bottom
          const visible = world.hasFocus
            ? world.heights.flatMap((_, index) =>
                isEndVisible(boxOf(world, index), view(world), covered) ? [index + 1] : [],
              )
            : []
          for (const seq of tracker.look(visible, now)) seen.add(seq)
          for (const [index] of world.heights.entries()) {
            if (!isOnScreen(world, index)) since.delete(index)
            else if (!since.has(index)) since.set(index, now)
            const from = since.get(index)
            if (from !== undefined && now - from >= SEEN_AFTER_MS) mayCount.add(index + 1)
            if (from !== undefined && now - from >= 1000) mustCount.add(index + 1)
          }
        }

        frame()
        for (const each of steps) {
          if (each.kind === 'scroll') world.scrolled += each.by
          if (each.kind === 'focus') world.hasFocus = each.on
          if (each.kind === 'resize') world.height = each.height
          if (each.kind === 'cover') world.cover = { top: each.top, bottom: each.top + each.height }
          if (each.kind === 'grow') world.heights[each.index] = Math.max(1, (world.heights[each.index] ?? 0) + each.by)
          // The change is drawn, and the page looks because of it.
          frame()
          for (let count = each.kind === 'wait' ? each.steps : 0; count > 0; count -= 1) {
            now += STEP_MS
            frame()
          }
        }
        for (const seq of seen) expect(mayCount).toContain(seq)
        for (const seq of mustCount) expect(seen).toContain(seq)
      },
    ),
    { numRuns: 500 },
  )
})

test('the page looks again when a message has been visible for long enough', () => {
  const tracker = createSeenTracker()
  expect(tracker.look([1], 0)).toEqual([])
  expect(tracker.look([1, 2], 300)).toEqual([])
  expect(tracker.nextLookAt(300)).toBe(500)
  expect(tracker.look([1, 2], 500)).toEqual([1])
  expect(tracker.nextLookAt(500)).toBe(800)
  expect(tracker.look([], 600)).toEqual([])
  expect(tracker.nextLookAt(600)).toBeNull()
})

/** Browsers give the clock in tenths of a millisecond. */
const tenths = fc.nat(1e8).map((count) => count / 10)

test('a look at the time that the page was given finds the message seen, whatever the fractions of the clock', () => {
  fc.assert(
    fc.property(tenths, (from) => {
      const tracker = createSeenTracker()
      tracker.look([1], from)
      const at = tracker.nextLookAt(from) ?? NaN
      expect(tracker.look([1], at)).toEqual([1])
    }),
    { examples: [[12.3]] },
  )
})

test('runs hold seen messages, and of the others only those that wait for no reader', () => {
  const place = fc.constantFrom('unread', 'own', 'deleted', 'hidden', 'event')
  fc.assert(
    fc.property(
      fc.array(fc.record({ kind: place, isSeen: fc.boolean() }), { minLength: 1, maxLength: 20 }),
      fc.nat(5),
      (places, readSeq) => {
        const messages = places.map(({ kind }, index) =>
          message({
            seq: index + 1,
            senderId: kind === 'own' ? 'me' : 'other',
            deletedAt: kind === 'deleted' ? '2026-11-18T09:03:00.000Z' : null,
            hidden: kind === 'hidden',
            kind: kind === 'event' ? 'system' : 'user',
          }),
        )
        const seen = new Set(places.flatMap(({ isSeen }, index) => (isSeen ? [index + 1] : [])))
        const runs = seenRuns(messages, seen, 'me', (seq) => seq <= readSeq)
        const told = new Set(runs.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i)))
        const forReader = (index: number) => places[index]?.kind === 'unread' && index + 1 > readSeq
        const waiting = places.flatMap(({ isSeen }, index) => (forReader(index) ? [[index + 1, isSeen]] : []))
        expect(waiting.map(([seq]) => [seq, told.has(Number(seq))])).toEqual(waiting)
        expect(Math.min(...told, Infinity)).toBeGreaterThan(readSeq)
        const count = places.filter(({ kind, isSeen }, index) => kind === 'unread' && isSeen && index + 1 > readSeq)
        expect(runs.reduce((sum, run) => sum + run.count, 0)).toBe(count.length)
      },
    ),
  )
})
