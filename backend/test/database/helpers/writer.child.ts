import { pino } from 'pino'
import { openDatabase } from '../../../src/database/connect.ts'

/*
 * A process that writes until it is killed, and prints what was acknowledged: `one <id>` for a document, `group <id>` for five
 * documents in one call, `sum <n>` for a counter. Arguments: the data directory, and where to begin counting.
 */
const [, , dataDir = '', begin = '0'] = process.argv
const { connection } = await openDatabase({ dataDir, logger: pino({ level: 'silent' }) })
const ones = connection.collection<{ _id: number; tag: string }>('ones')
const groups = connection.collection<{ _id: string; group: number }>('groups')
const sums = connection.collection<{ _id: number; n: number }>('sums')
await ones.createIndex({ tag: 1, _id: -1 }, { unique: true })
await groups.createIndex({ group: 1 })

let next = Number(begin)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

async function writeOnes(): Promise<void> {
  for (;;) {
    const id = next++
    await ones.insertOne({ _id: id, tag: `tag ${id % 7} ${'x'.repeat(id % 500)}` })
    say(`one ${id}`)
  }
}

async function writeGroups(): Promise<void> {
  for (;;) {
    const group = next++
    await groups.insertMany([0, 1, 2, 3, 4].map((i) => ({ _id: `${group}-${i}`, group })))
    say(`group ${group}`)
  }
}

async function count(): Promise<void> {
  for (;;) {
    const sum = await sums.findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } }, { upsert: true, returnDocument: 'after' })
    say(`sum ${sum?.n}`)
  }
}

await Promise.all([...Array.from({ length: 12 }, writeOnes), writeGroups(), writeGroups(), count()])
