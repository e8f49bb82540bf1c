import mongoose from 'mongoose'
import { EmbeddedClient } from './client.ts'
import type { MakeBulkResult } from './collection.ts'
import type { Commands } from './commands.ts'
import { notSupported } from './errors.ts'
import { isDoc } from './shapes.ts'

/** The parts of a driver for `setDriver`, Mongoose's plug-in interface. */
interface Driver {
  Connection: new (base: mongoose.Mongoose) => PrivateConnection
  Collection: unknown
  BulkWriteResult: new (...args: Parameters<MakeBulkResult>) => mongoose.mongo.BulkWriteResult
}

/**
 * The private fields of a Mongoose connection that Mongoose's own driver sets when it connects. Because of this, the
 * version of Mongoose is pinned, and the contract suite checks every upgrade.
 */
interface PrivateConnection {
  client: EmbeddedClient
  db: unknown
  name: string
  $dbName: string
  host: string
  _connectionString: string
  readyState: number
  _destroyCalled?: boolean
  config: Record<string, unknown>
  collections: Record<string, { onOpen: () => void }>
  otherDbs: PrivateConnection[]
  onOpen: () => void
}

/** Options of `openUri` that Mongoose copies to the configuration of the connection. */
const CONFIG_OPTIONS = ['autoIndex', 'autoCreate', 'bufferCommands', 'bufferTimeoutMS', 'sanitizeFilter'] as const

/**
 * Makes a Mongoose instance use the engine instead of a server. Each database has its own instance, so several
 * databases can be open in one process.
 * @param commands receives the commands of all connections of this instance
 */
export function useEmbeddedDriver(instance: mongoose.Mongoose, commands: Commands): void {
  const native: unknown = Reflect.get(instance, '__driver')
  if (!isDriver(native)) throw new Error('This version of Mongoose keeps its driver elsewhere')
  const { Connection: NativeConnection, Collection, BulkWriteResult } = native
  const makeBulkResult: MakeBulkResult = (raw, ordered) => new BulkWriteResult(raw, ordered)

  class EmbeddedConnection extends NativeConnection {
    async createClient(uri: string, options: Record<string, unknown> = {}): Promise<this> {
      if (this._destroyCalled === true) {
        throw new mongoose.MongooseError(
          'Connection has been closed and destroyed, and cannot be used for re-opening the connection',
        )
      }
      const { config } = options
      for (const option of CONFIG_OPTIONS) if (options[option] !== undefined) this.config[option] = options[option]
      if (isDoc(config) && config['autoIndex'] !== undefined) this.config['autoIndex'] = config['autoIndex']
      const name = typeof options['dbName'] === 'string' ? options['dbName'] : 'parley'
      this.$dbName = name
      this._connectionString = uri
      this.readyState = mongoose.ConnectionStates.connecting
      const client = new EmbeddedClient(commands, makeBulkResult, name)
      this.client = client
      // The caller must be able to add listeners before the connection opens.
      await client.connect()
      attach(this, client, name)
      for (const other of this.otherDbs) attach(other, client, other.name)
      return this
    }

    setClient(): never {
      throw notSupported('Connection.setClient()')
    }
  }

  const driver = { ...native, Connection: EmbeddedConnection, Collection }
  const setDriver: unknown = Reflect.get(instance, 'setDriver')
  if (typeof setDriver !== 'function') throw new Error('This version of Mongoose has no setDriver')
  setDriver.call(instance, driver)
}

function attach(connection: PrivateConnection, client: EmbeddedClient, name: string): void {
  connection.client = client
  connection.db = client.db(name)
  connection.name = name
  connection.host = 'embedded'
  connection.onOpen()
  for (const collection of Object.values(connection.collections)) collection.onOpen()
}

function isDriver(value: unknown): value is Driver {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['Connection', 'Collection', 'BulkWriteResult'].every((part) => typeof Reflect.get(value, part) === 'function')
  )
}
