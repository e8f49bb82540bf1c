import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { createMetrics } from '../../src/metrics/prometheus.metrics.ts'
import { upload } from '../media/files.ts'
import { emit, newId, person, request } from '../helpers/people.ts'
import { startServer, type TestServer } from '../helpers/startServer.ts'

const TOKEN = 'for-tests-only-thirty-two-characters'
/**
 * The program of `validator/`, which `.ci/run` builds. Without it the tests that need Prometheus' own reader of rules
 * are skipped by name.
 */
const RULES_VALIDATOR = process.env['RULES_VALIDATOR']
const deployed = (name: string) => fileURLToPath(new URL(`../../deploy/observability/${name}`, import.meta.url))

async function scrape({ url }: TestServer): Promise<string> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })
  expect(answer.status).toBe(200)
  return answer.text()
}

/** Returns a figure by its name and labels. Labels of a histogram are in the order of the output. */
function figure(text: string, name: string): number {
  const line = text.split('\n').find((line) => line.startsWith(`${name} `))
  return Number(line?.slice(name.length + 1))
}

const namesIn = (text: string): Set<string> =>
  new Set([...text.split('\n').flatMap((line) => /^([a-z]\w*)[ {]/.exec(line)?.[1] ?? []), ...histogramsIn(text)])
/** Also metrics without a value yet, such as those of garbage collection. */
const histogramsIn = (text: string): string[] =>
  [...text.matchAll(/^# TYPE (\w+) histogram$/gm)].flatMap(([, name]) =>
    ['_bucket', '_sum', '_count'].map((part) => name + part),
  )

test('messages are counted by kind and result, requests by route pattern, and no label has a value that a client can choose', async () => {
  const server = await startServer({ metricsToken: TOKEN, messagesPerMinute: 4 })
  const [ada, bob] = [await person(server, 'ada'), await person(server, 'bob')]
  const [socket] = [await ada.connect(), await bob.connect()]
  const message = { receiverId: bob.id, text: 'Hello', clientMessageId: newId() }
  await ada.post('/api/messages', message)
  await request(socket, 'sendMessage', message)
  await request(socket, 'sendMessage', { ...message, clientMessageId: newId() })
  await emit(socket, 'sendMessage', { receiverId: 'nobody' })
  await request(socket, 'sync', { since: null, held: {} })
  await ada.post('/api/messages', { receiverId: 'all', text: 'To everybody', clientMessageId: newId() })
  expect((await ada.post('/api/messages', { ...message, clientMessageId: newId() })).status).toBe(429)
  await upload(server, ada, 'notes.txt', Buffer.alloc(1234, 'x'))
  await ada.get(`/api/users/${bob.id}`)
  await ada.get(`/api/users/${'f'.repeat(24)}`)
  await ada.get('/api/there-is-no-such-thing')
  await fetch(`${server.url}/api/chats`, { method: 'PROPFIND' })

  const text = await scrape(server)
  const of = (name: string) => figure(text, name)
  expect(of('parley_messages_total{kind="direct",result="kept"}')).toBe(2)
  expect(of('parley_messages_total{kind="direct",result="repeated"}')).toBe(1)
  expect(of('parley_messages_total{kind="broadcast",result="kept"}')).toBe(1)
  expect(of('parley_messages_total{kind="unknown",result="refused"}')).toBe(2)
  expect(of('parley_message_acknowledgement_seconds_count')).toBe(3)
  expect(of('parley_socket_event_seconds_count{event="sendMessage",result="ok"}')).toBe(2)
  expect(of('parley_socket_event_seconds_count{event="sendMessage",result="refused"}')).toBe(1)
  expect(of('parley_syncs_total')).toBe(1)
  expect(of('parley_rate_limit_refusals_total{limit="messages"}')).toBe(1)
  expect(of('parley_rate_limit_refusals_total{limit="syncs"}')).toBe(0)
  expect(of('parley_deliveries_total{event="newMessage"}')).toBe(3)
  expect(of('parley_deliveries_total{event="broadcastMessage"}')).toBe(2)
  expect([
    of('parley_connections'),
    of('parley_people_online'),
    of('parley_ready'),
    of('parley_part_up{part="database"}'),
  ]).toEqual([2, 2, 1, 1])
  expect(of('parley_http_request_seconds_count{route="/api/messages",method="POST",status="2xx"}')).toBe(2)
  expect(of('parley_http_request_seconds_count{route="/api/messages",method="POST",status="4xx"}')).toBe(1)
  expect(of('parley_http_request_seconds_count{route="/api/users/:id",method="GET",status="2xx"}')).toBe(1)
  expect(of('parley_http_request_seconds_count{route="/api/users/:id",method="GET",status="4xx"}')).toBe(1)
  expect(of('parley_http_request_seconds_count{route="none",method="GET",status="4xx"}')).toBe(1)
  expect(text).toMatch(/parley_http_request_seconds_count\{route="[^"]*",method="OTHER",status="4xx"\} 1/)
  expect(text).not.toMatch(new RegExp(`${bob.id}|there-is-no-such-thing|PROPFIND`))
  expect(of('parley_upload_bytes_total')).toBe(1234)
  expect(of('parley_data_disk_free_bytes')).toBeGreaterThan(0)
})

/** The metrics of a server, and those that one of several nodes has besides. */
async function allNames(): Promise<Set<string>> {
  const server = await startServer({ metricsToken: TOKEN })
  const ada = await person(server, 'ada')
  await emit(await ada.connect(), 'sendMessage', { receiverId: ada.id, text: 'x', clientMessageId: newId() })
  const one = await scrape(server)
  const metrics = createMetrics()
  metrics.read({
    connections: () => ({ users: 0, connections: 0 }),
    health: { report: async () => ({ status: 'ready', draining: false, parts: {} }) },
    freeBytes: async () => 1,
    storage: async () => ({
      waitingWrites: 0,
      waitingReads: 0,
      readers: 0,
      openTransactions: 0,
      commits: { count: 0, seconds: 0, commands: 0, buckets: [] },
      fileBytes: 0,
      logBytes: 0,
    }),
    bus: { counts: () => ({ published: 1, received: 2, gaps: 3 }), isConnected: () => false },
    jobs: { stats: async () => ({ push: { waiting: 4, queued: 0, running: 5, dead: 6, done: 7, failed: 0 } }) },
  })
  const several = await metrics.text()
  expect([figure(several, 'parley_bus_gaps_total'), figure(several, 'parley_bus_connected')]).toEqual([3, 0])
  expect([
    figure(several, 'parley_jobs{kind="push",state="dead"}'),
    figure(several, 'parley_jobs_done_total{kind="push"}'),
  ]).toEqual([6, 7])
  // The next scrape must not add a counter a second time.
  expect(figure(await metrics.text(), 'parley_bus_told_total')).toBe(1)
  return new Set([...namesIn(one), ...namesIn(several)])
}

interface Dashboard {
  panels: {
    type: string
    title: string
    targets?: { expr: string; legendFormat: string }[]
    fieldConfig?: { defaults: { unit: string } }
  }[]
}

async function dashboard(): Promise<Dashboard> {
  return JSON.parse(await readFile(deployed('dashboard.json'), 'utf8')) as Dashboard
}

const expressionsOf = ({ panels }: Dashboard): string[] =>
  panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
const namesUsed = (text: string): string[] => [...new Set(text.match(/\b(?:parley|nodejs|process)_\w+/g))]

const oneLine = (expression: string) => expression.replaceAll('$__rate_interval', '5m').replaceAll('\n', ' ')
/** Reads files of rules, and expressions, with Prometheus' own parsers. */
const read = (rules: string[], expressions: string[]) =>
  spawnSync(RULES_VALIDATOR ?? '', rules, { input: expressions.map(oneLine).join('\n'), encoding: 'utf8' })

describe('the dashboard and the alert rules', () => {
  test(
    'use only metrics that the server has, and the dashboard has each metric of the server',
    { timeout: 30_000 },
    async () => {
      const told = await allNames()
      const shown = namesUsed(expressionsOf(await dashboard()).join('\n'))
      const watched = namesUsed((await readFile(deployed('rules.yaml'), 'utf8')).replace(/^\s*#.*$/gm, ''))
      expect([...shown, ...watched].filter((name) => !told.has(name))).toEqual([])
      const families = new Set(shown.map((name) => name.replace(/_(bucket|sum|count)$/, '')))
      const own = new Set(
        [...told].filter((name) => name.startsWith('parley_')).map((name) => name.replace(/_(bucket|sum|count)$/, '')),
      )
      // Useful only for work on the engine.
      for (const name of ['parley_storage_readers', 'parley_storage_open_transactions']) own.delete(name)
      expect([...own].filter((name) => !families.has(name))).toEqual([])
    },
  )

  test('have a unit for each panel and a name for each line', async () => {
    for (const { type, title, targets = [], fieldConfig } of (await dashboard()).panels) {
      if (type === 'row') continue
      expect([title, fieldConfig?.defaults.unit]).toEqual([title, expect.stringMatching(/./)])
      expect(targets.length).toBeGreaterThan(0)
      for (const { legendFormat } of targets) expect([title, legendFormat]).toEqual([title, expect.stringMatching(/./)])
    }
  })

  test.skipIf(RULES_VALIDATOR === undefined)(
    "can be read by Prometheus' own parser, which finds the same metrics",
    { timeout: 30_000 },
    async () => {
      const { status, stdout, stderr } = read([deployed('rules.yaml')], expressionsOf(await dashboard()))
      expect([status, stderr]).toEqual([0, ''])
      const told = await allNames()
      expect(stdout.split('\n').filter((name) => name !== '' && name !== 'up' && !told.has(name))).toEqual([])
      expect(read([], ['sum(rate(parley_connections)']).status).toBe(1)
      expect(read([deployed('dashboard.json')], []).status).toBe(1)
    },
  )
})
