import { verifySync } from '@node-rs/bcrypt'
import type * as Native from '@node-rs/bcrypt'
import bcryptjs from 'bcryptjs'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createPasswordPool, type PasswordPoolOptions } from '../../src/lib/passwords/pool.ts'
import type * as WorkerModule from '../../src/lib/worker.ts'

const { getRounds } = bcryptjs

/** How many threads of bcryptjs were started. */
const threads = vi.hoisted(() => ({ started: 0 }))
vi.mock('../../src/lib/worker.ts', async (original) => {
  const { startWorker } = await original<typeof WorkerModule>()
  return {
    startWorker: (...args: Parameters<typeof startWorker>) => {
      threads.started += 1
      return startWorker(...args)
    },
  }
})

/** The native checks that run now, and the most that ran at once. */
const checks = vi.hoisted(() => ({ running: 0, most: 0 }))
vi.mock('@node-rs/bcrypt', async (original) => {
  const native = await original<typeof Native>()
  return {
    ...native,
    async verify(...args: Parameters<typeof native.verify>) {
      checks.running += 1
      checks.most = Math.max(checks.most, checks.running)
      try {
        return await native.verify(...args)
      } finally {
        checks.running -= 1
      }
    },
  }
})

/** Longest passwords, a zero byte, letters of two to four bytes, and more bytes than bcrypt reads. */
const PASSWORDS = ['', 'a', 'é😀ß', 'p'.repeat(72), `${'p'.repeat(71)}é`, 'p'.repeat(80), 'a\0b', 'a\0']

it('hashes with native code as bcryptjs does, for every password and version', async () => {
  const passwords = pool({ cost: 4 })
  const before = threads.started
  for (const password of PASSWORDS) {
    const ours = await passwords.hash(password)
    const theirs = bcryptjs.hashSync(password, 4)
    expect(ours).toMatch(/^\$2b\$04\$/)
    expect(passwords.isOutdated(ours)).toBe(false)
    expect(bcryptjs.compareSync(password, ours)).toBe(true)
    for (const version of ['$2a', '$2b', '$2y'])
      expect(await passwords.verify(password, theirs.replace('$2b', version))).toBe(true)
    expect(await passwords.verify(`x${password}`, theirs)).toBe(false)
  }
  expect(threads.started).toBe(before)
})

it('checks with bcryptjs what the native code reads differently', async () => {
  const passwords = pool({ cost: 4 })
  const hash = bcryptjs.hashSync('a\ufffd', 4)
  expect(verifySync('a\ud800', hash)).toBe(true)
  expect(await passwords.verify('a\ud800', hash)).toBe(false)
  expect(await passwords.verify('a', 'not a hash')).toBe(false)
  await expect(passwords.verify('a', `$9z$04$${'a'.repeat(53)}`)).rejects.toThrow('Invalid salt version')
})

it('runs a bounded number of tasks at once, and leaves threads for files', async () => {
  const hash = bcryptjs.hashSync('a', 4)
  const passwords = pool({ cost: 4, atOnce: 2 })
  checks.most = 0
  await Promise.all(Array.from({ length: 20 }, () => passwords.verify('a', hash)))
  expect(checks.most).toBe(2)
})

it('works as long for an unknown account as for a real one, and never matches', async () => {
  const startedBefore = threads.started
  const passwords = pool({ cost: 4 })
  expect(getRounds(passwords.dummyHash)).toBe(4)
  expect(passwords.dummyHash).toHaveLength((await passwords.hash('x')).length)
  checks.most = 0
  expect(await passwords.verify('', passwords.dummyHash)).toBe(false)
  expect(checks.most).toBe(1)
  expect(threads.started).toBe(startedBefore)
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

it('rejects running, waiting and later tasks when it is closed', async () => {
  const passwords = pool({ cost: 10 })
  const held = Promise.allSettled([passwords.hash('a'), passwords.hash('b')])
  await passwords.close()
  for (const { status } of await held) expect(status).toBe('rejected')
  await expect(passwords.hash('c')).rejects.toMatchObject({ code: 'unavailable' })
})

function pool(options: PasswordPoolOptions) {
  const made = createPasswordPool({ atOnce: 1, ...options })
  onTestFinished(() => made.close())
  return made
}
