import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { ANNOUNCEMENTS_ID } from '../../src/contract/index.ts'
import { foundIn } from '../helpers/foundIn.ts'
import { messagesOf, team } from '../helpers/groups.ts'
import { call, next, person, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'
import { scratchDirectory } from '../operations/helpers.ts'
import { inStore, on } from '../retention/retention.helpers.ts'
import { programOf } from '../helpers/programs.ts'

const CLI = fileURLToPath(new URL('../../src/cli/index.ts', import.meta.url))
const PASSWORD = 'a very long password'

interface Outcome {
  code: number | null
  output: string
  errors: string
}

/** Runs `npm run admin -- <args>` with an input. */
async function admin(dataDir: string, args: string[], input = ''): Promise<Outcome> {
  const { MONGO_DB_URI: _, ...env } = process.env
  const child = spawn(process.execPath, [programOf(CLI), ...args], {
    env: { ...env, DATA_DIR: dataDir, BCRYPT_COST: '4' },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exit = once(child, 'exit') as Promise<[number | null]>
  child.stdin.end(input)
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exit])
  return { code, output, errors }
}

const running = () => team(['first', 'grace'], { mongoUri: undefined })
const login = (server: { url: string }, name: string, password: string) =>
  call(server, 'POST', '/api/auth/login', undefined, { login: name, password, transport: 'bearer' })
const tokenIn = (output: string) => /\/reset\/(\S+)/.exec(output)?.[1] ?? ''
/** Returns the lines of the audit log from the command line, oldest first. */
const logOf = async (boss: Person) => (await boss.get('/api/admin/audit?q=command')).body.items.toReversed()

test('while the server runs, the command line acts at once, like the panel', async () => {
  const { server, people } = await running()
  const [first, grace] = people as [Person, Person]
  expect(statSync(join(server.dataDir, 'admin.sock')).mode & 0o777).toBe(0o600)
  expect(statSync(join(server.dataDir, 'admin.json')).mode & 0o777).toBe(0o600)
  const ended = next(await grace.connect(), 'sessionEnded')
  expect(await admin(server.dataDir, ['promote', 'GRACE@example.org'])).toEqual({
    code: 0,
    output: 'grace (grace) is an admin now.\n',
    errors: '',
  })
  expect(await ended).toBe('revoked')
  expect((await login(server, 'grace', 'correct horse')).body.user.role).toBe('admin')
  expect((await admin(server.dataDir, ['demote', 'grace'])).output).toBe('grace (grace) is a member now.\n')
  expect(await admin(server.dataDir, ['demote', 'first'])).toMatchObject({
    code: 1,
    output: '',
    errors: 'This is the only admin. Make another person admin first.\n',
  })

  const heard = next(await first.connect(), 'broadcastMessage')
  expect(
    await admin(
      server.dataDir,
      ['broadcast', '--title', 'Water', '--priority', 'urgent', '--acknowledge'],
      'Off at noon\n',
    ),
  ).toMatchObject({ code: 0, output: 'Sent to 1 person.\n' })
  expect(await heard).toMatchObject({
    title: 'Water',
    text: 'Off at noon',
    senderId: first.id,
    broadcast: { priority: 'urgent', needsAcknowledgement: true },
  })

  expect((await admin(server.dataDir, ['stats'])).output).toMatch(/Accounts: +2\n[^]*Online: +1 people/)
  expect(JSON.parse((await admin(server.dataDir, ['stats', '--json'])).output)).toMatchObject({ people: 2 })
  expect(await logOf(first)).toMatchObject([
    { actor: null, action: 'user.role', targetUser: { username: 'grace' }, detail: { role: 'admin' }, outcome: 'done' },
    { actor: null, action: 'user.role', detail: { role: 'member' }, outcome: 'done' },
    { actor: null, action: 'user.role', targetUser: { username: 'first' }, outcome: 'last_admin' },
    { actor: null, action: 'broadcast.create', detail: { title: 'Water' } },
    { actor: null, action: 'broadcast.send', outcome: 'done' },
  ])
}, 90_000)

test('passwords come from a prompt or a pipe, or are set by a link, and are in no log', async () => {
  const { server, people } = await running()
  const [first] = people as [Person]
  expect(
    (
      await admin(
        server.dataDir,
        ['create-admin', 'ada', '--email', 'ada@example.org', '--name', 'Ada Lovelace'],
        `${PASSWORD}\n`,
      )
    ).output,
  ).toBe('Ada Lovelace (ada) is an admin now, and can sign in.\n')
  expect((await login(server, 'ada', PASSWORD)).body.user).toMatchObject({ role: 'admin', fullName: 'Ada Lovelace' })
  expect(await admin(server.dataDir, ['create-admin', 'ada', '--email', 'other@example.org', '--link'])).toMatchObject({
    code: 1,
    errors: 'Another account has this username already.\n',
  })
  const invited = await admin(server.dataDir, ['create-admin', 'lin', '--email', 'lin@example.org', '--link'])
  expect(
    (
      await call(server, 'POST', '/api/auth/reset', undefined, {
        token: tokenIn(invited.output),
        password: 'chosen by lin',
      })
    ).status,
  ).toBe(204)
  expect((await login(server, 'lin', 'chosen by lin')).body.user.role).toBe('admin')

  const link = await admin(server.dataDir, ['reset-password', 'ada'])
  expect(link).toMatchObject({
    code: 0,
    output: expect.stringContaining('A link for Ada Lovelace (ada) to set a new password. It works once, until'),
  })
  expect((await login(server, 'ada', PASSWORD)).status).toBe(200)
  expect((await admin(server.dataDir, ['reset-password', 'ada', '--password'], 'quite another one')).output).toBe(
    'Ada Lovelace (ada) has a new password.\n',
  )
  expect((await login(server, 'ada', PASSWORD)).status).toBe(401)
  expect((await login(server, 'ada', 'quite another one')).status).toBe(200)
  expect(await admin(server.dataDir, ['reset-password', 'ada', '--password'], 'short')).toMatchObject({
    code: 1,
    errors: expect.stringContaining('at least 8'),
  })
  expect((await logOf(first)).map(({ action }: { action: string }) => action)).toEqual([
    'user.create',
    'user.create',
    'user.create',
    'user.resetLink',
    'user.resetPassword',
  ])
  expect(foundIn(server.dataDir, /a very long password|quite another one|chosen by lin/)).toEqual([])
}, 90_000)

test('when the server is stopped, the command line opens the storage itself, also a new one', async () => {
  const dataDir = join(scratchDirectory(), 'new')
  expect((await admin(dataDir, ['create-admin', 'ada', '--email', 'ada@example.org'], PASSWORD)).code).toBe(0)
  expect((await admin(dataDir, ['broadcast', 'Welcome'])).output).toBe('Sent to 0 people.\n')
  expect((await admin(dataDir, ['stats'])).output).toMatch(/^Server: +is not asked[^]*Accounts: +1\n/)
  expect(existsSync(join(dataDir, 'admin.sock'))).toBe(false)
  const server = await startServer({ mongoUri: undefined }, dataDir)
  const { body } = await login(server, 'ada', PASSWORD)
  expect(body.user.role).toBe('admin')
  const ben = await person(server, 'ben')
  const ada = on(server, { ...ben, accessToken: body.tokens.accessToken })
  expect(await messagesOf(ada, ANNOUNCEMENTS_ID)).toMatchObject([{ text: 'Welcome' }])
  expect(await logOf(ada)).toHaveLength(3)
}, 90_000)

test('a killed server does not block the command line, and a stopping server removes its address', async () => {
  const { server } = await running()
  const { dataDir } = server
  await server.stop()
  expect(existsSync(join(dataDir, 'admin.json'))).toBe(false)
  // As a killed server leaves it.
  writeFileSync(
    join(dataDir, 'admin.json'),
    JSON.stringify({ path: join(dataDir, 'admin.sock'), token: 'of another time' }),
  )
  writeFileSync(join(dataDir, 'admin.sock'), '')
  expect(await admin(dataDir, ['promote', 'grace'])).toMatchObject({ code: 0 })
  await startServer({ mongoUri: undefined }, dataDir)
  expect(await admin(dataDir, ['demote', 'grace'])).toMatchObject({ code: 0 })
}, 90_000)

test('a request without the token is refused, and a directory with a long name works', async () => {
  const dataDir = join(scratchDirectory(), 'x'.repeat(60), 'y'.repeat(60))
  mkdirSync(dataDir, { recursive: true })
  const server = await startServer({ mongoUri: undefined }, dataDir)
  await person(server, 'first')
  expect(existsSync(join(dataDir, 'admin.sock'))).toBe(false)
  expect((await admin(dataDir, ['stats'])).output).toContain('Running since')
  const address = JSON.parse(readFileSync(join(dataDir, 'admin.json'), 'utf8')) as { path: string; token: string }
  writeFileSync(join(dataDir, 'admin.json'), JSON.stringify({ ...address, token: 'f'.repeat(64) }))
  chmodSync(join(dataDir, 'admin.json'), 0o600)
  expect(await admin(dataDir, ['stats'])).toMatchObject({ code: 1, errors: 'This is not the token of this server.\n' })
  await server.stop()
  expect(existsSync(address.path)).toBe(false)
}, 90_000)

test('wrong usage ends with code 2 and prints the usage', async () => {
  const dataDir = scratchDirectory()
  expect(await admin(dataDir, ['--help'])).toMatchObject({
    code: 0,
    output: expect.stringMatching(/create-admin[^]*promote[^]*demote[^]*reset-password[^]*broadcast[^]*stats/),
  })
  expect(await admin(dataDir, ['broadcast', '--help'])).toMatchObject({
    code: 0,
    output: expect.stringContaining('--acknowledge'),
  })
  for (const args of [
    [],
    ['dance'],
    ['promote'],
    ['create-admin', 'ada'],
    ['create-admin', 'ada', '--email', 'a@b.org', '--password', 'secret'],
  ]) {
    const { code, output, errors } = await admin(dataDir, args)
    expect([args, code, (output + errors).includes('Usage: npm run admin --')]).toEqual([args, 2, true])
  }
  expect(existsSync(join(dataDir, 'parley.db'))).toBe(false)
}, 120_000)

test('dead jobs are listed, and requeued on request', async () => {
  const { server } = await running()
  await server.stop()
  const dead = {
    _id: 'broadcast:x',
    kind: 'broadcast',
    payload: { id: '0'.repeat(24) },
    state: 'dead' as const,
    tries: 12,
    error: 'Error: the disk is full',
    addedAt: new Date(),
  }
  await inStore(server, ({ Job }) => Job.create(dead))
  const listed = await admin(server.dataDir, ['jobs'])
  expect(listed).toMatchObject({ code: 0, errors: '' })
  expect(listed.output).toMatch(/^ {2}broadcast +0 waiting, 0 in RabbitMQ, 0 running here, 1 given up$/m)
  expect(listed.output).toMatch(/^Given up:\n {2}\S+ {2}broadcast:x {2}Error: the disk is full$/m)
  const again = await startServer({ mongoUri: undefined }, server.dataDir)
  const { code, output } = await admin(server.dataDir, ['jobs', '--retry', '--json'])
  expect([code, JSON.parse(output)]).toMatchObject([0, { requeued: 1, dead: [{ id: 'broadcast:x' }] }])
  // A job for a broadcast that does not exist does nothing.
  await expect
    .poll(async () => JSON.parse((await admin(server.dataDir, ['jobs', '--json'])).output).stats.broadcast, {
      timeout: 10_000,
    })
    .toMatchObject({ waiting: 0, dead: 0 })
  await again.stop()
}, 60_000)
