import { afterAll, beforeAll, expect, test } from 'vitest'
import { missingFaults } from './everyFault.ts'
import { run, World, type Report } from './run.ts'

/* The delivery model in short: a run of a fixed seed without kills. delivery.faults.test.ts and the soak run more of it. */
let world: World
const reports: Report[] = []

beforeAll(async () => {
  world = await World.open()
}, 60_000)
afterAll(() => world.close())

test.each([1])(
  '[E2] [E7] [B1] [REV1] [ONE1] after lost answers, a swallowed upgrade, a buffering proxy, a clock jump and another login every client holds what the server holds (seed %i)',
  { timeout: 60_000 },
  async (seed) => {
    const report = await run(world, { seed, people: 3, steps: 60, kills: false })
    reports.push(report)
    expect(report.messages).toBeGreaterThan(0)
  },
)

test('[E2] [E7] [E8] [B1] every fault of the model has happened', () =>
  expect(missingFaults(world, reports, { all: false })).toEqual([]))
