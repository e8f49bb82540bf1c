import { Types, type Connection } from 'mongoose'
import { expect, test } from 'vitest'
import { SHARDING_NOTE } from '../../src/lib/sharding.ts'
import { createModels, type Models } from '../../src/models/index.ts'
import { createMessageLog } from '../../src/messageLog/messageLog.service.ts'
import { SHARD_KEYS } from '../../src/operations/shard/shard.keys.ts'
import { toShellCommand, shardStore, stepsOf, type Step } from '../../src/operations/shard/shard.commands.ts'
import { logger, openEngine, outcome, scratchDirectory, startCommand, startCommandWith } from './helpers.ts'

const DATABASE = 'chat'
const ROUTER = { ok: 1, msg: 'isdbgrid' }

const data = (command: object) => ({ on: 'data', command })
const admin = (command: object) => ({ on: 'admin', command })
const byHash = (collection: string) =>
  data({ createIndexes: collection, indexes: [{ key: { _id: 'hashed' }, name: '_id_hashed' }] })

async function shardedModels(): Promise<Models> {
  const { connection } = await openEngine(scratchDirectory())
  await note(connection)
  return createModels(connection)
}

async function note(connection: Connection): Promise<void> {
  await connection.collection<{ _id: string }>(SHARDING_NOTE.collection).insertOne({ _id: SHARDING_NOTE.id })
}

const schemaOf = ({
  collection,
  schema,
}: {
  collection: { collectionName: string }
  schema: { indexes: () => [object, { unique?: unknown }][] }
}) => ({
  name: collection.collectionName,
  indexes: schema.indexes().map(([key, { unique }]) => ({ fields: Object.keys(key), isUnique: unique === true })),
})

test('every unique index of a sharded collection begins with the shard key', async () => {
  const models = Object.values(await shardedModels()).map(schemaOf)
  for (const { collection, key } of SHARD_KEYS) {
    const { indexes } = models.find(({ name }) => name === collection) ?? { indexes: null }
    if (!indexes) throw new Error(`No model of ${collection}`)
    const fields = Object.keys(key)
    const others = indexes.filter((index) => index.isUnique && fields.some((field, at) => index.fields[at] !== field))
    expect([collection, others]).toEqual([collection, []])
    // A collection that is not empty needs an index for its shard key. MongoDB has the one on _id, and the command
    // creates the hashed ones.
    const isThere =
      fields.join() === '_id' || indexes.some((index) => fields.every((field, at) => index.fields[at] === field))
    expect([collection, isThere]).toEqual([collection, true])
  }
})

test('the router gets exactly the declared commands, the new unique index before the old one is dropped', async () => {
  const sent: Pick<Step, 'on' | 'command'>[] = []
  await shardStore(
    (step) => {
      sent.push({ on: step.on, command: step.command })
      // An interrupted first run has dropped it.
      if ('dropIndexes' in step.command)
        return Promise.reject(Object.assign(new Error('index not found'), { code: 27 }))
      return Promise.resolve('hello' in step.command ? ROUTER : { ok: 1 })
    },
    DATABASE,
    () => {},
  )
  expect(sent).toEqual([
    admin({ hello: 1 }),
    data({
      createIndexes: 'messages',
      indexes: [
        {
          key: { conversationId: 1, senderId: 1, clientMessageId: 1 },
          name: 'conversationId_1_senderId_1_clientMessageId_1',
          unique: true,
        },
      ],
    }),
    data({
      update: 'versions',
      updates: [{ q: { _id: 'sharding' }, u: { $setOnInsert: { _id: 'sharding' } }, upsert: true }],
      writeConcern: { w: 'majority' },
    }),
    data({ dropIndexes: 'messages', index: 'senderId_1_clientMessageId_1' }),
    data({
      createIndexes: 'messages',
      indexes: [{ key: { senderId: 1, clientMessageId: 1 }, name: 'senderId_1_clientMessageId_1' }],
    }),
    byHash('recipients'),
    byHash('attachments'),
    byHash('blobs'),
    admin({ enableSharding: 'chat' }),
    admin({ shardCollection: 'chat.messages', key: { conversationId: 1 } }),
    admin({ shardCollection: 'chat.coldmessages', key: { conversationId: 1, seq: 1 } }),
    admin({ shardCollection: 'chat.conversations', key: { _id: 1 } }),
    admin({ shardCollection: 'chat.participants', key: { conversationId: 1, userId: 1 } }),
    admin({ shardCollection: 'chat.receipts', key: { conversationId: 1, userId: 1 } }),
    admin({ shardCollection: 'chat.recipients', key: { _id: 'hashed' } }),
    admin({ shardCollection: 'chat.attachments', key: { _id: 'hashed' } }),
    admin({ shardCollection: 'chat.blobs', key: { _id: 'hashed' } }),
  ])
})

test('a server that is no router is refused before any change, and a refusal of MongoDB ends the command', async () => {
  const sent: object[] = []
  const run = (answer: (command: object) => Promise<Record<string, unknown>>) =>
    shardStore(
      ({ command }) => (sent.push(command), answer(command)),
      DATABASE,
      () => {},
    )
  await expect(run(() => Promise.resolve({ ok: 1 }))).rejects.toThrow('not a sharded cluster')
  expect(sent).toEqual([{ hello: 1 }])
  await expect(
    run((command) => ('hello' in command ? Promise.resolve(ROUTER) : Promise.reject(new Error('not authorized')))),
  ).rejects.toThrow('no message twice in a conversation: not authorized')
})

test('without MongoDB the command says what is missing', async () => {
  expect(await outcome(startCommand('shard', scratchDirectory(), '--dry-run'))).toEqual({
    code: 1,
    output: '',
    errors: 'Only MongoDB has shards. Set MONGO_DB_URI to the routers of a sharded cluster.\n',
  })
})

test('a dry run prints the commands for mongosh, without a connection', async () => {
  const address = {
    MONGO_DB_URI: 'mongodb://127.0.0.1:1/chat?replicaSet=rs0',
    JWT_SECRET: 'for tests only: thirty-two characters',
  }
  const { code, output } = await outcome(startCommandWith(address, 'shard', scratchDirectory(), '--dry-run'))
  const lines = output.trimEnd().split('\n')
  expect(code).toBe(0)
  expect(lines).toEqual(stepsOf(DATABASE).map((step) => toShellCommand(step, DATABASE)))
  expect(lines).toContain(
    'db.getSiblingDB("admin").runCommand({"shardCollection":"chat.messages","key":{"conversationId":1}})',
  )
})

test('with the indexes of a sharded store a repeated message is still one message', async () => {
  const models = await shardedModels()
  const log = createMessageLog(models, logger)
  const [conversationId, senderId] = [new Types.ObjectId(), new Types.ObjectId()]
  const draft = { conversationId, senderId, receiverId: null, title: null, text: 'Once', clientMessageId: 'the-same' }
  // Two nodes with their own logs, each twice.
  const other = createMessageLog(models, logger)
  const sent = await Promise.all([log.append(draft), other.append(draft), log.append(draft), other.append(draft)])
  expect(sent.filter(({ repeated }) => !repeated)).toHaveLength(1)
  expect(new Set(sent.map(({ record }) => record._id.toHexString())).size).toBe(1)
  expect(await models.Message.countDocuments({ senderId })).toBe(1)
  await Promise.all([log.settled(), other.settled()])
})
