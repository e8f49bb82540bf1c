import { join } from 'node:path'
import { pino } from 'pino'
import { expect, it, onTestFinished, vi } from 'vitest'
import { Sqlite } from '../src/storage/sqlite.ts'
import { openEmbedded, type EmbeddedDatabase } from '../src/index.ts'
import { foundIn } from './helpers/foundIn.ts'
import { scratchDirectory } from './helpers/scratchDirectory.ts'

/** The limit that README.md promises. */
const FORGOTTEN_WITHIN_MS = 5000
const PATIENCE = { timeout: FORGOTTEN_WITHIN_MS, interval: 200 }
/** Short texts share a page with others, long texts fill overflow pages. */
const LENGTHS = [40, 900, 3000, 30_000]

const canary = (name: string, length: number) => `canary-${name}-${length}`.padEnd(length, '.')

async function open(directory: string): Promise<EmbeddedDatabase> {
  const database = await openEmbedded({ dataDir: directory, logger: pino({ level: 'silent' }) })
  onTestFinished(() => database.close())
  return database
}

const canaries = (directory: string) => foundIn(directory, /canary-[a-z]+-\d+/)

it('removes overwritten and deleted data from all files within seconds', async () => {
  const directory = scratchDirectory()
  const { connection } = await open(directory)
  const notes = connection.collection<{ _id: number; text: string }>('notes')
  await notes.insertMany(
    LENGTHS.flatMap((length, index) => [
      { _id: index, text: canary('deleted', length) },
      { _id: index + 10, text: canary('overwritten', length) },
      { _id: index + 20, text: canary('kept', length) },
    ]),
  )
  expect(canaries(directory)).toHaveLength(3 * LENGTHS.length)
  await notes.deleteMany({ _id: { $lt: 10 } })
  await notes.updateMany({ _id: { $gte: 10, $lt: 20 } }, { $set: { text: '' } })
  await vi.waitFor(
    () => expect(canaries(directory)).toEqual(LENGTHS.map((length) => `canary-kept-${length}`).toSorted()),
    PATIENCE,
  )
})

it.each([
  { log: 'short', text: 'something else' },
  { log: 'long', text: 'something else'.padEnd(30_000) },
])('removes deleted data while others write and read, with a $log log', async ({ text }) => {
  const directory = scratchDirectory()
  const { connection } = await open(directory)
  const notes = connection.collection<{ _id: number; text: string }>('notes')
  await notes.insertOne({ _id: 1, text: canary('deleted', 900) })
  await notes.deleteOne({ _id: 1 })
  const over = new AbortController()
  const others = Array.from({ length: 8 }, async (_, caller) => {
    for (let count = 0; !over.signal.aborted; count += 1) {
      if (caller % 2) await notes.insertOne({ _id: caller + count * 8 + 10, text })
      else await notes.find({ text: 'nothing' }).toArray()
    }
  })
  await vi.waitFor(() => expect(canaries(directory)).toEqual([]), PATIENCE)
  over.abort()
  await Promise.all(others)
})

it('removes deleted data after a transaction, and after a read of another process', async () => {
  const directory = scratchDirectory()
  const { connection } = await open(directory)
  const notes = connection.collection<{ _id: number; text: string }>('notes')
  await notes.insertOne({ _id: 1, text: canary('deleted', 900) })
  const backup = new Sqlite(join(directory, 'parley.db'), { readOnly: true })
  backup.exec('BEGIN')
  backup.value('SELECT count(*) FROM sqlite_master')
  await connection.transaction(async (session) => {
    await notes.deleteOne({ _id: 1 }, { session })
  })
  await new Promise((resolve) => setTimeout(resolve, FORGOTTEN_WITHIN_MS / 2))
  expect(canaries(directory)).toEqual(['canary-deleted-900'])
  backup.exec('COMMIT')
  backup.close()
  await vi.waitFor(() => expect(canaries(directory)).toEqual([]), PATIENCE)
})

it('clears data that an older program left in its file', async () => {
  const directory = scratchDirectory()
  const before = await open(directory)
  const notes = before.connection.collection<{ _id: number; text: string }>('notes')
  await notes.insertMany(LENGTHS.map((length, index) => ({ _id: index, text: canary('deleted', length) })))
  await notes.insertOne({ _id: 20, text: canary('kept', 900) })
  await before.close()
  const old = new Sqlite(join(directory, 'parley.db'), { readOnly: false })
  const table = String(old.value("SELECT 'c' || id FROM collections WHERE name = 'notes'"))
  old.exec(
    `PRAGMA secure_delete = OFF; DELETE FROM ${table} WHERE doc < x'ff' AND rid <= ${LENGTHS.length}; UPDATE meta SET value = 2 WHERE name = 'format'`,
  )
  old.close()
  expect(canaries(directory).length).toBeGreaterThan(1)
  const after = await open(directory)
  await vi.waitFor(() => expect(canaries(directory)).toEqual(['canary-kept-900']), PATIENCE)
  expect(await after.connection.collection('notes').countDocuments({})).toBe(1)
})
