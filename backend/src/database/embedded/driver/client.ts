import { EventEmitter } from 'node:events'
import mongoose from 'mongoose'
import type { Commands } from './commands.ts'
import { EmbeddedCollection, refuseMissing, type MakeBulkResult } from './collection.ts'
import { decode, type Doc } from './codec.ts'
import { refuseOptions } from './commands.ts'
import { notSupported } from './errors.ts'
import { ListedIndexes as Listed } from './indexes.ts'

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
    refuseOptions(options, 'Db.createCollection()')
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

  /** Filters by name only, which is what one asks for. */
  listCollections(filter: Doc = {}): Listed {
    const wanted = filter['name']
    return new Listed(async () =>
      (await this.#names())
        .filter((name) => wanted === undefined || name === wanted)
        .map((name) => ({ name, type: 'collection', options: {}, info: { readOnly: false } })),
    )
  }

  async command(command: Doc): Promise<Doc> {
    if ('ping' in command) return { ok: 1 }
    throw notSupported(`Db.command({${Object.keys(command)[0] ?? ''}})`)
  }

  admin() {
    return {
      ping: () => this.command({ ping: 1 }),
      command: (command: Doc) => this.command(command),
      listDatabases: async (): Promise<Doc> => {
        const { answer } = await this.#commands.read({ op: 'listDatabases' })
        const { names } = decode(answer.header, {})
        return { databases: Array.isArray(names) ? names.map((name: unknown) => ({ name })) : [], ok: 1 }
      },
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
