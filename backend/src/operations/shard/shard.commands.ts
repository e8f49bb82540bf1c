import { SHARDING_NOTE } from '../../lib/sharding.ts'
import { StartupError } from '../../lib/errors.ts'
import { messageOf, type Report } from '../operation.command.ts'
import { SHARD_KEYS } from './shard.keys.ts'

/** One command to MongoDB. */
export interface Step {
  /** For the one who watches. */
  what: string
  /** The database that it is sent to: MongoDB's own, or the one with the data. */
  on: 'admin' | 'data'
  command: Record<string, unknown>
}

export type RunStep = (step: Pick<Step, 'on' | 'command'>) => Promise<Record<string, unknown>>

const INDEX_NOT_FOUND = 27

/**
 * Declares the shard keys of `SHARD_KEYS` to the router of a sharded cluster. May be run again, also after it was cut off: what is done stays done.
 * @throws StartupError where there is no router, before anything is changed
 */
export async function shardStore(run: RunStep, database: string, report: Report): Promise<void> {
  const { msg } = await run({ on: 'admin', command: { hello: 1 } })
  if (msg !== 'isdbgrid')
    throw new StartupError(
      'This MongoDB is not a sharded cluster: MONGO_DB_URI must name its routers (mongos). Nothing was changed.',
    )
  for (const step of stepsOf(database)) {
    report(step.what)
    try {
      await run(step)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === INDEX_NOT_FOUND))
        throw new StartupError(`${step.what}: ${messageOf(error)}`, { cause: error })
    }
  }
}

/**
 * All that is sent, in this order. A message is known again within its conversation before the index goes that knows it everywhere, so that no
 * repeat comes through in between; and a server that starts in between makes the same indexes.
 */
export function stepsOf(database: string): Step[] {
  const once = { conversationId: 1, senderId: 1, clientMessageId: 1 }
  const ofSender = { senderId: 1, clientMessageId: 1 }
  const hashed = SHARD_KEYS.filter(({ key }) => Object.values(key).includes('hashed'))
  return [
    {
      what: 'Index: no message twice in a conversation',
      on: 'data',
      command: { createIndexes: 'messages', indexes: [{ key: once, name: nameOf(once), unique: true }] },
    },
    {
      what: 'Note that this store is sharded',
      on: 'data',
      command: {
        update: SHARDING_NOTE.collection,
        updates: [{ q: { _id: SHARDING_NOTE.id }, u: { $setOnInsert: { _id: SHARDING_NOTE.id } }, upsert: true }],
        writeConcern: { w: 'majority' },
      },
    },
    {
      what: 'Drop the index that cannot be unique over shards',
      on: 'data',
      command: { dropIndexes: 'messages', index: nameOf(ofSender) },
    },
    {
      what: "Index: a person's messages",
      on: 'data',
      command: { createIndexes: 'messages', indexes: [{ key: ofSender, name: nameOf(ofSender) }] },
    },
    ...hashed.map(({ collection, key }): Step => ({
      what: `Index: ${collection} by a hash`,
      on: 'data',
      command: { createIndexes: collection, indexes: [{ key, name: nameOf(key) }] },
    })),
    { what: `Let ${database} be sharded`, on: 'admin', command: { enableSharding: database } },
    ...SHARD_KEYS.map(({ collection, key }): Step => ({
      what: `Shard ${collection}`,
      on: 'admin',
      command: { shardCollection: `${database}.${collection}`, key },
    })),
  ]
}

/** As one would type it into mongosh. */
export function asTyped({ on, command }: Pick<Step, 'on' | 'command'>, database: string): string {
  return `db.getSiblingDB(${JSON.stringify(on === 'admin' ? 'admin' : database)}).runCommand(${JSON.stringify(command)})`
}

function nameOf(key: Record<string, unknown>): string {
  return Object.entries(key).flat().join('_')
}
