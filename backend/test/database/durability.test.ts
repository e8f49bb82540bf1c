import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../../src/database/connect.ts'
import { openForWriting, type Store } from '../../src/database/embedded/engine/store.ts'
import { asBuffer } from '../../src/database/embedded/keys/raw.ts'
import { decodePlain } from '../../src/database/embedded/semantics/values.ts'
import { scratchDirectory } from './helpers/directory.ts'
import { problemsOf } from './helpers/integrity.ts'

const WRITER = fileURLToPath(new URL('./helpers/writer.child.ts', import.meta.url))
const KILLS = 6

interface Acknowledged {
  ones: number[]
  groups: number[]
  sum: number
  /** The highest number of all. */
  last: number
}

describe('a server that is killed', () => {
  it(`loses nothing that was acknowledged, in ${KILLS} kills at random instants`, { timeout: 60_000 }, async () => {
    const directory = scratchDirectory()
    const all: Acknowledged = { ones: [], groups: [], sum: 0, last: 0 }
    for (let kill = 0; kill < KILLS; kill++) {
      const { child, lines } = startWriter(directory, all.last + 10_000)
      // Killed after a random number of acknowledgements: under load there is always something on its way.
      let left = 1 + Math.floor(Math.random() * 600)
      for await (const line of lines) {
        note(all, line)
        if (--left === 0) child.kill('SIGKILL')
      }
      const store = openForWriting(directory)
      try {
        expectKept(store, all)
        expect(problemsOf(store)).toEqual([])
      } finally {
        store.close()
      }
    }
    expect(all.ones.length).toBeGreaterThan(0)
  })

  it('holds its directory alone while it lives, and leaves it free when it dies', async () => {
    const directory = scratchDirectory()
    const { child, lines } = startWriter(directory, 0)
    await firstOf(lines)
    const open = () => openDatabase({ dataDir: directory, logger: pino({ level: 'silent' }) })
    await expect(open()).rejects.toThrow(`The data directory ${directory} is already in use by another Parley server`)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const database = await open()
    expect(await database.connection.collection('ones').countDocuments()).toBeGreaterThan(0)
    // A second attempt of this process must not loosen its hold against others.
    await expect(open()).rejects.toThrow('already in use')
    const [code] = (await once(startWriter(directory, 0).child, 'exit')) as [number]
    expect(code).toBe(1)
    await database.close()
  })
})

async function firstOf(lines: AsyncIterable<string>): Promise<void> {
  for await (const _ of lines) return
}

function startWriter(directory: string, begin: number): { child: ChildProcess; lines: AsyncIterable<string> } {
  const child = spawn(process.execPath, ['--import', 'tsx', WRITER, directory, String(begin)], { stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, lines: createInterface({ input: child.stdout }) }
}

function note(all: Acknowledged, line: string): void {
  const [what, number] = line.split(' ')
  const value = Number(number)
  if (what === 'one') all.ones.push(value)
  if (what === 'group') all.groups.push(value)
  if (what === 'sum') all.sum = Math.max(all.sum, value)
  else all.last = Math.max(all.last, value)
}

function expectKept({ sqlite, catalog }: Store, all: Acknowledged): void {
  const table = (name: string): string => catalog.get('parley', name)?.table ?? 'none'
  const ids = (name: string): Set<unknown> =>
    new Set(sqlite.rows(`SELECT doc FROM ${table(name)}`).map(([doc]) => decoded(doc)['_id']))
  const ones = ids('ones')
  expect(all.ones.filter((id) => !ones.has(id))).toEqual([])
  const members = ids('groups')
  expect(all.groups.filter((group) => !members.has(`${group}-4`))).toEqual([])
  // Five in one call are five on disk or none, acknowledged or not.
  const partial = [...members].filter((id) => [0, 1, 2, 3, 4].some((i) => !members.has(`${String(id).split('-')[0]}-${i}`)))
  expect(partial).toEqual([])
  const [sum] = sqlite.rows(`SELECT doc FROM ${table('sums')}`).map(([doc]) => decoded(doc)['n'])
  expect(Number(sum ?? 0)).toBeGreaterThanOrEqual(all.sum)
}

function decoded(document: unknown): Record<string, unknown> {
  return document instanceof Uint8Array ? decodePlain(asBuffer(document)) : {}
}
