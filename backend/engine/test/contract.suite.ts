import type { Connection } from 'mongoose'
import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import { aggregateContract } from './contract/aggregate.ts'
import { bulkContract } from './contract/bulk.ts'
import { crudContract } from './contract/crud.ts'
import { driverContract } from './contract/driver.ts'
import { filterContract } from './contract/filter.ts'
import { findContract } from './contract/find.ts'
import { indexContract } from './contract/indexes.ts'
import { mongooseContract } from './contract/mongoose.ts'
import { transactionContract } from './contract/transactions.ts'
import { updateContract } from './contract/update.ts'
import { expectGaps, type Gap } from './helpers/gaps.ts'

/** Returns the connection of the running test. Its database is empty at the beginning of each test. */
export type CurrentConnection = () => Connection

interface Opened {
  connection: Connection
  close: () => Promise<void>
}

/**
 * Defines the cases that every storage must pass. They run on the embedded engine and on any server that speaks
 * MongoDB's protocol.
 * @param open opens the storage with a database that the suite may empty
 * @param gaps the cases that this storage is known to fail
 */
export function storageContract(name: string, open: () => Promise<Opened>, gaps: readonly Gap[] = []): void {
  describe(`the storage contract on ${name}`, () => {
    let database: Opened

    beforeAll(async () => {
      database = await open()
    })
    afterAll(() => database.close())
    beforeEach(async () => {
      for (const model of database.connection.modelNames()) database.connection.deleteModel(model)
      await database.connection.dropDatabase()
    })

    expectGaps(gaps, name)

    const current: CurrentConnection = () => database.connection
    crudContract(current)
    driverContract(current)
    findContract(current)
    filterContract(current)
    updateContract(current)
    bulkContract(current)
    indexContract(current)
    aggregateContract(current)
    mongooseContract(current)
    transactionContract(current)
  })
}
