import mongoose from 'mongoose'
import { openEmbedded, type Logger } from 'parley-engine'
import type { CommandListener, StorageMetrics } from './database.metrics.ts'

export interface DatabaseOptions {
  /** The address of MongoDB. Without it, the embedded engine stores the data in `dataDir`. */
  mongoUri?: string | undefined
  /** The directory of the embedded engine's files. MongoDB does not use it. */
  dataDir: string
  logger: Logger
  /** Log each kind of query that reads every document because it has no index, once. For development. */
  explain?: boolean
  onCommand?: CommandListener | undefined
}

/** The properties of a storage that the server must know. */
export interface DatabaseCapabilities {
  /** Other processes can open the same storage at the same time: other nodes, and the command line. */
  isShared: boolean
  /** The server can back up this storage while it runs. MongoDB has its own tools for that. */
  canBackUpWhileRunning: boolean
}

export interface Database {
  /** Create models with `connection.model(name, schema)`. */
  connection: mongoose.Connection
  capabilities: DatabaseCapabilities
  /** Waits for running writes and releases everything. A second call does no harm. */
  close: () => Promise<void>
  /** Figures of the embedded engine. A MongoDB server exports its own. */
  metrics?: () => Promise<StorageMetrics>
  /**
   * Resolves when the embedded engine can no longer write although `close` was not called. The process must open it
   * again. Absent with MongoDB, whose driver reconnects for ever.
   */
  lost?: Promise<Error>
}

const EMBEDDED: DatabaseCapabilities = { isShared: false, canBackUpWhileRunning: true }
const MONGODB: DatabaseCapabilities = { isShared: true, canBackUpWhileRunning: false }

/** Long enough for the election of a new primary, short enough for an operator who waits for the server to start. */
const SERVER_SELECTION_MS = 10_000

/**
 * Opens MongoDB, or the embedded engine in `dataDir`. Each call creates its own Mongoose instance. A write is
 * acknowledged when it is on disk: after an fsync of the engine, or after a majority of MongoDB's members journaled it.
 * @throws an Error whose message tells the operator what to do
 */
export async function openDatabase({
  mongoUri,
  dataDir,
  logger,
  explain = false,
  onCommand,
}: DatabaseOptions): Promise<Database> {
  if (mongoUri !== undefined && mongoUri !== '') return openMongo(mongoUri, onCommand)
  return { ...(await openEmbedded({ dataDir, logger, explain, onCommand })), capabilities: EMBEDDED }
}

async function openMongo(uri: string, onCommand: CommandListener | undefined): Promise<Database> {
  const instance = new mongoose.Mongoose()
  let connection: mongoose.Connection
  try {
    connection = await instance
      .createConnection(uri, {
        writeConcern: { w: 'majority', journal: true },
        monitorCommands: onCommand !== undefined,
        // Options win over the URI, so an option that the URI sets is not passed again.
        ...(/[?&]serverSelectionTimeoutMS=/i.test(uri) ? {} : { serverSelectionTimeoutMS: SERVER_SELECTION_MS }),
      })
      .asPromise()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`MongoDB at ${withoutPassword(uri)} cannot be reached (MONGO_DB_URI): ${reason}`, { cause: error })
  }
  if (onCommand) reportCommands(connection.getClient(), onCommand)
  let closing: Promise<void> | undefined
  return { connection, capabilities: MONGODB, close: () => (closing ??= connection.close()) }
}

function withoutPassword(uri: string): string {
  return uri.replace(/\/\/[^@/]*@/, '//')
}

/**
 * Uses the driver's command monitoring
 * (https://www.mongodb.com/docs/drivers/node/current/monitoring-and-logging/monitoring/).
 */
function reportCommands(client: mongoose.mongo.MongoClient, onCommand: CommandListener): void {
  const inFlight = new Map<number, ReturnType<CommandListener>>()
  const end = (requestId: number, error?: unknown) => {
    inFlight.get(requestId)?.(error)
    inFlight.delete(requestId)
  }
  client.on('commandStarted', ({ commandName, command, requestId }) => {
    const collection: unknown = commandName === 'getMore' ? command['collection'] : command[commandName]
    inFlight.set(requestId, onCommand(commandName, typeof collection === 'string' ? collection : ''))
  })
  client.on('commandSucceeded', ({ requestId }) => end(requestId))
  client.on('commandFailed', ({ requestId, failure }) => end(requestId, failure))
}
