import type { Connection } from 'mongoose'
import type { Migration } from './index.ts'
import { set, updateEach, type Operation, type Stored } from './migration.batch.ts'

const NAMESPACE_NOT_FOUND = 26
const INDEX_NOT_FOUND = 27

/**
 * To schema 2: numbers the changes, and stores what was delivered. Before it a message could not change, so its only
 * change is its creation. Each update requires that its field is absent, so it leaves documents alone that a faster
 * node already uses.
 */
export const numberChanges: Migration = async (connection, logger) => {
  const each = async (name: string, toUpdates: (stored: Stored) => Operation[]): Promise<void> => {
    await updateEach(connection, name, toUpdates, (done) =>
      logger.info({ collection: name, done }, 'migrating the store to schema 2'),
    )
  }
  await each('messages', message)
  await each('conversations', conversation)
  await each('participants', participant)
  await each('users', user)
  // The index by user and conversation, which the models create, does its work.
  await dropIndex(connection, 'participants', 'userId_1')
}

function message({ _id, seq, rev }: Stored): Operation[] {
  return rev === undefined
    ? [set({ _id, rev: { $exists: false } }, { rev: seq, editedAt: null, deletedAt: null, edits: [] })]
    : []
}

function conversation({ _id, lastRev, lastSeq, lastMessage, lastActivityAt, createdAt }: Stored): Operation[] {
  if (lastRev !== undefined) return []
  const copy = isDocument(lastMessage)
    ? { 'lastMessage.rev': lastMessage['seq'], 'lastMessage.editedAt': null, 'lastMessage.deletedAt': null }
    : {}
  return [
    set(
      { _id, lastRev: { $exists: false } },
      { lastRev: lastSeq ?? 0, changedAt: lastActivityAt ?? createdAt ?? new Date(), ...copy },
    ),
  ]
}

/** Every message that a user has read was delivered to that user. */
function participant({ _id, deliveredSeq, readSeq }: Stored): Operation[] {
  return deliveredSeq === undefined
    ? [set({ _id, deliveredSeq: { $exists: false } }, { deliveredSeq: readSeq ?? 0, markedUnread: false })]
    : []
}

function user({ _id, lastSeenAt, hidesReadReceipts }: Stored): Operation[] {
  return [
    ...(lastSeenAt === undefined ? [set({ _id, lastSeenAt: { $exists: false } }, { lastSeenAt: null })] : []),
    ...(hidesReadReceipts === undefined
      ? [set({ _id, hidesReadReceipts: { $exists: false } }, { hidesReadReceipts: false })]
      : []),
  ]
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
