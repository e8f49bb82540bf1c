import mongoose from 'mongoose'
import { describe } from 'vitest'
import { storageContract } from './contract.suite.ts'
import { FERRETDB_GAPS } from './ferretdb.gaps.ts'

const mongoUri = process.env['MONGO_DB_URI']
const isFerretDB = process.env['FERRETDB'] !== undefined

// Of MongoDB itself everything is expected; only the server that CI builds has gaps.
describe.skipIf(!mongoUri)('with MONGO_DB_URI', () => {
  storageContract('a server that speaks MongoDB’s protocol', open, isFerretDB ? FERRETDB_GAPS : [])
})

/** A database of its own on that server: the suite empties it. */
async function open() {
  const instance = new mongoose.Mongoose()
  const connection = await instance
    .createConnection(mongoUri ?? '', { writeConcern: { w: 'majority', journal: true } })
    .asPromise()
  // FerretDB ends a connection over a value that it cannot store. The driver connects again when it is asked next, while
  // Mongoose would keep commands back until the driver looks after the server by itself, which it does every ten seconds.
  instance.set('bufferCommands', false)
  return { connection: connection.useDb('parley_contract'), close: () => connection.close() }
}
