import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { openEmbedded, type EmbeddedDatabase } from '../../src/index.ts'
import { openForWriting } from '../../src/storage/store.ts'
import { problemsOf } from './integrity.ts'

/*
 * A process that writes until there is no space left, goes on, gets space again, and goes on. It prints a report of the
 * results. Arguments: a directory, and `disk` if it is a small disk of its own, or `limit` if the process must limit
 * the size of its files.
 */
const [, , directory = '', how = 'disk'] = process.argv
const FILE_BYTES = 3_000_000
/** Of 16 MB. */
const FILLER_BYTES = 12_000_000
const dataDir = join(directory, 'data')
const filler = join(directory, 'filler')

export interface FullReport {
  acknowledged: number
  /** The error messages of the failed writes. */
  messages: string[]
  /** Acknowledged writes that reads did not return: while there was no space, and at the end after a restart. */
  missingWhileFull: string[]
  missingInTheEnd: string[]
  /** Groups of which only a part is there. */
  halves: string[]
  /** The number of writes out of a hundred that succeeded when there was space again. */
  afterwards: number
  /** The result of a start without space. */
  startWhenFull: string
  problems: string[]
}

const acknowledged: string[] = []
const messages = new Set<string>()
let group = 0

if (how === 'limit') execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${FILE_BYTES}:`])
else fill(FILLER_BYTES)
let database = await open()
while (messages.size === 0) await Promise.all(Array.from({ length: 16 }, write))
await Promise.all(Array.from({ length: 50 }, write))
const missingWhileFull = await missing()
makeRoom()
const before = acknowledged.length
for (let n = 0; n < 100; n++) await write()
const afterwards = acknowledged.length - before
await database.close()

const startWhenFull = await startWithoutRoom()
database = await open()
const missingInTheEnd = await missing()
const members = new Set(await groups().distinct('_id'))
const halves = [...members].filter((id) => [0, 1, 2, 3, 4].some((i) => !members.has(`${id.split('-')[0]}-${i}`)))
await database.close()
const store = openForWriting(dataDir)
const problems = problemsOf(store)
store.close()

const report: FullReport = {
  acknowledged: acknowledged.length,
  messages: [...messages],
  missingWhileFull,
  missingInTheEnd,
  halves,
  afterwards,
  startWhenFull,
  problems,
}
process.stdout.write(JSON.stringify(report))

async function open(): Promise<EmbeddedDatabase> {
  const opened = await openEmbedded({ dataDir, logger: pino({ level: 'silent' }) })
  await opened.connection.collection('groups').createIndex({ group: 1 })
  return opened
}

function groups() {
  return database.connection.collection<{ _id: string; group: number; text: string }>('groups')
}

async function write(): Promise<void> {
  const number = group++
  const ids = [0, 1, 2, 3, 4].map((i) => `${number}-${i}`)
  try {
    await groups().insertMany(ids.map((_id) => ({ _id, group: number, text: 'x'.repeat(1000) })))
    acknowledged.push(...ids)
  } catch (error) {
    messages.add(error instanceof Error ? error.message : String(error))
  }
}

async function missing(): Promise<string[]> {
  const there = new Set((await groups().find({}).toArray()).map(({ _id }) => _id))
  return acknowledged.filter((id) => !there.has(id))
}

function makeRoom(): void {
  if (how === 'limit') execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited:'])
  else rmSync(filler)
}

async function startWithoutRoom(): Promise<string> {
  if (how === 'limit') return 'not tried'
  fill(Infinity)
  try {
    database = await open()
    await database.close()
    return 'started'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    makeRoom()
  }
}

/** Takes this much space from the disk, or all of it. */
function fill(bytes: number): void {
  const file = openSync(filler, 'w')
  try {
    for (let done = 0; done < bytes;) done += writeSync(file, Buffer.alloc(4096))
  } catch {
    // No space is left.
  } finally {
    closeSync(file)
  }
}
