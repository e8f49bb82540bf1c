import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { call, person } from '../helpers/people.ts'
import { startProcess } from '../helpers/serverProcess.ts'
import { startServer } from '../helpers/startServer.ts'

/** The moments of the kill: each after this many answers of signups that run at the same time. */
const ANSWERS = [0, 1, 2]
const SIGNUPS = 6

test.each(ANSWERS)(
  'an invitation of one use lets in one user, when the server is killed after %i answers to signups',
  { timeout: 120_000 },
  async (answers) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-invite-'))
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
    const { port, child } = await startProcess({ DATA_DIR: dataDir })
    const place = { url: `http://127.0.0.1:${port}` }
    const admin = await person(place, 'admin')
    await admin.patch('/api/admin/settings', { registration: { mode: 'invite', domains: [] } })
    const { body } = await admin.post('/api/admin/invites', { maxUses: 1 })
    const visitor = (name: string) => ({
      username: name,
      fullName: name,
      email: `${name}@example.org`,
      password: 'correct horse',
      invite: body.token as string,
      transport: 'bearer',
    })
    let answered = 0
    const died = new Promise((resolve) => child.once('exit', resolve))
    const kill = () => answered >= answers && child.kill('SIGKILL')
    await Promise.allSettled(
      Array.from({ length: SIGNUPS }, async (_, index) => {
        const signup = call(place, 'POST', '/api/auth/signup', undefined, visitor(`early${index}`))
        if (answers === 0) setImmediate(kill)
        await signup
        answered += 1
        kill()
      }),
    )
    await died

    const again = await startServer({ loginFailuresPer15Minutes: 1000 }, dataDir)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 16_000 })
    onTestFinished(() => void vi.useRealTimers())
    const login = (name: string) =>
      call(again, 'POST', '/api/auth/login', undefined, {
        login: name,
        password: 'correct horse',
        transport: 'bearer',
      })
    const signedUp = []
    for (let index = 0; index < SIGNUPS; index += 1)
      if ((await login(`early${index}`)).status === 200) signedUp.push(index)
    const later = await call(again, 'POST', '/api/auth/signup', undefined, visitor('later'))
    expect([signedUp.length, later.status]).toEqual(signedUp.length === 0 ? [0, 201] : [1, 403])
  },
)
