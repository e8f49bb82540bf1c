import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll } from 'vitest'
import { openDatabase } from '../../src/database/connect.ts'
import { storageContract } from './contract.suite.ts'

const logger = pino({ level: 'silent' })
const dataDir = mkdtempSync(join(tmpdir(), 'parley-contract-'))

storageContract('the embedded engine', () => openDatabase({ dataDir, logger }))

const mongoUri = process.env['MONGO_DB_URI']
if (mongoUri !== undefined && mongoUri !== '') {
  storageContract('MONGO_DB_URI', async () => {
    const database = await openDatabase({ mongoUri, dataDir, logger })
    // A database of its own: the suite empties it.
    const connection = database.connection.useDb('parley_contract')
    return { connection, close: database.close }
  })
}

afterAll(() => rmSync(dataDir, { recursive: true, force: true }))
