import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { parseConfig } from '../src/config.ts'
import type {
  AuthResult,
  Broadcast,
  Conversation,
  GroupMember,
  LedgerEntry,
  Message,
  MessagePage,
  Page,
  User,
} from '../src/contract/index.ts'
import { createLogger } from '../src/lib/logger.ts'
import { compose } from '../src/seed/message.composer.ts'
import { CONVERSATIONS } from '../src/seed/conversations.data.ts'
import { DEMO_PASSWORD, DEMO_USERS } from '../src/seed/users.data.ts'
import { NotEmptyError, seedStore } from '../src/seed/store.seeder.ts'
import { call } from './helpers/people.ts'
import { programOf } from './helpers/programs.ts'
import { startServer, type TestServer } from './helpers/startServer.ts'

const DAY = 24 * 3600_000
const SEED = fileURLToPath(new URL('../src/seed/index.ts', import.meta.url))

test('the demo team has lists, counts and histories like after real conversations', { timeout: 60_000 }, async () => {
  const dir = await temporaryDirectory()
  const lines = await seed(dir)
  expect(lines[0]).toBe(`${DEMO_USERS.length} people`)
  const server = await startOn(dir)

  const kinds = new Set<number>()
  for (const { username } of DEMO_USERS) {
    const { user, accessToken } = await login(server, username)
    expect(user.role).toBe(username === DEMO_USERS[0]?.username ? 'admin' : 'member')
    const { items } = await get<Page<Conversation>>(server, '/api/chats', accessToken)
    expect(items.map(({ kind }) => kind)).toContain('broadcast')
    expect(items.map(({ lastActivityAt }) => lastActivityAt)).toEqual(
      items
        .map(({ lastActivityAt }) => lastActivityAt)
        .toSorted()
        .toReversed(),
    )
    for (const conversation of items) {
      await checkHistory(server, conversation, user, accessToken)
      kinds.add(conversation.unreadCount === 0 ? 0 : 1)
    }
  }
  expect(kinds).toEqual(new Set([0, 1]))
})

/** Seeds a demo, starts a server on it, and signs the admin in. */
async function openDemo() {
  const dir = await temporaryDirectory()
  await seed(dir)
  const server = await startOn(dir)
  return { server, ...(await login(server, 'amara')) }
}

test('every demo has the same texts', () => {
  expect(textsAt('2026-03-01T03:00:00Z')).toEqual(textsAt('2026-11-21T15:30:00Z'))
  for (const texts of textsAt('2026-03-01T03:00:00Z')) {
    expect(texts.length).toBeGreaterThanOrEqual(5)
    expect(texts.length).toBeLessThanOrEqual(200)
    expect(texts.join('\n')).not.toMatch(/[{}]|undefined/)
  }
})

test(
  'the admin sees a dozen conversations of very different lengths, some of them unread',
  { timeout: 60_000 },
  async () => {
    const { server, accessToken } = await openDemo()
    const { items } = await get<Page<Conversation>>(server, '/api/chats', accessToken)
    const direct = items.filter(({ kind }) => kind === 'direct')
    expect(direct.length).toBeGreaterThan(7)
    expect(Math.max(...direct.map(({ lastSeq }) => lastSeq))).toBeGreaterThan(150)
    expect(direct.filter(({ unreadCount }) => unreadCount > 0).length).toBeGreaterThan(1)
    const groups = items.filter(({ kind }) => kind === 'group')
    expect(groups.map(({ group }) => [group?.name, group?.role])).toEqual([
      ['Year 2 forest trip', 'member'],
      ['Winter concert', 'member'],
      ['Staff room', 'owner'],
    ])
    for (const { id, group } of groups) {
      const { items: members } = await get<Page<GroupMember>>(server, `/api/groups/${id}/members`, accessToken)
      expect(members).toHaveLength(group?.memberCount ?? 0)
    }
    const announcements = items.find(({ kind }) => kind === 'broadcast')
    const { items: notices } = await get<MessagePage>(server, `/api/messages/${announcements?.id}`, accessToken)
    expect(notices).toHaveLength(6)
    for (const { title, receiverId } of notices) expect([typeof title, receiverId]).toEqual(['string', 'all'])
  },
)

test(
  'each announcement of the demo is a broadcast in the panel, whose ledger agrees with what each user has read',
  { timeout: 60_000 },
  async () => {
    const { server, accessToken } = await openDemo()
    const { items } = await get<Page<Broadcast>>(server, '/api/admin/broadcasts', accessToken)
    expect(items.map(({ state, seq }) => [state, seq])).toEqual([6, 5, 4, 3, 2, 1].map((seq) => ['sent', seq]))
    expect(items.filter(({ needsAcknowledgement }) => needsAcknowledgement)).toHaveLength(1)
    const readSeqs = new Map<string, number>()
    for (const { username } of DEMO_USERS.slice(1)) {
      const own = await login(server, username)
      const { items: chats } = await get<Page<Conversation>>(server, '/api/chats', own.accessToken)
      readSeqs.set(own.user.id, chats.find(({ kind }) => kind === 'broadcast')?.readSeq ?? 0)
    }
    for (const { id, seq, recipientCount, needsAcknowledgement } of items) {
      const { items: rows } = await get<Page<LedgerEntry>>(
        server,
        `/api/admin/broadcasts/${id}/ledger?limit=100`,
        accessToken,
      )
      expect(rows).toHaveLength(recipientCount)
      for (const { user, state } of rows) {
        const isRead = (readSeqs.get(user.id) ?? 0) >= (seq ?? 0)
        expect(state).toBe(isRead ? (needsAcknowledgement ? 'acknowledged' : 'opened') : 'delivered')
      }
    }
  },
)

test('the seed prints the command that starts the server on its data', { timeout: 60_000 }, async () => {
  const dir = join(await temporaryDirectory(), "the head's demo")
  const child = spawn(process.execPath, [programOf(SEED)], {
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'test', BCRYPT_COST: '4', DATA_DIR: dir },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  for await (const chunk of child.stdout.setEncoding('utf8')) output += String(chunk)
  expect(output).toContain(`DATA_DIR='${dir.replace("'", String.raw`'\''`)}' npm start`)
})

test('new messages of the demo team continue after the seeded ones', { timeout: 60_000 }, async () => {
  const dir = await temporaryDirectory()
  await seed(dir)
  const server = await startOn(dir)
  const { accessToken } = await login(server, 'amara')
  const { items } = await get<Page<Conversation>>(server, '/api/chats', accessToken)
  for (const { id, lastSeq } of items) {
    const { status, body } = await call(server, 'POST', '/api/messages', accessToken, {
      conversationId: id,
      text: 'And now?',
      clientMessageId: `now-${id}`,
    })
    expect([status, body.seq]).toEqual([201, lastSeq + 1])
  }
})

test('seeding twice is refused and changes nothing', { timeout: 60_000 }, async () => {
  const dir = await temporaryDirectory()
  await seed(dir)
  const look = async () => {
    const server = await startOn(dir)
    const { accessToken } = await login(server, 'leila')
    const found = [await get(server, '/api/chats', accessToken), await get(server, '/api/users', accessToken)]
    await server.stop()
    return found
  }
  const before = await look()
  await expect(seed(dir)).rejects.toThrow(NotEmptyError)
  expect(await look()).toEqual(before)
})

test('a store that a running server uses is not changed', async () => {
  const dir = await temporaryDirectory()
  const server = await startOn(dir)
  await expect(seed(dir)).rejects.toThrow(/already in use by another process/)
  const { status } = await call(server, 'POST', '/api/auth/login', undefined, {
    login: 'amara',
    password: DEMO_PASSWORD,
    transport: 'bearer',
  })
  expect(status).toBe(401)
})

function textsAt(now: string): string[][] {
  return CONVERSATIONS.map((conversation, seed) => compose(conversation, new Date(now), seed).map(({ text }) => text))
}

async function checkHistory(
  server: TestServer,
  conversation: Conversation,
  user: User,
  accessToken: string,
): Promise<void> {
  const { id, lastSeq, readSeq, unreadCount, lastMessage, lastActivityAt } = conversation
  const messages: Message[] = []
  for (let page: MessagePage = { items: [], hasMore: true, rev: 0 }; page.hasMore;) {
    page = await get<MessagePage>(server, `/api/messages/${id}?limit=100&after=${messages.length}`, accessToken)
    messages.push(...page.items)
  }
  expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: lastSeq }, (_, index) => index + 1))
  expect(unreadCount).toBe(lastSeq - readSeq)
  expect(messages.filter(({ seq, senderId }) => seq > readSeq && senderId === user.id)).toEqual([])
  expect(lastMessage?.id).toBe(messages.at(-1)?.id)
  const times = messages.map(({ createdAt }) => Date.parse(createdAt))
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(times.at(-1)).toBe(Date.parse(lastActivityAt))
  expect(times[0]).toBeGreaterThan(Date.now() - 22 * DAY)
  expect(times.at(-1)).toBeLessThan(Date.now())
}

function configOf(dir: string) {
  return parseConfig({
    NODE_ENV: 'test',
    DATA_DIR: dir,
    BCRYPT_COST: '4',
    JWT_SECRET: 'for tests only: thirty-two characters',
  })
}

async function seed(dir: string): Promise<string[]> {
  const lines: string[] = []
  await seedStore(configOf(dir), createLogger('silent'), (line) => lines.push(line))
  return lines
}

/** Always the embedded engine, whatever MONGO_DB_URI is, because these tests seed a directory. */
function startOn(dir: string): Promise<TestServer> {
  return startServer({ mongoUri: undefined }, dir)
}

async function login(server: TestServer, username: string): Promise<{ user: User; accessToken: string }> {
  const { status, body } = await call(server, 'POST', '/api/auth/login', undefined, {
    login: username,
    password: DEMO_PASSWORD,
    transport: 'bearer',
  })
  expect(status).toBe(200)
  const { user, tokens } = body as AuthResult
  return { user, accessToken: tokens?.accessToken ?? '' }
}

async function get<T>(server: TestServer, path: string, accessToken: string): Promise<T> {
  const { status, body } = await call(server, 'GET', path, accessToken)
  expect(status).toBe(200)
  return body as T
}

async function temporaryDirectory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-seed-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}
