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

/** Gives the connection of the running test; its database is empty at the beginning of each. */
export type CurrentConnection = () => Connection

interface Opened {
  connection: Connection
  close: () => Promise<void>
}

/**
 * What Parley asks of every storage. The same cases run on the embedded engine and on any server that speaks MongoDB's
 * protocol.
 * @param open opens the storage with a database that the suite may empty
 * @param gaps what this storage is known not to do
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
