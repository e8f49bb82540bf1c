import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  cpSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openEmbedded, type EmbeddedDatabase } from '../src/index.ts'
import { openForWriting } from '../src/storage/store.ts'
import { scratchDirectory } from './helpers/scratchDirectory.ts'

const logger = pino({ level: 'silent' })
const PAGE = 4096
const COUNT = 500
const CLEAR = /parley\.db (?:in \S+ )?is (?:damaged|not a Parley database)/

interface Thing {
  _id: number
  tag: string
  text: string
}

/** The undamaged directory. Each test damages a copy of it. */
const original = mkdtempSync(join(tmpdir(), 'parley-damage-'))
const things: Thing[] = Array.from({ length: COUNT }, (_, n) => ({
  _id: n,
  tag: `tag ${n % 10}`,
  text: `${n} `.repeat(20),
}))
beforeAll(async () => {
  const { connection, close } = await openEmbedded({ dataDir: original, logger })
  await connection.collection('things').createIndex({ tag: 1, _id: 1 })
  await connection.collection<Thing>('things').insertMany(things)
  await connection.collection('few').insertOne({ fine: true })
  await close()
})
afterAll(() => rmSync(original, { recursive: true }))

describe('a damaged file', () => {
  it(
    'reports damage at any place, and never returns a document that was not written',
    { timeout: 120_000 },
    async () => {
      const pages = statSync(join(original, 'parley.db')).size / PAGE
      const outcomes = { refused: 0, noticed: 0, unharmed: 0 }
      for (let page = 0; page < pages; page++) {
        const directory = copied()
        overwrite(directory, page * PAGE, PAGE)
        const { errors, opened } = await use(directory)
        for (const error of errors) expect(String(error), `page ${page}`).toMatch(CLEAR)
        if (!opened) outcomes.refused++
        else if (errors.length > 0) outcomes.noticed++
        else outcomes.unharmed++
      }
      // Every table, every index and the catalogue was hit. The only unharmed pages are those that `use` does not read.
      expect(outcomes.refused).toBeGreaterThan(2)
      expect(outcomes.noticed).toBeGreaterThan(pages / 2)
      expect(outcomes.unharmed).toBeLessThan(pages / 3)
    },
  )

  it('still reads the undamaged parts', async () => {
    const directory = copied()
    overwrite(directory, pageOfThings(directory) * PAGE, PAGE)
    const { connection } = await open(directory)
    await expect(readAll(connection)).rejects.toThrow(CLEAR)
    await expect(readAll(connection)).rejects.toThrow(CLEAR)
    expect(await connection.collection('few').countDocuments({ fine: true })).toBe(1)
    await connection.collection('few').insertOne({ fine: true })
    expect(await connection.collection('few').countDocuments({ fine: true })).toBe(2)
  })

  it.each([1, 99, 100, PAGE - 1, PAGE, 3 * PAGE, 9 * PAGE, 9 * PAGE + 17, -PAGE, -100, -1])(
    'that was truncated at %d bytes reports it, at the latest when the missing part is read',
    async (cut) => {
      const directory = copied()
      const file = join(directory, 'parley.db')
      truncateSync(file, cut < 0 ? statSync(file).size + cut : cut)
      const { errors } = await use(directory)
      expect(errors.length).toBeGreaterThan(0)
      for (const error of errors) expect(String(error)).toMatch(CLEAR)
    },
  )

  it('that is empty is not treated as a new database', async () => {
    const directory = copied()
    truncateSync(join(directory, 'parley.db'), 0)
    await expect(openEmbedded({ dataDir: directory, logger })).rejects.toThrow(/parley\.db is damaged: it is empty/)
    expect(statSync(join(directory, 'parley.db')).size).toBe(0)
  })

  it('that is missing beside its log is not created again', async () => {
    const directory = scratchDirectory()
    const { connection } = await open(directory)
    await connection.collection('things').insertOne({})
    const rest = scratchDirectory()
    copyFileSync(join(directory, 'parley.db-wal'), join(rest, 'parley.db-wal'))
    await expect(openEmbedded({ dataDir: rest, logger })).rejects.toThrow(/parley\.db is missing, but its log is there/)
    expect(statSync(join(rest, 'parley.db-wal')).size).toBeGreaterThan(0)
  })

  it('with a damaged log loses only the damaged part of the log', async () => {
    const directory = scratchDirectory()
    const { connection } = await open(directory)
    const rows = connection.collection<Thing>('things')
    for (let n = 0; n < 20; n++) await rows.insertOne({ _id: n, tag: 'x', text: 'x'.repeat(500) })
    const rest = scratchDirectory()
    for (const name of ['parley.db', 'parley.db-wal']) copyFileSync(join(directory, name), join(rest, name))
    const log = join(rest, 'parley.db-wal')
    write(log, Math.floor(statSync(log).size * 0.7), 100)
    const again = await open(rest)
    const kept = await again.connection.collection<Thing>('things').distinct('_id')
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, n) => n))
    expect(kept.length).toBeLessThan(20)
  })
})

describe('an interrupted first start', () => {
  it('does not block the next start', async () => {
    const directory = scratchDirectory()
    writeFileSync(join(directory, 'parley.db.new'), 'half of a fil')
    writeFileSync(join(directory, 'parley.db.new-journal'), 'x')
    const { connection } = await open(directory)
    await connection.collection('things').insertOne({})
    expect(readdirSync(directory).filter((name) => name.startsWith('parley.db.new'))).toEqual([])
  })
})

describe('a read-only directory', () => {
  it('is named in the error, with and without data', () => {
    for (const directory of [scratchDirectory(), copied()]) {
      const message = asNobody(directory, 0o500, () => openForWriting(directory).close())
      expect(message).toContain(`The data directory ${directory} cannot be used: `)
    }
  })

  it('with all its files is not reported as in use by another process', () => {
    const directory = copied()
    const inside = ['parley.db', 'parley.lock'].map((name) => join(directory, name))
    for (const file of inside) chmodSync(file, 0o400)
    const message = asNobody(directory, 0o500, () => openForWriting(directory).close(), inside)
    expect(message).toMatch(/cannot be used: parley\.lock in it cannot be locked \(.*read-?only/)
  })
})

/**
 * Runs work as a user without root's rights, so that the mode of the directory applies. Returns the message of the
 * error.
 */
function asNobody(directory: string, mode: number, work: () => void, files: readonly string[] = []): string {
  const isRoot = process.getuid?.() === 0
  const nobody = 65_534
  if (isRoot) for (const path of [directory, ...files]) chownSync(path, nobody, nobody)
  chmodSync(directory, mode)
  if (isRoot) process.seteuid?.(nobody)
  try {
    work()
    return 'It worked'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    if (isRoot) process.seteuid?.(0)
    chmodSync(directory, 0o700)
  }
}

/** Does everything that a server does with its data, each step separately. */
async function use(directory: string): Promise<{ opened: boolean; errors: unknown[] }> {
  const errors: unknown[] = []
  let database: EmbeddedDatabase
  try {
    database = await openEmbedded({ dataDir: directory, logger })
  } catch (error) {
    return { opened: false, errors: [error] }
  }
  const { connection } = database
  const attempt = async (work: () => Promise<unknown>) =>
    void (await work().catch((error: unknown) => errors.push(error)))
  await attempt(async () => expectTrue(await readAll(connection), COUNT))
  await attempt(async () =>
    expectTrue(
      await connection.collection<Thing>('things').find({ tag: 'tag 3' }).sort({ _id: -1 }).toArray(),
      COUNT / 10,
    ),
  )
  await attempt(() => connection.collection<Thing>('things').updateMany({}, { $set: { seen: true } }))
  await database.close()
  return { opened: true, errors }
}

function readAll(connection: EmbeddedDatabase['connection']): Promise<Thing[]> {
  return connection.collection<Thing>('things').find({}).toArray()
}

/** Expects the documents that were written: all of them, or an error instead. */
function expectTrue(found: readonly Thing[], count: number): void {
  expect(found).toHaveLength(count)
  for (const thing of found) expect(thing).toEqual(things[thing._id])
}

/** Returns the number of a page that contains documents. */
function pageOfThings(directory: string): number {
  const { sqlite, catalog, close } = openForWriting(directory)
  const table = catalog.get('parley', 'things')?.table ?? ''
  const page = sqlite.value(
    "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno LIMIT 1 OFFSET 3",
    table,
  )
  close()
  return Number(page) - 1
}

async function open(dataDir: string): Promise<EmbeddedDatabase> {
  const database = await openEmbedded({ dataDir, logger })
  onTestFinished(() => database.close())
  return database
}

function copied(): string {
  const directory = scratchDirectory()
  cpSync(original, directory, { recursive: true })
  return directory
}

function overwrite(directory: string, at: number, length: number): void {
  write(join(directory, 'parley.db'), at, length)
}

function write(file: string, at: number, length: number): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, Buffer.alloc(length, 0xa5), 0, length, at)
  closeSync(handle)
}
