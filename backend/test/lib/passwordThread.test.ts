import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { compareSync, getRounds } from 'bcryptjs'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createPasswordPool, type PasswordPoolOptions } from '../../src/lib/passwords/pool.ts'
import type * as WorkerModule from '../../src/lib/worker.ts'

// A system that the native library has no binary for: every test here runs in the thread of bcryptjs.
vi.mock('@node-rs/bcrypt', () => {
  throw new Error('Failed to load native binding')
})

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

it('rejects the task of a crashed thread, and does the waiting ones in another thread', async () => {
  const passwords = pool({ cost: 10 })
  await passwords.hash('the library is missing, and the thread has started')
  const held = Promise.allSettled([passwords.hash('a'), passwords.hash('b')])
  await new Promise((resolve) => void setImmediate(resolve))
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
  const made = createPasswordPool({ atOnce: 1, ...options })
  onTestFinished(() => made.close())
  return made
}

async function exitOf(thread: Worker | undefined): Promise<void> {
  if (thread && thread.threadId !== -1) await once(thread, 'exit')
}
