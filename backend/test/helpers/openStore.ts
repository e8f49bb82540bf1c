import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection } from 'mongoose'
import { onTestFinished } from 'vitest'
import { openDatabase } from '../../src/database/database.connection.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { configOf } from './startServer.ts'

/**
 * Opens the data of a stopped server, in its directory or in its database of MONGO_DB_URI, for reading and changing.
 */
export async function withStore<T>(dataDir: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const { mongoUri } = configOf(dataDir)
  const { connection, close } = await openDatabase({ mongoUri, dataDir, logger: createLogger('silent') })
  try {
    return await work(connection)
  } finally {
    await close()
  }
}

/** Opens an empty store, which is removed when the test ends. */
export async function emptyStore(): Promise<Connection> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-store-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const { mongoUri, dataDir } = configOf(dir)
  const { connection, close } = await openDatabase({ mongoUri, dataDir, logger: createLogger('silent') })
  onTestFinished(close)
  return connection
}
