import { afterAll, beforeAll, expect, test } from 'vitest'
import { missingFaults } from './everyFault.ts'
import { run, World, type Report } from './run.ts'

/* Runs a few times what `npm run soak:delivery` runs a thousand times. A failing seed can be passed to it. */
let world: World
const reports: Report[] = []

beforeAll(async () => {
  world = await World.open()
}, 60_000)
afterAll(() => world.close())

const FIRST_SEED = Math.floor(Math.random() * 1e9)

test.each(Array.from({ length: 6 }, (_, index) => FIRST_SEED + index))(
  '[ACK1] [ONE1] [ORD1] [REV1] [CNT1] after random actions, faults and kills every client holds what the server holds (seed %i)',
  { timeout: 120_000 },
  async (seed) => {
    const report = await run(world, { seed, people: 4, steps: 120, kills: true })
    reports.push(report)
    expect(report.messages).toBeGreaterThan(0)
  },
)

test('[E2] [E7] [E8] [B1] every fault of the model has happened', () =>
  expect(missingFaults(world, reports, { all: true })).toEqual([]))
