import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, watch, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { createBackup } from '../../src/operations/backup/backup.writer.ts'
import { call, person } from '../helpers/people.ts'
import { FailedStart, startProcess } from '../helpers/serverProcess.ts'
import { configOf } from '../helpers/startServer.ts'
import { outcome, scratchDirectory, startCommand } from './helpers.ts'

const SEED = Number(process.env['KILL_SEED'] ?? Math.trunc(Math.random() * 1000))
const KILLS = 4
const MEDIA = 100
const REFUSED =
  /^Parley cannot start: the restore into \S+ was interrupted.* Run it again: npm run restore -- <file>\.tar\.gz\n$/

let file = ''

beforeAll(async () => {
  process.stdout.write(`kills: KILL_SEED=${SEED}\n`)
  const folder = await mkdtemp(join(tmpdir(), 'parley-restore-'))
  file = join(folder, 'backup.tar.gz')
  await makeBackup(join(folder, 'data'))
  return () => rm(folder, { recursive: true })
})

/** Makes a backup with an account and some files. */
async function makeBackup(dataDir: string): Promise<void> {
  const app = await createApp({ ...configOf(dataDir), mongoUri: undefined }, createLogger('silent'))
  await person({ url: `http://127.0.0.1:${await app.listen()}` }, 'ada')
  for (let index = 0; index < MEDIA; index += 1) {
    const id = index.toString(16).padStart(24, '0')
    const folder = join(dataDir, 'media', 'store', id.slice(-2), id)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'original'), randomBytes(50_000))
  }
  await createBackup({ mongoUri: undefined, dataDir }, file, () => {})
  await app.close()
}

/** Starts a server. Returns its sentence when it refuses, or the status of the sign-in of the only user. */
async function started(dataDir: string): Promise<string | number> {
  try {
    const server = await startProcess({ DATA_DIR: dataDir })
    const place = { url: `http://127.0.0.1:${server.port}` }
    const login = { login: 'ada', password: 'correct horse', transport: 'bearer' }
    const { status } = await call(place, 'POST', '/api/auth/login', undefined, login)
    await server.stop()
    return status
  } catch (error) {
    if (error instanceof FailedStart && error.code === 1) return error.errors
    throw error
  }
}

/** Starts a restore, and resolves when it has made its mark. */
async function beginRestore(dataDir: string): Promise<{ child: ChildProcess; exit: Promise<unknown> }> {
  const changes = watch(dataDir)
  const child = startCommand('restore', dataDir, file)
  const exit = once(child, 'exit')
  for await (const { filename } of changes) if (filename === '.unfinished-restore-placing.json') break
  return { child, exit }
}

test('a restore killed at any moment is refused by name at the start, until it was run again', async () => {
  const whole = scratchDirectory()
  const { exit: ended } = await beginRestore(whole)
  const begun = performance.now()
  await ended
  const duration = performance.now() - begun
  expect(await started(whole)).toBe(200)

  const dataDir = scratchDirectory()
  const results = []
  for (let round = 0; round < KILLS; round += 1) {
    const { child, exit } = await beginRestore(dataDir)
    const killing = setTimeout(() => child.kill('SIGKILL'), duration * (((SEED + round * 619) % 1000) / 1000))
    await exit
    clearTimeout(killing)
    const result = await started(dataDir)
    results.push(result)
    // It was faster than the kill.
    if (result === 200) for (const name of await readdir(dataDir)) await rm(join(dataDir, name), { recursive: true })
    else expect(result).toMatch(REFUSED)
  }
  expect(results.some((result) => result !== 200)).toBe(true)
  expect(await outcome(startCommand('restore', dataDir, file))).toMatchObject({ code: 0, errors: '' })
  expect((await readdir(dataDir)).toSorted()).toEqual(['jwt-secret', 'media', 'parley.db', 'parley.lock'])
  expect(await started(dataDir)).toBe(200)
}, 240_000)

test('a restore killed between two of its files is refused by name, and runs again', async () => {
  const dataDir = scratchDirectory()
  await writeFile(join(dataDir, '.unfinished-restore-placing.json'), '["media","jwt-secret","parley.db"]')
  await mkdir(join(dataDir, 'media'))
  await writeFile(join(dataDir, 'jwt-secret'), 'x'.repeat(64))
  expect(await started(dataDir)).toMatch(REFUSED)
  expect(await outcome(startCommand('restore', dataDir, file))).toMatchObject({ code: 0, errors: '' })
  expect(await started(dataDir)).toBe(200)
}, 60_000)

test('a restore that is stopped leaves a directory that is refused, and one that fails an empty one', async () => {
  const dataDir = scratchDirectory()
  const { child, exit } = await beginRestore(dataDir)
  child.kill('SIGTERM')
  await exit
  expect(await started(dataDir)).toMatch(REFUSED)
  const damaged = join(scratchDirectory(), 'damaged.tar.gz')
  await writeFile(damaged, 'damaged')
  expect(await outcome(startCommand('restore', dataDir, damaged))).toMatchObject({ code: 1 })
  expect(await readdir(dataDir)).toEqual(['parley.lock'])
}, 60_000)

test('a killed move into a directory is refused by name', async () => {
  const dataDir = scratchDirectory()
  await mkdir(join(dataDir, '.unfinished-move-1a2b3c'))
  await expect(startProcess({ DATA_DIR: dataDir })).rejects.toMatchObject({
    code: 1,
    errors: expect.stringMatching(
      /^Parley cannot start: the move into \S+ was interrupted.* Run it again: npm run move\n$/,
    ) as unknown,
  })
}, 60_000)
