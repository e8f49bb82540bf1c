import type { mongo } from 'mongoose'
import type { Migration } from './index.ts'
import { isDuplicateKey } from './migration.errors.ts'

/** Messages in one read, which the migration holds in memory. */
const BATCH = 1000
/** Messages between two lines of the log. */
const LOG_EVERY = 50_000

interface StoredMessage {
  _id: mongo.ObjectId
  conversationId: mongo.ObjectId
  seq: number
}

interface StoredPlace {
  _id: string
  conversationId: mongo.ObjectId
  seq: number
}

/** As `isCounted` of the model was when this migration was written, the other way round. */
const NOT_COUNTED = {
  $or: [{ kind: 'system' }, { deletedAt: { $ne: null } }, { hiddenFrom: { $ne: null } }, { isTargeted: true }],
}

/**
 * To schema 7: notes the places that do not count as unread. Before it, unread was the number of all places after
 * `readSeq`. The program of schema 6 can still serve: what it writes meanwhile counts as it did before.
 */
export const uncountedPlaces: Migration = async (connection, logger) => {
  const places = connection.collection<StoredPlace>('uncountedplaces')
  const conversations = connection.collection('conversations')
  for (const name of ['messages', 'coldmessages']) {
    const messages = connection.collection<StoredMessage>(name)
    let last: mongo.ObjectId | undefined
    for (let done = 0; ;) {
      const batch: StoredMessage[] = await messages
        .find({ ...NOT_COUNTED, ...(last && { _id: { $gt: last } }) })
        .project<StoredMessage>({ conversationId: 1, seq: 1 })
        .sort({ _id: 1 })
        .limit(BATCH)
        .toArray()
      last = batch.at(-1)?._id
      if (!last) break
      await places
        .insertMany(
          batch.map(({ conversationId, seq }) => ({
            _id: `${conversationId.toHexString()}:${seq}`,
            conversationId,
            seq,
          })),
          { ordered: false },
        )
        .catch(unlessThere)
      const highest = new Map<string, StoredMessage>()
      for (const message of batch) {
        const key = message.conversationId.toHexString()
        if (message.seq > (highest.get(key)?.seq ?? 0)) highest.set(key, message)
      }
      await conversations.bulkWrite(
        [...highest.values()].map(({ conversationId, seq }) => ({
          updateOne: { filter: { _id: conversationId }, update: { $max: { lastUncountedSeq: seq } } },
        })),
        { ordered: false },
      )
      done += batch.length
      if (done % LOG_EVERY === 0) logger.info({ collection: name, done }, 'migrating the store to schema 7')
    }
  }
}

/** The migration ran before, or another node runs it too. */
function unlessThere(error: unknown): void {
  if (!isDuplicateKey(error)) throw error
}
