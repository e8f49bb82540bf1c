import type { Connection, mongo } from 'mongoose'
import type { Migration } from './index.ts'

type Stored = Record<string, unknown> & { _id: mongo.ObjectId }
type Operation = mongo.AnyBulkWriteOperation<Stored>

/** Documents read in one go: what a migration holds in memory. */
const BATCH = 1000
/** Updates in one command. FerretDB 1.24, which looks at every document for each of them, gave no answer to a hundred. */
const UPDATES = 50
/** Documents between two lines of the log: some seconds each. */
const LOG_EVERY = 50_000
const NAMESPACE_NOT_FOUND = 26
const INDEX_NOT_FOUND = 27

/**
 * To schema 2: changes are numbered, and what was delivered is known. Until now a message could not change, so its only change was
 * the one that made it. Each update asks for the absence of what it sets: what a faster node already goes on with, it leaves.
 */
export const numberChanges: Migration = async (connection, logger) => {
  const each = async (name: string, toUpdates: (stored: Stored) => Operation[]): Promise<void> => {
    await updateEach(connection, name, toUpdates, (done) => logger.info({ collection: name, done }, 'bringing the store to schema 2'))
  }
  await each('messages', message)
  await each('conversations', conversation)
  await each('participants', participant)
  await each('users', user)
  // The index by person and conversation, which the models make, does its work.
  await dropIndex(connection, 'participants', 'userId_1')
}

function message({ _id, seq, rev }: Stored): Operation[] {
  return rev === undefined ? [set({ _id, rev: { $exists: false } }, { rev: seq, editedAt: null, deletedAt: null, edits: [] })] : []
}

function conversation({ _id, lastRev, lastSeq, lastMessage, lastActivityAt, createdAt }: Stored): Operation[] {
  if (lastRev !== undefined) return []
  const copy = isDocument(lastMessage) ? { 'lastMessage.rev': lastMessage['seq'], 'lastMessage.editedAt': null, 'lastMessage.deletedAt': null } : {}
  return [set({ _id, lastRev: { $exists: false } }, { lastRev: lastSeq ?? 0, changedAt: lastActivityAt ?? createdAt ?? new Date(), ...copy })]
}

/** Who has read something had it. */
function participant({ _id, deliveredSeq, readSeq }: Stored): Operation[] {
  return deliveredSeq === undefined ? [set({ _id, deliveredSeq: { $exists: false } }, { deliveredSeq: readSeq ?? 0, markedUnread: false })] : []
}

function user({ _id, lastSeenAt, hidesReadReceipts }: Stored): Operation[] {
  return [
    ...(lastSeenAt === undefined ? [set({ _id, lastSeenAt: { $exists: false } }, { lastSeenAt: null })] : []),
    ...(hidesReadReceipts === undefined ? [set({ _id, hidesReadReceipts: { $exists: false } }, { hidesReadReceipts: false })] : []),
  ]
}

function set(filter: mongo.Filter<Stored>, fields: Record<string, unknown>): Operation {
  return { updateOne: { filter, update: { $set: fields } } }
}

/** In the order of `_id`, whose index every store has. Begun again, it reads what is done and writes none of it. */
async function updateEach(connection: Connection, name: string, toUpdates: (stored: Stored) => Operation[], tell: (done: number) => void): Promise<void> {
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
    const commands = Array.from({ length: Math.ceil(updates.length / UPDATES) }, (_, index) => updates.slice(index * UPDATES, (index + 1) * UPDATES))
    // At once, so that they share a commit.
    await Promise.all(commands.map((command) => collection.bulkWrite(command, { ordered: false })))
    done += batch.length
    if (done % LOG_EVERY === 0) tell(done)
  }
}

async function dropIndex(connection: Connection, collection: string, index: string): Promise<void> {
  try {
    await connection.collection(collection).dropIndex(index)
  } catch (error) {
    const code: unknown = isDocument(error) ? error['code'] : undefined
    if (code !== NAMESPACE_NOT_FOUND && code !== INDEX_NOT_FOUND) throw error
  }
}

function isDocument(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
