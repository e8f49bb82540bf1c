import { pino } from 'pino'
import { openEmbedded } from '../../src/index.ts'
import { ACCOUNTS, AMOUNT } from './transfers.ts'

/*
 * A process that moves money between accounts in transactions until it is killed. The same transaction also writes a
 * log entry, whose number is printed after the commit. Other log entries are written outside transactions: `alone
 * <number>`. Arguments: the data directory and the first number.
 */
const [, , dataDir = '', begin = '0'] = process.argv
const { connection } = await openEmbedded({ dataDir, logger: pino({ level: 'silent' }) })
const accounts = connection.collection<{ _id: number; sum: number }>('accounts')
const book = connection.collection<{ _id: number; transfer: boolean }>('book')
await book.createIndex({ transfer: 1, _id: 1 })
if ((await accounts.countDocuments()) === 0)
  await accounts.insertMany(Array.from({ length: ACCOUNTS }, (_, n) => ({ _id: n, sum: AMOUNT })))

let next = Number(begin)
const any = (): number => Math.floor(Math.random() * ACCOUNTS)

async function transferForEver(): Promise<void> {
  for (;;) {
    const number = next++
    await connection.transaction(async (session) => {
      await accounts.updateOne({ _id: any() }, { $inc: { sum: -1 } }, { session })
      await book.insertOne({ _id: number, transfer: true }, { session })
      await accounts.updateOne({ _id: any() }, { $inc: { sum: 1 } }, { session })
    })
    process.stdout.write(`transfer ${number}\n`)
  }
}

async function writeForEver(): Promise<void> {
  for (;;) {
    const number = next++
    await book.insertOne({ _id: number, transfer: false })
    process.stdout.write(`alone ${number}\n`)
  }
}

await Promise.all([transferForEver(), transferForEver(), transferForEver(), writeForEver(), writeForEver()])
