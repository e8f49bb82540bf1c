import { afterAll, beforeAll, expect, test } from 'vitest'
import { run, World } from './run.ts'

/* What `npm run soak:delivery` does a thousand times, a few times. A seed that fails can be given to it again. */
let world: World

beforeAll(async () => {
  world = await World.open()
}, 60_000)
afterAll(() => world.close())

const FIRST_SEED = Math.floor(Math.random() * 1e9)

test.each(Array.from({ length: 6 }, (_, index) => FIRST_SEED + index))(
  '[ACK1] [ONE1] [ORD1] [REV1] [CNT1] after random deeds, faults and kills everybody holds what the server holds (seed %i)',
  { timeout: 120_000 },
  async (seed) => {
    const { messages } = await run(world, { seed, people: 4, steps: 120, kills: true })
    expect(messages).toBeGreaterThan(0)
  },
)
