import { once } from 'node:events'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openEmbedded } from '../src/index.ts'
import { scratchDirectory } from './helpers/directory.ts'
import { killAndLook, nothingYet, startWriter } from './helpers/kills.ts'

/** Hundreds of them: `npm run soak -w backend`. */
const KILLS = 12

describe('a server that is killed', () => {
  it(`loses nothing that was acknowledged, in ${KILLS} kills at random instants`, { timeout: 120_000 }, async () => {
    const directory = scratchDirectory()
    const all = nothingYet()
    for (let kill = 0; kill < KILLS; kill++) expect(await killAndLook(directory, all, Math.random)).toEqual([])
    for (const kind of [all.ones, all.groups, all.notes, all.pairs, [all.mark], [all.sum]])
      expect(kind.at(-1)).toBeGreaterThan(0)
  })

  it('holds its directory alone while it lives, and leaves it free when it dies', { timeout: 60_000 }, async () => {
    const directory = scratchDirectory()
    const { child, lines } = startWriter(directory, 0)
    onTestFinished(() => void child.kill('SIGKILL'))
    await firstOf(lines)
    const open = () => openEmbedded({ dataDir: directory, logger: pino({ level: 'silent' }) })
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
  for await (const line of lines) if (line.startsWith('one')) return
}
