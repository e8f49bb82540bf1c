import type { Connection, mongo } from 'mongoose'

export type Stored = Record<string, unknown> & { _id: mongo.ObjectId }
export type Operation = mongo.AnyBulkWriteOperation<Stored>

/** Documents in one read, which a migration holds in memory. */
const BATCH = 1000
/**
 * Updates in one command. FerretDB 1.24 looks at every document for each update, and did not answer a command with a
 * hundred.
 */
const UPDATES = 50
/** Documents between two lines of the log, a few seconds apart. */
const LOG_EVERY = 50_000

/**
 * Updates documents in the order of `_id`, whose index every store has. When it runs again, it reads finished documents
 * and does not write them.
 */
export async function updateEach(
  connection: Connection,
  name: string,
  toUpdates: (stored: Stored) => Operation[],
  report: (done: number) => void,
): Promise<void> {
  const collection = connection.collection<Stored>(name)
  let done = 0
  let last: mongo.ObjectId | undefined
  for (;;) {
    const batch: Stored[] = await collection
      .find(last ? { _id: { $gt: last } } : {})
      .sort({ _id: 1 })
      .limit(BATCH)
      .toArray()
    last = batch.at(-1)?._id
    if (!last) return
    const updates = batch.flatMap(toUpdates)
    const commands = Array.from({ length: Math.ceil(updates.length / UPDATES) }, (_, index) =>
      updates.slice(index * UPDATES, (index + 1) * UPDATES),
    )
    // Sent together, so that they share a commit.
    await Promise.all(commands.map((command) => collection.bulkWrite(command, { ordered: false })))
    done += batch.length
    if (done % LOG_EVERY === 0) report(done)
  }
}

/** Builds an update that sets fields of one document. */
export function set(filter: mongo.Filter<Stored>, fields: Record<string, unknown>): Operation {
  return { updateOne: { filter, update: { $set: fields } } }
}
