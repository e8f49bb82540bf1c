import { SHARDING_NOTE } from '../../lib/sharding.ts'
import { StartupError } from '../../lib/errors.ts'
import { messageOf, type Report } from '../operation.command.ts'
import { SHARD_KEYS } from './shard.keys.ts'

/** One command to MongoDB. */
export interface Step {
  /** The text for the operator. */
  title: string
  /** The database that gets the command: `admin`, or the database with the data. */
  on: 'admin' | 'data'
  command: Record<string, unknown>
}

export type RunStep = (step: Pick<Step, 'on' | 'command'>) => Promise<Record<string, unknown>>

const INDEX_NOT_FOUND = 27

/**
 * Declares the shard keys of `SHARD_KEYS` to the router of a sharded cluster. It can be repeated, also after an
 * interruption.
 * @throws StartupError when there is no router, before anything is changed
 */
export async function shardStore(run: RunStep, database: string, report: Report): Promise<void> {
  const { msg } = await run({ on: 'admin', command: { hello: 1 } })
  if (msg !== 'isdbgrid')
    throw new StartupError(
      'This MongoDB is not a sharded cluster: MONGO_DB_URI must name its routers (mongos). Nothing was changed.',
    )
  for (const step of stepsOf(database)) {
    report(step.title)
    try {
      await run(step)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === INDEX_NOT_FOUND))
        throw new StartupError(`${step.title}: ${messageOf(error)}`, { cause: error })
    }
  }
}

/**
 * Returns all commands in their order. The index that finds a repeat within a conversation comes before the drop of the
 * index that finds it everywhere, so no repeat gets through in between. A server that starts in between makes the same
 * indexes.
 */
export function stepsOf(database: string): Step[] {
  const once = { conversationId: 1, senderId: 1, clientMessageId: 1 }
  const ofSender = { senderId: 1, clientMessageId: 1 }
  const hashed = SHARD_KEYS.filter(({ key }) => Object.values(key).includes('hashed'))
  return [
    {
      title: 'Index: no message twice in a conversation',
      on: 'data',
      command: { createIndexes: 'messages', indexes: [{ key: once, name: nameOf(once), unique: true }] },
    },
    {
      title: 'Note that this store is sharded',
      on: 'data',
      command: {
        update: SHARDING_NOTE.collection,
        updates: [{ q: { _id: SHARDING_NOTE.id }, u: { $setOnInsert: { _id: SHARDING_NOTE.id } }, upsert: true }],
        writeConcern: { w: 'majority' },
      },
    },
    {
      title: 'Drop the index that cannot be unique over shards',
      on: 'data',
      command: { dropIndexes: 'messages', index: nameOf(ofSender) },
    },
    {
      title: 'Index: the messages of a user',
      on: 'data',
      command: { createIndexes: 'messages', indexes: [{ key: ofSender, name: nameOf(ofSender) }] },
    },
    ...hashed.map(({ collection, key }): Step => ({
      title: `Index: ${collection} by a hash`,
      on: 'data',
      command: { createIndexes: collection, indexes: [{ key, name: nameOf(key) }] },
    })),
    { title: `Enable sharding for ${database}`, on: 'admin', command: { enableSharding: database } },
    ...SHARD_KEYS.map(({ collection, key }): Step => ({
      title: `Shard ${collection}`,
      on: 'admin',
      command: { shardCollection: `${database}.${collection}`, key },
    })),
  ]
}

/** Formats a command for mongosh. */
export function toShellCommand({ on, command }: Pick<Step, 'on' | 'command'>, database: string): string {
  return `db.getSiblingDB(${JSON.stringify(on === 'admin' ? 'admin' : database)}).runCommand(${JSON.stringify(command)})`
}

function nameOf(key: Record<string, unknown>): string {
  return Object.entries(key).flat().join('_')
}
