import type { Connection } from 'mongoose'
import type { Migration } from './index.ts'

/** Indexes that no model declares any more. They would slow every insert, and no query uses them. */
const OBSOLETE: Record<string, string[]> = { participants: ['userId_1_leftAt_1', 'userId_1_conversationId_1'] }

/**
 * To schema 6: drops indexes that other ones replace. A node of an older version that starts meanwhile creates them
 * again, which does no harm.
 */
export const dropObsoleteIndexes: Migration = async (connection) => {
  for (const [name, obsolete] of Object.entries(OBSOLETE)) {
    for (const index of await namesOf(connection, name)) {
      if (obsolete.includes(index)) await connection.collection(name).dropIndex(index).catch(unlessGone)
    }
  }
}

/** Returns the names of the indexes; none when the collection does not exist, as in a new store. */
async function namesOf(connection: Connection, collection: string): Promise<string[]> {
  const indexes = await connection.collection(collection).indexes().catch(unlessGone)
  return (indexes ?? []).flatMap(({ name }) => name ?? [])
}

const NAMESPACE_NOT_FOUND = 26
const INDEX_NOT_FOUND = 27

/** Another node drops it too. */
function unlessGone(error: unknown): undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== NAMESPACE_NOT_FOUND && code !== INDEX_NOT_FOUND) throw error
}
