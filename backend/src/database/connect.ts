import mongoose from 'mongoose'
import { openEmbedded, type Logger } from 'parley-engine'
import type { CommandWatch, StorageMetrics } from './metrics.ts'

export interface DatabaseOptions {
  /** MongoDB is used when it is set. */
  mongoUri?: string | undefined
  /** Where the embedded engine keeps its file otherwise. */
  dataDir: string
  logger: Logger
  /** Development: log, once each, the queries that look at every document for want of an index. */
  explain?: boolean
  onCommand?: CommandWatch | undefined
}

export interface Database {
  /** Make models of it with `connection.model(name, schema)`. */
  connection: mongoose.Connection
  /** Waits for what is being written and gives everything back; may be called again. */
  close: () => Promise<void>
  /** The embedded engine's only: a server of MongoDB tells its own. */
  metrics?: () => Promise<StorageMetrics>
  /**
   * Resolves when the embedded engine cannot write any more although nobody closed it. Only opening it again helps. MongoDB's
   * driver never gives up.
   */
  lost?: Promise<Error>
}

/** Long enough for an election of a new primary, short enough for a person waiting for the server to start. */
const SERVER_SELECTION_MS = 10_000

/**
 * Opens the storage: MongoDB, or the embedded engine in `dataDir`. Each call has a Mongoose instance of its own.
 * A write is acknowledged when it is on disk: by an fsync of the engine, or by a journaled majority of MongoDB.
 * @throws an Error whose message a person can act on
 */
export function openDatabase({
  mongoUri,
  dataDir,
  logger,
  explain = false,
  onCommand,
}: DatabaseOptions): Promise<Database> {
  return mongoUri === undefined || mongoUri === ''
    ? openEmbedded({ dataDir, logger, explain, onCommand })
    : openMongo(mongoUri, onCommand)
}

async function openMongo(uri: string, onCommand: CommandWatch | undefined): Promise<Database> {
  const instance = new mongoose.Mongoose()
  let connection: mongoose.Connection
  try {
    connection = await instance
      .createConnection(uri, {
        writeConcern: { w: 'majority', journal: true },
        monitorCommands: onCommand !== undefined,
        // Options beat the URI, so what the URI says is not given again.
        ...(/[?&]serverSelectionTimeoutMS=/i.test(uri) ? {} : { serverSelectionTimeoutMS: SERVER_SELECTION_MS }),
      })
      .asPromise()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`MongoDB at ${withoutPassword(uri)} cannot be reached (MONGO_DB_URI): ${reason}`, { cause: error })
  }
  if (onCommand) watchCommands(connection.getClient(), onCommand)
  let closing: Promise<void> | undefined
  return { connection, close: () => (closing ??= connection.close()) }
}

function withoutPassword(uri: string): string {
  return uri.replace(/\/\/[^@/]*@/, '//')
}

/** By the driver's own monitoring (https://www.mongodb.com/docs/drivers/node/current/monitoring-and-logging/monitoring/). */
function watchCommands(client: mongoose.mongo.MongoClient, onCommand: CommandWatch): void {
  const underWay = new Map<number, ReturnType<CommandWatch>>()
  const end = (requestId: number, error?: unknown) => {
    underWay.get(requestId)?.(error)
    underWay.delete(requestId)
  }
  client.on('commandStarted', ({ commandName, command, requestId }) => {
    const on: unknown = commandName === 'getMore' ? command['collection'] : command[commandName]
    underWay.set(requestId, onCommand(commandName, typeof on === 'string' ? on : ''))
  })
  client.on('commandSucceeded', ({ requestId }) => end(requestId))
  client.on('commandFailed', ({ requestId, failure }) => end(requestId, failure))
}
