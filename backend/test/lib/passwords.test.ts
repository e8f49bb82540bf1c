import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { compareSync, getRounds } from 'bcryptjs'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createPasswordPool, type PasswordPoolOptions } from '../../src/lib/passwords/pool.ts'
import type * as WorkerModule from '../../src/lib/worker.ts'

const threads = vi.hoisted((): Worker[] => [])
// Records the real threads that live.
vi.mock('../../src/lib/worker.ts', async (original) => {
  const { startWorker } = await original<typeof WorkerModule>()
  return {
    startWorker: (...args: Parameters<typeof startWorker>) => {
      const worker = startWorker(...args)
      threads.push(worker)
      return worker
    },
  }
})

/** A hash whose version bcrypt does not know, so the thread cannot check it. */
const BROKEN_HASH = `$9z$04$${'a'.repeat(53)}`

it('hashes with the configured cost and checks', async () => {
  const passwords = pool({ cost: 5 })
  const hash = await passwords.hash('correct horse')
  expect(getRounds(hash)).toBe(5)
  expect(compareSync('correct horse', hash)).toBe(true)
  expect(await passwords.verify('correct horse', hash)).toBe(true)
  expect(await passwords.verify('wrong horse', hash)).toBe(false)
})

it('does not block the main thread', async () => {
  const passwords = pool({ cost: 4 })
  await passwords.hash('the thread has started')
  let turns = 0
  const turning = setInterval(() => (turns += 1))
  await Promise.all(Array.from({ length: 50 }, () => passwords.hash('correct horse')))
  clearInterval(turning)
  expect(turns).toBeGreaterThan(5)
})

it('works as long for an unknown account as for a real one, and never matches', async () => {
  const passwords = pool({ cost: 4 })
  expect(getRounds(passwords.dummyHash)).toBe(4)
  expect(passwords.dummyHash).toHaveLength((await passwords.hash('x')).length)
  expect(await passwords.verify('', passwords.dummyHash)).toBe(false)
})

it('knows which hashes were made with another cost', async () => {
  const hash = await pool({ cost: 4 }).hash('correct horse')
  expect([pool({ cost: 4 }).isOutdated(hash), pool({ cost: 10 }).isOutdated(hash)]).toEqual([false, true])
})

it('queues a limited number of tasks, and refuses the others at once', async () => {
  const passwords = pool({ cost: 4, limits: { passwords: 1, passwordsPerAccount: 5 } })
  // One is being hashed, one waits.
  const first = [passwords.hash('a'), passwords.hash('b')]
  await expect(passwords.hash('c')).rejects.toMatchObject({ code: 'unavailable' })
  await Promise.all(first)
  await passwords.hash('d')
})

it('reports a failure only to its own task', async () => {
  const passwords = pool({ cost: 4 })
  const [broken, whole] = await Promise.allSettled([passwords.verify('a', BROKEN_HASH), passwords.hash('b')])
  expect([broken.status, whole.status]).toEqual(['rejected', 'fulfilled'])
})

it('ends its thread when it is idle, and starts another at the next use', async () => {
  const passwords = pool({ cost: 4, idleMs: 1 })
  const hash = await passwords.hash('a')
  await exitOf(threads.at(-1))
  expect(await passwords.verify('a', hash)).toBe(true)
})

it('uses the thread of a pool that was closed, unless that has ended', async () => {
  const first = pool({ cost: 4 })
  await first.hash('a')
  await first.close()
  const started = threads.length
  const second = pool({ cost: 5 })
  expect(getRounds(await second.hash('b'))).toBe(5)
  expect(threads).toHaveLength(started)
  await second.close()
  await Promise.all(threads.map((thread) => thread.terminate()))
  expect(getRounds(await pool({ cost: 4 }).hash('c'))).toBe(4)
  expect(threads).toHaveLength(started + 1)
})

it('lets addresses take turns, and the accounts of an address', async () => {
  const passwords = pool({ cost: 4 })
  const order: string[] = []
  const hash = async (group: string, key: string) => {
    await passwords.hash('a', { group, key })
    order.push(`${group} ${key}`)
  }
  await Promise.all([
    ...Array.from({ length: 4 }, () => hash('stranger', 'eve')),
    hash('stranger', 'ada'),
    hash('home', 'ben'),
  ])
  expect(order).toEqual(['stranger eve', 'stranger eve', 'home ben', 'stranger ada', 'stranger eve', 'stranger eve'])
})

it('takes one of each address when the queue is full of another', async () => {
  const passwords = pool({ cost: 4, limits: { passwords: 3, passwordsPerAccount: 5 } })
  const stranger = Array.from({ length: 4 }, (_, index) => passwords.hash('a', { group: 'stranger', key: `${index}` }))
  await expect(passwords.hash('a', { group: 'stranger', key: 'next' })).rejects.toMatchObject({ code: 'unavailable' })
  const own = passwords.hash('a', { group: 'home', key: 'ada' })
  await expect(passwords.hash('a', { group: 'home', key: 'ben' })).rejects.toMatchObject({ code: 'unavailable' })
  await Promise.all([...stranger, own])
})

it('refuses an account that has too many waiting, and takes another one', async () => {
  const passwords = pool({ cost: 4, limits: { passwords: 100, passwordsPerAccount: 2 } })
  const [ada, ben] = [
    { group: 'home', key: 'ada' },
    { group: 'home', key: 'ben' },
  ]
  const first = [1, 2, 3].map(() => passwords.hash('a', ada))
  await expect(passwords.hash('a', ada)).rejects.toMatchObject({
    reason: 'too_many_sign_ins',
    params: { retryAfter: 5 },
  })
  await Promise.all([...first, passwords.hash('b', ben)])
})

it('rejects the task of a crashed thread, and does the waiting ones in another thread', async () => {
  const passwords = pool({ cost: 10 })
  const held = Promise.allSettled([passwords.hash('a'), passwords.hash('b')])
  await threads.at(-1)?.terminate()
  expect((await held).map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  expect(getRounds(await passwords.hash('c'))).toBe(10)
})

it('rejects waiting and later tasks when it is closed', async () => {
  const passwords = pool({ cost: 10 })
  const waiting = Promise.allSettled([passwords.hash('a'), passwords.hash('b')])
  await passwords.close()
  for (const { status } of await waiting) expect(status).toBe('rejected')
  await expect(passwords.hash('c')).rejects.toMatchObject({ code: 'unavailable' })
  await passwords.close()
})

function pool(options: PasswordPoolOptions) {
  const made = createPasswordPool(options)
  onTestFinished(() => made.close())
  return made
}

async function exitOf(thread: Worker | undefined): Promise<void> {
  if (thread && thread.threadId !== -1) await once(thread, 'exit')
}
