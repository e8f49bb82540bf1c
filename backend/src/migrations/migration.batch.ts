import type { Connection, mongo } from 'mongoose'

export type Stored = Record<string, unknown> & { _id: mongo.ObjectId }
export type Operation = mongo.AnyBulkWriteOperation<Stored>

/** Documents read in one go: what a migration holds in memory. */
const BATCH = 1000
/** Updates in one command. FerretDB 1.24, which looks at every document for each of them, gave no answer to a hundred. */
const UPDATES = 50
/** Documents between two lines of the log: some seconds each. */
const LOG_EVERY = 50_000

/** In the order of `_id`, whose index every store has. Begun again, it reads what is done and writes none of it. */
export async function updateEach(
  connection: Connection,
  name: string,
  toUpdates: (stored: Stored) => Operation[],
  tell: (done: number) => void,
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
    // At once, so that they share a commit.
    await Promise.all(commands.map((command) => collection.bulkWrite(command, { ordered: false })))
    done += batch.length
    if (done % LOG_EVERY === 0) tell(done)
  }
}

export function set(filter: mongo.Filter<Stored>, fields: Record<string, unknown>): Operation {
  return { updateOne: { filter, update: { $set: fields } } }
}
