import { once } from 'node:events'
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  watch,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { create, extract } from 'tar'
import { afterAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/database/database.connection.ts'
import { StartupError } from '../../src/lib/errors.ts'
import { createBackup } from '../../src/operations/backup/backup.writer.ts'
import { fillDirectory } from '../../src/operations/emptyDirectory.guard.ts'
import { restoreBackup } from '../../src/operations/restore/backup.restorer.ts'
import { call, person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'
import { logger, openEngine, outcome, scratchDirectory, startCommand } from './helpers.ts'

const quiet = () => {}

describe('a backup', () => {
  test('restores sessions too', async () => {
    const server = await startServer({ mongoUri: undefined })
    const { accessToken } = await person(server, 'amara')
    const file = join(scratchDirectory(), 'backup.tar.gz')
    await createBackup({ mongoUri: undefined, dataDir: server.dataDir }, file, quiet)
    await server.stop()
    const target = scratchDirectory()
    await restoreBackup({ mongoUri: undefined, dataDir: target }, file, quiet)
    const again = await startServer({ mongoUri: undefined }, target)
    expect((await call(again, 'GET', '/api/chats', accessToken)).status).toBe(200)
  })

  test('is refused before it takes the space that messages need, and leaves nothing', async () => {
    const { dataDir } = await backedUp()
    const folder = join(dataDir, 'backups')
    const all = { diskReserveBytes: Number.MAX_SAFE_INTEGER, diskReserveShare: 1 }
    const backup = createBackup({ mongoUri: undefined, dataDir }, join(folder, 'a.tar.gz'), quiet, undefined, {
      reserve: all,
    })
    await expect(backup).rejects.toThrow(/^The disk of .*backups is nearly full: the backup needs about .* MB more/)
    expect(readdirSync(folder)).toEqual([])
  })

  test('is readable by its owner only, lists its content, and leaves no other file', async () => {
    const { dataDir } = await backedUp()
    const file = join(scratchDirectory(), 'backup.tar.gz')
    const lines: string[] = []
    await createBackup({ mongoUri: undefined, dataDir }, file, (line) => lines.push(line))
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(file))).toEqual(['backup.tar.gz'])
    const unpacked = scratchDirectory()
    await extract({ file, cwd: unpacked })
    expect(readdirSync(unpacked).toSorted()).toEqual(['jwt-secret', 'manifest.json', 'parley.db'])
    const manifest: unknown = JSON.parse(readFileSync(join(unpacked, 'manifest.json'), 'utf8'))
    expect(manifest).toMatchObject({
      format: 3,
      counts: { 'parley.things': 2000 },
      parts: [{ name: 'jwt-secret' }, { name: 'parley.db' }],
    })
    expect(lines.join('\n')).toContain('2,000 documents in 1 collection')
  })

  test('never replaces a file', async () => {
    const { file, dataDir } = await backedUp()
    const before = readFileSync(file)
    await expect(createBackup({ mongoUri: undefined, dataDir }, file, quiet)).rejects.toThrow(
      /already there and stays as it is/,
    )
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  test('is refused for a damaged database', async () => {
    const { dataDir } = await backedUp()
    overwrite(join(dataDir, 'parley.db'), 40_960)
    const file = join(scratchDirectory(), 'backup.tar.gz')
    await expect(createBackup({ mongoUri: undefined, dataDir }, file, quiet)).rejects.toThrow(/parley\.db is damaged/)
    expect(readdirSync(dirname(file))).toEqual([])
  })

  test('names an obstacle in one line', async () => {
    const nowhere = join(scratchDirectory(), 'nothing')
    const complaints = [
      await outcome(startCommand('backup', nowhere, join(scratchDirectory(), 'x.tar.gz'))),
      await outcome(startCommand('backup', nowhere)),
      await outcome(startCommand('restore', nowhere, join(nowhere, 'x.tar.gz'))),
    ]
    expect(complaints.map(({ code }) => code)).toEqual([1, 1, 1])
    const [none, usage, missing] = complaints.map(({ errors }) => errors)
    expect(none).toMatch(/^There is no database at .*nothing.*\n$/)
    expect(usage).toMatch(/^Usage: npm run backup -- <file>\.tar\.gz\n$/)
    expect(missing).toMatch(/^There is no file .*\n$/)
  })

  test('of MongoDB is refused, and its tools are named', async () => {
    const config = { mongoUri: 'mongodb://127.0.0.1/parley', dataDir: scratchDirectory() }
    await expect(createBackup(config, join(scratchDirectory(), 'x'), quiet)).rejects.toThrow(/mongodump/)
    await expect(restoreBackup(config, join(scratchDirectory(), 'x'), quiet)).rejects.toThrow(/mongorestore/)
  })
})

describe('restoring', () => {
  test('needs an empty directory', async () => {
    const { file, dataDir } = await backedUp()
    const before = readFileSync(join(dataDir, 'parley.db'))
    await expect(restoreBackup({ mongoUri: undefined, dataDir }, file, quiet)).rejects.toThrow(
      /is not empty \(.*parley\.db.*Nothing was changed/,
    )
    expect(readFileSync(join(dataDir, 'parley.db')).equals(before)).toBe(true)
  })

  test('creates files that only their owner can read', async () => {
    const { file } = await backedUp()
    const dataDir = join(scratchDirectory(), 'deep', 'data')
    await restoreBackup({ mongoUri: undefined, dataDir }, file, quiet)
    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
    expect(readdirSync(dataDir).toSorted()).toEqual(['jwt-secret', 'parley.db', 'parley.lock'])
    for (const name of readdirSync(dataDir)) expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600)
  })

  test.each([0, 1, 100, 0.3, 0.6, 0.95, -9, -1])('refuses a truncated backup (%d)', async (cut) => {
    const { file } = await backedUp()
    const { size } = statSync(file)
    truncateSync(file, cut < 0 ? size + cut : cut < 1 ? Math.floor(size * cut) : cut)
    expect(await refusal(file)).toMatch(/is damaged|is not a backup/)
  })

  test.each([20, 0.2, 0.5, 0.8, -6])('refuses a backup with a wrong byte (%d)', async (place) => {
    const { file } = await backedUp()
    const { size } = statSync(file)
    overwrite(file, place < 0 ? size + place : place < 1 ? Math.floor(size * place) : place, 3)
    expect(await refusal(file)).toMatch(/is damaged|is not a backup/)
  })

  test('refuses a file that is no backup', async () => {
    const directory = scratchDirectory()
    writeFileSync(join(directory, 'photo.jpg'), 'not an archive at all'.repeat(100))
    expect(await refusal(join(directory, 'photo.jpg'))).toMatch(/is not a backup of Parley/)
    await create({ file: join(directory, 'other.tar.gz'), gzip: true, cwd: directory }, ['photo.jpg'])
    expect(await refusal(join(directory, 'other.tar.gz'))).toMatch(/there is no manifest\.json in it/)
    expect(await refusal(await repacked((manifest) => ({ ...manifest, parts: [] })))).toMatch(
      /is not a backup of Parley/,
    )
  })

  test('refuses a backup of a newer program', async () => {
    expect(await refusal(await repacked((manifest) => ({ ...manifest, format: 4 })))).toMatch(
      /written by a newer Parley \(backup format 4/,
    )
    expect(await refusal(await repacked((manifest) => ({ ...manifest, schema: 999 })))).toMatch(
      /written by a newer Parley \(.*schema 999/,
    )
  })

  test('refuses a backup whose content differs from its manifest', async () => {
    const wrong = await repacked((manifest) => ({ ...manifest, counts: { 'parley.things': 2001 } }))
    expect(await refusal(wrong)).toMatch(/parley\.things has 2000 documents instead of 2001/)
    expect(await refusal(await repacked((manifest) => manifest, { 'jwt-secret': 'another' }))).toMatch(
      /the checksum of jwt-secret is wrong/,
    )
  })

  test('unpacks no foreign file of a backup', async () => {
    const directory = scratchDirectory()
    const { file } = await backedUp()
    await extract({ file, cwd: directory })
    mkdirSync(join(directory, 'nested'))
    writeFileSync(join(directory, 'nested', 'evil'), '')
    writeFileSync(join(directory, '.bashrc'), '')
    const stuffed = join(scratchDirectory(), 'stuffed.tar.gz')
    await create({ file: stuffed, gzip: true, cwd: directory }, [
      'manifest.json',
      '.bashrc',
      'nested',
      'jwt-secret',
      'parley.db',
    ])
    const dataDir = scratchDirectory()
    await restoreBackup({ mongoUri: undefined, dataDir }, stuffed, quiet)
    expect(readdirSync(dataDir).toSorted()).toEqual(['jwt-secret', 'parley.db', 'parley.lock'])
  })

  test('that is killed leaves no database to open, and can run again', { timeout: 60_000 }, async () => {
    const { file } = await backedUp()
    const dataDir = scratchDirectory()
    const changes = watch(dataDir)
    const child = startCommand('restore', dataDir, file)
    const exit = once(child, 'exit')
    changes.on('change', (_, name) => {
      if (String(name).startsWith('.unfinished-')) child.kill('SIGKILL')
    })
    await exit
    changes.close()
    expect(child.signalCode).toBe('SIGKILL')
    expect(readdirSync(dataDir).filter((name) => !name.startsWith('.unfinished-'))).toEqual(['parley.lock'])
    await restoreBackup({ mongoUri: undefined, dataDir }, file, quiet)
    expect(readdirSync(dataDir).toSorted()).toEqual(['jwt-secret', 'parley.db', 'parley.lock'])
    expect(await (await openEngine(dataDir)).connection.collection('things').countDocuments()).toBe(2000)
  })

  test('locks the directory for servers until it is done', async () => {
    const dataDir = scratchDirectory()
    await fillDirectory(dataDir, 'restore', quiet, async () => {
      await expect(openDatabase({ dataDir, logger })).rejects.toThrow('already in use')
      return []
    })
    await openEngine(dataDir)
  })
})

/** Copies one data directory and its backup, which is cheaper than making them. */
async function backedUp(): Promise<{ file: string; dataDir: string }> {
  original ??= makeOriginal()
  const [{ file, dataDir }, copy] = [await original, scratchDirectory()]
  cpSync(dataDir, join(copy, 'data'), { recursive: true })
  cpSync(file, join(copy, 'backup.tar.gz'))
  return { file: join(copy, 'backup.tar.gz'), dataDir: join(copy, 'data') }
}

let original: ReturnType<typeof makeOriginal> | undefined
const originalDirectory = mkdtempSync(join(tmpdir(), 'parley-operations-'))
afterAll(() => rmSync(originalDirectory, { recursive: true }))

async function makeOriginal(): Promise<{ file: string; dataDir: string }> {
  const dataDir = join(originalDirectory, 'data')
  const database = await openDatabase({ dataDir, logger })
  await database.connection
    .collection('things')
    .insertMany(Array.from({ length: 2000 }, (_, n) => ({ n, text: `${n}`.repeat(20) })))
  await database.close()
  writeFileSync(join(dataDir, 'jwt-secret'), 'for tests only: thirty-two characters', { mode: 0o600 })
  const file = join(originalDirectory, 'backup.tar.gz')
  await createBackup({ mongoUri: undefined, dataDir }, file, quiet)
  return { file, dataDir }
}

/** Makes a backup with a changed manifest or a changed file. */
async function repacked(change: (manifest: object) => object, files: Record<string, string> = {}): Promise<string> {
  const directory = scratchDirectory()
  const { file } = await backedUp()
  await extract({ file, cwd: directory })
  const manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as object
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify(change(manifest)))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content)
  const changed = join(scratchDirectory(), 'changed.tar.gz')
  await create({ file: changed, gzip: true, cwd: directory }, ['manifest.json', 'jwt-secret', 'parley.db'])
  return changed
}

/** Returns why a file was not restored, and checks that the directory has no data afterwards. */
async function refusal(file: string): Promise<string> {
  const dataDir = join(scratchDirectory(), 'data')
  const error: unknown = await restoreBackup({ mongoUri: undefined, dataDir }, file, quiet).catch(
    (reason: unknown) => reason,
  )
  expect(existsSync(dataDir) ? readdirSync(dataDir) : []).toEqual(['parley.lock'])
  if (!(error instanceof StartupError)) throw error
  expect(error.message).toContain(file)
  return error.message
}

function overwrite(file: string, at: number, length = 8192): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, Buffer.alloc(length, 0xa5), 0, length, at)
  closeSync(handle)
}
