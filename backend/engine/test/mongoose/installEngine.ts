import { createRequire } from 'node:module'
import mongoose from 'mongoose'
import { pino } from 'pino'
import { EmbeddedClient } from '../../src/driver/client.ts'
import { Commands } from '../../src/driver/commands.ts'
import { useEmbeddedDriver } from '../../src/driver/driver.ts'
import { Executor } from '../../src/threads/executor.ts'

type Connection = new (...base: unknown[]) => object
type Options = Record<string, unknown>
type CreateClient = (uri: unknown, options?: Options) => Promise<unknown>

const load = createRequire(import.meta.url)

/**
 * Installs the engine in Mongoose's default instance and in all later ones. They share one file. The name of the
 * database comes from the connection string.
 */
export async function installEngine(directory: string): Promise<{ close: () => Promise<void> }> {
  const executor = await Executor.open({ directory, logger: pino({ level: 'silent' }), explain: false })
  useEmbeddedDriver(mongoose, new SharedCommands(executor))
  const driver = Reflect.get(mongoose, '__driver') as { Connection: Connection }
  readUris(driver.Connection)
  // Mongoose's transaction tests require a replica set, because MongoDB has no transactions without one.
  Object.defineProperty(EmbeddedClient.prototype, 'topology', { value: { s: { description: { type: 'ReplicaSet' } } } })
  const drivers = load('mongoose/lib/driver.js') as { set: (driver: unknown) => void }
  drivers.set(driver)
  return { close: () => executor.close() }
}

/** Each test closes its connections, but the engine must stay open for the next one. */
class SharedCommands extends Commands {
  override async close(): Promise<void> {
    await Promise.resolve()
  }
}

/**
 * The engine ignores its connection string, because it has one default database. The tests use several databases, and
 * options in the string.
 */
function readUris({ prototype }: Connection): void {
  const createClient = Reflect.get(prototype, 'createClient') as CreateClient
  const processOptions = load('mongoose/lib/helpers/processConnectionOptions.js') as (
    uri: unknown,
    options: Options,
  ) => Options
  const reading: CreateClient = async function (this: unknown, uri, given) {
    const options = typeof uri === 'string' ? processOptions(uri, { ...given }) : { ...given }
    const name = typeof uri === 'string' ? /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(uri)?.[1] : undefined
    return createClient.call(this, uri, { ...options, dbName: options['dbName'] ?? name ?? 'test' })
  }
  Object.defineProperty(prototype, 'createClient', { value: reading, configurable: true, writable: true })
}
