import mongoose from 'mongoose'
import { describe } from 'vitest'
import { storageContract } from './contract.suite.ts'
import { FERRETDB_GAPS } from './ferretdb.gaps.ts'

const mongoUri = process.env['MONGO_DB_URI']
const isFerretDB = process.env['FERRETDB'] !== undefined

// MongoDB must pass every case. Only the server that CI builds has gaps.
describe.skipIf(!mongoUri)('with MONGO_DB_URI', () => {
  storageContract('a server that speaks MongoDB’s protocol', open, isFerretDB ? FERRETDB_GAPS : [])
})

/** Opens a separate database on that server, because the suite empties it. */
async function open() {
  const instance = new mongoose.Mongoose()
  const connection = await instance
    .createConnection(mongoUri ?? '', { writeConcern: { w: 'majority', journal: true } })
    .asPromise()
  // FerretDB closes the connection when it gets a value that it cannot store. The driver reconnects at the next
  // command. Mongoose would buffer commands until the driver checks the server, every ten seconds.
  instance.set('bufferCommands', false)
  return { connection: connection.useDb('parley_contract'), close: () => connection.close() }
}
