import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chaosProxy } from '../deliveryModel/chaosProxy.ts'
import { run, signUpAt, type Scene } from '../deliveryModel/run.ts'
import { CAN_START_NODES, startNodes } from './nodes.ts'

/**
 * After Redis lost its data, connections are renewed within ten seconds. A dead node is noticed after twenty, and all
 * clients sync.
 */
const LATE_MS = 40_000
const FIRST_SEED = Math.floor(Math.random() * 1e9)

describe.skipIf(!CAN_START_NODES)('two nodes behind nginx', () => {
  let scene: Scene & { close(): Promise<void> }
  beforeAll(async () => {
    scene = await openScene()
  }, 60_000)
  afterAll(() => scene?.close())

  test.each(Array.from({ length: 4 }, (_, index) => FIRST_SEED + index))(
    'after random actions and faults, with nodes and Redis killed in turn, every client holds what the servers hold (seed %i)',
    { timeout: 240_000 },
    async (seed) => {
      const { messages } = await run(scene, { seed, people: 4, steps: 120, kills: true })
      expect(messages).toBeGreaterThan(0)
    },
  )
})

/** The killed part restarts while the clients use the other parts. */
async function openScene(): Promise<Scene & { close(): Promise<void> }> {
  // Some clients can only poll.
  const nodes = await startNodes({}, true)
  const proxy = await chaosProxy()
  proxy.leadTo(Number(new URL(nodes.url).port))
  return {
    proxy,
    url: nodes.url,
    lateMs: LATE_MS,
    signUp: signUpAt(() => nodes.url),
    async kill(random) {
      const victim = random.pick([0, 1, 'redis', 'frozen redis'] as const)
      if (victim === 'redis') {
        await nodes.redis.kill()
        await nodes.redis.start()
      } else if (victim === 'frozen redis') {
        nodes.redis.freeze()
        setTimeout(nodes.redis.thaw, 1000)
      } else {
        await nodes.kill(victim)
        void nodes.start(victim)
      }
    },
    async close() {
      await proxy.close()
      await nodes.close()
    },
  }
}
