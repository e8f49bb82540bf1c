import type { Connection } from 'mongoose'

/** By the schema's version, in a collection that has no model. Its document is there once `npm run shard` has begun. */
export const SHARDING_NOTE = { collection: 'versions', id: 'sharding' } as const

/** Whether this store is spread over shards, so that its messages have the indexes that can be. */
export async function isSharded(connection: Connection): Promise<boolean> {
  return (
    (await connection.collection<{ _id: string }>(SHARDING_NOTE.collection).findOne({ _id: SHARDING_NOTE.id })) !== null
  )
}
