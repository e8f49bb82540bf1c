import type { Connection } from 'mongoose'

/**
 * Where the store notes that it is sharded: beside the schema's version, in a collection without a model. `npm run
 * shard` writes the document at its start.
 */
export const SHARDING_NOTE = { collection: 'versions', id: 'sharding' } as const

/** Tells whether this store is sharded. The messages of a sharded store need other indexes. */
export async function isSharded(connection: Connection): Promise<boolean> {
  return (
    (await connection.collection<{ _id: string }>(SHARDING_NOTE.collection).findOne({ _id: SHARDING_NOTE.id })) !== null
  )
}
