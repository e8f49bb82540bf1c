import { pino } from 'pino'
import { openEmbedded } from '../../src/index.ts'

/*
 * A process that writes until it is killed, and prints each acknowledged write: `one <id>` for a document, `group <id>`
 * for five documents in one call, `note <id>` for a document in a text index, `pair <id>` for two documents of two
 * collections in a transaction, `mark <n>` for an update of many documents, `sum <n>` for a counter. Arguments: the
 * data directory and the first id.
 */
const [, , dataDir = '', begin = '0'] = process.argv
const { connection } = await openEmbedded({ dataDir, logger: pino({ level: 'silent' }) })
const ones = connection.collection<{ _id: number; tag: string }>('ones')
const groups = connection.collection<{ _id: string; group: number }>('groups')
const notes = connection.collection<{ _id: number; text: string }>('notes')
const [lefts, rights] = ['lefts', 'rights'].map((name) => connection.collection<{ _id: number }>(name))
const marks = connection.collection<{ _id: number; mark: number; list: number[] }>('marks')
const sums = connection.collection<{ _id: number; n: number }>('sums')
await ones.createIndex({ tag: 1, _id: -1 }, { unique: true })
await groups.createIndex({ group: 1 })
await notes.createIndex({ text: 'text' })
await marks.createIndex({ list: 1 })
for (let _id = 0; _id < 20; _id++)
  await marks.updateOne({ _id }, { $setOnInsert: { mark: 0, list: [_id] } }, { upsert: true })

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

async function writeNotes(): Promise<void> {
  for (;;) {
    const id = next++
    await notes.insertOne({ _id: id, text: `note ${id} in the ${['first', 'second', 'third'][id % 3]} 本` })
    if (id % 3 === 0) await notes.updateOne({ _id: id }, { $set: { text: `changed ${id}` } })
    say(`note ${id}`)
  }
}

async function writePairs(): Promise<void> {
  for (;;) {
    const id = next++
    await connection.transaction(async (session) => {
      await lefts?.insertOne({ _id: id }, { session })
      await rights?.insertOne({ _id: id }, { session })
    })
    say(`pair ${id}`)
  }
}

async function mark(): Promise<void> {
  for (;;) {
    const number = next++
    await marks.updateMany({}, { $set: { mark: number, 'list.1': number } })
    say(`mark ${number}`)
  }
}

async function count(): Promise<void> {
  for (;;) {
    const sum = await sums.findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } }, { upsert: true, returnDocument: 'after' })
    say(`sum ${sum?.n}`)
  }
}

await Promise.all([
  ...Array.from({ length: 12 }, writeOnes),
  writeGroups(),
  writeGroups(),
  writeNotes(),
  writeNotes(),
  writePairs(),
  mark(),
  count(),
])
