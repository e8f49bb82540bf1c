import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { TINY } from '../bench/bench.options.ts'
import { measure, withCircumstances } from '../bench/measure.ts'
import { NODES_TINY } from '../bench/nodes/nodes.options.ts'
import { measureBus } from '../bench/nodes/bus.ts'
import { measureNodes } from '../bench/nodes/index.ts'
import { STORAGE_TINY } from '../bench/storage/storage.options.ts'
import { measureStorage } from '../bench/storage/index.ts'
import { formatTable, SERVERS } from '../bench/table.ts'
import { median, percentile } from '../bench/statistics.ts'

test(
  'a small measurement counts the messages that both servers delivered, and prints a table',
  { timeout: 60_000 },
  async () => {
    const progress: string[] = []
    const bench = { options: TINY, code: 'source' as const, progress: (line: string) => void progress.push(line) }
    const table = await withCircumstances(TINY.rounds, () => measure(['cpu'], bench))
    const messages = TINY.fixedRate * TINY.seconds * 2
    const line = (server: string) => `cpu: ${server}: ${messages} messages acknowledged, ${messages} delivered`
    expect(progress).toEqual([line('parley'), line('relay'), line('parley'), line('relay')])
    expect(table).toMatch(/ratio +Parley +bare Socket\.IO +unit/)
    expect(table).toMatch(/^processor time a message at 100\/s +\d[\d.,]* +\d[\d.,]* +\d[\d.,]* +us/m)
    expect(table).toContain(`Node ${process.versions.node}`)
  },
)

test(
  'the storage is measured with many and with few messages, and is unchanged afterwards',
  { timeout: 60_000 },
  async () => {
    const data = mkdtempSync(join(tmpdir(), 'parley-bench-test-'))
    onTestFinished(() => rmSync(data, { recursive: true, force: true }))
    const progress: string[] = []
    const run = () => measureStorage({ options: STORAGE_TINY, data, progress: (line) => void progress.push(line) })
    const table = await run()
    expect(table).toMatch(/ratio +among 1,200 +among 240 +unit/)
    expect(table).toMatch(/^newest page of 50, p50 +\d[\d.,]* +\d[\d.,]* +\d[\d.,]* +ms +at most 2x/m)
    expect(table).toMatch(/^writes at 16 callers +\d[\d.,]* +\d[\d.,]* +\d[\d.,]* +1\/s +at least 0.5x/m)
    expect(table).toMatch(/^a scan delays a write, most .* ms +at most 20/m)
    expect(progress.filter((line) => line.startsWith('filling'))).toEqual([
      'filling the small store: 100%',
      'filling the large store: 100%',
    ])
    progress.length = 0
    await run()
    expect(progress.filter((line) => line.startsWith('filling'))).toEqual([])
  },
)

const { MONGO_DB_URI: mongoUri = '', REDIS_URL: redisUrl = '' } = process.env

test.skipIf(!mongoUri || !redisUrl)(
  'two nodes are measured beside one, and each user writes to a user of the other node',
  { timeout: 120_000 },
  async () => {
    const table = await measureNodes({
      options: NODES_TINY,
      code: 'source',
      engines: { mongoUri, redisUrl },
      progress: () => {},
    })
    expect(table).toMatch(/ratio +two nodes +one node +unit/)
    expect(table).toMatch(
      /^processor time of the nodes a message at 20\/s +\d[\d.,]* +\d[\d.,]* +\d[\d.,]* +us +at most 2\.5x/m,
    )
  },
)

test.skipIf(!redisUrl)('the bus is measured beside pub/sub', async () => {
  const { rounds, busMessages: messages } = NODES_TINY
  const table = await measureBus({ rounds, messages, redisUrl, progress: () => {} })
  expect(table).toMatch(/^processor time, 20 told in a turn of the event loop +\d[\d.,]* +\d[\d.,]* +\d[\d.,]* +us/m)
})

test('a table gives the median ratio of the rounds with its spread, and says which target is missed', () => {
  const rows = [
    {
      name: 'rate',
      unit: '1/s',
      samples: { parley: [70, 80, 90], relay: [100, 100, 100] },
      target: { of: 'ratio' as const, atLeast: 0.7 },
    },
    {
      name: 'stall',
      unit: 'ms',
      samples: { parley: [20], relay: [10] },
      target: { of: 'parley' as const, atMost: 15 },
      remark: 'a busy machine',
    },
  ]
  const [, rate, stall, remark] = formatTable(rows, SERVERS).split('\n')
  expect(rate).toMatch(
    /^rate +0\.80 \[0\.70 0\.90\] +80\.0 \[70\.0 90\.0\] +100 \[100 100\] +1\/s +at least 0\.7x +met$/,
  )
  expect(stall).toMatch(/^stall \* +2\.00 +20\.0 +10\.0 +ms +at most 15 +MISSED$/)
  expect(remark).toBe('* stall: a busy machine')
})

test('percentiles and medians are values of the list or the middle of two', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1)
  expect([percentile(hundred, 0.5), percentile(hundred, 0.99), percentile(hundred, 1)]).toEqual([51, 100, 100])
  expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5])
})
