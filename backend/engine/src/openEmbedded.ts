import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import mongoose from 'mongoose'
import type { Logger } from './logger.ts'
import type { CommandListener, StorageMetrics } from './metrics.ts'
import { Commands } from './driver/commands.ts'
import { decode, encode } from './driver/codec.ts'
import { useEmbeddedDriver } from './driver/driver.ts'
import { translate } from './driver/errors.ts'
import { Executor } from './threads/executor.ts'
import { SWEEP_LIMIT } from './threads/protocol.ts'

export interface EmbeddedOptions {
  dataDir: string
  logger: Logger
  /** Log, once for each shape, the queries that no index serves. */
  explain?: boolean
  onCommand?: CommandListener | undefined
  /** The interval of the search for expired documents. MongoDB's is one minute too. */
  sweepMs?: number
  /** How long a write waits for an open transaction. */
  lockMs?: number
  /** How long a transaction may stay open. */
  lifetimeMs?: number
}

export interface EmbeddedDatabase {
  connection: mongoose.Connection
  close: () => Promise<void>
  metrics: () => Promise<StorageMetrics>
  /**
   * Resolves when the engine cannot write any more although `close` was not called. The process must open the database
   * again.
   */
  lost: Promise<Error>
}

const SWEEP_MS = 60_000

/**
 * Opens the engine in a directory and returns a Mongoose connection to it. The first call creates the files.
 * @throws if the directory is in use, or cannot be used
 */
export async function openEmbedded({
  dataDir,
  explain = false,
  sweepMs = SWEEP_MS,
  onCommand,
  ...options
}: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { logger } = options
  const executor = await Executor.open({ directory: dataDir, explain, ...options }).catch((error: unknown) => {
    throw translate(error)
  })
  const instance = new mongoose.Mongoose()
  useEmbeddedDriver(instance, new Commands(executor, onCommand))
  const connection = await instance.createConnection(`embedded:${dataDir}`).asPromise()
  const sweeping = setInterval(() => void sweep(executor, logger), sweepMs)
  sweeping.unref()
  const stop = async (): Promise<void> => {
    clearInterval(sweeping)
    await connection.close()
    await executor.close()
  }
  let closing: Promise<void> | undefined
  return {
    connection,
    close: () => (closing ??= stop()),
    metrics: async () => ({ ...executor.metrics, ...(await sizes(dataDir)) }),
    lost: executor.lost,
  }
}

async function sizes(directory: string): Promise<Pick<StorageMetrics, 'fileBytes' | 'logBytes'>> {
  const [fileBytes = 0, logBytes = 0] = await Promise.all(
    ['parley.db', 'parley.db-wal'].map((file) =>
      stat(join(directory, file)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return { fileBytes, logBytes }
}

/** Deletes expired documents in portions, so that other writes run between them. */
async function sweep(executor: Executor, logger: Logger): Promise<void> {
  try {
    let deleted: number
    do {
      const { header } = await executor.write(encode({ op: 'sweep' }, {}))
      deleted = Number(decode(header, {})['deleted'])
    } while (deleted >= SWEEP_LIMIT)
  } catch (error) {
    logger.debug({ err: error }, 'The search for expired documents ended early')
  }
}
