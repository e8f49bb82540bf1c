import { expect, test } from 'vitest'
import { person } from '../helpers/people.ts'
import { startServer, type TestServer } from '../helpers/startServer.ts'

const TOKEN = 'for tests only: thirty-two characters'.replaceAll(' ', '-')

const ask = ({ url }: TestServer, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${url}/metrics`, { method, headers })
const withToken = { authorization: `Bearer ${TOKEN}` }

/** Returns the figures by name and labels. */
async function figures(server: TestServer): Promise<Map<string, number>> {
  const answer = await ask(server, withToken)
  expect(answer.status).toBe(200)
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

test('without METRICS_TOKEN there is no /metrics', async () => {
  const server = await startServer()
  for (const headers of [{}, withToken, { accept: 'text/html' }]) {
    const answer = await ask(server, headers)
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ code: 'not_found' })
  }
})

test('/metrics requires the token', async () => {
  const server = await startServer({ metricsToken: TOKEN })
  const { accessToken } = await person(server, 'ada')
  const wrong = [
    undefined,
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(0, -1)}`,
    `Basic ${TOKEN}`,
    'Bearer',
    `Bearer ${accessToken}`,
  ]
  for (const authorization of wrong) {
    const answer = await ask(server, authorization === undefined ? {} : { authorization })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
    expect(await answer.text()).not.toContain('parley_storage')
  }
  const answer = await ask(server, withToken)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect((await ask(server, withToken, 'POST')).status).toBe(405)
})

test('/metrics has the metrics of the process', async () => {
  const server = await startServer({ metricsToken: TOKEN })
  expect((await figures(server)).get('process_resident_memory_bytes')).toBeGreaterThan(10_000_000)
})

test.skipIf(process.env['MONGO_DB_URI'])(
  '/metrics has the figures of the embedded storage, and they follow its work',
  async () => {
    const server = await startServer({ metricsToken: TOKEN })
    const before = await figures(server)
    await person(server, 'ada')
    const after = await figures(server)
    const grown = (name: string): number => (after.get(name) ?? NaN) - (before.get(name) ?? NaN)
    expect(grown('parley_storage_commit_seconds_count')).toBeGreaterThan(0)
    expect(grown('parley_storage_commit_seconds_sum')).toBeGreaterThan(0)
    expect(grown('parley_storage_committed_commands_total')).toBeGreaterThanOrEqual(
      grown('parley_storage_commit_seconds_count'),
    )
    expect(after.get('parley_storage_commit_seconds_bucket{le="+Inf"}')).toBe(
      after.get('parley_storage_commit_seconds_count'),
    )
    const buckets = [...after].flatMap(([name, count]) =>
      name.startsWith('parley_storage_commit_seconds_bucket') ? [count] : [],
    )
    expect(buckets).toHaveLength(12)
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b))
    expect(after.get('parley_storage_waiting_commands{kind="write"}')).toBe(0)
    expect(after.get('parley_storage_waiting_commands{kind="read"}')).toBe(0)
    expect(after.get('parley_storage_open_transactions')).toBe(0)
    expect(after.get('parley_storage_readers')).toBeGreaterThanOrEqual(0)
    expect(
      (after.get('parley_storage_file_bytes') ?? 0) + (after.get('parley_storage_log_bytes') ?? 0),
    ).toBeGreaterThan(4096)
  },
)
