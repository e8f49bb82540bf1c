import { EventEmitter } from 'node:events'
import mongoose from 'mongoose'
import { EmbeddedCollection, type MakeBulkResult } from './collection.ts'
import { decode, type Doc } from './codec.ts'
import { refuseOptions, type Commands } from './commands.ts'
import { notSupported, refuseMissing } from './errors.ts'
import { ListedIndexes as Listed } from './indexes.ts'
import type { KeySpec } from './shapes.ts'

/** The MongoDB version whose rules the engine follows. Libraries read it before they use a feature. */
const SPOKEN_VERSION = '7.0.0'

/** Options that make a collection reject, expire or compute documents. The engine refuses them. */
const REFUSED_COLLECTION_OPTIONS = [
  'validator',
  'viewOn',
  'pipeline',
  'expireAfterSeconds',
  'changeStreamPreAndPostImages',
] as const

/** The part of `MongoClient` that Mongoose uses. */
export class EmbeddedClient extends EventEmitter {
  readonly #commands: Commands
  readonly #makeBulkResult: MakeBulkResult
  readonly #defaultName: string

  constructor(commands: Commands, makeBulkResult: MakeBulkResult, defaultName: string) {
    super()
    this.#commands = commands
    this.#makeBulkResult = makeBulkResult
    this.#defaultName = defaultName
  }

  db(name = this.#defaultName): EmbeddedDb {
    return new EmbeddedDb(this.#commands, this.#makeBulkResult, name)
  }

  async connect(): Promise<this> {
    return this
  }

  startSession(options?: mongoose.mongo.ClientSessionOptions): mongoose.mongo.ClientSession {
    return this.#commands.sessions.start(options)
  }

  async withSession<T>(work: (session: mongoose.mongo.ClientSession) => Promise<T>): Promise<T> {
    const session = this.startSession()
    try {
      return await work(session)
    } finally {
      await session.endSession()
    }
  }

  close(): Promise<void> {
    return this.#commands.close()
  }
}

/** A database of the embedded engine, like `mongodb.Db`. */
export class EmbeddedDb {
  readonly databaseName: string
  readonly #commands: Commands
  readonly #makeBulkResult: MakeBulkResult

  constructor(commands: Commands, makeBulkResult: MakeBulkResult, databaseName: string) {
    this.#commands = commands
    this.#makeBulkResult = makeBulkResult
    this.databaseName = databaseName
  }

  get namespace(): string {
    return this.databaseName
  }

  collection(name: string): EmbeddedCollection {
    return new EmbeddedCollection(this.#commands, this.#makeBulkResult, this.databaseName, name)
  }

  async collections(): Promise<EmbeddedCollection[]> {
    return (await this.#names()).map((name) => this.collection(name))
  }

  async createCollection(name: string, options?: Doc): Promise<EmbeddedCollection> {
    refuseOptions(options, 'Db.createCollection()', REFUSED_COLLECTION_OPTIONS)
    await this.#commands.write({ op: 'create', db: this.databaseName, c: name }, options)
    return this.collection(name)
  }

  dropCollection(name: string): Promise<boolean> {
    return this.collection(name).drop()
  }

  async dropDatabase(): Promise<boolean> {
    await this.#commands.write({ op: 'dropDatabase', db: this.databaseName })
    return true
  }

  /** Supports a filter by name only, which is the filter that Mongoose uses. */
  listCollections(filter: Doc = {}): Listed {
    const { name: wanted, ...others } = filter
    const [other] = Object.keys(others)
    if (other !== undefined) throw notSupported(`The filter "${other}" of Db.listCollections()`)
    if (wanted !== undefined && typeof wanted !== 'string' && !(wanted instanceof RegExp)) {
      throw notSupported('Another filter of Db.listCollections() than a name or a pattern')
    }
    return new Listed(async () =>
      (await this.#names())
        .filter((name) => (wanted instanceof RegExp ? wanted.test(name) : wanted === undefined || name === wanted))
        .map((name) => ({ name, type: 'collection', options: {}, info: { readOnly: false } })),
    )
  }

  createIndex(collection: string, key: KeySpec, options?: Doc): Promise<string> {
    return this.collection(collection).createIndex(key, options)
  }

  indexInformation(collection: string, options?: Doc): Promise<unknown> {
    return this.collection(collection).indexInformation(options)
  }

  async command(command: Doc): Promise<Doc> {
    const [name = ''] = Object.keys(command)
    switch (name) {
      case 'ping':
        return { ok: 1 }
      case 'buildInfo':
      case 'serverStatus':
        return { version: SPOKEN_VERSION, ok: 1 }
      case 'listDatabases': {
        const { answer } = await this.#commands.read({ op: 'listDatabases' })
        const { names } = decode(answer.header, {})
        return { databases: Array.isArray(names) ? names.map((database: unknown) => ({ name: database })) : [], ok: 1 }
      }
      default:
        throw notSupported(`Db.command({${name}})`)
    }
  }

  admin() {
    return {
      command: (command: Doc) => this.command(command),
      ping: () => this.command({ ping: 1 }),
      buildInfo: () => this.command({ buildInfo: 1 }),
      serverInfo: () => this.command({ buildInfo: 1 }),
      serverStatus: () => this.command({ serverStatus: 1 }),
      listDatabases: () => this.command({ listDatabases: 1 }),
    }
  }

  async #names(): Promise<string[]> {
    const { answer } = await this.#commands.read({ op: 'listCollections', db: this.databaseName })
    const { names } = decode(answer.header, {})
    return Array.isArray(names) ? names.map(String) : []
  }
}

refuseMissing(EmbeddedDb, mongoose.mongo.Db)
refuseMissing(EmbeddedClient, mongoose.mongo.MongoClient)
