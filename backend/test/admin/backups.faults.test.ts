import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, statSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Backup } from '../../src/contract/index.ts'
import { createBackupController } from '../../src/admin/backup.controller.ts'
import { createBackupFileStore } from '../../src/admin/backupFile.store.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { restoreBackup } from '../../src/operations/restore/backup.restorer.ts'
import { createGroup, messagesOf, say, team } from '../helpers/groups.ts'
import { call, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'
import { logger, scratchDirectory } from '../operations/helpers.ts'
import { on } from '../retention/retention.helpers.ts'
import { programOf } from '../helpers/programs.ts'

/** How long a backup may take while other programs have the processors. */
const BUSY_MS = 300_000
const PASSWORD = 'correct horse'
const SERVER = fileURLToPath(new URL('../deliveryModel/server.child.ts', import.meta.url))

async function office() {
  const { server, people } = await team(['admin', 'grace'], { mongoUri: undefined })
  const [admin, grace] = people as [Person, Person]
  const group = await createGroup(admin, [grace])
  await say(grace, group.id, 'In the backup')
  return { server, admin, group }
}

/** Stores the files of a backup that was made before. @returns its name */
function storeBackup(folder: string, day: number): string {
  const name = `parley-202601${String(day).padStart(2, '0')}-093000-00000${day}.tar.gz`
  const createdAt = `2026-01-${String(day).padStart(2, '0')}T09:30:00.000Z`
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), 'content')
  const note = { name, state: 'done', createdAt, bytes: 7, sha256: null, problem: null }
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(note))
  return name
}

async function finished(admin: Person): Promise<Backup[]> {
  let items: Backup[] = []
  await expect
    .poll(
      async () =>
        (items = (await admin.get('/api/admin/backups')).body.items as Backup[]).some(
          ({ state }) => state === 'running',
        ),
      // The process of a backup has the lowest priority: on a busy machine it waits for every other program.
      { timeout: BUSY_MS, interval: 100 },
    )
    .toBe(false)
  return items
}

test(
  'a backup that an admin makes can be downloaded, and restores everything',
  async () => {
    const { server, admin, group } = await office()
    const begun = await admin.post('/api/admin/backups', {})
    expect(begun).toMatchObject({ status: 202, body: { state: 'running', progress: 0, sha256: null, problem: null } })
    // Requested twice, made once.
    expect((await admin.post('/api/admin/backups', {})).body.name).toBe(begun.body.name)
    expect((await admin.delete(`/api/admin/backups/${begun.body.name}`)).body.code).toBe('busy')
    expect((await admin.get(`/api/admin/backups/${begun.body.name}`)).status).toBe(404)
    const [backup, ...others] = await finished(admin)
    expect(others).toEqual([])
    expect(backup).toMatchObject({ name: begun.body.name, state: 'done', progress: 1, problem: null })
    expect(statSync(join(server.dataDir, 'backups', begun.body.name)).mode & 0o777).toBe(0o600)

    const { body: allowed } = await admin.post(`/api/admin/backups/${begun.body.name}/token`, { password: PASSWORD })
    const answer = await fetch(`${server.url}/api/admin/backups/${begun.body.name}?token=${allowed.token}`, {
      headers: { authorization: `Bearer ${admin.accessToken}` },
    })
    expect(answer.headers.get('content-disposition')).toContain(begun.body.name)
    const content = Buffer.from(await answer.arrayBuffer())
    expect(content).toHaveLength(backup?.bytes ?? 0)
    expect(createHash('sha256').update(content).digest('hex')).toBe(backup?.sha256)
    const [file, dataDir] = [join(scratchDirectory(), 'downloaded.tar.gz'), join(scratchDirectory(), 'data')]
    writeFileSync(file, content)
    await restoreBackup({ mongoUri: undefined, dataDir }, file, () => {})
    // The copy leaves the machine, so it holds no secret that signs tokens for this server. Its users stay signed in.
    expect([existsSync(join(server.dataDir, 'jwt-secret')), existsSync(join(dataDir, 'jwt-secret'))]).toEqual([
      true,
      false,
    ])
    await server.stop()
    const again = await startServer({ mongoUri: undefined }, dataDir)
    const refreshed = await call(again, 'POST', '/api/auth/refresh', undefined, { refreshToken: admin.refreshToken })
    const { accessToken } = refreshed.body.tokens
    expect((await messagesOf(on(again, { ...admin, accessToken }), group.id)).map(({ text }) => text)).toContain(
      'In the backup',
    )
  },
  BUSY_MS,
)

test('a backup is downloaded only by the session whose admin has given the password again, for five minutes', async () => {
  const { server, admin } = await office()
  const path = `/api/admin/backups/${storeBackup(join(server.dataDir, 'backups'), 1)}`
  const unlock = (password: string) => admin.post(`${path}/token`, { password })
  expect((await admin.get(path)).body).toMatchObject({ reason: 'backup_needs_password' })
  expect((await unlock('wrong horse')).body).toMatchObject({ code: 'invalid_credentials' })
  const { status, body } = await unlock(PASSWORD)
  expect([status, typeof body.token]).toEqual([201, 'string'])
  const download = async (token: string, accessToken = admin.accessToken) => {
    const headers = { authorization: `Bearer ${accessToken}` }
    const answer = await fetch(`${server.url}${path}?token=${token}`, { headers })
    return [answer.status, answer.status === 200 ? await answer.text() : '']
  }
  expect(await download(body.token)).toEqual([200, 'content'])
  expect(await download('x'.repeat(43))).toEqual([403, ''])
  const login = { login: 'admin', password: PASSWORD, transport: 'bearer' }
  const other = (await call(server, 'POST', '/api/auth/login', undefined, login)).body.tokens
  expect(await download(body.token, other.accessToken)).toEqual([403, ''])
  const { body: log } = await admin.get('/api/admin/audit?action=backup.unlock')
  expect(log.items.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['done', 'invalid_credentials'])
  expect(JSON.stringify(log)).not.toContain(PASSWORD)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 300_001 })
  onTestFinished(() => void vi.useRealTimers())
  expect(await download(body.token)).toEqual([403, ''])
})

test('guesses at the password of a backup are limited like those at a sign-in', async () => {
  const { server, people } = await team(['admin'], { mongoUri: undefined, loginFailuresPer15Minutes: 3 })
  const [admin] = people as [Person]
  const name = storeBackup(join(server.dataDir, 'backups'), 1)
  const codes = []
  for (let guess = 0; guess < 4; guess += 1)
    codes.push((await admin.post(`/api/admin/backups/${name}/token`, { password: `guess ${guess}` })).body.code)
  expect(codes).toEqual(['invalid_credentials', 'invalid_credentials', 'invalid_credentials', 'rate_limited'])
})

test(
  'three backups are kept, and a deleted one is gone',
  async () => {
    const { server, admin } = await office()
    const folder = join(server.dataDir, 'backups')
    const names = [3, 2, 1].map((day) => storeBackup(folder, day))
    expect((await finished(admin)).map(({ name }) => name)).toEqual(names)
    names.unshift((await admin.post('/api/admin/backups', {})).body.name)
    expect((await finished(admin)).map(({ name, state }) => [name, state])).toEqual(
      names.slice(0, 3).map((name) => [name, 'done']),
    )
    expect((await admin.delete(`/api/admin/backups/${names[0]}`)).status).toBe(204)
    expect((await admin.get(`/api/admin/backups/${names[0]}`)).status).toBe(404)
    expect(readdirSync(folder).filter((name) => name.endsWith('.gz'))).toHaveLength(2)
  },
  BUSY_MS,
)

test(
  'a backup that a kill of the server interrupts is listed as failed, leaves no file, and the next one is made',
  async () => {
    const { server, admin } = await office()
    await server.stop()
    const child = spawn(process.execPath, [programOf(SERVER), server.dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    const [folder, exit] = [join(server.dataDir, 'backups'), once(child, 'exit')]
    const watcher = watch(server.dataDir, { recursive: true }, () => {
      if (existsSync(folder) && readdirSync(folder).some((name) => /^\.parley-.*\.[0-9a-f]{12}$/.test(name)))
        child.kill('SIGKILL')
    })
    await call({ url: `http://127.0.0.1:${port}` }, 'POST', '/api/admin/backups', admin.accessToken, {})
    await exit
    watcher.close()
    const again = await startServer({ mongoUri: undefined }, server.dataDir)
    const boss = on(again, admin)
    const [cut] = (await boss.get('/api/admin/backups')).body.items
    expect(cut).toMatchObject({ state: 'failed', progress: 0, problem: expect.stringContaining('stopped') })
    expect(readdirSync(folder)).toEqual([`${cut.name}.json`])
    await boss.post('/api/admin/backups', {})
    expect(await finished(boss)).toMatchObject([{ state: 'done' }])
  },
  BUSY_MS,
)

test(
  'a stop of the server ends the running backup',
  async () => {
    const { server, admin } = await office()
    await admin.post('/api/admin/backups', {})
    await server.stop()
    const again = await startServer({ mongoUri: undefined }, server.dataDir)
    expect((await on(again, admin).get('/api/admin/backups')).body.items).toMatchObject([
      { state: 'failed', problem: expect.stringContaining('stopped') },
    ])
  },
  BUSY_MS,
)

test('names that lead to other directories are no backups', async () => {
  const { server, admin } = await office()
  writeFileSync(join(server.dataDir, 'backups.json'), '{}')
  for (const name of ['..%2fjwt-secret', '..%2fparley.db', 'parley-20260101-000000-ffffff.tar.gz']) {
    expect((await admin.get(`/api/admin/backups/${name}`)).status).toBe(404)
    expect((await admin.delete(`/api/admin/backups/${name}`)).status).toBe(404)
  }
})

test('the server refuses to back up MongoDB and names its tools', async () => {
  const backups = createBackupController({
    files: createBackupFileStore(scratchDirectory()),
    start: null,
    checkPassword: async () => {},
    clock: systemClock,
    logger,
  })
  await expect(backups.create()).rejects.toMatchObject({
    code: 'backup_unsupported',
    message: expect.stringContaining('mongodump'),
  })
  expect(await backups.list()).toEqual({ items: [] })
})
