import { once } from 'node:events'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openEmbedded } from '../src/index.ts'
import { scratchDirectory } from './helpers/scratchDirectory.ts'
import { killAndCheck, noWrites, startWriter } from './helpers/kills.ts'

/** `npm run soak -w backend/engine` kills hundreds. */
const KILLS = 12

describe('a killed server', () => {
  it(`loses no acknowledged write in ${KILLS} kills at random moments`, { timeout: 120_000 }, async () => {
    const directory = scratchDirectory()
    const all = noWrites()
    for (let kill = 0; kill < KILLS; kill++) expect(await killAndCheck(directory, all, Math.random)).toEqual([])
    for (const kind of [all.ones, all.groups, all.notes, all.pairs, [all.mark], [all.sum]])
      expect(kind.at(-1)).toBeGreaterThan(0)
  })

  it('locks its directory while it runs, and unlocks it when it is killed', { timeout: 60_000 }, async () => {
    const directory = scratchDirectory()
    const { child, lines } = startWriter(directory, 0)
    onTestFinished(() => void child.kill('SIGKILL'))
    await firstOf(lines)
    const open = () => openEmbedded({ dataDir: directory, logger: pino({ level: 'silent' }) })
    await expect(open()).rejects.toThrow(`The data directory ${directory} is already in use by another process`)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const database = await open()
    expect(await database.connection.collection('ones').countDocuments()).toBeGreaterThan(0)
    // A failed second attempt of this process must not release its lock.
    await expect(open()).rejects.toThrow('already in use')
    const [code] = (await once(startWriter(directory, 0).child, 'exit')) as [number]
    expect(code).toBe(1)
    await database.close()
  })
})

async function firstOf(lines: AsyncIterable<string>): Promise<void> {
  for await (const line of lines) if (line.startsWith('one')) return
}
