import mongoose from 'mongoose'
import type { Logger } from '../logger.ts'
import { Commands } from './driver/commands.ts'
import { decode, encode } from './driver/codec.ts'
import { useEmbeddedDriver } from './driver/driver.ts'
import { translate } from './driver/errors.ts'
import { Executor } from './executor.ts'
import { SWEEP_LIMIT } from './protocol.ts'

export interface EmbeddedOptions {
  dataDir: string
  logger: Logger
  explain: boolean
  /** How often expired documents are looked for; MongoDB does so every minute. */
  sweepMs?: number
}

export interface EmbeddedDatabase {
  connection: mongoose.Connection
  close: () => Promise<void>
}

const SWEEP_MS = 60_000

/** Opens the embedded engine in a directory and gives a Mongoose connection to it. */
export async function openEmbedded({ dataDir, logger, explain, sweepMs = SWEEP_MS }: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const executor = await Executor.open({ directory: dataDir, logger, explain }).catch((error: unknown) => {
    throw translate(error)
  })
  const instance = new mongoose.Mongoose()
  useEmbeddedDriver(instance, new Commands(executor))
  const connection = await instance.createConnection(`embedded:${dataDir}`).asPromise()
  const sweeping = setInterval(() => void sweep(executor, logger), sweepMs)
  sweeping.unref()
  const stop = async (): Promise<void> => {
    clearInterval(sweeping)
    await connection.close()
    await executor.close()
  }
  let closing: Promise<void> | undefined
  return { connection, close: () => (closing ??= stop()) }
}

/** Deletes what has expired, in portions, so that other writes come between. */
async function sweep(executor: Executor, logger: Logger): Promise<void> {
  try {
    let deleted: number
    do {
      const { header } = await executor.write(encode({ op: 'sweep' }, {}))
      deleted = Number(decode(header, {})['deleted'])
    } while (deleted >= SWEEP_LIMIT)
  } catch (error) {
    logger.debug({ err: error }, 'Looking for expired documents ended early')
  }
}
