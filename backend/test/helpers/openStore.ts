import type { Connection } from 'mongoose'
import { openDatabase } from '../../src/database/connect.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { configOf } from './startServer.ts'

/** What a stopped server has left in its directory, or in its database of MONGO_DB_URI's server, to look at and to change. */
export async function withStore<T>(dataDir: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const { mongoUri } = configOf(dataDir)
  const { connection, close } = await openDatabase({ mongoUri, dataDir, logger: createLogger('silent') })
  try {
    return await work(connection)
  } finally {
    await close()
  }
}
